"""How many frames a second an instance exports: fewer where it cannot keep up with the speech."""

from math import floor
from typing import Final

from a2f_live.engine.slow import slow_engine_fps

SPARE: Final = 1.2
"""How many times as fast as real time it must be able to export all frames, before it does so again."""


class Pace:
    """The frame rate of the exports, one step a call. `instances` bear the work together."""

    def __init__(self, min_fps: int, max_fps: int, instances: int) -> None:
        self.fps = max_fps
        self._min_fps = min_fps
        self._max_fps = max_fps
        self._instances = instances

    def sample(self, speech_s: float, took_s: float) -> int:
        """The frame rate after a call that took so long for so much speech."""
        if took_s > speech_s:
            limits = (self._min_fps, self._max_fps)
            self.fps = floor(slow_engine_fps(self.fps, speech_s, took_s, self._instances, *limits))
            self.fps = max(self._min_fps, self.fps)
        elif took_s * self._max_fps / self.fps * SPARE <= speech_s:
            self.fps = self._max_fps
        return self.fps
