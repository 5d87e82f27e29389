"""How much a mouth opens to what is no speech."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from a2f_live.lips import gap_mm as aperture_mm
from benchmarks.lips.score import SHUT, Track


@dataclass(frozen=True, slots=True)
class Stillness:
    """Of one track; zeros are best."""

    mean_mm: float
    p95_mm: float
    """95th percentile of the gap between the lips."""
    open_share: float
    """Of the frames, how many are wider than 15 % of the 95th percentile in speech."""


def stillness(track: Track, speech_mm: float) -> Stillness:
    """Of a track of at least one frame; `speech_mm` is the 95th percentile of the gap in speech."""
    gap_mm = aperture_mm(track[1])
    return Stillness(float(gap_mm.mean()), float(np.percentile(gap_mm, 95)), float(np.mean(gap_mm > SHUT * speech_mm)))


def widest_mm(tracks: Iterable[Track]) -> float:
    """The median of their 95th percentiles of the gap; NaN if there are none."""
    widest = [float(np.percentile(aperture_mm(weights), 95)) for _, weights in tracks if len(weights)]
    return float(np.median(widest)) if widest else float("nan")
