"""Histogram and sums."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from a2f_live.dispatch.figures import BOUNDS_S, REMEMBERED, Histogram, Totals


def test_an_empty_histogram_says_nothing() -> None:
    assert Histogram().quantile(0.99) == 0.0


@given(st.lists(st.floats(0.0001, 10.0), min_size=1, max_size=300), st.sampled_from([0.5, 0.95, 0.99, 1.0]))
def test_a_quantile_is_right_to_the_width_of_a_bucket(durations: list[float], share: float) -> None:
    histogram = Histogram()
    for duration in durations:
        histogram.add(duration)
    ordered = sorted(durations)
    exact = next(d for rank, d in enumerate(ordered, 1) if rank >= share * len(ordered))
    assert exact <= histogram.quantile(share) <= max(BOUNDS_S[0], exact * 2**0.5 * 1.0001)


def test_what_is_longer_than_the_last_bound_counts_as_that() -> None:
    histogram = Histogram()
    histogram.add(1e9)
    assert histogram.quantile(0.5) == BOUNDS_S[-1]


def test_the_past_fades() -> None:
    histogram = Histogram()
    for _ in range(REMEMBERED):
        histogram.add(1.0)
    for _ in range(REMEMBERED):
        histogram.add(0.001)
    assert histogram.quantile(0.5) < 0.002


def test_the_real_time_factor() -> None:
    assert Totals().real_time_factor == 0.0
    assert Totals(audio_s=10, engine_s=0.5).real_time_factor == pytest.approx(0.05)
