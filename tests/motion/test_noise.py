import numpy as np
import pytest

from a2f_live.motion.noise import GOLDEN, key, uniform, wander

LANES = np.arange(4)


def test_numbers_are_spread_evenly_and_are_not_alike() -> None:
    drawn = uniform(1, np.arange(5000), LANES)
    assert drawn.shape == (4, 5000)
    assert drawn.min() >= 0
    assert drawn.max() < 1
    counts, _ = np.histogram(drawn, bins=10, range=(0, 1))
    assert np.abs(counts - 2000).max() < 200
    assert np.abs(np.corrcoef(drawn) - np.eye(4)).max() < 0.06


def test_a_number_depends_on_seed_lane_and_step_alone() -> None:
    whole = uniform(7, np.arange(100), LANES)
    assert (uniform(7, np.array([42, 3]), np.array([2])) == whole[2:3, [42, 3]]).all()
    assert not (uniform(8, np.arange(100), LANES) == whole).any()


def test_numbers_are_the_same_on_every_machine() -> None:
    assert key(0) == 0xE220A8397B1DCDAF, "the first output of SplitMix64 for the seed 0"
    assert uniform(1, np.array([0]), np.array([0]))[0, 0] == (key(key(1) - GOLDEN) >> 11) / 2**53


@pytest.mark.parametrize("seed", [-1, 2**64, 2**200])
def test_any_integer_is_a_seed(seed: int) -> None:
    assert 0 <= key(seed) < 2**64


def test_wandering_is_smooth_bounded_and_loops() -> None:
    seconds = np.arange(0, 20, 0.001)
    curve = wander(3, seconds, LANES, period_s=1.0, loop=10)
    assert np.abs(curve).max() <= 1
    assert curve.std() > 0.2
    assert np.abs(np.diff(curve, 2)).max() < 1e-5
    assert np.abs(curve[:, :10_000] - curve[:, 10_000:]).max() < 1e-9
