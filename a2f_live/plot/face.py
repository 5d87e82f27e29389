"""The drawn face: 52 weights and a turn of the head to the shapes of a picture. Geometry only, no drawing library."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from a2f_live.plot.contours import lips
from a2f_live.plot.eyes import eyes
from a2f_live.plot.head import features, head
from a2f_live.plot.mouth import mouth
from a2f_live.plot.shapes import Pose, Shape, turned

NECK: Final = (0.0, -50.0)
"""About which the head rolls."""
TURN: Final = 0.4
"""How far a degree of yaw or pitch moves the face, mm."""
DEPTH: Final = 0.5
"""How much further what lies in front of the outline moves."""


@dataclass(frozen=True, slots=True)
class View:
    """The part of the face that a picture shows, mm."""

    left: float
    right: float
    top: float
    bottom: float

    @property
    def width(self) -> float:
        """From left to right."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """From bottom to top."""
        return self.top - self.bottom


VIEWS: Final = {"face": View(-69.0, 69.0, 112.0, -64.0), "mouth": View(-44.0, 44.0, 28.0, -44.0)}
"""By the name that a user gives."""


def face(weights: NDArray[np.floating[Any]], turn: NDArray[np.floating[Any]] | None = None) -> list[Shape]:
    """The shapes of a frame, the furthest back first.

    `weights` is (52,), 0..1; `turn` is (3,): yaw to the face's left, pitch up, roll to its right shoulder, degrees. A
    small turn is drawn as a shift of the whole, and a larger one of the features.
    """
    pose = Pose(weights)
    yaw, pitch, roll = (0.0, 0.0, 0.0) if turn is None else np.clip(turn, -40, 40).tolist()
    shift = (TURN * yaw, TURN * pitch)
    near = (shift[0] * (1 + DEPTH), shift[1] * (1 + DEPTH))
    contours = lips(pose)
    before = [*features(pose, contours), *eyes(pose), *mouth(pose, contours)]
    return [*turned(head(pose), roll, shift, NECK), *turned(before, roll, near, NECK)]
