import asyncio
from collections.abc import AsyncIterator
from fractions import Fraction
from io import StringIO

import pytest
from rich.console import Console
from rich.live import Live

from a2f_live.cli.watching import Display, Figures, JsonLines, Lines, Screen, by_the_clock, display_for
from a2f_live.config import AudioFormat, StreamConfig
from a2f_live.wire.messages import Ready
from tests.client.server import frames

READY = Ready("s", "t", "embedded", StreamConfig(), 40)


def play(display: Display) -> None:
    display.begin(READY)
    for first in range(0, 150, 3):
        display.show(frames(0, first, first + 3, Fraction(60)))
    display.end(Figures(frames=150, seconds=2.5, first_frame_ms=41.0, elapsed_s=2.5))


def test_figures_say_what_the_stream_was_worth() -> None:
    assert str(Figures(150, 2.5, 41.0, 1.25)) == (
        "150 frames for 2.50 s of audio, the first after 41 ms, real-time factor 0.500"
    )
    assert str(Figures()) == "0 frames for 0.00 s of audio"
    assert str(Figures(1, 1.0, 1.0, 1.0, dropped=3)).endswith(", 3 dropped")


def test_a_screen_shows_the_face_and_ends_with_the_figures() -> None:
    written = StringIO()
    with Live(auto_refresh=False, console=Console(file=written, force_terminal=True, width=120)) as live:
        play(Screen(live))
    assert "embedded, 60 frames a second, look-ahead 40 ms" in written.getvalue()
    assert "pucker" in written.getvalue()
    assert "150 frames for 2.50 s" in written.getvalue().splitlines()[-1]


def test_without_a_screen_there_is_a_line_a_second(capsys: pytest.CaptureFixture[str]) -> None:
    with display_for(as_json=False) as display:
        assert isinstance(display, Lines)
        play(display)
    assert len(capsys.readouterr().out.splitlines()) == 1 + 3 + 1


def test_json_is_chosen_where_it_is_asked_for() -> None:
    with display_for(as_json=True) as display:
        assert isinstance(display, JsonLines)


async def test_each_block_comes_when_it_would_have_been_spoken() -> None:
    async def blocks() -> AsyncIterator[bytes]:
        for _ in range(5):
            yield bytes(640)

    loop = asyncio.get_running_loop()
    started_s = loop.time()
    due = [loop.time() - started_s async for _ in by_the_clock(blocks(), AudioFormat())]
    assert all(at_s >= (number + 1) * 0.02 - 0.002 for number, at_s in enumerate(due))
