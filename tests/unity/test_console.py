"""The C# core and the running server: what a Unity program gets is what Python gets, bit for bit."""

import asyncio
import json
import shutil
import wave
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from a2f_live.client import connect
from a2f_live.frames import Array, Frames
from tests.client.test_resume import BadNetwork
from tests.server.helpers import quick, serving
from tests.unity.mono import needs_mono

pytestmark = needs_mono

CLIP = Path(__file__).parents[2] / "web_demo" / "sample" / "hello.wav"
FASTER = ("--speed", "3")
PATIENCE_S = 90.0
Place = tuple[int, int]


@dataclass
class Told:
    """What the console program printed."""

    events: list[dict[str, Any]]

    def only(self, kind: str) -> list[dict[str, Any]]:
        return [event for event in self.events if event["event"] == kind]

    def rows(self, utterance: int = 0) -> dict[int, Any]:
        """Index of each frame of an utterance to its numbers: weights, then head, then visemes; each comes once."""
        found: dict[int, Any] = {}
        for event in self.only("frames"):
            if event["utterance"] == utterance and not event["final"] and not event["idle"]:
                table = [numbers(event[name], event["count"]) for name in ("weights", "head", "visemes") if event[name]]
                for i, row in enumerate(np.hstack(table)):
                    assert event["index"] + i not in found
                    found[event["index"] + i] = row
        return found


def numbers(text: str, count: int) -> Array:
    return np.frombuffer(bytes.fromhex(text), "<f4").reshape(count, -1)


