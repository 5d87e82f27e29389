"""Where the lips meet: measured on any pose, and closed at rest and under mouthClose."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from a2f_live import arkit
from assets.faces.making import atlas
from assets.faces.making.pictures import smooth
from assets.faces.making.source import Floats
from assets.faces.making.surface import Mesh

_OVERLAP_DM = 0.006
"""Lips that press on each other overlap by this, so that no slit of light is between them."""
_REACH_DM = 0.09


@dataclass(frozen=True, slots=True)
class Lips:
    """Which vertices of the skin belong to which lip."""

    near: NDArray[np.bool_]
    """All of the mouth's surroundings."""
    lower: Floats
    """(vertices,), 0 on the upper lip, 1 on the lower."""
    corner: float
    """Half of the mouth's width, decimetres."""


def find(skin: Mesh) -> Lips:
    """Tell the lips apart: the lower one goes with the jaw."""
    inner = atlas.is_mouth(skin.uvs.mean(1))
    seam = np.intersect1d(skin.triangles[inner], skin.triangles[~inner])
    corner = float(np.abs(skin.positions[seam, 0]).max())
    wide = skin.positions + skin.morphs[arkit.INDEX["jawOpen"]]
    # With the jaw open the two lips are far apart: what is nearest to the lower half of the ring is the lower lip.
    rim = wide[seam]
    left, right = rim[rim[:, 0].argmax()], rim[rim[:, 0].argmin()]
    middle = np.interp(rim[:, 0], [right[0], left[0]], [right[1], left[1]])
    far = np.sqrt(((wide[:, None] - rim) ** 2).sum(2))
    near = far.min(1) < 0.13
    below = far[:, rim[:, 1] < middle].min(1)
    above = far[:, rim[:, 1] >= middle].min(1)
    return Lips(near, smooth(-0.02, 0.02, above - below), corner)


def gaps(lips: Lips, positions: Floats) -> tuple[Floats, Floats, Floats]:
    """Places across the mouth, and the heights there of the upper lip's lower edge and the lower lip's upper edge."""
    across = np.linspace(-lips.corner, lips.corner, 49)[1:-1]
    points, lower = positions[lips.near], lips.lower[lips.near]
    edges = []
    for middle in across:
        column = np.abs(points[:, 0] - middle) < 0.013
        upper_side, lower_side = points[column & (lower < 0.5), 1], points[column & (lower >= 0.5), 1]
        edges.append((upper_side.min(initial=np.inf), lower_side.max(initial=-np.inf)))
    upper, under = np.array(edges).T
    good = np.isfinite(upper) & np.isfinite(under)
    return across[good], upper[good], under[good]


def closed(skin: Mesh) -> Mesh:
    """The skin with its lips shut at rest, and under mouthClose with the jaw open."""
    lips = find(skin)
    shut = replace(skin, positions=skin.positions + _closing(lips, skin.positions, 1.0))
    morphs = skin.morphs.copy()
    for _ in range(2):
        weights = np.zeros(arkit.COUNT)
        weights[[arkit.INDEX["jawOpen"], arkit.INDEX["mouthClose"]]] = 1
        posed = shut.positions + np.tensordot(weights, morphs, 1)
        morphs[arkit.INDEX["mouthClose"]] += _closing(lips, posed, 1.0)
    return replace(shut, morphs=morphs)


def _closing(lips: Lips, positions: Floats, share: float) -> Floats:
    """Displacement that brings the lips together where they are apart, fading out around them."""
    across, upper, under = gaps(lips, positions)
    inside = smooth(lips.corner, lips.corner * 0.93, np.abs(across))
    gap = np.clip(upper - under + _OVERLAP_DM, 0, 0.12) * inside * share
    x, y = positions[:, 0], positions[:, 1]
    wanted = np.interp(x, across, gap, 0, 0)
    line = np.interp(x, across, (upper + under) / 2)
    fade = smooth(_REACH_DM, 0.0, np.abs(y - line)) * lips.near
    moves = np.zeros_like(positions)
    moves[:, 1] = wanted * fade * (lips.lower * 0.6 - (1 - lips.lower) * 0.4)
    return moves
