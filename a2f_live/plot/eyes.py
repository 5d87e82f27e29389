"""Eyes and brows of the drawn face: lids, gaze, squint, and brows that frown or rise."""

from typing import Final

import numpy as np

from a2f_live.plot.shapes import OUTWARD, SIDES, Paint, Points, Pose, Shape, Side, between, ellipse, on, stroke

EYE_X: Final = 29.0
EYE_Y: Final = 50.0
EYE_WIDTH: Final = 27.0
OPEN_UP: Final = 6.2
OPEN_DOWN: Final = 4.2
"""From the line between the corners to the upper and the lower lid, mm."""
IRIS_WIDTH: Final = 11.0
PUPIL_WIDTH: Final = 4.6
ALONG: Final = np.linspace(-1, 1, 25)
"""From the inner to the outer corner of an eye."""


def eyes(pose: Pose) -> list[Shape]:
    """Draw both eyes and brows."""
    return [shape for side in SIDES for shape in (*_eye(pose, side), *_brow(pose, side))]


def lids(pose: Pose, side: Side) -> tuple[Points, Points]:
    """Upper and lower lid, each (25, 2) from the inner corner to the outer; the upper is never below the lower."""
    blink, squint, wide = (pose.of(name, side) for name in ("eyeBlink", "eyeSquint", "eyeWide"))
    gaze = pose.of("eyeLookUp", side) - pose.of("eyeLookDown", side)
    lower = -OPEN_DOWN + 2.4 * squint + 1.6 * pose.of("cheekSquint", side) - 0.4 * wide + 0.5 * min(0.0, gaze)
    upper = OPEN_UP + 2.4 * wide - 1.6 * squint + (1.2 if gaze > 0 else 3.2) * gaze
    upper = between(max(upper, lower + 1.0), lower + 0.2, blink)
    upper_y = upper * (1 - np.abs(ALONG) ** 1.7)
    lower_y = np.minimum(lower * (1 - np.abs(ALONG) ** 2.2), upper_y)
    x = OUTWARD[side] * (EYE_X + ALONG * EYE_WIDTH / 2)
    line = EYE_Y + 0.9 * ALONG  # the outer corner is a little higher
    return np.stack([x, line + upper_y], 1), np.stack([x, line + lower_y], 1)


def _eye(pose: Pose, side: Side) -> list[Shape]:
    upper, lower = lids(pose, side)
    tired = max(pose.of("eyeSquint", side), pose.of("cheekSquint", side))
    crease, bag = upper + np.array([0.0, 2.4]), lower[4:-4] - np.array([0.0, 2.6])
    return [
        Shape(Paint.LID, stroke(crease, 0.8), 0.5),
        Shape(Paint.LID, stroke(bag, 0.6), 0.15 + 0.6 * tired),
        *(_ball(pose, side, upper, lower) if (upper - lower)[:, 1].max() > 0.6 else []),
        Shape(Paint.LASH, stroke(upper, 1.7, ends=0.4)),
        Shape(Paint.LID, lower, 0.5, line_mm=0.45),
    ]


def _ball(pose: Pose, side: Side, upper: Points, lower: Points) -> list[Shape]:
    """What is seen of the eye between its lids."""
    x = OUTWARD[side] * (EYE_X + 6.0 * (pose.of("eyeLookOut", side) - pose.of("eyeLookIn", side)))
    y = EYE_Y + 1.0 + 4.0 * (pose.of("eyeLookUp", side) - pose.of("eyeLookDown", side))
    return [
        Shape(Paint.EYE_WHITE, np.concatenate([upper, lower[::-1]])),
        Shape(Paint.IRIS, _seen(ellipse(x, y, IRIS_WIDTH, IRIS_WIDTH), upper, lower)),
        Shape(Paint.PUPIL, _seen(ellipse(x, y, PUPIL_WIDTH, PUPIL_WIDTH), upper, lower)),
        Shape(Paint.GLINT, _seen(ellipse(x + 1.8, y + 2.0, 2.0, 2.0), upper, lower)),
        Shape(Paint.SHADE, np.concatenate([upper, np.maximum(upper - [0.0, 1.3], lower)[::-1]]), 0.18),
    ]


def _seen(points: Points, upper: Points, lower: Points) -> Points:
    """What the lids leave of a shape in the eye."""
    order = np.argsort(upper[:, 0])
    x = np.clip(points[:, 0], upper[order[0], 0], upper[order[-1], 0])
    top, bottom = (np.interp(x, lid[order, 0], lid[order, 1]) for lid in (upper, lower))
    return np.stack([x, np.clip(points[:, 1], bottom, top)], 1)


def _brow(pose: Pose, side: Side) -> list[Shape]:
    """The brow, and the furrows of a frown and of a brow that rises."""
    down, inner, outer = pose.of("browDown", side), pose["browInnerUp"], pose.of("browOuterUp", side)
    sneer, wide = pose.of("noseSneer", side), pose.of("eyeWide", side)
    knots = (
        (13.0 - 2.5 * down, 64.5 + 7.0 * inner - 6.0 * down - 1.5 * sneer + 0.5 * outer),
        (22.0 - 1.5 * down, 67.5 + 5.0 * inner - 5.0 * down - 0.8 * sneer + 2.5 * outer + wide),
        (34.0, 69.0 + 1.5 * inner - 3.2 * down + 6.5 * outer + wide),
        (46.0, 63.5 - 1.2 * down + 5.5 * outer),
    )
    line = on(side, knots)
    along = np.linspace(0.0, 1.0, len(line))
    thick = 4.6 * np.minimum(np.sqrt(0.12 + 5 * along), 1.0) * (1 - 0.8 * along**1.5)
    offset = np.stack([np.zeros(len(line)), thick / 2], 1)
    frown = ((5.0 - down, 60.0), (5.0 - down, 66.5))
    furrow = (
        (6.0, 80.0 + 3.0 * inner),
        (18.0, 80.0 + 3.0 * inner),
        (32.0, 80.0 + 3.0 * outer),
        (42.0, 80.0 + 3.0 * outer),
    )
    return [
        Shape(Paint.CREASE, stroke(on(side, frown), 0.9), 0.7 * down),
        Shape(Paint.CREASE, stroke(on(side, furrow), 0.7), 0.5 * max(inner, outer)),
        Shape(Paint.BROW, np.concatenate([line + offset, (line - offset)[::-1]])),
    ]
