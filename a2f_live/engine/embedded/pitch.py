"""The pitch of a voice: the highest peak of the autocorrelation, after Boersma (1993).

The autocorrelation is made by way of the spectrum, of which only the bins of 60 to 900 Hz are made, and hum and direct
current are not among them: two products of matrices do it all.
"""

from typing import Final, NamedTuple

import numpy as np

from a2f_live.config import ENGINE_RATE_HZ
from a2f_live.engine.base import Array
from a2f_live.engine.embedded.features import CONTEXT_SAMPLES
from a2f_live.engine.embedded.tiles import product

RANGE_HZ: Final = (70.0, 400.0)
THINNING: Final = 4
"""So many samples are heard as one."""
RATE_HZ: Final = ENGINE_RATE_HZ // THINNING
LENGTH: Final = CONTEXT_SAMPLES // THINNING - 1
PERIOD_STEP: Final = 0.5
PERIODS: Final = np.arange(RATE_HZ / RANGE_HZ[1], RATE_HZ / RANGE_HZ[0], PERIOD_STEP)
"""In thinned samples. With whole ones alone, a peak of a high voice would seem lower than that of two periods."""
SPECTRUM_RANGE_HZ: Final = (60.0, 900.0)
TRANSFORM: Final = 216
"""Long enough for all of the frame and the longest period."""
OCTAVE_COST: Final = 0.08
"""By so much the peak of two periods must be higher than that of one."""
FAINT: Final = np.float32(1e-7)
"""Added to the energy, so that faint noise repeats nothing."""


class Pitch(NamedTuple):
    """Of each hop, (padded_rows,)."""

    octaves: Array
    """Over 1 Hz, of the pitch that is likeliest."""
    strength: Array
    """0..1: how much of the energy repeats with it."""


def pitch(contexts: Array) -> Pitch:
    """Of the contexts of hops, (padded_rows, CONTEXT_SAMPLES)."""
    parts = product(_thinned(contexts), _TRANSFORM)
    np.multiply(parts, parts, out=parts)
    scores = product(parts, _SCORES)
    peaks = np.minimum(np.maximum(np.argmax(scores, axis=1), 1), len(PERIODS) - 2)
    places = peaks + np.arange(0, scores.size, scores.shape[1])
    before, peak, after = (scores.take(places + step) for step in (-1, 0, 1))
    # A parabola through the three; at either end of the range the middle one need not be the highest.
    shift = (before - after) / (np.float32(2) * np.minimum(before - peak + after - peak, -_TINY))
    np.minimum(np.maximum(shift, -_HALF, out=shift), _HALF, out=shift)
    period = (peaks.astype(np.float32) + shift) * np.float32(PERIOD_STEP) + _FIRST_PERIOD
    energy = -scores[:, -1]
    strength = (peak + energy * _COSTS.take(peaks)) / (energy + FAINT)
    return Pitch(_RATE_OCTAVES - np.log2(period), np.minimum(np.maximum(strength, 0), 1))


def _thinned(contexts: Array) -> Array:
    """(padded_rows, LENGTH): every fourth sample, each a mean of six with weights 1 1 2 2 1 1."""
    pairs = contexts[:, ::2] + contexts[:, 1::2]
    thin = pairs[:, :-2:2] + pairs[:, 2::2]
    thin += pairs[:, 1:-1:2]
    thin += pairs[:, 1:-1:2]
    return thin


def _tables() -> tuple[Array, Array, Array]:
    """To the spectrum of a windowed frame; from its squares to the scores of all periods and the energy; their costs.

    A score is the autocorrelation, put right for the window that has faded, less the energy times a cost.
    """
    window = np.hanning(LENGTH + 1)[:-1] / (2 * THINNING)
    low, high = (round(hz * TRANSFORM / RATE_HZ) for hz in SPECTRUM_RANGE_HZ)
    turns = np.arange(low, high + 1) / TRANSFORM
    angles = 2 * np.pi * np.arange(LENGTH)[:, None] * turns
    transform = window[:, None] * np.hstack((np.cos(angles), np.sin(angles)))
    power = np.square(np.abs(np.fft.rfft(window, 8 * TRANSFORM)))
    every = np.arange(len(power))[:, None] / (8 * TRANSFORM)
    faded = (power @ np.cos(2 * np.pi * every * PERIODS)) / power.sum()
    costs = OCTAVE_COST * np.log2(PERIODS)
    likeness = np.cos(2 * np.pi * turns[:, None] * PERIODS) / faded - costs
    # The energy is negative there, so that it is never the highest score.
    scores = np.hstack((likeness, np.full((len(turns), 1), -1.0))) / LENGTH
    return transform.astype(np.float32), np.tile(scores, (2, 1)).astype(np.float32), costs.astype(np.float32)


_TINY: Final = np.float32(1e-12)
_HALF: Final = np.float32(0.5)
_RATE_OCTAVES: Final = np.float32(np.log2(RATE_HZ))
_FIRST_PERIOD: Final = np.float32(PERIODS[0])
_TRANSFORM, _SCORES, _COSTS = _tables()
