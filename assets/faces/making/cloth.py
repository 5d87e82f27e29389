"""A plain shirt: the body below the neckline, a little larger, in woven cloth."""

from dataclasses import replace

import numpy as np

from assets.faces.making import lids, noise, solids
from assets.faces.making.bust import Figure
from assets.faces.making.characters import Recipe
from assets.faces.making.source import Floats, Ints
from assets.faces.making.surface import Mesh, normals

_EASE_DM = 0.045
_HIDDEN_DM = 0.14
_FRONT_DM = 0.34
"""How far below the joint of the neck the neckline is in front."""


def uncovered(figure: Figure, skin: Mesh) -> Mesh:
    """The skin without what the shirt hides, and without the backs of the eye sockets; vertices stay."""
    hidden = (neckline(figure, skin.positions) < -_HIDDEN_DM) | (lids.rings(skin) < 0)
    kept = ~hidden[skin.triangles].all(1)
    return replace(skin, triangles=skin.triangles[kept], uvs=skin.uvs[kept])


def shirt(figure: Figure, skin: Mesh) -> Mesh:
    """A round-necked shirt over the shoulders, with a turned-in edge."""
    outward = normals(skin.positions, skin.triangles)
    over = neckline(figure, skin.positions)
    points, turned, triangles, edge = _clipped(skin.positions, outward, over, skin.triangles)
    outer = points + turned * _EASE_DM
    used, index = np.unique(triangles, return_inverse=True)
    rim = np.searchsorted(used, edge)
    outer, turned = outer[used], turned[used]
    body = _mesh(outer, index.reshape(-1, 3))
    return solids.join([body, _collar(outer, turned, rim)])


def neckline(figure: Figure, points: Floats) -> Floats:
    """Height of points above the neckline, decimetres."""
    neck = figure.centre("joint-neck")
    body = figure.positions[np.unique(figure.body.faces["body"])]
    ring = body[(np.abs(body[:, 1] - neck[1] - 0.3) < 0.08) & (np.abs(body[:, 0]) < 1)]
    low, high = ring.min(0), ring.max(0)
    middle, half = (low + high) / 2, (high - low) / 2
    away = np.hypot(points[:, 0] / (half[0] * 1.22), (points[:, 2] - middle[2] - 0.07) / (half[2] * 1.26))
    hole, above = (1 - away) * half[0], points[:, 1] - neck[1] + _FRONT_DM
    blend = np.clip(0.5 + (above - hole) / 0.4, 0, 1)
    round_hole = hole * blend + above * (1 - blend) - 0.2 * blend * (1 - blend)
    return np.asarray(np.maximum(round_hole, points[:, 1] - neck[1] - 0.3))


def _clipped(points: Floats, outward: Floats, over: Floats, triangles: Ints) -> tuple[Floats, Floats, Ints, Ints]:
    """The part below 0, cut exactly: points, normals, triangles, and the (n, 2) edges of the cut."""
    made: dict[tuple[int, int], int] = {}
    new: list[Floats] = []
    kept: list[list[int]] = []
    cut: list[list[int]] = []

    def crossing(a: int, b: int) -> int:
        key = (min(a, b), max(a, b))
        if key not in made:
            share = over[a] / (over[a] - over[b])
            made[key] = len(points) + len(new)
            new.append(
                np.concatenate(
                    [points[a] + share * (points[b] - points[a]), outward[a] + share * (outward[b] - outward[a])]
                )
            )
        return made[key]

    for triangle in triangles[(over[triangles] < 0).any(1)]:
        ring: list[int] = []
        fresh: list[int] = []
        for a, b in zip(triangle, np.roll(triangle, -1), strict=True):
            if over[a] < 0:
                ring.append(int(a))
            if (over[a] < 0) != (over[b] < 0):
                fresh.append(crossing(int(a), int(b)))
                ring.append(fresh[-1])
        kept += [[ring[0], ring[i], ring[i + 1]] for i in range(1, len(ring) - 1)]
        if len(fresh) == 2:
            cut.append(fresh)
    more = np.array(new)
    return np.vstack([points, more[:, :3]]), np.vstack([outward, more[:, 3:]]), np.array(kept), np.array(cut)


