"""Emotions that come with time codes, worn by frames when they are due; pure."""

from collections.abc import Mapping
from typing import Final

import numpy as np

from a2f_live import arkit, speech
from a2f_live.frames import Array
from a2f_live.motion.feeling import Feeling
from a2f_live.server.nim_grpc.limits import FPS

NOTHING_HEARD: Final = np.zeros((1, len(speech.PROSODY)), np.float32)
Emotions = Mapping[str, float]


class Feelings:
    """Of one stream. Frames are asked for in their order; emotions may be told at any time, for any time."""

    def __init__(self, beginning: Emotions, mix: float, *, ours: bool) -> None:
        """`mix` multiplies what is told; `ours`: the frames wear it here, as their engine knows nothing of emotions."""
        self._mix = mix
        self._ours = ours
        self._told: list[tuple[float, Emotions]] = []
        """In order of their time codes: those that no frame has reached."""
        self._beginning = dict(beginning)
        self._feeling: Feeling | None = None
        self._said: list[tuple[float, Emotions]] = []
        """Those that an engine was told."""

    def tell(self, time_s: float, emotions: Emotions) -> None:
        """From then on these; they replace those before."""
        self._told.append((time_s, emotions))
        self._told.sort(key=lambda told: told[0])

    def between(self, start_s: float, end_s: float) -> list[tuple[float, Emotions]]:
        """Those told for the time from `start_s` on and before `end_s`, or before it and not yet heard of."""
        found = [told for told in self._told if told[0] < end_s and told not in self._said]
        self._said += found
        return [(max(time_s, start_s), emotions) for time_s, emotions in found]

    def mixed(self, emotions: Emotions) -> dict[str, float]:
        """As strong as they are to be shown."""
        return {name: value * self._mix for name, value in emotions.items() if value * self._mix > 0}

    def wear(self, weights: Array, frame: int) -> tuple[Array, list[tuple[float, Emotions]]]:
        """Frame `frame`, (52,): with its emotions, and which of those told begin with it."""
        due = []
        while self._told and self._told[0][0] * FPS <= frame:
            due.append(self._told.pop(0))
        if self._feeling is None:
            first = {} if self._beginning or not due else due[0][1]
            self._feeling = Feeling(self.mixed(self._beginning or first), auto=False, hears=False)
        for _, emotions in due:
            self._feeling.change(self.mixed(emotions), auto=False)
        worn = weights[None].copy()
        self._feeling.wear(worn, None, NOTHING_HEARD, 1 / FPS)  # passes on, even where an engine shows it by itself
        return worn[0] if self._ours else weights, due

    def felt(self) -> Emotions:
        """What the last frame shows: all names of `arkit.EMOTIONS` to 0..1."""
        if self._feeling is None:
            return dict.fromkeys(arkit.EMOTIONS, 0.0)
        return dict(zip(arkit.EMOTIONS, self._feeling.felt.tolist(), strict=True))
