"""Levels that rise in a second and fall in five, and the frame rate of a slow engine."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from a2f_live.dispatch.figures import Totals
from a2f_live.dispatch.load import Load, Overload, SlowEngine


def test_a_slow_engine_comes_down_step_by_step_and_is_released() -> None:
    engine = SlowEngine(15, 60)
    caps = [engine.sample(0.02, 0.04, 1) for _ in range(12)]
    assert caps[:2] == [Fraction(41), Fraction(28)]
    assert caps[-1] == Fraction(15)
    assert engine.sample(0.02, 0.019, 1) == Fraction(15), "a little faster than real time is no proof"
    assert engine.sample(0.02, 0.01, 1) is None
    assert engine.sample(0.02, 0.0, 1) is None


def levels(waits: list[tuple[float, float]], utilisation: float = 0.1) -> list[int]:
    """Levels after (wait, seconds passed) samples."""
    overload, now = Overload(), 0.0
    seen = []
    for wait_s, passed_s in waits:
        now += passed_s
        seen.append(overload.sample(wait_s, utilisation, now))
    return seen


HOT, WARM, CALM = 0.05, 0.02, 0.001


@pytest.mark.parametrize(
    ("waits", "last"),
    [
        ([(CALM, 0.1)] * 100, 0),
        ([(WARM, 0.1)] * 100, 0),
        ([(HOT, 0.1)] * 5, 0),
        ([(HOT, 0.1)] * 7, 1),
        ([(HOT, 0.1)] * 30, 3),
        ([(HOT, 0.1)] * 300, 3),
        ([(HOT, 0.1), (HOT, 0.1), (WARM, 0.1)] * 100, 0),
        ([(HOT, 0.1)] * 7 + [(CALM, 0.1)] * 49, 1),
        ([(HOT, 0.1)] * 7 + [(CALM, 0.1)] * 52, 0),
        ([(HOT, 0.1)] * 7 + [(CALM, 0.1), (WARM, 0.1)] * 100, 1),
    ],
)
def test_levels(waits: list[tuple[float, float]], last: int) -> None:
    assert levels(waits)[-1] == last


def test_busy_instances_are_not_calm() -> None:
    assert levels([(HOT, 0.1)] * 7 + [(CALM, 0.1)] * 200, utilisation=0.95)[-1] == 1


@given(st.lists(st.tuples(st.sampled_from([HOT, WARM, CALM]), st.floats(0.01, 1.0)), max_size=200))
def test_it_never_swings_quickly(waits: list[tuple[float, float]]) -> None:
    overload, now, changed_s, last = Overload(), 0.0, 0.0, 0
    for wait_s, passed_s in waits:
        now += passed_s
        level = overload.sample(wait_s, 0.1, now)
        assert abs(level - last) <= 1
        if level != last:
            assert now - changed_s >= (0.5 if level > last else 5.0) - 1e-9
            changed_s, last = now, level


def test_waiting_for_a_usual_call_is_no_load() -> None:
    load = Load(1, 15, 60)
    for step in range(100):
        load.waited(0.15, 0.14, step / 10)
    assert (load.level, load.fps_cap) == (0, None)
    for step in range(100, 110):
        load.waited(0.5, 0.48, step / 10)
    assert (load.level, load.fps_cap) == (1, Fraction(30))


def test_the_time_that_no_instance_worked_is_no_load() -> None:
    load = Load(1, 15, 60)
    load.waited(0.3, 0.0, 0.0)
    load.out_of_order()
    load.waited(1.5, 0.0, 1.5)
    load.waited(0.0, 0.0, 1.6)
    assert load.level == 0


def test_the_lower_of_both_caps_counts() -> None:
    load = Load(1, 10, 60)
    totals = Totals()
    load.look(totals, 0.0)
    for second in range(1, 20):
        totals.batches += 10
        totals.windows += 10
        totals.audio_s += 0.2
        totals.engine_s += 0.9
        load.look(totals, float(second))
    assert load.fps_cap == 10
    for step in range(20):
        load.waited(0.05, 0.0, 20 + step / 10)
    assert load.level > 0
    assert load.fps_cap == 10


def test_a_fast_engine_has_no_cap() -> None:
    load = Load(1, 15, 60)
    totals = Totals()
    for second in range(5):
        totals.batches += 50
        totals.windows += 1_000
        totals.audio_s += 20
        totals.engine_s += 0.5
        load.look(totals, float(second))
    assert load.fps_cap is None
