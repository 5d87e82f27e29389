"""Which curves tell the motion of a face, and what each is of a track."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from a2f_live import lips
from a2f_live.arkit import INDEX
from a2f_live.outputs.track import Track

Values = NDArray[np.floating]

BLUE: Final = "#2563a8"
RED: Final = "#c8443c"
GREEN: Final = "#2b9470"
AMBER: Final = "#c98511"
PURPLE: Final = "#7550bd"
PINK: Final = "#b8479a"
SLATE: Final = "#4b5567"
SKY: Final = "#4f9ec4"


@dataclass(frozen=True, slots=True)
class Curve:
    """One line of a chart."""

    label: str
    colour: str
    of: Callable[[Track], Values]
    """(n,) values of a track of n frames."""
    filled: bool = False
    """Whether the area down to 0 is filled."""


@dataclass(frozen=True, slots=True)
class Group:
    """Curves that share a scale and a panel."""

    unit: str
    """Empty for weights, 0..1."""
    curves: tuple[Curve, ...]
    height_px: int = 64


def weight(*names: str) -> Callable[[Track], Values]:
    """The mean of weights."""
    columns = [INDEX[name] for name in names]
    return lambda track: track.weights[:, columns].mean(axis=1)


def both(name: str) -> Callable[[Track], Values]:
    """The mean of left and right."""
    return weight(f"{name}Left", f"{name}Right")


LIPS: Final = Group(
    "mm",
    (
        Curve("lip gap", BLUE, lambda track: lips.gap_mm(track.weights), filled=True),
        Curve("rounding", PURPLE, lambda track: lips.rounding_mm(track.weights)),
    ),
    height_px=84,
)
WEIGHTS: Final = (
    Group(
        "",
        (
            Curve("jaw open", BLUE, weight("jawOpen")),
            Curve("mouth close", RED, weight("mouthClose")),
            Curve("lower lip down", AMBER, both("mouthLowerDown")),
            Curve("upper lip up", GREEN, both("mouthUpperUp")),
        ),
    ),
    Group(
        "",
        (
            Curve("pucker", PURPLE, weight("mouthPucker")),
            Curve("funnel", PINK, weight("mouthFunnel")),
            Curve("smile", AMBER, both("mouthSmile")),
            Curve("stretch", GREEN, both("mouthStretch")),
        ),
    ),
    Group(
        "",
        (
            Curve("press", RED, both("mouthPress")),
            Curve("roll in", AMBER, weight("mouthRollLower", "mouthRollUpper")),
            Curve("shrug", SLATE, weight("mouthShrugLower", "mouthShrugUpper")),
            Curve("tongue out", PINK, weight("tongueOut")),
        ),
        height_px=62,
    ),
    Group(
        "",
        (
            Curve("blink", SLATE, both("eyeBlink")),
            Curve("brows up", SKY, weight("browInnerUp", "browOuterUpLeft", "browOuterUpRight")),
            Curve("squint", AMBER, both("eyeSquint")),
        ),
        height_px=48,
    ),
)
HEAD: Final = Group(
    "°",
    (
        Curve("yaw", BLUE, lambda track: _turn(track, 0)),
        Curve("pitch", RED, lambda track: _turn(track, 1)),
        Curve("roll", GREEN, lambda track: _turn(track, 2)),
    ),
    height_px=48,
)


def groups_of(track: Track) -> tuple[Group, ...]:
    """Every group that a track has something for."""
    return (LIPS, *WEIGHTS, *((HEAD,) if track.head is not None else ()))


def _turn(track: Track, axis: int) -> Values:
    return np.zeros(track.count) if track.head is None else track.head[:, axis]
