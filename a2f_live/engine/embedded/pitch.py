"""The pitch of a voice: the highest peak of the autocorrelation, after Boersma (1993).

The autocorrelation is made by way of the spectrum, of which only the bins of 60 to 900 Hz are made, and hum and direct
current are not among them: two products of matrices do it all.
"""

from typing import Final, NamedTuple

import numpy as np

from a2f_live.config import ENGINE_RATE_HZ
from a2f_live.engine.base import Array
from a2f_live.engine.embedded.features import CONTEXT_SAMPLES, HOP_SAMPLES, overlapping
from a2f_live.engine.embedded.tiles import padded, product

RANGE_HZ: Final = (70.0, 400.0)
THINNING: Final = 4
"""So many samples are heard as one."""
RATE_HZ: Final = ENGINE_RATE_HZ // THINNING
LENGTH: Final = CONTEXT_SAMPLES // THINNING - 1
STEP: Final = HOP_SAMPLES // THINNING
PERIOD_STEP: Final = 0.5
PERIODS: Final = np.arange(RATE_HZ / RANGE_HZ[1], RATE_HZ / RANGE_HZ[0], PERIOD_STEP)
"""In thinned samples. With whole ones alone, a peak of a high voice would seem lower than that of two periods."""
SPECTRUM_RANGE_HZ: Final = (60.0, 900.0)
TRANSFORM: Final = 256
"""Long enough for all of the frame and the longest period."""
OCTAVE_COST: Final = 0.08
"""By so much the peak of two periods must be higher than that of one."""
FAINT: Final = np.float32(1e-7)
"""Added to the energy, so that faint noise repeats nothing."""


class Pitch(NamedTuple):
    """Of the context of each hop, (rows,); those behind the last hop mean nothing."""

    octaves: Array
    """Over 1 Hz, of the pitch that is likeliest."""
    strength: Array
    """0..1: how much of the energy repeats with it."""


def pitch(samples: Array, hops: int) -> Pitch:
    """Of windows of equal length, (windows, CONTEXT + (hops - 1) * HOP), a row a hop."""
    parts = product(_frames(samples, hops), _TRANSFORM)
    np.multiply(parts, parts, out=parts)
    scores = product(parts, _SCORES)
    peaks = np.argmax(scores[:, 2:-1], axis=1)
    peaks += 2
    places = peaks + np.arange(0, scores.size, scores.shape[1])
    before, peak, after = (scores.take(places + step) for step in (-1, 0, 1))
    # A parabola through the three; at either end of the range the middle one need not be the highest.
    shift = (before - after) / (np.float32(2) * np.minimum(before - peak + after - peak, -_TINY))
    np.minimum(np.maximum(shift, -_HALF, out=shift), _HALF, out=shift)
    period = (peaks.astype(np.float32) + shift) * np.float32(PERIOD_STEP) + _BEFORE_FIRST
    energy = scores[:, 0]
    strength = (peak + energy * _COSTS.take(peaks)) / (energy + FAINT)
    return Pitch(_RATE_OCTAVES - np.log2(period), np.minimum(np.maximum(strength, 0), 1))


def _frames(samples: Array, hops: int) -> Array:
    """(rows, LENGTH) contexts of the hops, thinned: each is a mean of six with weights 1 1 2 2 1 1."""
    pairs = samples[:, ::2] + samples[:, 1::2]
    thin = pairs[:, :-2:2] + pairs[:, 2::2]
    thin += pairs[:, 1:-1:2]
    thin += pairs[:, 1:-1:2]
    count = len(samples) * hops
    frames = np.zeros((padded(count), LENGTH), np.float32)
    frames[:count].reshape(len(samples), hops, LENGTH)[:] = overlapping(thin, 0, hops, LENGTH, STEP)
    return frames


def _tables() -> tuple[Array, Array, Array]:
    """To the spectrum of a windowed frame; from its squares to the energy and the scores of all periods; their costs.

    A score is the autocorrelation, put right for the window that has faded, less the energy times a cost.
    """
    window = np.hanning(LENGTH + 1)[:-1] / (2 * THINNING)
    low, high = (round(hz * TRANSFORM / RATE_HZ) for hz in SPECTRUM_RANGE_HZ)
    turns = np.arange(low, high + 1) / TRANSFORM
    angles = 2 * np.pi * np.arange(LENGTH)[:, None] * turns
    transform = window[:, None] * np.hstack((np.cos(angles), np.sin(angles)))
    periods = np.array([0.0, PERIODS[0] - PERIOD_STEP, *PERIODS, PERIODS[-1] + PERIOD_STEP])
    power = np.square(np.abs(np.fft.rfft(window, 8 * TRANSFORM)))
    faded = np.cos(2 * np.pi * np.arange(len(power)) * periods[:, None] / (8 * TRANSFORM)) @ power
    costs = np.array([0.0, *OCTAVE_COST * np.log2(periods[1:])])
    likeness = np.cos(2 * np.pi * turns[:, None] * periods) * faded[0] / faded
    scores = np.tile(likeness - costs, (2, 1)) / LENGTH
    return transform.astype(np.float32), scores.astype(np.float32), costs.astype(np.float32)


_TINY: Final = np.float32(1e-12)
_HALF: Final = np.float32(0.5)
_RATE_OCTAVES: Final = np.float32(np.log2(RATE_HZ))
_BEFORE_FIRST: Final = np.float32(PERIODS[0] - 2 * PERIOD_STEP)
_TRANSFORM, _SCORES, _COSTS = _tables()
