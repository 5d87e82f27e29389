import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from fractions import Fraction

import pytest

from a2f_live.config import AudioFormat
from a2f_live.integrations.hold import Hold
from a2f_live.integrations.turn import Turn
from tests.client.server import frames
from tests.server.helpers import until

LONG_S = 600.0


@asynccontextmanager
async def holding(left: list[str], longest_s: float = LONG_S) -> AsyncIterator[Hold[str]]:
    async def release(item: str) -> None:
        if item == "slow":
            await asyncio.sleep(LONG_S)
        if item == "bad":
            raise ValueError("no")
        left.append(item)

    before = asyncio.all_tasks()
    hold: Hold[str] = Hold(release, longest_s)
    hold.start()
    try:
        yield hold
    finally:
        await hold.close()
    await until(lambda: asyncio.all_tasks() <= before)


def turn() -> Turn:
    return Turn(1, AudioFormat(), None)


async def test_audio_waits_for_its_frames_and_the_rest_for_the_audio() -> None:
    left: list[str] = []
    async with holding(left) as hold:
        spoken = turn()
        hold.put("before")
        hold.put("a", spoken, Fraction(1, 30))
        hold.put("b", spoken, Fraction(3, 30))
        hold.put("after")
        await until(lambda: left == ["before"])
        spoken.heard(frames(0, 0, 1, Fraction(30)))
        await until(lambda: left == ["before", "a"])
        spoken.finish()
        await until(lambda: left == ["before", "a", "b", "after"])


async def test_it_holds_no_longer_than_it_may() -> None:
    left: list[str] = []
    async with holding(left, longest_s=0.01) as hold:
        hold.put("a", turn(), Fraction(1))
        await until(lambda: left == ["a"])


async def test_what_is_dropped_never_leaves_and_what_is_kept_does() -> None:
    left: list[str] = []
    async with holding(left) as hold:
        spoken = turn()
        for item in ("a", "keep", "b"):
            hold.put(item, spoken, Fraction(1))
        await asyncio.sleep(0)
        assert hold.drop(lambda item: item != "keep") == ["a", "b"]
        spoken.finish()
        await until(lambda: hold.empty)
    assert left == ["keep"]


async def test_what_is_leaving_is_called_back() -> None:
    left: list[str] = []
    async with holding(left) as hold:
        hold.put("slow")
        hold.put("b")
        await until(lambda: hold._leaves)
        assert hold.drop(lambda _: True) == ["b"], "the first has begun to leave"
        hold.put("c")
        await until(lambda: left == ["c"])


async def test_one_that_cannot_leave_stops_no_other(caplog: pytest.LogCaptureFixture) -> None:
    left: list[str] = []
    async with holding(left) as hold:
        hold.put("bad")
        hold.put("b")
        await until(lambda: left == ["b"])
    assert "could not be passed on" in caplog.text
