from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from a2f_live import arkit
from a2f_live.frames import Cleared, Flushed, Frames
from a2f_live.integrations.listener import Listener
from a2f_live.integrations.telling import Paused, Played, Playing, TurnBegan, told, told_frames

FPS = Fraction(30)


def tell(listener: Listener, message: Any, now_s: float, turn: int = 1) -> None:
    for part in told_frames(message, turn) if isinstance(message, Frames) else [told(message)]:
        listener.hear(part, now_s)


def frames(seconds: float, first: int = 0, **more: Any) -> Frames:
    """Every weight is the second at which it is due, a tenth of it."""
    times = np.arange(first, round(seconds * 30)) / 30
    weights = np.repeat(times[:, None] / 10, arkit.COUNT, axis=1).astype(np.float32)
    return Frames(0, first, first / FPS, FPS, weights, **more)


def speaking(seconds: float = 3.0, begins_s: float = 100.0, turn: int = 1) -> Listener:
    listener = Listener()
    listener.face(begins_s - 1)
    tell(listener, TurnBegan(turn, FPS, arkit.NAMES), begins_s)
    tell(listener, frames(seconds), begins_s, turn)
    tell(listener, Flushed(None, turn, round(seconds * 30), seconds), begins_s)
    tell(listener, Playing(turn, 0.0), begins_s)
    return listener


def shown(listener: Listener, now_s: float) -> float:
    return float(listener.face(now_s)[0])


def test_the_face_is_that_of_the_second_heard() -> None:
    listener = speaking()
    shown(listener, 100.0)
    for at_s in (0.5, 1.0, 1.017, 2.9):
        assert shown(listener, 100.0 + at_s) == pytest.approx(at_s / 10, abs=0.001)
        assert listener.turn == 1


def test_sound_that_is_heard_later_is_shown_later() -> None:
    late = Listener(latency_s=0.25)
    tell(late, frames(3.0), 100.0)
    tell(late, Playing(1, 0.0), 100.0)
    late.face(100.0)
    late.face(100.3)
    assert shown(late, 101.0) == pytest.approx(0.075, abs=0.001)
    assert late.position_s(1, 101.0) == pytest.approx(0.75)


def test_nothing_is_shown_before_the_sound_is_heard() -> None:
    listener = Listener()
    tell(listener, frames(3.0), 100.0)
    assert shown(listener, 101.0) == 0.0


@pytest.mark.parametrize("end", [Cleared(None, 1, 0), Played(1, 1.0, interrupted=True)])
def test_an_interruption_eases_to_rest_and_leaves_nothing(end: Any) -> None:
    listener = speaking()
    shown(listener, 101.5)
    before = shown(listener, 102.0)
    tell(listener, end, 102.0)
    assert shown(listener, 102.0) == before
    eases = [shown(listener, 102.0 + k / 100) for k in range(1, 26)]
    assert listener.turn is None
    assert eases == sorted(eases, reverse=True)
    assert eases[-1] == 0.0


@pytest.mark.parametrize("looks_hz", [5, 12, 60, 144])
def test_the_face_is_at_rest_in_time_however_seldom_it_is_looked_at(looks_hz: int) -> None:
    listener = speaking()
    assert shown(listener, 102.0) > 0.19
    tell(listener, Cleared(None, 1, 0), 102.0)
    faces = {look / looks_hz: shown(listener, 102.0 + look / looks_hz) for look in range(1, looks_hz)}
    assert all(weight == 0.0 for at_s, weight in faces.items() if at_s > 0.201)


def test_what_comes_late_of_a_turn_that_was_cleared_is_dropped() -> None:
    listener = speaking()
    tell(listener, Cleared(None, 1, 0), 102.0)
    tell(listener, frames(3.0), 102.1)
    tell(listener, Playing(1, 2.0), 102.1)
    listener.face(102.1)
    assert shown(listener, 102.5) == 0.0


def test_a_turn_that_has_ended_and_one_whose_frames_stop_leave_no_last_shape() -> None:
    listener = speaking(2.0)
    shown(listener, 101.9)
    shown(listener, 102.05)
    assert shown(listener, 102.35) == 0.0
    stops = Listener()
    tell(stops, frames(2.0), 100.0)
    tell(stops, Playing(1, 0.0), 100.0)
    shown(stops, 100.0)
    assert shown(stops, 102.05) > 0.19, "held for a moment: the next may be on its way"
    shown(stops, 102.2)
    assert shown(stops, 102.45) == 0.0


def test_marks_that_are_a_little_early_are_no_news_and_a_stall_is() -> None:
    listener = speaking()
    tell(listener, Playing(1, 0.28), 100.2)
    assert listener.position_s(1, 100.2) == pytest.approx(0.2)
    tell(listener, Playing(1, 0.4), 101.4)
    assert listener.position_s(1, 101.4) == pytest.approx(0.4)


def test_a_pause_holds_the_face() -> None:
    listener = speaking()
    shown(listener, 100.5)
    tell(listener, Paused(1, 1.0), 101.0)
    shown(listener, 101.1)
    assert shown(listener, 105.0) == pytest.approx(0.1, abs=0.001)
    tell(listener, Playing(1, 1.0), 105.0)
    assert listener.position_s(1, 105.5) == pytest.approx(1.5)


def test_the_next_turn_takes_over_and_old_ones_are_forgotten() -> None:
    listener = speaking()
    for turn in range(2, 30):
        tell(listener, frames(1.0), 101.0, turn)
    tell(listener, Playing(29, 0.0), 101.0)
    shown(listener, 101.0)
    assert listener.turn == 29
    assert len(listener._tracks) < 12


def test_idle_life_is_shown_between_turns() -> None:
    listener = Listener()
    tell(listener, frames(0.5, first=12, idle=True), 100.0)
    listener.face(100.0)
    assert shown(listener, 100.09) > 0.03
    shown(listener, 101.0)
    assert shown(listener, 101.3) == 0.0
