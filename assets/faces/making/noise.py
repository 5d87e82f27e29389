"""Noise in space, the same on every machine: paint and pores that know no seams."""

import numpy as np
from numpy.typing import NDArray

from assets.faces.making.source import Floats


def value(points: Floats, seed: int = 0) -> Floats:
    """Smooth noise in -1 to 1 at points (..., 3), its lattice one unit wide."""
    cell = np.floor(points).astype(np.int64)
    t = points - cell
    t = t * t * t * (t * (t * 6 - 15) + 10)
    result = np.zeros(points.shape[:-1])
    for corner in range(8):
        offset = np.array([corner & 1, corner >> 1 & 1, corner >> 2])
        share = np.where(offset, t, 1 - t).prod(-1)
        result += share * _lattice(cell + offset, seed)
    return result


def layered(points: Floats, octaves: int, seed: int = 0) -> Floats:
    """Noise on several scales, each half as wide and 0.55 as strong as the one before; about -1 to 1."""
    result, strength, total = np.zeros(points.shape[:-1]), 1.0, 0.0
    for octave in range(octaves):
        result += strength * value(points * 2.0**octave, seed + 17 * octave)
        total += strength
        strength *= 0.55
    return result / total * 1.6


def cells(points: Floats, seed: int = 0) -> Floats:
    """Distance to the nearest of one random point a unit cell (Worley, 1996), exact below 0.5."""
    # The eight nearest cells are enough for distances below a half, which is all that is asked here.
    cell = np.floor(points - 0.5).astype(np.int64)
    best = np.full(points.shape[:-1], 9.0)
    for corner in np.ndindex(2, 2, 2):
        other = cell + np.array(corner)
        bits = _hash(other, seed)
        far = np.zeros(points.shape[:-1])
        for axis in range(3):
            jitter = ((bits >> np.uint32(10 * axis)) & np.uint32(1023)) / 1023 * 0.9 + 0.05
            far += (other[..., axis] + jitter - points[..., axis]) ** 2
        best = np.minimum(best, far)
    return np.asarray(np.sqrt(best))


def _lattice(cell: NDArray[np.int64], seed: int) -> Floats:
    """A random number in -1 to 1 for each lattice point."""
    return np.asarray(_hash(cell, seed).astype(np.float64) / 2147483647.5 - 1)


def _hash(cell: NDArray[np.int64], seed: int) -> NDArray[np.uint32]:
    x, y, z = (cell[..., axis].astype(np.uint32) for axis in range(3))
    mix = (
        x * np.uint32(374761393)
        + y * np.uint32(668265263)
        + z * np.uint32(2147483647 - 58)
        + np.uint32(seed * 974711 + 1)
    )
    mix = (mix ^ (mix >> np.uint32(13))) * np.uint32(1274126177)
    mix = (mix ^ (mix >> np.uint32(16))) * np.uint32(2246822519)
    return np.asarray(mix ^ (mix >> np.uint32(15)))
