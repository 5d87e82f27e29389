"""Randomness without state: numbers that depend on nothing but a seed and where one looks."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

MASK: Final = 2**64 - 1
GOLDEN: Final = 0x9E3779B97F4A7C15
FIRST: Final = 0xBF58476D1CE4E5B9
SECOND: Final = 0x94D049BB133111EB
LANES: Final = 64
"""Most independent numbers at one step."""


def key(seed: int) -> int:
    """A seed, any integer, spread over 64 bits (the finaliser of SplitMix64)."""
    z = (seed + GOLDEN) & MASK
    z = (z ^ (z >> 30)) * FIRST & MASK
    z = (z ^ (z >> 27)) * SECOND & MASK
    return z ^ (z >> 31)


def uniform(seed: int, steps: Integers, lanes: Integers) -> Floats:
    """Numbers from 0 up to 1, (len(lanes), *steps.shape): one for each lane (0 to 63) and each step."""
    lane = lanes.reshape(-1, *[1] * steps.ndim)
    z = (steps * LANES + lane).astype(np.uint64)
    z *= np.uint64(GOLDEN)
    z += np.uint64(key(seed))
    z ^= z >> np.uint64(30)
    z *= np.uint64(FIRST)
    z ^= z >> np.uint64(27)
    z *= np.uint64(SECOND)
    z ^= z >> np.uint64(31)
    return (z >> np.uint64(11)).astype(np.float64) * 2.0**-53


def wander(seed: int, seconds: Floats, lanes: Integers, period_s: float, loop: int) -> Floats:
    """Smooth noise in -1..1, (len(lanes), n): a cubic B-spline over random values `period_s` apart.

    Twice differentiable, with next to nothing above 1 / `period_s` Hz; it repeats after `loop` periods.
    """
    place = seconds / period_s
    step = np.floor(place)
    around = (step.astype(np.int64) + np.arange(-1, 3)[:, None]) % loop
    knots = 2.0 * uniform(seed, around, lanes) - 1.0
    u = place - step
    v = 1.0 - u
    shares = np.stack((v * v * v, 4.0 - 3.0 * u * u * (2.0 - u), 4.0 - 3.0 * v * v * (2.0 - v), u * u * u)) / 6.0
    knots *= shares
    curve: Floats = knots[:, 0] + knots[:, 1] + knots[:, 2] + knots[:, 3]
    return curve
