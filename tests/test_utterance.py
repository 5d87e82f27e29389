"""The books of one utterance: any order of answers gives the rows in order."""

import random
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from a2f_live.engine.base import EngineInfo, Result, Window
from a2f_live.frames import Array, Marker
from a2f_live.speech import PROSODY, PROSODY_COLUMNS, REST, ROW_WIDTH, VISEME_COLUMNS, VISEMES, WEIGHTS_COLUMNS
from a2f_live.utterance import Utterance

INFO = EngineInfo("test", context_samples=320, hop_samples=160, rows_per_hop=2)


def spoken(hops: int, info: EngineInfo = INFO) -> Utterance:
    utterance = Utterance(3, info, 0)
    utterance.windower.push(np.ones(hops * 160, np.float32))
    utterance.end(1, Fraction(hops, 100), info)
    return utterance


def windows(utterance: Utterance, max_hops: int = 2) -> list[Window]:
    found = []
    while window := utterance.next_window(max_hops):
        found.append(window)
    return found


def answer(window: Window) -> Result:
    rows = np.zeros((window.hops * 2, 52), np.float32)
    rows[:, 0] = np.arange(window.first_hop * 2, (window.first_hop + window.hops) * 2)
    return Result(rows, state=window.first_hop)


def telling(window: Window) -> Result:
    """The answer with a pitch and two visemes beside it, all by the number of the row."""
    result = answer(window)
    number = result.rows[:, :1]
    prosody = np.repeat(number, len(PROSODY), axis=1)
    visemes = np.repeat(number / np.float32(100), len(VISEMES), axis=1)
    return Result(result.rows, result.state, visemes, prosody)


def joined(rows: list[Array]) -> list[float]:
    return [float(value) for block in rows for value in block[:, 0]]


def test_only_the_last_window_of_an_utterance_that_has_ended_says_so() -> None:
    utterance = Utterance(3, INFO, 0)
    utterance.windower.push(np.ones(480, np.float32))
    assert [window.last for window in windows(utterance, 1)] == [False, False, False]
    utterance.windower.push(np.ones(480, np.float32))
    utterance.end(1, Fraction(6, 100), INFO)
    assert [window.last for window in windows(utterance, 2)] == [False, True]


@given(hops=st.integers(1, 20), max_hops=st.integers(1, 5), order=st.randoms(use_true_random=False))
def test_rows_come_in_order_whatever_the_order_of_answers(hops: int, max_hops: int, order: random.Random) -> None:
    utterance = spoken(hops)
    waiting = windows(utterance, max_hops)
    order.shuffle(waiting)
    rows: list[Array] = []
    for window in waiting:
        utterance.settle(window, answer(window))
        rows += utterance.rows_in_order()
    assert joined(rows) == list(range(len(joined(rows))))
    assert len(joined(rows)) >= hops * 2 + 1, "one row beyond the end, so that the last frame has both its neighbours"
    assert utterance.answered
    assert utterance.in_flight == 0


@pytest.mark.parametrize("lost", [0, 1, 2, 4])
def test_hops_without_answer_are_bridged_in_a_straight_line(lost: int) -> None:
    utterance = spoken(9)
    rows: list[Array] = []
    for number, window in enumerate(windows(utterance)):
        utterance.settle(window, None if number == lost else answer(window))
        rows += utterance.rows_in_order()
    values = joined(rows)
    steps = np.diff(values[:-4]) if lost == 4 else np.diff(values)
    assert len(values) == 20
    if lost == 4:
        assert values[-4:] == pytest.approx([12, 9, 6, 3]), "the end is bridged to rest"
    elif lost:
        assert (steps >= 0).all()


def test_what_the_engine_tells_beside_the_weights_goes_with_them_and_is_bridged_with_them() -> None:
    utterance = spoken(9)
    rows: list[Array] = []
    for number, window in enumerate(windows(utterance)):
        utterance.settle(window, None if number == 2 else telling(window))
        rows += utterance.rows_in_order()
    whole = np.concatenate(rows)
    assert whole.shape == (20, ROW_WIDTH)
    assert whole[:, 0].tolist() == pytest.approx(range(20))
    assert whole[:, PROSODY_COLUMNS] == pytest.approx(np.repeat(whole[:, :1], len(PROSODY), axis=1))
    assert whole[:, VISEME_COLUMNS] == pytest.approx(np.repeat(whole[:, :1] / 100, len(VISEMES), axis=1))


def test_an_engine_that_tells_of_weights_alone_has_zeros_beside_them() -> None:
    utterance = spoken(9)
    for number, window in enumerate(windows(utterance)):
        utterance.settle(window, answer(window) if number in (1, 3) else None)
    whole = np.concatenate(utterance.rows_in_order())
    assert whole.shape == (20, ROW_WIDTH)
    assert not whole[:, WEIGHTS_COLUMNS.stop :].any()


def test_without_any_answer_the_row_is_that_of_silence() -> None:
    utterance = spoken(3, replace(INFO, channels=("visemes", "prosody")))
    for window in windows(utterance):
        utterance.settle(window, None)
    whole = np.concatenate(utterance.rows_in_order())
    assert (whole == REST).all()


def test_given_up_hops_are_bridged_too() -> None:
    utterance = spoken(9)
    first = utterance.next_window(2)
    utterance.skip(4)
    later = windows(utterance)
    assert first
    for window in (first, *later):
        utterance.settle(window, answer(window))
    values = joined(utterance.rows_in_order())
    assert values[:4] == [0, 1, 2, 3]
    assert values[4:12] == pytest.approx(list(np.linspace(3, 12, 10)[1:-1]))
    assert values[12:] == list(range(12, 20))


def test_a_stateful_engine_gets_the_state_of_the_window_before() -> None:
    utterance = spoken(3)
    first = utterance.next_window(1)
    assert first
    assert first.state is None
    utterance.settle(first, answer(first))
    second = utterance.next_window(1)
    assert second
    assert second.state == 0


def test_markers_come_when_their_hops_are_answered() -> None:
    utterance = Utterance(0, INFO, 0)
    utterance.windower.push(np.ones(480, np.float32))
    asked = windows(utterance, 1)
    utterance.mark(Marker(5))
    utterance.end(None, Fraction(3, 100), INFO)
    utterance.mark(Marker(6))
    for window in asked:
        assert utterance.due_markers() == []
        utterance.settle(window, answer(window))
        utterance.rows_in_order()
    assert utterance.due_markers() == [Marker(5)]
    assert utterance.marked
    assert utterance.all_markers() == [Marker(6)]


def test_silence_of_no_length_has_no_hops() -> None:
    utterance = Utterance(0, INFO, 0)
    utterance.end(None, Fraction(0), INFO)
    assert utterance.answered
    assert utterance.next_window(1) is None
