"""Viseme events shaped as those of the Azure Speech SDK, one JSON object a line, for programs that know these.

`{"audioOffset": ticks of 100 ns, "visemeId": 0..21, "animation": text}`. Where a viseme begins there is an event with
its number and an empty animation. The weights come in events whose animation is itself JSON,
`{"FrameIndex", "BlendShapes"}`: rows of 55 numbers at 60 frames a second, `FrameIndex` counts the rows of the utterance
before them; as in the SDK they have the offset and the number 0. Every utterance begins anew at offset 0. The last 3
numbers of a row are rolls of the head and the eyes, in a unit that Azure does not tell: they stay 0.
"""

import json
from collections.abc import Iterator
from fractions import Fraction
from typing import ClassVar, Final

import numpy as np

from a2f_live.errors import ConfigError
from a2f_live.frames import Array, Frames
from a2f_live.outputs.animation_json import rounded
from a2f_live.outputs.base import Clip, times

FPS: Final = 60
TICKS_PER_S: Final = 10_000_000
ROLLS: Final = [0, 0, 0]
NUMBERS: Final = np.array((0, 21, 18, 17, 19, 20, 16, 15, 19, 13, 2, 4, 6, 8, 7))
"""Azure's number for the sounds of each of `speech.VISEMES`; its 22 are finer than these 15."""


class AzureVisemes:
    """Events of one stream. Raises `ConfigError` for frames of another rate than 60 a second."""

    suffix: ClassVar[str] = ".azure.jsonl"

    def __init__(self) -> None:
        self._utterance: int | None = None
        self._viseme: int | None = None

    def begin(self, clip: Clip) -> str:
        """Give nothing: there is no head."""
        require_rate(clip.fps)
        return ""

    def rows(self, frames: Frames) -> str:
        """Give the events of consecutive frames."""
        require_rate(frames.fps)
        if frames.utterance != self._utterance:
            self._utterance, self._viseme = frames.utterance, None
        events = [*self._visemes(frames), (0, 0, _animation(frames))]
        return "".join(
            json.dumps({"audioOffset": offset, "visemeId": number, "animation": animation}) + "\n"
            for offset, number, animation in events
        )

    def end(self) -> str:
        """Give nothing."""
        return ""

    def _visemes(self, frames: Frames) -> Iterator[tuple[int, int, str]]:
        if frames.visemes is None:
            return
        for time_s, number in zip(times(frames), strongest(frames.visemes), strict=True):
            if number != self._viseme:
                self._viseme = number
                yield int(time_s * TICKS_PER_S), number, ""


def require_rate(fps: Fraction) -> None:
    """Raises `ConfigError` unless it is that of Azure."""
    if fps != FPS:
        raise ConfigError(f"azure visemes have {FPS} frames a second, not {float(fps):g}: ask for --fps {FPS}")


def strongest(visemes: Array) -> list[int]:
    """Azure's number of the strongest viseme of each row."""
    return [int(number) for number in NUMBERS[visemes.argmax(axis=1)]]


def _animation(frames: Frames) -> str:
    rows = [[*row, *ROLLS] for row in rounded(frames.weights)]  # type: ignore[misc]
    return json.dumps({"FrameIndex": frames.index, "BlendShapes": rows}, separators=(",", ":"))
