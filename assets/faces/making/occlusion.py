"""How much of the sky each vertex sees: soft shadow in nostrils, ears and mouth, painted once."""

import numpy as np

from assets.faces.making.source import Floats, Ints

_DIRECTIONS = 96
_CELL_DM = 0.02
_SAMPLES = 200_000


def open_sky(points: Floats, normals: Floats, positions: Floats, triangles: Ints) -> Floats:
    """Share of the sky, 0 to 1, weighted by the cosine, that points see past a surface."""
    samples = scatter(positions, triangles)
    seen, total = np.zeros(len(points)), np.zeros(len(points))
    for direction in _sphere(_DIRECTIONS):
        facing = np.clip(normals @ direction, 0, None)
        seen += facing * _reaches(points, direction, samples)
        total += facing
    return seen / np.maximum(total, 1e-9)


def scatter(positions: Floats, triangles: Ints) -> Floats:
    """Points spread evenly over a surface."""
    random = np.random.default_rng(5)
    corners = positions[triangles]
    area = np.linalg.norm(np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), axis=1)
    chosen = random.choice(len(triangles), _SAMPLES, p=area / area.sum())
    u, v = random.random((2, _SAMPLES))
    u, v = np.where(u + v > 1, 1 - u, u), np.where(u + v > 1, 1 - v, v)
    a, b, c = corners[chosen].transpose(1, 0, 2)
    return np.asarray(a + u[:, None] * (b - a) + v[:, None] * (c - a))


def _sphere(count: int) -> Floats:
    """Directions spread evenly (Fibonacci lattice)."""
    index = np.arange(count) + 0.5
    height, turn = 1 - 2 * index / count, np.pi * (1 + 5**0.5) * index
    wide = np.sqrt(1 - height**2)
    return np.stack([wide * np.cos(turn), height, wide * np.sin(turn)], 1)


def _reaches(points: Floats, direction: Floats, samples: Floats) -> Floats:
    """How free the way is from points along a direction, 0 to 1, by a depth picture taken from there."""
    side = np.cross(direction, [0.3, 1.0, 0.2] if abs(direction[1]) < 0.9 else [1.0, 0.0, 0.3])
    side /= np.linalg.norm(side)
    frame = np.stack([side, np.cross(direction, side)], 1)
    flat = samples @ frame
    low = flat.min(0)
    size = np.ceil((flat.max(0) - low) / _CELL_DM).astype(int) + 2
    depth = np.full(size, -np.inf)
    cell = ((flat - low) / _CELL_DM).astype(int)
    np.maximum.at(depth, (cell[:, 0], cell[:, 1]), samples @ direction)
    spot = (points @ frame - low) / _CELL_DM
    spot = np.clip(spot.astype(int), 0, size - 1)
    above = depth[spot[:, 0], spot[:, 1]] - points @ direction
    return np.asarray(1 - np.clip((above - 0.03) / 0.05, 0, 1))
