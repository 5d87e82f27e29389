"""What a drawing of a face is made of: filled polygons and lines, in millimetres, the first the furthest back.

The x axis points to the left of the face, which is the right of the picture; the y axis points up. The origin is the
middle of the lips at rest.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum, auto
from math import cos, radians, sin
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from a2f_live.arkit import NAMES

Points = NDArray[np.float64]
"""(n, 2): x and y in mm."""
Values = NDArray[np.float64]
Knots = Sequence[tuple[float, float]]

Side = Literal["Left", "Right"]
SIDES: Final[tuple[Side, Side]] = ("Right", "Left")
OUTWARD: Final[dict[Side, float]] = {"Right": -1.0, "Left": 1.0}
"""Sign of x on each side of the face."""


class Paint(StrEnum):
    """What a shape depicts; the drawing gives each a colour."""

    SKIN = auto()
    OUTLINE = auto()
    HAIR = auto()
    BLUSH = auto()
    CREASE = auto()
    SHADE = auto()
    NOSTRIL = auto()
    BROW = auto()
    EYE_WHITE = auto()
    IRIS = auto()
    PUPIL = auto()
    GLINT = auto()
    LID = auto()
    LASH = auto()
    CAVITY = auto()
    UPPER_TEETH = auto()
    LOWER_TEETH = auto()
    TOOTH_GAP = auto()
    TONGUE = auto()
    TONGUE_GROOVE = auto()
    UPPER_LIP = auto()
    LOWER_LIP = auto()
    LIP_EDGE = auto()
    LIP_LINE = auto()
    LIP_LIGHT = auto()


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """A filled polygon, or a line where it has a width."""

    paint: Paint
    points: Points
    opacity: float = 1.0
    """0..1."""
    line_mm: float = 0.0
    """Width of a line; 0 for a filled polygon."""


class Pose:
    """The weights of one frame by their names, each held to 0..1."""

    def __init__(self, weights: NDArray[np.floating[Any]]) -> None:
        held = np.clip(np.nan_to_num(weights), 0.0, 1.0)
        self._weights: dict[str, float] = dict(zip(NAMES, held.tolist(), strict=True))

    def __getitem__(self, name: str) -> float:
        return self._weights[name]

    def of(self, name: str, side: Side) -> float:
        """The weight of one side of the face."""
        return self._weights[name + side]

    def mean(self, name: str) -> float:
        """The mean of left and right."""
        return (self._weights[name + "Left"] + self._weights[name + "Right"]) / 2


def ramp(value: float, low: float, high: float) -> float:
    """0 up to `low`, 1 from `high` on, and a smooth way between."""
    part = min(max((value - low) / (high - low), 0.0), 1.0)
    return part * part * (3 - 2 * part)


def between(first: float, second: float, share: float) -> float:
    """The value so far on the way from the first to the second."""
    return first + (second - first) * share


def smooth(knots: Knots, *, closed: bool = False, steps: int = 8) -> Points:
    """A curve through the knots: the uniform Catmull-Rom spline, with so many steps from one to the next."""
    at = np.asarray(knots, float)
    ends = (at[-1:], at[:2]) if closed else (2 * at[:1] - at[1:2], 2 * at[-1:] - at[-2:-1])
    padded = np.concatenate([ends[0], at, ends[1]])
    p, q, r, s = (padded[i : len(padded) - 3 + i, None] for i in range(4))
    t = (np.arange(steps) / steps)[:, None]
    curve = q + 0.5 * t * (r - p + t * (2 * p - 5 * q + 4 * r - s + t * (3 * (q - r) + s - p)))
    flat = curve.reshape(-1, 2)
    return flat if closed else np.concatenate([flat, at[-1:]])


def on(side: Side, knots: Knots) -> Points:
    """A curve through knots that are told for the left side of the face, on that side."""
    return smooth([(OUTWARD[side] * x, y) for x, y in knots])


def ellipse(x: float, y: float, width: float, height: float, count: int = 24) -> Points:
    """An ellipse of that whole width and height around a point."""
    angle = np.linspace(0, 2 * np.pi, count, endpoint=False)
    return np.stack([x + width / 2 * np.cos(angle), y + height / 2 * np.sin(angle)], axis=1)


def band(x: Values, lower: Values, upper: Values) -> Points:
    """The polygon between two curves over the same x, `upper` nowhere below `lower`."""
    return np.concatenate([np.stack([x, upper], 1), np.stack([x, lower], 1)[::-1]])


def stroke(line: Points, width_mm: float, ends: float = 0.15) -> Points:
    """The polygon of a stroke that is widest in its middle; at its ends it keeps that share of the width."""
    along = np.gradient(line, axis=0)
    normal = np.stack([-along[:, 1], along[:, 0]], 1) / np.maximum(np.hypot(*along.T), 1e-9)[:, None]
    half = width_mm / 2 * (ends + (1 - ends) * np.sin(np.linspace(0, np.pi, len(line))))
    offset = normal * half[:, None]
    return np.concatenate([line + offset, (line - offset)[::-1]])


def turned(
    shapes: Iterable[Shape], degrees: float, shift: tuple[float, float], pivot: tuple[float, float]
) -> list[Shape]:
    """The shapes turned anticlockwise around the pivot, then shifted."""
    c, s = cos(radians(degrees)), sin(radians(degrees))
    matrix = np.array([[c, s], [-s, c]])
    return [replace(shape, points=(shape.points - pivot) @ matrix + pivot + shift) for shape in shapes]
