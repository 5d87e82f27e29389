import asyncio
from fractions import Fraction

import pytest

from a2f_live.config import AudioFormat
from a2f_live.integrations.turn import Turn
from tests.client.server import frames


def turn() -> Turn:
    return Turn(1, AudioFormat(), "one")


def test_it_counts_what_is_said_and_takes_no_more_once_it_has_ended() -> None:
    spoken = turn()
    spoken.say(bytes(32_000))
    spoken.end()
    spoken.end()
    spoken.say(bytes(32_000))
    assert spoken.said_s == 1
    assert [spoken.pcm.get_nowait(), spoken.pcm.get_nowait()] == [bytes(32_000), None]
    assert spoken.pcm.empty()


def test_nothing_is_said_after_an_interruption() -> None:
    spoken = turn()
    spoken.interrupt()
    spoken.say(bytes(32_000))
    assert spoken.said_s == 0
    assert spoken.complete


async def test_waiting_for_frames_ends_when_they_have_come() -> None:
    spoken = turn()
    waits = [asyncio.create_task(spoken.framed_until(Fraction(1, 10))), asyncio.create_task(spoken.framed(3))]
    await asyncio.sleep(0)
    spoken.heard(frames(0, 0, 2, Fraction(30)))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert not any(wait.done() for wait in waits)
    spoken.heard(frames(0, 2, 3, Fraction(30)))
    await asyncio.wait_for(asyncio.gather(*waits), 5)


@pytest.mark.parametrize("end", [Turn.finish, Turn.interrupt])
async def test_waiting_ends_when_no_frames_can_come(end: object) -> None:
    spoken = turn()
    wait = asyncio.create_task(spoken.framed_until(Fraction(9)))
    await asyncio.sleep(0)
    end(spoken)  # type: ignore[operator]
    await asyncio.wait_for(wait, 5)
