"""The emotions of the scene: what was set, or keys over the time of the track; and the settings of Audio2Emotion."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any, Final

from a2f_live import arkit
from a2f_live.headless.answers import Refused
from a2f_live.motion.feeling import CHANGE_S
from a2f_live.take import Cue

COUNT: Final = len(arkit.EMOTIONS)
NEUTRAL: Final = (0.0,) * COUNT
USUAL_STRENGTH: Final = 0.5
"""Audio2Emotion's own default: with it emotions are as they were heard."""
SAME_TIME_S: Final = 1e-3

Vector = tuple[float, ...]
"""Strengths, 0..1, in the order of `arkit.EMOTIONS`."""


class EmotionTrack:
    """One vector for the whole track, or keys, between which it passes from one to the next."""

    def __init__(self) -> None:
        self.constant: Vector = NEUTRAL
        self.keys: dict[float, Vector] = {}
        """Seconds to vector, ascending."""

    def set(self, values: Iterable[float]) -> None:
        """Feel this from now on, whatever the keys say: they go."""
        self.constant = vector(values)
        self.keys = {}

    def set_by_name(self, emotions: Mapping[str, float]) -> None:
        """Change the emotions that are named; raises `Refused` for one unknown."""
        unknown = [name for name in emotions if name not in arkit.EMOTIONS]
        if unknown:
            raise Refused(f"Unknown emotion {unknown[0]!r}: use {', '.join(arkit.EMOTIONS)}")
        self.set(emotions.get(name, before) for name, before in zip(arkit.EMOTIONS, self.constant, strict=True))

    def set_keys(self, keys: Iterable[tuple[float, Sequence[float]]]) -> None:
        """Replace all keys."""
        self.keys = {time_s: vector(values) for time_s, values in sorted(keys)}

    def remove(self, times_s: Iterable[float]) -> None:
        """Take away the keys at these times; none there is fine."""
        for time_s in times_s:
            self.keys = {at: felt for at, felt in self.keys.items() if abs(at - time_s) > SAME_TIME_S}

    def without_keys(self) -> "EmotionTrack":
        """What was set alone."""
        bare = EmotionTrack()
        bare.constant = self.constant
        return bare

    def at(self, time_s: float) -> Vector:
        """Give what is felt at a time: on the line between the keys beside it."""
        if not self.keys:
            return self.constant
        for (before_s, before), (after_s, after) in pairwise(self.keys.items()):
            if before_s <= time_s < after_s:
                share = (time_s - before_s) / (after_s - before_s)
                return tuple(a + (b - a) * share for a, b in zip(before, after, strict=True))
        times_s = list(self.keys)
        return self.keys[times_s[0] if time_s < times_s[0] else times_s[-1]]

    def start(self) -> dict[str, float]:
        """What is felt when the track begins, by name."""
        return named(self.at(0.0))

    def cues(self) -> tuple[Cue, ...]:
        """Give the changes on the way: each is half done halfway between two keys."""
        between = pairwise(self.keys.items())
        return tuple(((before + after - CHANGE_S) / 2, named(felt)) for (before, _), (after, felt) in between)


def vector(values: Iterable[float]) -> Vector:
    """Ten strengths, held within 0..1; raises `Refused` for fewer (more are ignored)."""
    strengths = tuple(min(max(float(value), 0.0), 1.0) for value in values)
    if len(strengths) < COUNT:
        raise Refused(f"An emotion has {COUNT} values, not {len(strengths)}: {', '.join(arkit.EMOTIONS)}")
    return strengths[:COUNT]


def named(felt: Vector) -> dict[str, float]:
    """By name, without those that are not felt."""
    return {name: strength for name, strength in zip(arkit.EMOTIONS, felt, strict=True) if strength}


def shaped(heard: Sequence[float], settings: Mapping[str, Any]) -> Vector:
    """What the settings make of what was heard: contrast, the strongest few, what is preferred, strength."""
    contrast = settings["a2e_contrast"]
    felt = [min(value * contrast, 1.0) for value in heard]
    kept = sorted(felt, reverse=True)[: max(0, int(settings["a2e_max_emotions"]))]
    felt = [value if value in kept else 0.0 for value in felt]
    share = min(max(settings["a2e_preferred_emotion_strength"], 0.0), 1.0)
    preferred = vector(settings["preferred_emotion"])
    felt = [value + (wish - value) * share for value, wish in zip(felt, preferred, strict=True)]
    strength = settings["a2e_emotion_strength"] / USUAL_STRENGTH
    return vector(value * strength for value in felt)
