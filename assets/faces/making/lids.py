"""The rims of the eyelids, and what hangs on them: lashes, and the soft shadow that lids cast on the eye."""

from dataclasses import dataclass

import numpy as np

from a2f_live import arkit
from assets.faces.making import atlas, solids
from assets.faces.making.eyes import Eye
from assets.faces.making.source import Floats, Ints
from assets.faces.making.surface import Mesh, unit_rows

COLUMNS = 25
_UP = np.array([0.0, 1.0, 0.0])


@dataclass(frozen=True, slots=True)
class Rim:
    """The edges of one eye's lids, from the inner corner to the outer: shares of the skin's vertices."""

    upper: Floats
    """(COLUMNS, vertices of the loop)."""
    lower: Floats
    loop: Ints
    """Indices of the skin's vertices."""

    def edges(self, positions: Floats) -> tuple[Floats, Floats]:
        """Points on the upper and the lower edge (COLUMNS, 3) for positions of the skin."""
        points = positions[self.loop]
        return self.upper @ points, self.lower @ points


EDGE_RING = 4
"""The edge of a lid is so many rings of vertices out of the socket's border."""


def rings(skin: Mesh) -> Ints:
    """How many edges each vertex is away from the border of the eye sockets' texture; 99 if more than eight."""
    inner = atlas.is_socket(skin.uvs.mean(1))
    outside = skin.triangles[~inner]
    ring = np.full(len(skin.positions), 99)
    ring[np.intersect1d(skin.triangles[inner], outside)] = 0
    for step in range(8):
        near = np.unique(outside[(ring[outside] == step).any(1)])
        ring[near[ring[near] == 99]] = step + 1
    ring[np.setdiff1d(skin.triangles[inner], outside)] = -1
    return ring


def rims(skin: Mesh) -> tuple[Rim, Rim]:
    """The rims of the left and the right eye."""
    on_edge = rings(skin) == EDGE_RING
    ends = np.sort(np.concatenate([skin.triangles[:, [i, (i + 1) % 3]] for i in range(3)]), 1)
    edges = ends[on_edge[ends].all(1)]
    sides = [_loop(edges[(skin.positions[edges, 0] * sign > 0).all(1)]) for sign in (1, -1)]
    return _rim(skin, sides[0], 1), _rim(skin, sides[1], -1)


_OPEN, _SHUT = (0.99, 1.045, 1.06), (1.03, 1.1, 1.12)
"""Least distance from the eye's middle, in its radii, of the ring before the edge, the edge, and what follows:
open, and at a full blink, which must clear the ball halfway too, where lids move along a chord."""


def cleared(skin: Mesh, pair: tuple[Eye, Eye]) -> Mesh:
    """The skin with its lids outside of the eyeballs at rest and in every morph at weight 1."""
    ring = rings(skin)
    positions, morphs = skin.positions.copy(), skin.morphs.copy()
    for eye in pair:
        near = (ring >= EDGE_RING - 1) & (np.linalg.norm(positions - eye.centre, axis=1) < 1.7 * eye.radius)
        index = np.flatnonzero(near)
        step = np.clip(ring[index] - EDGE_RING + 1, 0, 2)
        positions[index] = _outside(positions[index], eye, np.array(_OPEN)[step])
        for name, number in arkit.INDEX.items():
            least = np.array(_SHUT if name.startswith("eyeBlink") else _OPEN)[step]
            moved = positions[index] + morphs[number, index]
            pushed = _outside(moved, eye, least)
            touched = np.abs(morphs[number, index]).max(1) > 1e-4
            morphs[number, index] += np.where(touched[:, None], pushed - moved, 0)
    return Mesh(positions, morphs, skin.triangles, skin.uvs)


def _outside(points: Floats, eye: Eye, least: Floats) -> Floats:
    arms = points - eye.centre
    lengths = np.linalg.norm(arms, axis=1, keepdims=True)
    return np.asarray(eye.centre + arms * np.maximum(1, least[:, None] * eye.radius / lengths))


def _loop(edges: Ints) -> Ints:
    """Vertices of a ring of edges in their order."""
    neighbours: dict[int, list[int]] = {}
    for a, b in np.unique(edges, axis=0):
        neighbours.setdefault(int(a), []).append(int(b))
        neighbours.setdefault(int(b), []).append(int(a))
    start = next(iter(neighbours))
    ring, last = [start], -1
    while True:
        following = [v for v in neighbours[ring[-1]] if v != last]
        last = ring[-1]
        if not following or following[0] == start:
            return np.array(ring)
        ring.append(following[0])


