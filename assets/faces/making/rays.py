"""Rays against triangles (Möller and Trumbore, 1997): how far, and whether anything is in the way."""

import numpy as np

from assets.faces.making.source import Floats, Ints


def distances(origins: Floats, directions: Floats, positions: Floats, triangles: Ints) -> Floats:
    """Distance to the first triangle hit by each ray, in units of its direction; infinite where there is none."""
    corner = positions[triangles[:, 0]]
    one, two = positions[triangles[:, 1]] - corner, positions[triangles[:, 2]] - corner
    result = np.full(len(origins), np.inf)
    for row in range(0, len(origins), 64):
        far = _hits(origins[row : row + 64, None], directions[row : row + 64, None], corner, one, two)
        result[row : row + 64] = far.min(1, initial=np.inf)
    return result


def _hits(origins: Floats, directions: Floats, corner: Floats, one: Floats, two: Floats) -> Floats:
    across = np.cross(directions, two)
    slope = (across * one).sum(-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        offset = origins - corner
        u = (offset * across).sum(-1) / slope
        around = np.cross(offset, one)
        v = (directions * around).sum(-1) / slope
        far = (two * around).sum(-1) / slope
        good = (np.abs(slope) > 1e-12) & (u >= 0) & (v >= 0) & (u + v <= 1) & (far > 1e-6)
    return np.asarray(np.where(good, far, np.inf))
