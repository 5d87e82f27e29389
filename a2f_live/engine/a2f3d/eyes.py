"""The eyeballs: where they look, and the ARKit weights of that."""

from typing import Final

import numpy as np

from a2f_live import arkit
from a2f_live.engine.a2f3d.blendshapes import Floats
from a2f_live.engine.a2f3d.face import FaceConfig
from a2f_live.engine.base import Array

SACCADE_RATE_HZ: Final = 30
"""Rows of the table of saccades a second, whatever the frame rate."""
RIGHT_DOWN, RIGHT_YAW, LEFT_DOWN, LEFT_YAW = range(4)

LOOKS: Final = (
    *(("eyeLookDownRight", RIGHT_DOWN, 1), ("eyeLookUpRight", RIGHT_DOWN, -1)),
    *(("eyeLookInRight", RIGHT_YAW, 1), ("eyeLookOutRight", RIGHT_YAW, -1)),
    *(("eyeLookDownLeft", LEFT_DOWN, 1), ("eyeLookUpLeft", LEFT_DOWN, -1)),
    *(("eyeLookOutLeft", LEFT_YAW, 1), ("eyeLookInLeft", LEFT_YAW, -1)),
)
"""Weight, angle, and the sign that it grows with: in a space with y up and the face along z, a positive turn about x
looks down and one about y looks to the face's own left."""


class Eyes:
    """Rotations of both eyes."""

    def __init__(self, saccades: Array, config: FaceConfig, fps: float) -> None:
        """`saccades` is (frames, 2) degrees."""
        self._saccades = saccades.astype(np.float64)
        self._config = config
        self._step = SACCADE_RATE_HZ / fps
        self._offsets = np.array([getattr(config, f"{side}_eye_rot_{axis}_offset") for side in _SIDES for axis in "xy"])

    def rotations(self, said: Array, first_frame: int) -> Floats:
        """(n, 4) degrees: right eye about x and y, left eye about x and y, of the (n, 4) that the network says."""
        frames = first_frame + np.arange(len(said))
        rows = np.floor(self._config.eye_saccade_seed + frames * self._step + 1e-9).astype(np.int64)
        saccades = np.tile(self._saccades[rows % len(self._saccades)], 2)
        degrees: Floats = (
            self._offsets + self._config.eyeballs_strength * said + self._config.saccade_strength * saccades
        )
        return degrees


_SIDES: Final = ("right", "left")


def look(rows: Floats, rotations: Floats, full_look_deg: float) -> None:
    """Put the weights of the eyes' direction into (n, 52) rows; `full_look_deg` is worth a weight of 1."""
    for name, angle, sign in LOOKS:
        rows[:, arkit.INDEX[name]] = np.maximum(sign * rotations[:, angle] / full_look_deg, 0.0)
