"""The lips of the drawn face: weights to contours.

In the middle the gap of the inner contours is that of `lips.gap_mm`; how it tapers to the corners, and what moves
of the upper and what of the lower lip, is drawn after how faces look.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from a2f_live.lips import EFFECTS
from a2f_live.plot.shapes import SIDES, Points, Pose, Side, Values, between

HALF_WIDTH: Final = 25.0
"""From the middle to a corner at rest, mm."""
UPPER_THICKNESS: Final = 7.2
LOWER_THICKNESS: Final = 9.2
UPPER_SHARE: Final[Mapping[str, float]] = {
    "jawOpen": -0.03,
    "mouthClose": 0.28,
    "mouthFunnel": 0.35,
    "mouthPucker": 0.5,
    "mouthRollUpper": 1.0,
    "mouthRollLower": 0.0,
    "mouthShrugUpper": 1.0,
    "mouthShrugLower": -0.55,
    "cheekPuff": 0.5,
}
"""How much of the gap that a weight makes is motion of the upper lip; the rest is motion of the lower one."""
NARROWING: Final = 1.8
"""Rounded lips look that much narrower than their corners are, for what is round turns away at the sides."""

ACROSS: Final = np.sin(np.linspace(-np.pi / 2, np.pi / 2, 49))
"""Places from the right corner, -1, to the left one, 1, denser near the corners."""
FROM_MIDDLE: Final = np.abs(ACROSS)


@dataclass(frozen=True, slots=True, eq=False)
class Lips:
    """The four contours, each (49, 2) from the right corner of the mouth to the left; upper is never below lower."""

    upper_outer: Points
    upper_inner: Points
    lower_inner: Points
    lower_outer: Points
    protrusion: float
    """Forward of where they rest, mm."""

    @property
    def gap(self) -> Values:
        """Between the inner contours, mm, from corner to corner."""
        return np.asarray(self.upper_inner[:, 1] - self.lower_inner[:, 1])


def lips(pose: Pose) -> Lips:
    """Bend the lips as the weights say."""
    left, right = _half_width(pose, "Left"), _half_width(pose, "Right")
    ring = _ring(pose, min(left, right))
    gap, upper = _opening(pose)
    corners = _corners(pose, float(upper[24] - gap[24]))
    pull = FROM_MIDDLE**2
    base = (1 - pull) * upper + pull * corners
    opened = gap * _taper(pose)
    edge = base + (1 - pull) * _bow(pose) * np.exp(-gap / 5)
    above, below = _thickness(pose)
    shift = 6.5 * (pose["mouthLeft"] - pose["mouthRight"]) + 1.5 * (pose["jawLeft"] - pose["jawRight"])
    outer_x = shift + ACROSS * np.where(ACROSS > 0, left, right)
    inner_x = shift + ACROSS * np.where(ACROSS > 0, left - ring, right - ring)
    return Lips(
        upper_outer=np.stack([outer_x, np.maximum(base + above, edge)], 1),
        upper_inner=np.stack([inner_x, edge], 1),
        lower_inner=np.stack([inner_x, edge - opened], 1),
        lower_outer=np.stack([outer_x + _lower_shift(pose), np.minimum(base - opened - below, edge - opened)], 1),
        protrusion=_summed(pose, 2),
    )


def roundness(pose: Pose) -> float:
    """How much the opening is an O rather than a slit, 0..1."""
    return min(1.0, pose["mouthFunnel"] + 0.85 * pose["mouthPucker"])


def jaw_shift(pose: Pose) -> float:
    """How far the jaw stands to the left, mm."""
    return 7.0 * (pose["jawLeft"] - pose["jawRight"])


def _summed(pose: Pose, column: int) -> float:
    return sum(effect[column] * pose[name] for name, effect in EFFECTS.items())


def _half_width(pose: Pose, side: Side) -> float:
    """From the middle to the outer corner; what has a side moves its own corner, the rest both."""
    spread = sum(effect.width * pose[name] for name, effect in EFFECTS.items() if name.endswith(side))
    common = sum(effect.width * pose[name] for name, effect in EFFECTS.items() if not name.endswith(SIDES))
    rounded = sum(EFFECTS[name].width * pose[name] for name in ("mouthFunnel", "mouthPucker"))
    half = HALF_WIDTH + 0.85 * spread + (common + (NARROWING - 1) * rounded) / 2
    return min(max(half, 9.0), 40.0)


def _ring(pose: Pose, half_width: float) -> float:
    """How far the outer corners stand outside of the inner ones: hardly at rest, much in an O."""
    return min(0.4 + 4.2 * pose["mouthPucker"] + 3.4 * pose["mouthFunnel"], 0.42 * half_width)


def _opening(pose: Pose) -> tuple[Values, Values]:
    """Gap between the inner contours before it tapers, and height of the upper one, from corner to corner."""
    raw = np.zeros(len(ACROSS))
    upper = np.zeros(len(ACROSS))
    for name, effect in EFFECTS.items():
        amount = effect.gap * pose[name]
        where = _bump(name) if name.startswith(("mouthUpperUp", "mouthLowerDown", "mouthPress")) else 1.0
        share = 1.0 if name.startswith("mouthUpperUp") else UPPER_SHARE.get(name, 0.0)
        raw += amount * where
        upper += amount * where * share
    upper = 9.0 * np.tanh(upper / 9.0) - np.minimum(raw, 0.0) / 2  # never into the nose; lips pressed meet midway
    return np.maximum(raw, 0.0), upper


def _bump(name: str) -> Values:
    """What moves one side of a lip most: 1 in the middle, more beyond it on its side, little on the other."""
    side = 1 if name.endswith("Left") else -1
    return np.asarray(np.exp(-(((side * ACROSS - 0.4) / 0.6) ** 2) + (0.4 / 0.6) ** 2))


def _corners(pose: Pose, lower_lip: float) -> Values:
    """Height of the corner that each place is nearer to; they follow the lower lip down a little."""
    heights = {
        side: -0.8
        + 8.0 * pose.of("mouthSmile", side)
        - 7.5 * pose.of("mouthFrown", side)
        - 2.0 * pose.of("mouthStretch", side)
        + 1.5 * pose.of("mouthDimple", side)
        + 1.0 * pose.of("mouthPress", side)
        + 0.8 * pose.of("noseSneer", side)
        + 1.2 * pose.of("cheekSquint", side)
        + 2.5 * pose["mouth" + side]
        + 1.2 * pose["mouthShrugLower"]
        + 0.4 * min(0.0, lower_lip)
        for side in SIDES
    }
    return np.where(ACROSS > 0, heights["Left"], heights["Right"])


def _bow(pose: Pose) -> Values:
    """The line of the lips at rest: a small beak in the middle; it goes as the lips are drawn or rounded."""
    flat = max(roundness(pose), pose.mean("mouthSmile"), pose.mean("mouthStretch"), pose["mouthRollUpper"])
    return np.asarray(0.9 * (1 - flat) * (FROM_MIDDLE**0.7 - np.exp(-((ACROSS / 0.16) ** 2)) * 0.5))


def _taper(pose: Pose) -> Values:
    """Share of the gap in the middle that is left at each place, 0 in the corners."""
    spread = max(pose.mean("mouthSmile"), pose.mean("mouthStretch"))
    sideways = 0.35 * (pose["jawLeft"] - pose["jawRight"])
    place = ACROSS - sideways * (1 - ACROSS**2)
    power, end = 2.0 + 0.8 * spread, between(0.85, 0.5, roundness(pose))
    return np.asarray((1 - np.minimum(np.abs(place), 1.0) ** power) ** end)


def _thickness(pose: Pose) -> tuple[Values, Values]:
    """Height of the red of upper and lower lip at each place, mm."""
    pressed = min(1.0, max(0.0, -_summed(pose, 0)) / 8)
    press = _sided(pose, "mouthPress")
    drawn = 1 - 0.22 * _sided(pose, "mouthSmile") - 0.16 * _sided(pose, "mouthStretch") - 0.12 * pose["jawOpen"]
    common = drawn * (1 - 0.45 * press) * (1 - 0.4 * pressed) * (1 + 0.3 * pose["mouthPucker"])
    common *= 1 - 0.2 * pose["cheekPuff"]
    upper = UPPER_THICKNESS * common * (1 - 0.8 * pose["mouthRollUpper"]) * (1 + 0.5 * pose["mouthFunnel"])
    lower = LOWER_THICKNESS * common * (1 - 0.8 * pose["mouthRollLower"]) * (1 + 0.4 * pose["mouthFunnel"])
    upper *= (1 - 0.15 * _sided(pose, "mouthUpperUp")) * (1 + 0.15 * pose["mouthShrugUpper"])
    lower *= 1 + 0.45 * pose["mouthShrugLower"] + 0.1 * pose["jawForward"]
    end = between(0.95, 0.5, roundness(pose))
    bow = 1 - (0.22 - 0.1 * roundness(pose)) * np.exp(-((ACROSS / 0.15) ** 2))
    return upper * bow * (1 - FROM_MIDDLE**1.6) ** end, lower * (1 - FROM_MIDDLE**2.2) ** end


def _sided(pose: Pose, name: str) -> Values:
    """A weight of two sides at each place: the right one at the right corner, the left one at the left."""
    share = (1 + ACROSS * (1.5 - 0.5 * ACROSS**2)) / 2
    return np.asarray(pose.of(name, "Right") * (1 - share) + pose.of(name, "Left") * share)


def _lower_shift(pose: Pose) -> Values:
    return np.asarray(0.6 * jaw_shift(pose) * (1 - ACROSS**2))
