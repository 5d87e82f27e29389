"""From what is heard to the mouth: soft cues of articulation, smoothed in time, then weights of ARKit shapes.

The thresholds are set by hand, from what phonetics says of formants and from the band levels of the phones of one
recorded speaker, then tried on other voices. It is a heuristic: nothing is trained.
"""

from collections.abc import Mapping
from typing import Final

import numpy as np

from a2f_live import arkit
from a2f_live.engine.base import Array
from a2f_live.engine.embedded.hearing import Heard, overlapping

RAMPS_DB: Final[Mapping[str, tuple[float, float]]] = {
    "speech": (6, 14),
    "gap": (-38, -24),
    "jaw": (-32, -8),
    "voiced": (-24, -8),
    "oral": (-26, -12),
    "sibilant": (0, 12),
    "hushing": (-6, 4),
    "back": (8, 24),
    "front": (-6, 12),
}
"""Where each cue begins and where it is full."""

KERNELS: Final[Mapping[int, tuple[float, ...]]] = {
    0: (0.78, 0.22, 0.0, 0.0, 0.0, 0.0),
    40: (0.3, 0.42, 0.28, 0.0, 0.0, 0.0),
    80: (0.0, 0.05, 0.26, 0.38, 0.26, 0.05),
}
"""Look-ahead in ms to the weights of the newest hop and of those before it.

A hop is heard 16 ms before the end of its context, so with 40 ms the second tap is centred on the row, with 80 ms the
fourth. With 0 ms the mouth comes some 20 ms late, which is as good as no look-ahead can be here.
"""
TAPS: Final = 6

POSES: Final[Mapping[str, Mapping[str, float]]] = {
    "gap": {"jawOpen": 0.09, "mouthLowerDown": 0.12, "mouthUpperUp": 0.08},
    "jaw": {"jawOpen": 0.27, "mouthLowerDown": 0.18, "mouthUpperUp": 0.12, "mouthStretch": 0.04},
    "rounded": {"mouthPucker": 0.42, "mouthFunnel": 0.24},
    "spread": {"mouthSmile": 0.14, "mouthStretch": 0.16, "mouthDimple": 0.08},
    "sibilant": {"mouthLowerDown": 0.18, "mouthUpperUp": 0.06, "mouthShrugUpper": 0.05},
    "pressed": {"mouthPress": 0.08, "mouthRollLower": 0.16, "mouthRollUpper": 0.08},
}
"""What each cue does when it is full; a shape without its side means both. No shape gets more than 1 in all."""
CUES: Final = len(POSES)


def _pose_matrix() -> Array:
    matrix = np.zeros((CUES, arkit.COUNT), np.float32)
    for row, pose in zip(matrix, POSES.values(), strict=True):
        for shape, weight in pose.items():
            sides = (shape,) if shape in arkit.INDEX else (f"{shape}Left", f"{shape}Right")
            row[[arkit.INDEX[side] for side in sides]] = weight
    return matrix


_POSES: Final = _pose_matrix()
_LOW: Final[Array] = np.array([low for low, _ in RAMPS_DB.values()], np.float32)[:, None, None]
_SLOPE: Final[Array] = np.array([1 / (high - low) for low, high in RAMPS_DB.values()], np.float32)[:, None, None]


def cues(heard: Heard) -> Array:
    """(windows, hops, CUES) float32, 0..1: how open, rounded, spread ... the mouth must have been to sound so."""
    voice, low, open_, middle, front, sharp, _, hiss = heard.bands_db.transpose(2, 0, 1)
    evidence = (
        heard.over_noise_db,
        np.maximum(np.maximum(open_, front), sharp),
        open_,
        voice,
        low,
        np.maximum(sharp, hiss) - low,
        sharp - hiss,
        low - np.maximum(middle, front),
        front - open_,
    )
    speech, gap, jaw, voiced, oral, sibilant, hushing, back, fronted = _ramps(np.array(evidence))
    hushed = sibilant * hushing
    rounded = np.maximum(back * oral, hushed)
    spread = np.maximum(fronted * voiced, sibilant - hushed)
    pressed = (1 - gap) * (1 - sibilant)
    full: Array = np.array((gap, jaw * (1 - sibilant), rounded, spread, sibilant, pressed))
    return np.transpose(full * speech, (1, 2, 0))


def smooth(history: Array, kernels: Array, hops: int) -> Array:
    """(windows, TAPS - 1 + hops, CUES), oldest first, and (windows, TAPS), oldest first, to (windows, hops, CUES)."""
    weighted = overlapping(history, hops, TAPS, 1) * kernels[:, None, :, None]
    total: Array = np.add.reduce(weighted, axis=2)
    return total


def pose(cues: Array) -> Array:
    """(windows, hops, CUES) to weights (windows, hops, 52) float32, 0..1."""
    weights: Array = np.add.reduce(cues[..., None] * _POSES, axis=-2)
    return weights


def _ramps(evidence: Array) -> Array:
    """(RAMPS_DB, windows, hops) decibels to 0 below each ramp, 1 above it, and smooth between."""
    x: Array = np.minimum(np.maximum((evidence - _LOW) * _SLOPE, 0), 1)
    smooth: Array = x * x * (3 - x - x)
    return smooth