def _rim(skin: Mesh, loop: Ints, sign: int) -> Rim:
    points = skin.positions[loop]
    x = points[:, 0] * sign
    loop = np.roll(loop, -int(x.argmin()))
    points = skin.positions[loop]
    outer = int((points[:, 0] * sign).argmax())
    first, second = np.arange(outer + 1), np.concatenate([[0], np.arange(len(loop) - 1, outer - 1, -1)])
    arcs = [_resampled(points, arc, len(loop)) for arc in (first, second)]
    if (arcs[0] @ points)[:, 1].mean() < (arcs[1] @ points)[:, 1].mean():
        arcs.reverse()
    return Rim(arcs[0], arcs[1], loop)


def _resampled(points: Floats, arc: Ints, count: int) -> Floats:
    run = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(points[arc], axis=0), axis=1))])
    shares = np.zeros((COLUMNS, count))
    for row, length in enumerate(np.linspace(0, run[-1], COLUMNS)):
        after = int(np.clip(np.searchsorted(run, length), 1, len(run) - 1))
        part = (length - run[after - 1]) / (run[after] - run[after - 1])
        shares[row, arc[after - 1]] += 1 - part
        shares[row, arc[after]] += part
    return shares


def lashes(skin: Mesh, rim: Rim, eye: Eye, length: float) -> Mesh:
    """Curved strips on both lids; `length` in decimetres of the longest lashes."""
    rest = _lash_points(rim.edges(skin.positions), eye, length)
    morphs = np.stack([_lash_points(rim.edges(skin.positions + moves), eye, length) - rest for moves in skin.morphs])
    u = np.tile(np.linspace(0, 1, COLUMNS), 3)
    v = np.repeat([0.98, 0.5, 0.02], COLUMNS)
    uvs = np.concatenate([np.column_stack([u, v / 2]), np.column_stack([u, 0.5 + v / 2])])
    strip = solids.grid(3, COLUMNS)
    return solids.mesh(rest, np.concatenate([strip, strip + 3 * COLUMNS]), uvs, morphs)


def _lash_points(edges: tuple[Floats, Floats], eye: Eye, length: float) -> Floats:
    upper, lower = edges
    u = np.linspace(0, 1, COLUMNS)
    rows = []
    for edge, long, curl in ((upper, length, 0.55), (lower, length * 0.5, -0.35)):
        out = unit_rows(edge - eye.centre)
        side = np.sign(eye.centre[0]) * np.array([1.0, 0, 0])
        # Longest toward the outer corner, none in the inner one.
        reach = long * np.clip(np.sin(np.pi * np.clip(u * 0.86 + 0.08, 0, 1)) * (0.45 + 0.75 * u), 0, None)[:, None]
        fan = side * (u[:, None] - 0.35) * 0.9
        root = edge + out * 0.004
        for s in (0.0, 0.5, 1.0):
            rows.append(root + reach * (s * unit_rows(out + fan) * 0.85 + curl * s * s * _UP))
    return np.concatenate(rows)


_SHEET_ROWS = np.array([0.0, 0.14, 0.3, 0.5, 0.78, 1.0])


def shadow(skin: Mesh, rim: Rim, eye: Eye) -> Mesh:
    """A clear sheet over the open eye that carries the shadow of the lids."""
    rest = _sheet(rim.edges(skin.positions), eye)
    morphs = np.stack([_sheet(rim.edges(skin.positions + moves), eye) - rest for moves in skin.morphs])
    u = np.tile(np.linspace(0, 1, COLUMNS), len(_SHEET_ROWS))
    uvs = np.column_stack([u, np.repeat(_SHEET_ROWS, COLUMNS)])
    triangles = solids.grid(len(_SHEET_ROWS), COLUMNS)
    return solids.mesh(rest, triangles if eye.centre[0] < 0 else triangles[:, ::-1], uvs, morphs)


def _sheet(edges: tuple[Floats, Floats], eye: Eye) -> Floats:
    upper, lower = edges
    rows = []
    for share in _SHEET_ROWS:
        arms = upper + (lower - upper) * share - eye.centre
        lengths = np.linalg.norm(arms, axis=1, keepdims=True)
        rows.append(eye.centre + arms / lengths * eye.radius * 1.037)
    return np.concatenate(rows)
