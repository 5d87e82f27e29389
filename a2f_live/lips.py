"""What each weight does to the lips of a face, in millimetres: their gap, their width, and how far they protrude.

Measured on a reference head with the 52 ARKit targets, one target at 1 at a time; effects add up. Other heads differ in
size, hardly in proportion.
"""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from a2f_live.arkit import COUNT, INDEX

Millimetres = NDArray[np.float64]


class Effect(NamedTuple):
    """What one weight at 1 does, in mm."""

    gap: float
    """Between the inner edges of the lips, in the middle."""
    width: float
    """From corner to corner."""
    protrusion: float
    """Of both lips, forward."""


EFFECTS: Final[Mapping[str, Effect]] = {
    "jawForward": Effect(1.24, 0.0, 4.6),
    "jawLeft": Effect(-0.08, 1.5, 1.85),
    "jawRight": Effect(-0.08, 1.5, 1.85),
    "jawOpen": Effect(29.28, -6.0, -8.7),
    "mouthClose": Effect(-29.4, 6.0, 6.9),
    "mouthFunnel": Effect(7.34, -5.9, 6.5),
    "mouthPucker": Effect(-1.04, -9.0, 8.4),
    "mouthLeft": Effect(-1.16, -1.2, -1.0),
    "mouthRight": Effect(-1.16, -1.2, -1.0),
    "mouthSmileLeft": Effect(-1.14, 7.9, 0.2),
    "mouthSmileRight": Effect(-1.14, 7.9, 0.2),
    "mouthFrownLeft": Effect(-0.04, 1.3, 0.05),
    "mouthFrownRight": Effect(-0.04, 1.3, 0.05),
    "mouthDimpleLeft": Effect(0.14, 5.6, 0.05),
    "mouthDimpleRight": Effect(0.16, 5.6, 0.05),
    "mouthStretchLeft": Effect(0.14, 6.1, 0.1),
    "mouthStretchRight": Effect(0.14, 6.1, 0.1),
    "mouthRollLower": Effect(-2.04, -0.1, -2.3),
    "mouthRollUpper": Effect(-2.2, 0.0, -4.8),
    "mouthShrugLower": Effect(-3.84, 0.0, 2.1),
    "mouthShrugUpper": Effect(3.42, 0.0, 0.45),
    "mouthPressLeft": Effect(-0.84, 6.1, 0.05),
    "mouthPressRight": Effect(-0.84, 6.1, 0.05),
    "mouthLowerDownLeft": Effect(2.12, 0.1, 0.3),
    "mouthLowerDownRight": Effect(2.12, 0.1, 0.3),
    "mouthUpperUpLeft": Effect(2.5, -0.6, 0.05),
    "mouthUpperUpRight": Effect(2.5, -0.6, 0.05),
    "cheekPuff": Effect(-0.84, -6.6, 3.35),
    "cheekSquintLeft": Effect(0.0, 0.5, 0.0),
    "cheekSquintRight": Effect(0.0, 0.5, 0.0),
    "noseSneerLeft": Effect(0.08, 0.0, 0.05),
    "noseSneerRight": Effect(0.08, 0.0, 0.05),
}
"""Every weight that moves the lips; the others leave them where they are."""


def _matrix() -> Millimetres:
    matrix = np.zeros((COUNT, len(Effect._fields)))
    for name, effect in EFFECTS.items():
        matrix[INDEX[name]] = effect
    return matrix


_MATRIX: Final = _matrix()
"""(52, 3): gap, width and protrusion of each weight."""


def gap_mm(weights: NDArray[np.floating[Any]]) -> Millimetres:
    """How far the lips are apart: (..., 52) weights to (...) mm, 0 where they touch."""
    return np.maximum(weights @ _MATRIX[:, 0], 0.0)


def width_mm(weights: NDArray[np.floating[Any]]) -> Millimetres:
    """How much wider than at rest the mouth is: (..., 52) weights to (...) mm."""
    return np.asarray(weights @ _MATRIX[:, 1])


def protrusion_mm(weights: NDArray[np.floating[Any]]) -> Millimetres:
    """How much further forward than at rest the lips are: (..., 52) weights to (...) mm."""
    return np.asarray(weights @ _MATRIX[:, 2])


def rounding_mm(weights: NDArray[np.floating[Any]]) -> Millimetres:
    """How rounded the lips are, protrusion less width: (..., 52) weights to (...) mm, negative when spread."""
    return np.asarray(weights @ (_MATRIX[:, 2] - _MATRIX[:, 1]))
