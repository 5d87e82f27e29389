from fractions import Fraction

import pytest

from a2f_live.engine.base import EngineInfo


@pytest.mark.parametrize(
    ("hop_samples", "rows", "rate"), [(320, 1, 50), (16_000, 30, 30), (8320, 16, Fraction(400, 13))]
)
def test_the_row_rate_is_exact(hop_samples: int, rows: int, rate: Fraction) -> None:
    assert EngineInfo("x", hop_samples, hop_samples, rows).row_rate == rate


@pytest.mark.parametrize(("asked_ms", "given_ms"), [(0, 20), (20, 20), (79, 40), (80, 80), (999, 80)])
def test_the_lookahead_is_the_largest_within_what_was_asked(asked_ms: int, given_ms: int) -> None:
    assert EngineInfo("x", 320, 320, lookaheads_ms=(20, 40, 80)).lookahead_for(asked_ms) == given_ms
