"""Plain geometry: grids, tubes and meshes put together."""

from collections.abc import Sequence

import numpy as np

from a2f_live import arkit
from assets.faces.making.source import Floats, Ints
from assets.faces.making.surface import Mesh


def grid(rows: int, columns: int, *, closed: bool = False) -> Ints:
    """Triangles of a grid of vertices, counted along columns first; `closed` joins the last column to the first."""
    r, c = np.meshgrid(np.arange(rows - 1), np.arange(columns if closed else columns - 1), indexing="ij")
    a, b = r * columns + c, r * columns + (c + 1) % columns
    low, high = np.stack([a, b, b + columns], -1), np.stack([a, b + columns, a + columns], -1)
    return np.concatenate([low.reshape(-1, 3), high.reshape(-1, 3)])


def still(positions: Floats) -> Floats:
    """Morphs of something that never moves."""
    return np.zeros((arkit.COUNT, len(positions), 3))


def mesh(positions: Floats, triangles: Ints, uvs: Floats, morphs: Floats | None = None) -> Mesh:
    """A mesh whose texture coordinates are given for vertices."""
    return Mesh(positions, still(positions) if morphs is None else morphs, triangles, uvs[triangles])


def join(meshes: Sequence[Mesh]) -> Mesh:
    """Several meshes as one."""
    starts = np.cumsum([0, *(len(part.positions) for part in meshes)])
    return Mesh(
        np.concatenate([part.positions for part in meshes]),
        np.concatenate([part.morphs for part in meshes], 1),
        np.concatenate([part.triangles + start for part, start in zip(meshes, starts[:-1], strict=True)]),
        np.concatenate([part.uvs for part in meshes]),
    )
