"""Live Link Face: the packet that Unreal Engine takes over UDP for a face of ARKit, 61 numbers in network byte order.

| bytes | type | meaning |
|---|---|---|
| 1 | uint8 | version of the packet, 6 |
| 4 + n | int32, UTF-8 | length and text of the device |
| 4 + n | int32, UTF-8 | length and text of the subject |
| 4 | int32 | number of the frame |
| 4 | float32 | part of a frame beyond it |
| 8 | int32, int32 | frames a second, numerator and denominator |
| 1 | uint8 | how many numbers follow, 61 |
| 244 | float32 | 52 weights, then 3 rotations of the head and 3 of each eye |

Rotations are radians: in a recording of the app, those of the eyes follow the `eyeLook` weights at 0.62 for 1, an
eye's range. There an eye that looks to the face's own right, or down, has positive yaw and pitch. What the head's signs
are no recording told, so they are taken alike, and the head stays 0 unless it is asked for.
"""

import struct
from fractions import Fraction
from math import radians
from typing import Final

import numpy as np

from a2f_live import arkit
from a2f_live.errors import ConfigError
from a2f_live.outputs.pose import Pose

PORT: Final = 11111
VERSION: Final = 6
COUNT: Final = arkit.COUNT + len(arkit.LIVE_LINK_ROTATIONS)
LONGEST_NAME: Final = 255
"""Bytes of a text: the receiver in Unreal sets 256 characters aside for each."""
FRAMES: Final = 2**31
"""Numbers of frames begin anew here."""


class LiveLinkFace:
    """Makes packets of one subject at a constant frame rate. Raises `ConfigError` for names that do not fit."""

    def __init__(self, subject: str, device: str, fps: Fraction, *, head: bool = False) -> None:
        self._beginning = struct.pack(">B", VERSION) + _text("device", device) + _text("subject", subject)
        self._end = struct.pack(">iiB", fps.numerator, fps.denominator, COUNT)
        self._head = head

    def packet(self, pose: Pose, frame: int) -> bytes:
        """Give the bytes of one frame with its number."""
        values = np.empty(COUNT, ">f4")
        values[: arkit.COUNT] = pose.weights
        values[arkit.COUNT :] = self._rotations(pose)
        return self._beginning + struct.pack(">if", frame % FRAMES, 0.0) + self._end + values.tobytes()

    def _rotations(self, pose: Pose) -> list[float]:
        yaw, pitch, roll = pose.turn if self._head else (0.0, 0.0, 0.0)
        degrees = [-yaw, -pitch, roll]
        for side in ("Left", "Right"):
            yaw, pitch = pose.gaze(side)
            degrees += [-yaw, -pitch, 0.0]
        return [radians(angle) + 0.0 for angle in degrees]  # -0.0 becomes 0.0


def _text(what: str, name: str) -> bytes:
    data = name.encode()
    if not 0 < len(data) <= LONGEST_NAME:
        raise ConfigError(f"{what} {name!r}: Live Link takes names of 1 to {LONGEST_NAME} bytes")
    return struct.pack(">i", len(data)) + data
