"""Which of many sessions is shown."""

from collections.abc import Sequence

import pytest

from a2f_live.frames import Cleared, Event, Flushed, Frames
from a2f_live.relay.relay import Relay
from a2f_live.relay.stage import Stage
from tests.relay.helpers import RATE, said, smooth_weights

WEIGHTS = smooth_weights(60)


class Heard(Relay):
    """A relay that only notes what it is told."""

    def __init__(self) -> None:
        super().__init__([], RATE)
        self.told: list[object] = []

    def hear(self, frames: Frames) -> None:
        self.told.append((frames.utterance, frames.idle))

    def interrupt(self) -> None:
        self.told.append("interrupt")


def speech(session: int) -> list[Event]:
    """Frames whose utterance tells the session."""
    return [said(WEIGHTS, 0, 2, utterance=session)]


def idle(session: int) -> list[Event]:
    return [said(WEIGHTS, 0, 2, utterance=session, idle=True)]


def shown(*steps: tuple[int, Sequence[Event] | None]) -> list[object]:
    """Sessions whose frames were shown, in order; None as events is the end of a session."""
    relay = Heard()
    stage = Stage(relay)
    for session, events in steps:
        if events is None:
            stage.left(session)
        else:
            stage.heard(session, events)
    return [told[0] for told in relay.told if isinstance(told, tuple)]


@pytest.mark.parametrize(
    ("steps", "sessions"),
    [
        ([(1, speech(1)), (1, speech(1))], [1, 1]),
        ([(1, speech(1)), (2, speech(2)), (1, speech(1)), (2, speech(2))], [1, 2, 2]),  # the newest
        ([(1, speech(1)), (2, idle(2)), (1, speech(1))], [1, 1]),  # it does not speak
        ([(1, idle(1)), (2, idle(2)), (1, idle(1))], [1, 1]),
        ([(2, idle(2)), (1, speech(1)), (2, idle(2))], [2, 1]),  # it speaks, though it is older
        ([(2, idle(2)), (1, speech(1)), (2, speech(2)), (1, speech(1))], [2, 1, 2]),
        ([(1, speech(1)), (2, speech(2)), (2, None), (1, speech(1))], [1, 2, 1]),  # the newest has left
        ([(1, speech(1)), (2, speech(2)), (1, None), (2, speech(2))], [1, 2, 2]),
    ],
)
def test_who_is_shown(steps: list[tuple[int, list[Event] | None]], sessions: list[int]) -> None:
    assert shown(*steps) == sessions


def test_the_stage_is_cleared_between_sessions_and_by_a_barge_in() -> None:
    relay = Heard()
    stage = Stage(relay)
    cleared = Cleared(None, 1, 0)
    stage.heard(1, [*speech(1), Flushed(None, 1, 2, 0.1)])
    stage.heard(2, speech(2))
    stage.heard(1, [cleared])  # that of a session nobody sees
    stage.heard(2, [cleared])
    stage.left(1)
    stage.left(2)
    assert relay.told == ["interrupt", (1, False), "interrupt", (2, False), "interrupt", "interrupt"]
