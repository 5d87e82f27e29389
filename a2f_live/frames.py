"""What a session says: frames of weights, and the answers to flush, clear and marker."""

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Frames:
    """Consecutive frames of one utterance. The arrays are read-only by convention."""

    type: ClassVar = "frames"
    utterance: int
    index: int
    """Index of the first frame within the utterance."""
    time_s: Fraction
    """Seconds of the audio of the utterance at which the first frame is due."""
    fps: Fraction
    weights: Array
    """(count, 52) float32, 0..1, in the order of `arkit.NAMES`."""
    head: Array | None = None
    """(count, 3) float32, yaw, pitch and roll in degrees, where asked for."""
    idle: bool = False
    """Sent between utterances; `index` and `time_s` then count from the end of the last one."""
    final: bool = False
    """The ease to rest after a clear."""
    visemes: Array | None = None
    """(count, 15) float32, 0..1, in the order of `speech.VISEMES`, where asked for and the engine has them."""

    @property
    def count(self) -> int:
        """How many frames."""
        return len(self.weights)

    @property
    def time(self) -> float:
        """Seconds of the audio of the utterance at which the first frame is due."""
        return float(self.time_s)

    def without_first(self, count: int) -> Self:
        """The frames without the first `count` of them; all of them if that is none."""
        if count <= 0:
            return self
        return replace(
            self,
            index=self.index + count,
            time_s=self.time_s + count / self.fps,
            weights=self.weights[count:],
            head=None if self.head is None else self.head[count:],
            visemes=None if self.visemes is None else self.visemes[count:],
        )

    def __str__(self) -> str:
        kind = " idle" if self.idle else " final" if self.final else ""
        return f"frames{kind} {self.utterance}:{self.index}+{self.count} at {float(self.time_s):.3f} s"


@dataclass(frozen=True, slots=True)
class Flushed:
    """Every frame that the audio of an utterance is worth has been given."""

    type: ClassVar = "flushed"
    id: int | None
    """The id of the flush that asked for it."""
    utterance: int
    frames: int
    """How many frames the utterance had."""
    seconds: float
    """Duration of its audio."""


@dataclass(frozen=True, slots=True)
class Cleared:
    """The audio not yet answered has been forgotten; the ease to rest follows."""

    type: ClassVar = "cleared"
    id: int | None
    utterance: int
    dropped_ms: int
    """Milliseconds of audio that got no frames."""


@dataclass(frozen=True, slots=True)
class Marker:
    """An echo: every frame that the audio before the marker makes possible has been given."""

    type: ClassVar = "marker"
    id: int | None


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to know that does not stop the stream: the `warning` of the wire."""

    type: ClassVar = "warning"
    code: str
    message: str


Event = Frames | Flushed | Cleared | Marker | Notice
"""What a session says, in the order in which it must be heard."""
