"""What one face feels, and how that changes in time: emotions that were asked for, and those heard in the voice."""

from collections.abc import Mapping
from typing import Final

import numpy as np

from a2f_live.frames import Array
from a2f_live.motion.ease import eased
from a2f_live.motion.emotion import CALM, Speaker, Style, strengths
from a2f_live.motion.mood import Mood
from a2f_live.motion.noise import Floats

CHANGE_S: Final = 0.4
"""In this time one mixture of emotions passes into another."""


class Feeling:
    """The emotions of one stream. It counts time in frames, so any grouping of them gives the same face."""

    def __init__(self, emotions: Mapping[str, float], auto: bool, *, hears: bool) -> None:
        """`emotions`: name to 0..1; `auto`: what the voice sounds like as well; `hears`: the engine gives prosody."""
        self._hears = hears
        self._told = strengths(emotions)
        self._auto = auto and hears
        self._felt = self._from = self._to = CALM
        self._since_s: float | None = None
        """Since a change began; None where there is none."""
        self._style: Style | None = None
        self.begin()

    @property
    def felt(self) -> Floats:
        """What the last frame wears, (10,) in the order of `arkit.EMOTIONS`; read-only by convention."""
        return self._felt

    def begin(self) -> None:
        """A face of which nothing was seen before: it feels what it was told."""
        self._speaker = Speaker()
        self._mood = Mood() if self._auto else None
        self._heard = CALM
        self._arrive(self._told)

    def go_on(self) -> None:
        """Another utterance of a face that was seen before: what was heard in the last one passes away."""
        self._mood = Mood() if self._auto else None
        self._heard = CALM
        self._leave()

    def change(self, emotions: Mapping[str, float], auto: bool) -> None:
        """Other emotions from the next frame on, within `CHANGE_S`."""
        self._told = strengths(emotions)
        if (auto and self._hears) != self._auto:
            self._auto = not self._auto
            self._mood = Mood() if self._auto else None
            self._heard = CALM
        self._leave()

    def wear(self, weights: Array, head: Array | None, prosody: Array, frame_s: float) -> None:
        """Put the emotions on the next frames, in place: weights (n, 52), head (n, 3); prosody (n, 4)."""
        if self._mood is None and self._since_s is None:
            self._put(weights, head, frame_s)
            return
        for frame, heard in enumerate(prosody.tolist()):
            self._listen(heard, frame_s)
            self._pass(frame_s)
            one = slice(frame, frame + 1)
            self._put(weights[one], None if head is None else head[one], frame_s)

    def _put(self, weights: Array, head: Array | None, frame_s: float) -> None:
        if self._style is None:
            return
        self._speaker.wear(weights, self._style, frame_s)
        if head is not None:
            head += self._style.head

    def _listen(self, prosody: list[float], frame_s: float) -> None:
        if self._mood is None:
            return
        guess = self._mood.hear(prosody, frame_s)
        if guess is not None and self._since_s is None:
            self._heard = guess
            self._leave()

    def _leave(self) -> None:
        """From what is felt now to what was told; what is heard fills the room that is left."""
        target = self._told + self._heard * (1.0 - self._told.max())
        if np.array_equal(target, self._felt):
            return
        self._from, self._to, self._since_s = self._felt, target, 0.0

    def _pass(self, frame_s: float) -> None:
        """One frame nearer to what will be felt."""
        if self._since_s is None:
            return
        self._since_s += frame_s
        if self._since_s >= CHANGE_S:
            self._arrive(self._to)
        else:
            self._felt = self._from + (self._to - self._from) * eased(self._since_s / CHANGE_S)
            self._style = Style.of(self._felt)

    def _arrive(self, felt: Floats) -> None:
        self._felt = felt
        self._since_s = None
        self._style = Style.of(felt) if felt.any() else None
