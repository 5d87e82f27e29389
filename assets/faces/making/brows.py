"""Eyebrows: strips of painted hairs that ride on the skin."""

import numpy as np

from assets.faces.making import rays, solids
from assets.faces.making.source import Floats
from assets.faces.making.surface import Mesh, anchor, normals

_COLUMNS, _ROWS = 18, 4
_LIFT_DM = 0.012


def build(skin: Mesh, eye_centre: Floats, side: int, height: float, shape: tuple[float, float]) -> Mesh:
    """One brow over an eye; `height` is its width in decimetres, `shape` its lift at the arch and at the tail."""
    t = np.linspace(0, 1, _COLUMNS)
    inner, outer = abs(eye_centre[0]) - 0.185, abs(eye_centre[0]) + 0.235
    x = inner + (outer - inner) * t
    arch, tail = shape
    middle = 0.2 + arch * np.sin(np.pi * np.clip(t * 0.78, 0, 1)) ** 1.3 + tail * np.clip((t - 0.6) / 0.4, 0, 1) ** 1.6
    across = np.linspace(0.5, -0.5, _ROWS)
    points = np.zeros((_ROWS, _COLUMNS, 3))
    points[..., 0] = side * x
    points[..., 1] = eye_centre[1] + middle + across[:, None] * height
    points[..., 2] = eye_centre[2] + 2
    flat = points.reshape(-1, 3)
    flat[:, 2] -= rays.distances(flat, np.tile([0.0, 0, -1], (len(flat), 1)), skin.positions, skin.triangles)
    near = np.linalg.norm(skin.positions - eye_centre, axis=1) < 0.8
    rides = anchor(flat, skin, near)
    outward = rides.of(normals(skin.positions, skin.triangles))
    outward /= np.linalg.norm(outward, axis=1, keepdims=True)
    u = np.tile(t, _ROWS)
    uvs = np.column_stack([u, np.repeat(0.5 - across, _COLUMNS)])
    triangles = solids.grid(_ROWS, _COLUMNS)
    return solids.mesh(
        rides.of(skin.positions) + outward * _LIFT_DM,
        triangles if side < 0 else triangles[:, ::-1],
        uvs,
        rides.of(skin.morphs),
    )
