"""Recent waits and sums."""

import pytest

from a2f_live.dispatch.figures import RECENT_S, RecentWaits, Totals


def test_nothing_waited() -> None:
    assert RecentWaits().percentiles_s() == (0.0, 0.0, 0.0)


def test_percentiles_of_waits() -> None:
    waits = RecentWaits()
    for step in range(100):
        waits.add((step + 1) / 1000, 0.1 * step)
    assert waits.percentiles_s() == pytest.approx((0.050, 0.095, 0.099), rel=1 / 15)


def test_the_past_fades() -> None:
    waits = RecentWaits()
    for _ in range(10):
        waits.add(1.0, 0.0)
    waits.add(0.001, RECENT_S)
    assert waits.percentiles_s()[2] > 0.5, "the last minute still knows more"
    for _ in range(10):
        waits.add(0.001, RECENT_S)
    assert waits.percentiles_s()[2] < 0.5


def test_the_real_time_factor() -> None:
    assert Totals().real_time_factor == 0.0
    assert Totals(audio_s=10, engine_s=0.5).real_time_factor == pytest.approx(0.05)
