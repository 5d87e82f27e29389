"""All clips in a few flat arrays, sound beside its phones and lips, so that a batch is one look-up."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from assets.lipnet.training.cache import whole
from assets.lipnet.training.controls import PHONE_CLASSES, effects
from assets.lipnet.training.corpus import Clip
from assets.lipnet.training.phones import Phone
from assets.lipnet.training.settings import RATE_HZ
from assets.lipnet.training.targets import RATE_HZ as CURVE_HZ
from assets.lipnet.training.targets import curves

STEP: Final = RATE_HZ // CURVE_HZ
"""Samples of a point of the curves."""


@dataclass(frozen=True, slots=True)
class Pack:
    """Clips one after the other; clip `i` has the points `starts[i]` up to `starts[i + 1]`."""

    samples: NDArray[np.int16]
    phones: NDArray[np.uint8]
    """(points,) the class of the phone that is said."""
    lips: NDArray[np.float16]
    """(points, 2) gap and rounding, in mm."""
    starts: NDArray[np.int64]
    weights: NDArray[np.float32]
    """How often a clip is to be heard, per second of it."""

    @property
    def seconds(self) -> float:
        """Of sound."""
        return len(self.samples) / RATE_HZ

    def save(self, path: Path) -> None:
        """All of it in one file."""
        with whole(path) as part, part.open("wb") as file:
            np.savez(
                file,
                samples=self.samples,
                phones=self.phones,
                lips=self.lips,
                starts=self.starts,
                weights=self.weights,
            )


def load(path: Path) -> Pack:
    """What `save` has written."""
    with np.load(path) as arrays:
        return Pack(**{name: arrays[name] for name in arrays.files})


def labelled(phones: list[Phone], count: int) -> tuple[NDArray[np.uint8], NDArray[np.float16]]:
    """Classes and lips of a clip of so many points."""
    ends_s = np.array([phone.end_s for phone in phones])
    places = np.searchsorted(ends_s, np.arange(count) / CURVE_HZ, side="right").clip(max=len(phones) - 1)
    classes = np.array([PHONE_CLASSES.index(phone.name) for phone in phones], np.uint8)
    return classes[places], (curves(phones, count) @ effects()).astype(np.float16)


def packed(clips: Iterable[tuple[Clip, float]], speech: Path) -> Pack:
    """Clips, each with its weight."""
    samples, phones, mouths, weights = [], [], [], []
    for clip, weight in clips:
        sound = clip.samples(speech)
        sound = sound[: len(sound) // STEP * STEP]
        classes, lips = labelled(clip.phones(speech), len(sound) // STEP)
        samples.append((sound * 32_767).astype(np.int16))
        phones.append(classes)
        mouths.append(lips)
        weights.append(weight)
    starts = np.cumsum([0, *map(len, phones)])
    return Pack(
        np.concatenate(samples), np.concatenate(phones), np.concatenate(mouths), starts, np.array(weights, np.float32)
    )
