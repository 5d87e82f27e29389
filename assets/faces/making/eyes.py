"""Eyeballs with a bulging cornea, turned by the eyeLook morphs about their own centres."""

from dataclasses import dataclass

import numpy as np

from a2f_live import arkit
from assets.faces.making import solids
from assets.faces.making.bust import Figure
from assets.faces.making.source import Floats
from assets.faces.making.surface import Mesh

IRIS_RAD = 0.43
"""Where the iris ends, seen from the eye's centre."""
EDGE_RAD = 1.9
"""Where the ball ends, behind the lids."""
_BULGE = 0.03
"""The cornea's height above the ball, of its radius."""
_RINGS, _SPOKES = 22, 32


@dataclass(frozen=True, slots=True)
class Eye:
    """One eye."""

    centre: Floats
    radius: float
    turns: dict[str, Floats]
    """Name of a morph to the rotation vector, radians, that it makes at weight 1."""
    mesh: Mesh


def both(figure: Figure, left: Floats, right: Floats) -> tuple[Eye, Eye]:
    """The left and the right eye, set behind the edges (points, 3) of their lids."""
    return _eye(figure, "l", left), _eye(figure, "r", right)


def texture_radius(angle: float | Floats) -> float | Floats:
    """Distance from the middle of the texture, of its half width, for an angle from the pupil."""
    return (angle / EDGE_RAD) ** 0.62


def _eye(figure: Figure, side: str, edge: Floats) -> Eye:
    index = np.unique(figure.body.faces[f"helper-{side}-eye"])
    points = figure.positions[index]
    centre, radius = _ball(points)
    turns = {}
    for name in arkit.NAMES:
        moves = figure.morphs[arkit.INDEX[name]][index]
        if np.abs(moves).max() > 1e-3:
            turns[name] = _rotation(points - centre, moves)
    centre = _behind(centre, radius, edge)
    return Eye(centre, radius, turns, _mesh(centre, radius, turns))


_LID = 1.05
"""Distance of a lid's edge from the eye's middle, in its radii."""


def _behind(centre: Floats, radius: float, edge: Floats) -> Floats:
    """The middle as far from all of the lids' edge as a lid is, near to where it was (Gauss and Newton)."""
    start = centre.copy()
    for _ in range(20):
        arms = edge - centre
        lengths = np.linalg.norm(arms, axis=1)
        slope = np.vstack([-arms / lengths[:, None], 1.5 * np.eye(3)])
        wrong = np.concatenate([lengths - _LID * radius, 1.5 * (centre - start)])
        centre = centre - np.linalg.lstsq(slope, wrong, rcond=None)[0]
    return np.asarray(centre)


def _ball(points: Floats) -> tuple[Floats, float]:
    """Sphere through points, by least squares."""
    system = np.column_stack([2 * points, np.ones(len(points))])
    solution = np.linalg.lstsq(system, (points**2).sum(1), rcond=None)[0]
    return solution[:3], float(np.sqrt(solution[3] + solution[:3] @ solution[:3]))


def _rotation(arms: Floats, moves: Floats) -> Floats:
    """Rotation vector whose cross product with the arms is nearest to the moves."""
    x, y, z = arms.T
    none = np.zeros_like(x)
    rows = np.stack([np.stack([none, z, -y], 1), np.stack([-z, none, x], 1), np.stack([y, -x, none], 1)], 1)
    return np.asarray(np.linalg.lstsq(rows.reshape(-1, 3), moves.reshape(-1), rcond=None)[0])


def rotate(points: Floats, turn: Floats) -> Floats:
    """Points turned about the origin by a rotation vector (Rodrigues)."""
    angle = float(np.linalg.norm(turn))
    axis = turn / angle
    along = np.outer(points @ axis, axis)
    return np.asarray(points * np.cos(angle) + np.cross(axis, points) * np.sin(angle) + along * (1 - np.cos(angle)))


def _mesh(centre: Floats, radius: float, turns: dict[str, Floats]) -> Mesh:
    # Rings close together over the iris, wide apart behind the lids; the first stands in for the pole.
    t = np.linspace(0.02, 1, _RINGS)
    angles = EDGE_RAD * (0.55 * t + 0.45 * t**2.2)
    around = np.linspace(0, 2 * np.pi, _SPOKES, endpoint=False)
    bulge = 1 + _BULGE * np.clip(1 - (angles / IRIS_RAD) ** 2, 0, None) ** 0.8
    sphere = np.stack(
        [
            np.sin(angles)[:, None] * np.cos(around),
            np.sin(angles)[:, None] * np.sin(around),
            np.repeat(np.cos(angles)[:, None], _SPOKES, 1),
        ],
        2,
    )
    arms = (sphere * bulge[:, None, None] * radius).reshape(-1, 3)
    arms = np.vstack([arms, [[0, 0, radius * (1 + _BULGE)]]])
    spread = np.asarray(texture_radius(angles))[:, None] * np.stack([np.cos(around), np.sin(around)])[:, None]
    uvs = np.vstack([np.moveaxis(spread, 0, 2).reshape(-1, 2), [[0, 0]]]) * [0.5, -0.5] + 0.5
    pole = len(arms) - 1
    cap = np.array([[pole, i, (i + 1) % _SPOKES] for i in range(_SPOKES)])
    triangles = np.concatenate([cap, solids.grid(_RINGS, _SPOKES, closed=True)[:, ::-1]])
    morphs = solids.still(arms)
    for name, turn in turns.items():
        morphs[arkit.INDEX[name]] = rotate(arms, turn) - arms
    return solids.mesh(arms + centre, triangles, uvs, morphs)
