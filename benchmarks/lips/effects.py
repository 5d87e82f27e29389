"""What each of the 52 weights does to the lips of a face."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from a2f_live import arkit

GAP_WIDTH_PROTRUSION_MM: Final[Mapping[str, tuple[float, float, float]]] = MappingProxyType(
    {
        "jawForward": (1.24, 0.0, 4.6),
        "jawLeft": (-0.08, 1.5, 1.85),
        "jawRight": (-0.08, 1.5, 1.85),
        "jawOpen": (29.28, -6.0, -8.7),
        "mouthClose": (-29.4, 6.0, 6.9),
        "mouthFunnel": (7.34, -5.9, 6.5),
        "mouthPucker": (-1.04, -9.0, 8.4),
        "mouthLeft": (-1.16, -1.2, -1.0),
        "mouthRight": (-1.16, -1.2, -1.0),
        "mouthSmileLeft": (-1.14, 7.9, 0.2),
        "mouthSmileRight": (-1.14, 7.9, 0.2),
        "mouthFrownLeft": (-0.04, 1.3, 0.05),
        "mouthFrownRight": (-0.04, 1.3, 0.05),
        "mouthDimpleLeft": (0.14, 5.6, 0.05),
        "mouthDimpleRight": (0.16, 5.6, 0.05),
        "mouthStretchLeft": (0.14, 6.1, 0.1),
        "mouthStretchRight": (0.14, 6.1, 0.1),
        "mouthRollLower": (-2.04, -0.1, -2.3),
        "mouthRollUpper": (-2.2, 0.0, -4.8),
        "mouthShrugLower": (-3.84, 0.0, 2.1),
        "mouthShrugUpper": (3.42, 0.0, 0.45),
        "mouthPressLeft": (-0.84, 6.1, 0.05),
        "mouthPressRight": (-0.84, 6.1, 0.05),
        "mouthLowerDownLeft": (2.12, 0.1, 0.3),
        "mouthLowerDownRight": (2.12, 0.1, 0.3),
        "mouthUpperUpLeft": (2.5, -0.6, 0.05),
        "mouthUpperUpRight": (2.5, -0.6, 0.05),
        "cheekPuff": (-0.84, -6.6, 3.35),
        "cheekSquintLeft": (0.0, 0.5, 0.0),
        "cheekSquintRight": (0.0, 0.5, 0.0),
        "noseSneerLeft": (0.08, 0.0, 0.05),
        "noseSneerRight": (0.08, 0.0, 0.05),
    }
)
"""Of a weight of 1 on a reference head (CC0, with the 52 targets): gap between the inner lips, width of the mouth,
protrusion of the lips. Weights that are not here move no lip."""

_EFFECTS: Final = np.array([GAP_WIDTH_PROTRUSION_MM.get(name, (0.0, 0.0, 0.0)) for name in arkit.NAMES])


def aperture_mm(weights: NDArray[np.floating]) -> NDArray[np.float64]:
    """(n,) gap between the inner lips, never below 0, of (n, 52) weights in the order of `arkit.NAMES`."""
    gap_mm: NDArray[np.float64] = np.asarray(weights, np.float64) @ _EFFECTS[:, 0]
    return np.maximum(gap_mm, 0.0)


def rounding_mm(weights: NDArray[np.floating]) -> NDArray[np.float64]:
    """(n,) protrusion less width of (n, 52) weights: the larger, the rounder the lips."""
    return np.asarray(np.asarray(weights, np.float64) @ (_EFFECTS[:, 2] - _EFFECTS[:, 1]))
