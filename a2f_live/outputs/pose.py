"""One face at one moment, as the formats that show it live need it."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from a2f_live import arkit, speech
from a2f_live.frames import Array

GAZE_DEGREES: Final = 35.4
"""An eye turns so far where its `eyeLook` weight is 1: the slope between both in a recording of Live Link Face."""


@dataclass(frozen=True, slots=True, eq=False)
class Pose:
    """What is to be seen. The arrays are read-only by convention."""

    weights: Array
    """(52,) float32, 0..1, in the order of `arkit.NAMES`."""
    head: Array | None = None
    """(3,) float32, yaw, pitch and roll in degrees as in `Frames`, where known."""
    visemes: Array | None = None
    """(15,) float32, 0..1, in the order of `speech.VISEMES`, where known."""

    def weight(self, name: str) -> float:
        """One weight by its name."""
        return float(self.weights[arkit.INDEX[name]])

    def both(self, name: str) -> float:
        """The mean of a left and a right weight, by their name without the side."""
        return (self.weight(f"{name}Left") + self.weight(f"{name}Right")) / 2

    @property
    def turn(self) -> tuple[float, float, float]:
        """Yaw, pitch and roll of the head in degrees; 0 where they are not known."""
        if self.head is None:
            return 0.0, 0.0, 0.0
        yaw, pitch, roll = map(float, self.head)
        return yaw, pitch, roll

    def gaze(self, side: str) -> tuple[float, float]:
        """Yaw and pitch of the `Left` or `Right` eye in degrees, by its weights; to the face's left and up positive."""
        outward = self.weight(f"eyeLookOut{side}") - self.weight(f"eyeLookIn{side}")
        upward = self.weight(f"eyeLookUp{side}") - self.weight(f"eyeLookDown{side}")
        return GAZE_DEGREES * (outward if side == "Left" else -outward), GAZE_DEGREES * upward


def _rest() -> Pose:
    silence = speech.rest_row()[0, speech.VISEME_COLUMNS]
    return Pose(np.zeros(arkit.COUNT, np.float32), np.zeros(3, np.float32), silence)


REST: Final = _rest()
"""Nobody speaks, nothing moves."""
