"""Percentiles are never too small, and at most one bucket too large."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from a2f_live.observe.histogram import Histogram


def test_an_empty_one_says_zero() -> None:
    assert Histogram().percentiles_ms() == (0.0, 0.0, 0.0)


@given(st.lists(st.floats(0, 130), min_size=1, max_size=60), st.sampled_from([50, 95, 99]))
def test_a_percentile_is_right_within_a_sixteenth(durations_s: list[float], percent: int) -> None:
    histogram = Histogram()
    for duration_s in durations_s:
        histogram.add(duration_s)
    ordered = sorted(int(duration_s * 1e6) for duration_s in durations_s)
    exact_us = ordered[math.ceil(len(ordered) * percent / 100) - 1]
    got_us = histogram.percentile_ms(percent) * 1000
    assert exact_us - 0.01 <= got_us <= exact_us * (1 + 1 / 16) + 1


@pytest.mark.parametrize("seconds", [-1.0, 0.0, 1e9])
def test_any_duration_is_counted(seconds: float) -> None:
    histogram = Histogram()
    histogram.add(seconds)
    assert histogram.count == 1
    assert histogram.percentile_ms(50) <= 134_217.728
