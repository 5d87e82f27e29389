"""Blinks: as often and as long as people's, and mostly where a phrase ends."""

from collections.abc import Sequence

import numpy as np
import pytest

from a2f_live.motion.chance import Chance
from a2f_live.motion.lids import Lids

SEEDS = range(12)


def blinks(seed: int, ends_s: Sequence[float], seconds: float, fps: int = 60) -> tuple[np.ndarray, np.ndarray]:
    """How far the lids are shut in each frame, and when each blink passes half-way down."""
    lids, shut, ends = Lids(Chance(seed)), [], [*ends_s]
    for frame in range(round(seconds * fps)):
        while ends and ends[0] <= frame / fps:
            lids.phrase_ends()
            ends.pop(0)
        shut.append(lids.step(1 / fps))
    curve = np.array(shut)
    return curve, (np.flatnonzero((curve[1:] > 0.5) & (curve[:-1] <= 0.5)) + 1) / fps


@pytest.mark.parametrize("phrase_s", [1.2, 2.3, 4.0, 1000.0])
def test_the_rate_stays_that_of_people(phrase_s: float) -> None:
    minutes = 3
    counts = [
        len(blinks(seed, np.arange(phrase_s, 60 * minutes, phrase_s).tolist(), 60 * minutes)[1]) for seed in SEEDS
    ]
    assert 10 <= np.mean(counts) / minutes <= 20
    assert min(counts) / minutes > 8
    assert max(counts) / minutes < 24


def test_blinks_prefer_the_ends_of_phrases() -> None:
    ends = np.arange(2.4, 180, 2.4)
    near = []
    for seed in SEEDS:
        _, starts = blinks(seed, ends.tolist(), 180)
        near += [bool(((start >= ends) & (start - ends < 0.3)).any()) for start in starts]
    assert np.mean(near) > 0.45, "by chance it would be one in eight"


@pytest.mark.parametrize("fps", [30, 60, 120])
def test_a_blink_is_whole_and_short(fps: int) -> None:
    curve, starts = blinks(3, (), 120, fps)
    assert curve.min() >= 0
    assert 0.9 < curve.max() <= 1
    assert 0.08 < (curve > 0.5).sum() / fps / len(starts) < 0.2
    assert np.diff(starts).min() > 0.3


def test_the_same_moment_is_the_same_at_any_frame_rate() -> None:
    fast, slow = blinks(5, (2.0, 6.0, 9.0), 20, 120)[1], blinks(5, (2.0, 6.0, 9.0), 20, 30)[1]
    assert np.abs(fast - slow).max() < 0.04


def test_a_frame_a_second_is_enough_to_stay_in_range() -> None:
    curve, _ = blinks(1, (2.0, 5.0), 100, 1)
    assert ((curve >= 0) & (curve <= 1)).all()
