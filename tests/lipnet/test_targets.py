"""Curves: coarticulation comes out of dominance, closures survive it, and nothing jumps."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.lipnet.training.controls import CONTROLS, GAP, PHONE_CLASSES, ROUNDING
from assets.lipnet.training.phones import Phone
from assets.lipnet.training.targets import RATE_HZ, curves


def said(*phones: tuple[str, float]) -> list[Phone]:
    """Phones of so many seconds, after a silence and before one."""
    placed, at = [], 0.0
    for name, seconds in (("SIL", 0.3), *phones, ("SIL", 0.3)):
        placed.append(Phone(at, at + seconds, name))
        at += seconds
    return placed


def lips(phones: list[Phone]) -> tuple[np.ndarray, np.ndarray]:
    curve = curves(phones, round(phones[-1].end_s * RATE_HZ))
    return curve @ GAP, curve @ ROUNDING


@pytest.mark.parametrize("phone", ["P", "B", "M"])
@pytest.mark.parametrize("vowel", ["AA", "UW", "IY"])
def test_lips_meet_between_vowels_however_short(phone: str, vowel: str) -> None:
    gap_mm, _ = lips(said((vowel, 0.12), (phone, 0.06), (vowel, 0.12)))
    assert gap_mm[42:48].min() < 0.6


def test_the_mouth_is_shut_in_silence_and_comes_back_to_it() -> None:
    gap_mm, _ = lips(said(("AA", 0.2)))
    assert np.abs(gap_mm[[0, 10, 20, -20, -10, -1]]).max() < 0.1
    assert gap_mm[35:45].max() > 9


def test_rounding_starts_before_its_vowel_and_a_consonant_between_takes_it_over() -> None:
    _, alone = lips(said(("T", 0.08), ("IY", 0.15)))
    _, rounded = lips(said(("T", 0.08), ("UW", 0.15)))
    assert rounded[34] > alone[34] + 2


def test_fast_speech_undershoots() -> None:
    slow, _ = lips(said(("T", 0.1), ("AA", 0.2), ("T", 0.1)))
    fast, _ = lips(said(("T", 0.03), ("AA", 0.04), ("T", 0.03)))
    assert fast.max() < 0.9 * slow.max()


phones = st.lists(st.tuples(st.sampled_from(PHONE_CLASSES), st.floats(0.02, 0.4)), min_size=1, max_size=8)


@given(phones)
def test_curves_are_weights_and_never_jump(named: list[tuple[str, float]]) -> None:
    placed = said(*named)
    curve = curves(placed, round(placed[-1].end_s * RATE_HZ))
    assert curve.shape == (round(placed[-1].end_s * RATE_HZ), len(CONTROLS))
    assert curve.min() >= 0
    assert curve.max() <= 1
    assert np.abs(np.diff(curve, axis=0)).max() < 0.25
