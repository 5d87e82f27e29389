"""The mouth of the drawn face: lips with light and shade, the teeth and the tongue that show between them."""

from typing import Final

import numpy as np

from a2f_live.plot.contours import Lips, jaw_shift
from a2f_live.plot.shapes import Paint, Points, Pose, Shape, Values, band, between, ramp, smooth

JAW_DROP: Final = 27.0
"""How far the lower teeth go down with the jaw, mm."""
UPPER_EDGE: Final = -2.2
"""Of the upper front teeth: they stay where they are, and show where the upper lip is above it."""
LOWER_EDGE: Final = -3.0
"""Of the lower front teeth while the jaw is shut."""
UPPER_TOOTH: Final = 8.4
LOWER_TOOTH: Final = 5.6
"""Width of a front tooth."""
OVER_TEETH: Final = 0.15
"""The weight from which the tongue has come over the lower teeth."""


def mouth(pose: Pose, contours: Lips) -> list[Shape]:
    """Draw what is seen between the lips, the lips, and a tongue that is put out."""
    inside = Inside(pose, contours).shapes() if contours.gap.max() > 0.2 else []
    return [*_shadows(contours), *inside, *_red(contours), *_lines(contours), *_tongue_out(pose, contours)]


class Inside:
    """What is seen through the opening, cut to it."""

    def __init__(self, pose: Pose, contours: Lips) -> None:
        self._pose = pose
        self._x, self._top = contours.upper_inner.T
        self._bottom = contours.lower_inner[:, 1]
        self._jaw_x = jaw_shift(pose)

    def shapes(self) -> list[Shape]:
        """Cavity, tongue, teeth, and the shadow of the upper lip on them."""
        upper = -self._arch(0.0, 24.0, -UPPER_EDGE, 5.0)
        lower = self._arch(self._jaw_x, 20.0, LOWER_EDGE - JAW_DROP * self._pose["jawOpen"], 4.0)
        low_teeth = [
            Shape(Paint.LOWER_TEETH, self._cut(lower - 9.0, lower)),
            *self._between_teeth(lower - 9.0, lower, self._jaw_x, LOWER_TOOTH),
        ]
        tongue = self._tongue(float(lower.max()))
        return [
            Shape(Paint.CAVITY, self._cut(self._bottom, self._top)),
            *(low_teeth + tongue if self._pose["tongueOut"] > OVER_TEETH else tongue + low_teeth),
            Shape(Paint.UPPER_TEETH, self._cut(upper, upper + 11.0)),
            *self._between_teeth(upper, upper + 11.0, 0.0, UPPER_TOOTH),
            Shape(Paint.SHADE, self._cut(self._top - 1.3, self._top), 0.3),
        ]

    def _tongue(self, lower_edge: float) -> list[Shape]:
        """It lies behind the lower teeth, and rises between the teeth as it is put out."""
        rest = lower_edge + 3.0 + 2.0 * self._pose["jawOpen"]
        top = between(rest, max(rest, UPPER_EDGE + 0.8), ramp(self._pose["tongueOut"], 0.0, 0.35))
        back = self._arch(self._jaw_x, 17.0, top, 9.0)
        groove = self._arch(self._jaw_x, 2.4, top - 1.6, 5.0)
        return [
            Shape(Paint.TONGUE, self._cut(back - 30.0, back)),
            Shape(Paint.TONGUE_GROOVE, self._cut(groove - 5.0, groove), 0.4),
        ]

    def _arch(self, middle: float, half_width: float, height: float, fall: float) -> Values:
        """A curve over the opening, that high in the middle and `fall` lower at the half width."""
        return np.asarray(height - fall * np.minimum(np.abs(self._x - middle) / half_width, 1.3) ** 3)

    def _cut(self, low: Values, high: Values) -> Points:
        """The part of a band that the opening leaves to be seen."""
        return band(self._x, np.clip(low, self._bottom, self._top), np.clip(high, self._bottom, self._top))

    def _between_teeth(self, low: Values, high: Values, middle: float, width: float) -> list[Shape]:
        at = middle + width * np.array([-3.0, -2.0, -1.0, 0.0, 1.0, 2.0, 3.0])
        bottom = np.interp(at, self._x, np.maximum(low, self._bottom), np.inf, np.inf)
        top = np.interp(at, self._x, np.minimum(high, self._top), -np.inf, -np.inf)
        return [
            Shape(Paint.TOOTH_GAP, np.array([[x, y0], [x, y1]]), 0.45, line_mm=0.35)
            for x, y0, y1 in zip(at, bottom, top, strict=True)
            if y1 - y0 > 0.3
        ]


