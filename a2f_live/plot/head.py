"""Head, cheeks, nose and chin of the drawn face: what the jaw pulls along, and the folds that tell strong motion."""

from typing import Final

import numpy as np

from a2f_live.plot.contours import Lips, jaw_shift
from a2f_live.plot.shapes import OUTWARD, SIDES, Paint, Points, Pose, Shape, Side, ellipse, on, smooth, stroke

OUTLINE: Final = (
    (0.0, 105.0, 0.0, 0.0),
    (28.0, 100.5, 0.0, 0.0),
    (51.0, 83.0, 0.0, 0.0),
    (61.0, 54.0, 0.0, 0.0),
    (60.0, 22.0, 0.05, 0.35),
    (53.0, -8.0, 0.25, 1.0),
    (39.0, -31.0, 0.6, 0.6),
    (20.0, -45.0, 0.95, 0.1),
    (0.0, -49.0, 1.0, 0.0),
)
"""The left half from the top down: x, y, how far the place goes with the jaw, and how much of the cheek it is."""
CHIN_Y: Final = -49.0
CHIN_DROP: Final = 24.0
"""How far the chin goes down with the jaw, mm."""
EAR: Final = ((59.5, 50.0), (66.0, 52.0), (67.0, 40.0), (63.5, 25.0), (59.0, 24.0))
HAIR_OVER: Final = ((63.0, 34.0), (65.5, 62.0), (54.0, 90.0), (30.0, 106.0), (0.0, 110.5))
HAIR_UNDER: Final = ((60.5, 34.0), (57.0, 58.0), (49.0, 76.0), (33.0, 88.0), (12.0, 92.0), (0.0, 91.0))
PORES: Final = ((-5.0, 0.0), (4.0, 1.0), (-1.0, -3.0), (7.0, -3.0), (-8.0, -4.0), (2.5, -5.5))
"""Dents of a chin that is pushed up, around its middle."""


def head(pose: Pose) -> list[Shape]:
    """Draw ears, outline and hair, which everything else lies within."""
    outline = _outline(pose)
    ears = [on(side, EAR) for side in SIDES]
    return [
        *(Shape(Paint.SKIN, ear) for ear in ears),
        *(Shape(Paint.OUTLINE, ear, 0.8, line_mm=0.8) for ear in ears),
        Shape(Paint.SKIN, outline),
        Shape(Paint.OUTLINE, np.concatenate([outline, outline[:1]]), 0.8, line_mm=0.8),
        Shape(Paint.HAIR, _hair()),
    ]


def features(pose: Pose, lips: Lips) -> list[Shape]:
    """Draw cheeks, folds, nose and chin."""
    return [
        *(shape for side in SIDES for shape in _cheek(pose, side)),
        *(shape for side in SIDES for shape in _folds(pose, lips, side)),
        *(shape for side in SIDES for shape in _wing_of_nose(pose, side)),
        Shape(Paint.CREASE, stroke(smooth([(-5.0, 17.6), (0.0, 15.9), (5.0, 17.6)]), 1.1, ends=0.3), 0.9),
        *_chin(pose, lips),
    ]


def _outline(pose: Pose) -> Points:
    drop = CHIN_DROP * pose["jawOpen"] - 2.0 * pose["mouthShrugLower"] + 2.5 * pose["jawForward"]
    shift = jaw_shift(pose)
    fuller = 6.5 * pose["cheekPuff"] - 2.5 * pose["jawOpen"] - 1.5 * pose["mouthPucker"]

    def place(side: float, x: float, y: float, jaw: float, cheek: float) -> tuple[float, float]:
        wide = x * (1 + 0.06 * pose["jawForward"] * jaw) + fuller * cheek
        return side * wide + shift * jaw, y - drop * jaw

    left = [place(1, *knot) for knot in OUTLINE]
    right = [place(-1, *knot) for knot in reversed(OUTLINE[1:-1])]
    return smooth(left + right, closed=True)


def _hair() -> Points:
    over, under = smooth(HAIR_OVER), smooth(HAIR_UNDER)
    mirror = [-1.0, 1.0]
    return np.concatenate([over, (over * mirror)[::-1], under * mirror, under[::-1]])


