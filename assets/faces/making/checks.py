"""Nothing pokes through: eyes under lids, teeth and tongue behind lips, in every pose; and lips that shut."""

from dataclasses import dataclass

import numpy as np

from a2f_live import arkit
from assets.faces.making import lids, lips, poses, rays
from assets.faces.making.eyes import Eye
from assets.faces.making.mouth import Mouth
from assets.faces.making.source import Floats
from assets.faces.making.surface import Mesh


@dataclass(frozen=True, slots=True)
class Finding:
    """One pose in which something is where it must not be."""

    pose: str
    what: str
    depth_mm: float


def weights_of(pose: dict[str, float]) -> Floats:
    """The 52 weights of a pose."""
    weights = np.zeros(arkit.COUNT)
    for name, weight in pose.items():
        weights[arkit.INDEX[name]] = weight
    return weights


def examine(skin: Mesh, pair: tuple[Eye, Eye], mouth: Mouth) -> list[Finding]:
    """All findings, in all poses."""
    found = []
    for name, pose in poses.ALL.items():
        weights = weights_of(pose)
        positions = skin.posed(weights)
        found += [Finding(name, "an eye through a lid", depth) for depth in _eye_depths(skin, positions, pair)]
        depth = _poke(mouth.teeth.posed(weights), positions, skin)
        if depth > 0:
            found.append(Finding(name, "teeth through skin", depth))
        # A tongue that is out lies before the lip, which is no fault; going through it is.
        tongue = mouth.tongue.posed(weights)
        depth = (
            _pierced(tongue, mouth.tongue, positions, skin) if "tongueOut" in pose else _poke(tongue, positions, skin)
        )
        if depth > 0:
            found.append(Finding(name, "tongue through skin", depth))
    return found


def _eye_depths(skin: Mesh, positions: Floats, pair: tuple[Eye, Eye]) -> list[float]:
    """How deep lids are inside each eyeball, millimetres, where they are."""
    ring = lids.rings(skin)
    result = []
    for eye in pair:
        arms = positions[(ring >= lids.EDGE_RING) & (ring < 9)] - eye.centre
        arms = arms[np.linalg.norm(arms, axis=1) < 1.5 * eye.radius]
        depth = (eye.radius - np.linalg.norm(arms, axis=1)).max() * 100
        if depth > 0.1:
            result.append(float(depth))
    return result


_THICK_DM = 0.05
"""Skin so close behind what shows is a lip that was pierced, not the back of the mouth."""


def _poke(points: Floats, positions: Floats, skin: Mesh) -> float:
    """How far points stand out of the skin in front of them, millimetres."""
    low, high = points.min(0) - 0.1, points.max(0) + 0.1
    corners = positions[skin.triangles]
    near = ((corners.max(1) > low) & (corners.min(1) < high + np.array([0, 0, 0.5]))).all(1)
    pool = skin.triangles[near]
    front = points[points[:, 2] > points[:, 2].max() - 0.35]
    ahead = np.tile([0.0, 0.0, 1.0], (len(front), 1))
    free = front[~np.isfinite(rays.distances(front, ahead, positions, pool))]
    if not len(free):
        return 0.0
    behind = rays.distances(free, -ahead[: len(free)], positions, pool)
    return float(behind[behind < _THICK_DM].max(initial=0) * 100)


def _pierced(points: Floats, mesh: Mesh, positions: Floats, skin: Mesh) -> float:
    """Length of the longest edge that goes through the skin, millimetres; 0 if none does."""
    low, high = points.min(0), points.max(0)
    corners = positions[skin.triangles]
    pool = skin.triangles[((corners.max(1) > low) & (corners.min(1) < high)).all(1)]
    ends = np.unique(np.sort(np.concatenate([mesh.triangles[:, [i, (i + 1) % 3]] for i in range(3)]), 1), axis=0)
    ways = points[ends[:, 1]] - points[ends[:, 0]]
    through = rays.distances(points[ends[:, 0]], ways, positions, pool) < 1
    front = points[ends].mean(1)[:, 2] > high[2] - 0.45
    return float(np.linalg.norm(ways[through & front], axis=1).max(initial=0) * 100)


def openings(skin: Mesh) -> dict[str, float]:
    """The widest gap between the lips, millimetres, in poses that must shut them; negative where they press."""
    found = lips.find(skin)
    shut = {"rest": {}, "PP": poses.VISEMES["PP"], "shut with open jaw": poses.EVERYDAY["shut with open jaw"]}
    result = {}
    for name, pose in shut.items():
        across, upper, lower = lips.gaps(found, skin.posed(weights_of(pose)))
        result[name] = float((upper - lower)[np.abs(across) < found.corner * 0.8].max() * 100)
    return result