def _shadows(contours: Lips) -> list[Shape]:
    """What the lips cast on the skin: the more, the more they protrude."""
    out = min(max(0.0, contours.protrusion), 14.0)
    below = contours.lower_outer[8:41]
    depth = (1.6 + 0.25 * out) * (1 - np.linspace(-1, 1, len(below)) ** 2)
    under = [
        Shape(Paint.SHADE, band(below[:, 0], below[:, 1] - 0.4 - depth * size, below[:, 1] + 1), 0.07 + 0.006 * out)
        for size in (1.0, 0.55)
    ]
    whole = np.concatenate([contours.upper_outer, contours.lower_outer[::-1]])
    middle = whole.mean(0)
    around = [Shape(Paint.SHADE, middle + (whole - middle) * (1 + size * out), 0.05) for size in (0.011, 0.021, 0.031)]
    return [*around, *under] if out > 0.5 else under


def _red(contours: Lips) -> list[Shape]:
    """The lips, and light on them: the more, the more they protrude."""
    upper = np.concatenate([contours.upper_outer, contours.upper_inner[::-1]])
    lower = np.concatenate([contours.lower_inner, contours.lower_outer[::-1]])
    light = 0.2 + 0.03 * min(max(0.0, contours.protrusion), 14.0)
    return [
        Shape(Paint.UPPER_LIP, upper),
        Shape(Paint.LOWER_LIP, lower),
        Shape(Paint.LIP_LIGHT, _lens(contours.lower_inner, contours.lower_outer, 0.42, 0.24, slice(13, 36)), light),
        Shape(
            Paint.LIP_LIGHT, _lens(contours.upper_inner, contours.upper_outer, 0.55, 0.18, slice(11, 24)), 0.6 * light
        ),
        Shape(
            Paint.LIP_LIGHT, _lens(contours.upper_inner, contours.upper_outer, 0.55, 0.18, slice(25, 38)), 0.6 * light
        ),
    ]


def _lens(inner: Points, outer: Points, place: float, height: float, part: slice) -> Points:
    """A spindle within a lip: that far from its inner to its outer contour, that share of its thickness high."""
    start, end = inner[part], outer[part]
    half = height / 2 * (1 - np.linspace(-1, 1, len(start)) ** 2)[:, None]
    return np.concatenate([start + (end - start) * (place + half), (start + (end - start) * (place - half))[::-1]])


def _tongue_out(pose: Pose, contours: Lips) -> list[Shape]:
    """The part of the tongue before the lower lip; it narrows towards its tip."""
    out = ramp(pose["tongueOut"], 0.35, 1.0)
    if not out:
        return []
    x = jaw_shift(pose)
    root = float(contours.lower_inner[24, 1])
    top = min(root + 1.2, float(contours.upper_inner[24, 1]))
    tip = root - 20.0 * out
    half = min(7.5 + 5.5 * out, 0.3 * float(np.ptp(contours.upper_inner[:, 0])))
    left = [(half * 0.97, top), (half, between(top, tip, 0.35)), (half * 0.82, between(top, tip, 0.75))]
    knots = [*left, (half * 0.4, between(top, tip, 0.97)), (0.0, tip)]
    outline = smooth([(x + at, y) for at, y in knots] + [(x - at, y) for at, y in reversed(knots[:-1])])
    groove = np.array([[x, root - 0.5], [x, between(root, tip, 0.7)]])
    return [
        Shape(Paint.TONGUE, outline),
        Shape(Paint.TONGUE_GROOVE, outline, 0.5, line_mm=0.5),
        Shape(Paint.TONGUE_GROOVE, groove, 0.5 * out, line_mm=0.9),
    ]


def _lines(contours: Lips) -> list[Shape]:
    """The edge of the red, and the dark line where the lips part or touch."""
    touching = contours.gap < 0.25
    line = Shape(Paint.LIP_LINE, contours.upper_inner, 0.9, line_mm=0.9)
    parted = Shape(Paint.LIP_LINE, contours.lower_inner, 0.55, line_mm=0.5)
    return [
        Shape(Paint.LIP_EDGE, contours.upper_outer, 0.5, line_mm=0.4),
        Shape(Paint.LIP_EDGE, contours.lower_outer, 0.35, line_mm=0.4),
        line,
        *([] if touching.all() else [parted]),
    ]