_BAND = ((-0.03, -0.09), (0.02, -0.05), (0.034, 0.02), (0.04, 0.065), (0.012, 0.11), (-0.045, 0.1), (-0.06, 0.02))
"""Section of the collar, out of the skin and up along it, decimetres."""


def _collar(points: Floats, outward: Floats, edges: Ints) -> Mesh:
    """A ribbed band around the neck that closes the shirt."""
    base, out = _even(points[_ordered(edges)], outward[_ordered(edges)])
    along = np.roll(base, -1, 0) - np.roll(base, 1, 0)
    along /= np.linalg.norm(along, axis=1, keepdims=True)
    up = np.cross(along, out)
    up *= np.sign(up[:, 1:2])
    rows = np.stack([base + out * (a - 0.01) + up * (b - 0.02) for a, b in _BAND])
    rows = np.concatenate([rows, rows[:, :1]], 1)
    count = len(base) + 1
    run = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(rows[0], axis=0), axis=1))])
    uvs = np.column_stack([np.tile(run * 4, len(_BAND)), np.repeat(np.linspace(0, 0.02, len(_BAND)), count)])
    triangles = solids.grid(len(_BAND), count)
    mesh = solids.mesh(rows.reshape(-1, 3), triangles, uvs, np.zeros((0, len(_BAND) * count, 3)))
    middle = mesh.positions.mean(0)
    wrong = ((normals(mesh.positions, triangles) * (mesh.positions - middle)).sum(1)).mean() < 0
    return replace(mesh, triangles=triangles[:, ::-1], uvs=mesh.uvs[:, ::-1]) if wrong else mesh


def _even(ring: Floats, outward: Floats) -> tuple[Floats, Floats]:
    """A closed line resampled evenly and smoothed, with its normals."""
    closed, turned = np.vstack([ring, ring[:1]]), np.vstack([outward, outward[:1]])
    run = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(closed, axis=0), axis=1))])
    at = np.linspace(0, run[-1], 96, endpoint=False)
    base = np.stack([np.interp(at, run, closed[:, axis]) for axis in range(3)], 1)
    out = np.stack([np.interp(at, run, turned[:, axis]) for axis in range(3)], 1)
    for _ in range(5):
        base = base / 2 + (np.roll(base, 1, 0) + np.roll(base, -1, 0)) / 4
        out = out / 2 + (np.roll(out, 1, 0) + np.roll(out, -1, 0)) / 4
    return base, out / np.linalg.norm(out, axis=1, keepdims=True)


def _ordered(edges: Ints) -> Ints:
    """Vertices of the longest ring of edges, in order."""
    neighbours: dict[int, list[int]] = {}
    for a, b in edges:
        neighbours.setdefault(int(a), []).append(int(b))
        neighbours.setdefault(int(b), []).append(int(a))
    best: list[int] = []
    seen: set[int] = set()
    for start in neighbours:
        ring = []
        spot: int | None = start
        while spot is not None and spot not in seen:
            seen.add(spot)
            ring.append(spot)
            spot = next((v for v in neighbours[spot] if v not in seen), None)
        best = max(best, ring, key=len)
    return np.array(best)


def _mesh(points: Floats, triangles: Ints) -> Mesh:
    uvs = np.column_stack([points[:, 0] + 0.4 * points[:, 2], points[:, 1]]) * 1.6
    return solids.mesh(points, triangles, uvs, np.zeros((0, len(points), 3)))


def weave(recipe: Recipe) -> Floats:
    """Cloth from near: fine ribs (rows, columns, 3)."""
    size = 256
    y, x = np.mgrid[0:size, 0:size] / size
    ribs = np.sin(2 * np.pi * x * 32) * 0.5 + 0.35 * np.sin(2 * np.pi * (y * 40 + 0.25 * np.sin(2 * np.pi * x * 32)))
    ring = np.stack([np.cos(2 * np.pi * x), np.sin(2 * np.pi * x), np.cos(2 * np.pi * y)], -1)
    grain = noise.layered(ring * 9, 3, 230)
    return np.asarray(np.array(recipe.cloth) * (1 + 0.14 * ribs + 0.1 * grain)[..., None])
