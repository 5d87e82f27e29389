"""Noises: each kind can be heard, is as loud as any other, and is the same for the same seed."""

import numpy as np
import pytest

from assets.lipnet.training.noises import KINDS, noises


def test_noises_are_of_one_level_and_repeatable() -> None:
    made = noises(2 * len(KINDS), 1.5, seed=1)
    assert made.shape == (2 * len(KINDS), 24_000)
    assert np.isfinite(made).all()
    assert np.sqrt(np.mean(made**2, axis=1)) == pytest.approx(np.ones(2 * len(KINDS)), abs=0.01)
    assert np.array_equal(made, noises(2 * len(KINDS), 1.5, seed=1))
    assert not np.array_equal(made[0], noises(1, 1.5, seed=2)[0])
