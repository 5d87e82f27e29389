"""Weights as the parameters of a stream header ask for them; pure.

Strengths, smoothing (two exponential poles, alpha = 1 - 0.5^(dt / s), as the Audio2Face-3D SDK has them), multipliers
and offsets are what the NIM does, on weights where it works on a mesh. Lids and lips are moved by the weights that move
them most, which is a guess of ours.
"""

from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from a2f_live import arkit
from a2f_live.frames import Array
from a2f_live.server.nim_grpc.limits import FPS
from a2f_live.server.nim_grpc.parameters import Wishes

Mask = NDArray[np.float32]

UPPER: Final[Mask] = np.array(
    [name.startswith(("brow", "eye")) and not name.startswith("eyeLook") for name in arkit.NAMES], np.float32
)
LOWER: Final[Mask] = np.array([not name.startswith(("brow", "eye")) for name in arkit.NAMES], np.float32)
BLINK: Final = [arkit.INDEX[name] for name in ("eyeBlinkLeft", "eyeBlinkRight")]
WIDE: Final = [arkit.INDEX[name] for name in ("eyeWideLeft", "eyeWideRight")]
PARTED: Final = [arkit.INDEX[f"mouth{lip}{side}"] for lip in ("LowerDown", "UpperUp") for side in ("Left", "Right")]


class Face:
    """One stream: frames in their order. Without wishes they come out as they went in."""

    def __init__(self, wishes: Wishes) -> None:
        face = wishes.face
        skin = face.get("skinStrength", 1.0)
        upper, lower = (skin * face.get(f"{part}FaceStrength", 1.0) for part in ("upper", "lower"))
        self._strength = _row(1.0) + UPPER * np.float32(upper - 1) + LOWER * np.float32(lower - 1)
        self._alpha = _row(1.0)
        for part, mask in (("upper", UPPER), ("lower", LOWER)):
            self._alpha -= mask * np.float32(1 - _alpha(face.get(f"{part}FaceSmoothing", 0.0)))
        self._poles: tuple[Array, Array] | None = None
        self._smooths = bool((self._alpha < 1).any())
        self._shut = face.get("blinkOffset", 0.0) * face.get("blinkStrength", 1.0) - face.get("eyelidOpenOffset", 0.0)
        self._parted = face.get("lipOpenOffset", 0.0)
        self._multipliers, self._offsets = _row(1.0, wishes.multipliers), _row(0.0, wishes.offsets)
        self._clamps = wishes.clamp

    def shape(self, weights: Array) -> Array:
        """One frame, (52,) float32 in 0..1; beyond that where a multiplier or an offset asks for it and none clamps."""
        shaped = self._smooth(weights * self._strength)
        if self._shut:
            _turn(shaped, BLINK, self._shut)
            _turn(shaped, WIDE, max(0.0, -self._shut))
        if self._parted:
            _turn(shaped, PARTED, self._parted)
        shaped = np.clip(shaped, 0, 1) * self._multipliers + self._offsets
        clipped: Array = np.clip(shaped, 0, 1) if self._clamps else shaped
        return clipped

    def _smooth(self, weights: Array) -> Array:
        if not self._smooths:
            return weights
        first, second = self._poles or (weights, weights)
        first = first + self._alpha * (weights - first)
        second = second + self._alpha * (first - second)
        self._poles = first, second
        return second.copy()


def _alpha(smoothing_s: float) -> float:
    return 1 - 0.5 ** (1 / FPS / smoothing_s) if smoothing_s > 0 else 1.0


def _row(default: float, values: Mapping[str, float] | None = None) -> Array:
    row = np.full(arkit.COUNT, default, np.float32)
    for name, value in (values or {}).items():
        row[arkit.INDEX[name]] = value
    return row


def _turn(weights: Array, columns: list[int], by: float) -> None:
    weights[columns] = np.clip(weights[columns] + np.float32(by), 0, 1)