def _cheek(pose: Pose, side: Side) -> list[Shape]:
    """Its colour, and the fold below the eye when it is raised."""
    squint, smile, puff = pose.of("cheekSquint", side), pose.of("mouthSmile", side), pose["cheekPuff"]
    raised = max(squint, 0.7 * smile)
    x, y, size = OUTWARD[side] * 38.0, 22.0 + 5.0 * raised - 14.0 * puff, 1 + 0.25 * puff
    opacity = 0.045 + 0.06 * max(raised, puff)
    return [
        *(
            Shape(Paint.BLUSH, ellipse(x, y, 32.0 * part, 22.0 * part), opacity)
            for part in (size, 0.8 * size, 0.5 * size)
        ),
        Shape(
            Paint.CREASE, stroke(on(side, ((17.0, 33.0), (30.0, 30.5 + 4 * squint), (46.0, 35.0))), 1.0), 0.75 * squint
        ),
    ]


def _folds(pose: Pose, lips: Lips, side: Side) -> list[Shape]:
    """From the wing of the nose around the corner of the mouth, and the tucks beside the corner."""
    smile, sneer, dimple = (pose.of(name, side) for name in ("mouthSmile", "noseSneer", "mouthDimple"))
    pulled = 0.9 * smile + 0.7 * sneer + 0.5 * pose.of("mouthUpperUp", side) + 0.4 * pose.of("mouthStretch", side)
    x, y = (lips.upper_outer[-1 if side == "Left" else 0] * [OUTWARD[side], 1.0]).tolist()
    start, end = (14.5 + sneer, 22.0 + 4.0 * sneer), (x + 5.5, y + 3.5)
    bend = (0.62 * start[0] + 0.38 * end[0] + 2.0 + 2.0 * smile, 0.5 * (start[1] + end[1]) + 2.5)
    tuck = ((x + 3.0, y + 4.0), (x + 4.6, y), (x + 3.4, y - 4.0))
    frown = ((x + 1.0, y - 1.5), (x + 3.5, y - 6.0), (x + 4.0, y - 11.0))
    tucked = dimple + 0.35 * pose.of("mouthPress", side) + 0.3 * smile
    return [
        Shape(Paint.CREASE, stroke(on(side, (start, bend, end)), 1.3), 0.6 * min(1.0, 0.12 + pulled + 0.4 * dimple)),
        Shape(Paint.CREASE, stroke(on(side, tuck), 1.3), 0.8 * min(1.0, tucked)),
        Shape(Paint.CREASE, stroke(on(side, frown), 1.1), 0.7 * pose.of("mouthFrown", side)),
    ]


def _wing_of_nose(pose: Pose, side: Side) -> list[Shape]:
    """Bridge, wing and nostril, and the wrinkles of a nose that is drawn up."""
    up = pose.of("noseSneer", side)
    wing = ((10.5 + up, 26.5 + 4 * up), (12.6 + 1.5 * up, 21.5 + 3 * up), (9.5 + up, 18.0 + 2.5 * up), (5.5, 18.2 + up))
    bridge = ((7.0, 56.0), (5.0, 44.0), (7.0, 33.0))
    wrinkles = [((3.0, y), (8.0, y + 2.5)) for y in (42.0, 46.5)]
    return [
        Shape(Paint.CREASE, stroke(on(side, bridge), 1.0), 0.28),
        Shape(Paint.CREASE, stroke(on(side, wing), 1.2, ends=0.4), 0.9),
        Shape(Paint.NOSTRIL, ellipse(OUTWARD[side] * 6.2, 18.8 + 1.5 * up, 5.6, 2.6), 0.75),
        *(Shape(Paint.CREASE, stroke(on(side, wrinkle), 0.8), 0.7 * up) for wrinkle in wrinkles),
    ]


def _chin(pose: Pose, lips: Lips) -> list[Shape]:
    """The fold below the lower lip, and a chin that the lip pushes up."""
    x, y = lips.lower_outer[24].tolist()
    shrug, chin = pose["mouthShrugLower"], CHIN_Y - CHIN_DROP * pose["jawOpen"]
    fold = max(y - 4.5 - shrug, chin + 9.0)
    strength = min(1.0, 0.22 + 0.6 * shrug + 0.4 * pose["mouthRollLower"] + 0.3 * pose["jawForward"])
    curve = smooth([(x - 12.0, fold - 1.6), (x, fold), (x + 12.0, fold - 1.6)])
    ball = smooth([(x - 8.0, chin + 7.5), (x, chin + 6.0), (x + 8.0, chin + 7.5)])
    return [
        Shape(Paint.CREASE, stroke(curve, 1.5), 0.6 * strength),
        Shape(Paint.CREASE, stroke(ball, 1.0), 0.18),
        *(Shape(Paint.CREASE, ellipse(x + dx, fold - 7.0 + dy, 1.8, 1.8, 10), 0.35 * shrug) for dx, dy in PORES),
    ]
