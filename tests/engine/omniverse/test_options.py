"""What may be set, and what the engine says it needs."""

from fractions import Fraction
from typing import Any

import pytest

from a2f_live.engine.omniverse.options import OmniverseOptions
from a2f_live.errors import ConfigError


def test_the_info_follows_from_the_times() -> None:
    info = OmniverseOptions(fps=15, hop_ms=3000, context_ms=1000, after_ms=400, timeout_s=9, lead_ms=240).info
    assert info.context_samples == 4400 * 16
    assert info.hop_samples == 3000 * 16
    assert info.rows_per_hop == 45
    assert info.row_rate == Fraction(15)
    assert info.lookaheads_ms == (3400,)
    assert info.time_offset_s == pytest.approx(0.24)
    assert info.call_limit_s > 9
    assert "emotions" in info.channels


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"first_port": 0}, "first_port is 0 but must be from 1 to 65535"),
        ({"fps": 0}, "fps is 0"),
        ({"fps": 30, "min_fps": 31}, "min_fps is 31 but must be from 1 to 30"),
        ({"hop_ms": 0}, "hop_ms is 0"),
        ({"hop_ms": 510}, "hop_ms is 510, no whole number of frames at 30 fps"),
        ({"context_ms": 250}, "context_ms is 250, no whole number"),
        ({"after_ms": 333}, "after_ms is 333, no whole number"),
        ({"context_ms": 100, "overlap_ms": 200}, "overlap_ms is 200 but must be from 0 to 100"),
        ({"timeout_s": float("inf")}, "timeout_s is inf"),
        ({"instances": 0}, "instances is 0"),
        ({"lead_ms": 2000}, "lead_ms is 2000"),
        ({"arguments": "--name='half"}, "arguments cannot be divided: no closing quotation"),
    ],
)
def test_what_does_not_go_together_is_refused(given: dict[str, Any], said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        OmniverseOptions(**given)