async def stream(console: Path, url: str, clip: Path, *options: str) -> Told:
    """Run the console program against a server."""
    mono = shutil.which("mono")
    assert mono
    process = await asyncio.create_subprocess_exec(
        mono, "--debug", str(console), url, str(clip), "--hex", *options,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        out, err = await asyncio.wait_for(process.communicate(), PATIENCE_S)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    told = Told([json.loads(line) for line in out.decode().splitlines()])
    assert process.returncode == 0, err.decode() + str(told.events[-1:])
    return told


async def rows_of_python(url: str, clip: Path, **options: Any) -> dict[int, Any]:
    with wave.open(str(clip)) as wav:
        pcm, rate = wav.readframes(wav.getnframes()), wav.getframerate()
    async with connect(url, pace="file", sample_rate=rate, **options) as face:
        return table_of([block async for block in face.stream(pcm)])


def table_of(blocks: Iterable[Frames]) -> dict[int, Any]:
    found: dict[int, Any] = {}
    for block in blocks:
        parts = [part for part in (block.weights, block.head, block.visemes) if part is not None]
        found |= {block.index + i: row for i, row in enumerate(np.hstack(parts))}
    return found


def assert_same(told: dict[int, Any], expected: dict[int, Any]) -> None:
    assert sorted(told) == sorted(expected)
    for index, row in expected.items():
        np.testing.assert_array_equal(told[index], row)


@pytest.fixture
def short_clip(tmp_path: Path) -> Path:
    """Four seconds of the clip."""
    path = tmp_path / "short.wav"
    with wave.open(str(CLIP)) as source, wave.open(str(path), "wb") as target:
        target.setparams(source.getparams())
        target.writeframes(source.readframes(4 * source.getframerate()))
    return path


async def test_a_clip_at_the_pace_of_speech_gives_the_frames_of_python(console: Path) -> None:
    async with serving(quick(), "embedded") as server:
        url = f"ws://127.0.0.1:{server.port}"
        told = await stream(console, url, CLIP)
        expected = await rows_of_python(url, CLIP, fps=30)
    assert_same(told.rows(), expected)
    (flushed,) = told.only("flushed")
    assert (flushed["frames"], flushed["seconds"]) == (len(expected), 10.925)
    # The face was shown over a thousand times; the first of them may make what is made once.
    (ended,) = told.only("ended")
    assert ended["shown"] > 300
    assert ended["shown_bytes"] < 1000


@pytest.mark.parametrize(
    ("options", "asked"),
    [
        (("--fps", "60", "--head", "--visemes"), {"fps": 60, "head": True, "visemes": True}),
        (("--fps", "29.97", "--weights", "f16", "--block-ms", "33"), {"fps": "30000/1001", "weights": "f16"}),
        (("--weights", "list", "--head", "--block-ms", "250"), {"fps": 30, "head": True}),
    ],
    ids=["everything", "f16", "lists"],
)
async def test_whatever_is_asked_for_comes_as_in_python(
    console: Path, short_clip: Path, options: tuple[str, ...], asked: dict[str, Any]
) -> None:
    async with serving(quick(), "embedded") as server:
        url = f"ws://127.0.0.1:{server.port}"
        told = await stream(console, url, short_clip, *options, *FASTER)
        assert_same(told.rows(), await rows_of_python(url, short_clip, **asked))


@pytest.mark.parametrize("cuts", [[9_000], [30_000, 2_000, 60_000]], ids=["once", "again and again"])
async def test_frames_over_a_bad_network_are_those_of_a_good_one(
    console: Path, short_clip: Path, cuts: list[int]
) -> None:
    async with serving(quick(), "embedded") as server:
        network = BadNetwork(server.port, cuts)
        async with network.running() as url:
            told = await stream(console, url, short_clip, *FASTER)
        expected = await rows_of_python(f"ws://127.0.0.1:{server.port}", short_clip, fps=30)
    assert network.connections > len(cuts)
    assert any(event["resumed"] for event in told.only("opened"))
    assert_same(told.rows(), expected)


async def test_a_connection_that_the_client_drops_is_resumed(console: Path, short_clip: Path) -> None:
    async with serving(quick(), "embedded") as server:
        url = f"ws://127.0.0.1:{server.port}"
        told = await stream(console, url, short_clip, "--cut-at", "1.5", *FASTER)
        expected = await rows_of_python(url, short_clip, fps=30)
    assert [event["resumed"] for event in told.only("opened")] == [False, True]
    assert_same(told.rows(), expected)


async def test_an_interruption_brings_the_face_to_rest_and_nothing_old_after_it(
    console: Path, short_clip: Path
) -> None:
    async with serving(quick(), "embedded") as server:
        url = f"ws://127.0.0.1:{server.port}"
        told = await stream(console, url, short_clip, "--interrupt-at", "2", "--speed", "1")
        expected = await rows_of_python(url, short_clip, fps=30)
    (interrupted,), (rest,) = told.only("interrupted"), told.only("at rest")
    assert interrupted["moving"] > 0.05
    assert 0.15 < rest["after_s"] < 1.0  # 0.2 s by the clock of the player, and the tick of the program
    at = told.events.index(interrupted)
    assert all(event["withdrawn"] for event in told.events[at:] if event.get("utterance") == 0 and "weights" in event)
    assert_same(told.rows(1), expected)


async def test_what_stands_in_the_way_is_told(console: Path, short_clip: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        str(shutil.which("mono")), str(console), "ws://127.0.0.1:1", str(short_clip), stdout=asyncio.subprocess.PIPE
    )
    out, _ = await asyncio.wait_for(process.communicate(), PATIENCE_S)
    told = json.loads(out)
    assert process.returncode == 1
    assert told["code"] == "connection_lost"
    assert "a2f-live serve" in told["message"]


async def test_a_token_is_asked_for_and_brought(console: Path, short_clip: Path) -> None:
    async with serving(quick(tokens=("right-token",)), "embedded") as server:
        url = f"ws://127.0.0.1:{server.port}"
        told = await stream(console, url, short_clip, "--token", "right-token", *FASTER)
        assert len(told.only("flushed")) == 1
        with pytest.raises(AssertionError, match="bad_token"):
            await stream(console, url, short_clip, "--token", "wrong-token", *FASTER)
