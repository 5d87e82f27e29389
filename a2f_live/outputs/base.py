"""What a file format is: pieces of a file from the frames of a clip, one after the other."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar, Protocol

from a2f_live.frames import Frames

DECIMALS = 6
"""Of every weight and time in text: half a millionth is the largest rounding error."""


@dataclass(frozen=True, slots=True)
class Clip:
    """What is known of a clip before its first frame."""

    name: str
    """Name of the audio file."""
    fps: Fraction
    visemes: bool = False
    """Whether its frames carry visemes."""


class Format(Protocol):
    """One file of one clip; made anew for each. No clip is ever whole in memory."""

    suffix: ClassVar[str]
    """What follows the name of the clip in the name of the file."""

    def begin(self, clip: Clip) -> str:
        """Give what stands before the first frame."""
        ...

    def rows(self, frames: Frames) -> str:
        """Give what consecutive frames become."""
        ...

    def end(self) -> str:
        """Give what stands after the last frame."""
        ...


def times(frames: Frames) -> Iterator[Fraction]:
    """Seconds at which the frames are due, exact."""
    return (frames.time_s + Fraction(row) / frames.fps for row in range(frames.count))
