"""What the network hears of a hop: levels of mel bands relative to how loud this speaker is.

Loudness is tracked in whole steps of 1/64 dB, which float32 holds exactly. So a running maximum or minimum that drifts
can be scanned over any number of hops at once and gives the very bits that it would give hop by hop.
"""

from typing import Final, NamedTuple

import numpy as np

from a2f_live.config import ENGINE_RATE_HZ
from a2f_live.engine.base import Array
from a2f_live.engine.embedded.grid import Grid
from a2f_live.engine.embedded.tiles import MAX_ROWS, product

HOP_SAMPLES: Final = 320
CONTEXT_SAMPLES: Final = 640
"""What a pitch of 70 Hz needs; the spectra need the last 480."""
FRAME_SAMPLES: Final = 320
FRAME_STEP: Final = 160
FRAMES_PER_HOP: Final = HOP_SAMPLES // FRAME_STEP
FIRST_NEW: Final = CONTEXT_SAMPLES - FRAME_SAMPLES - FRAME_STEP * (FRAMES_PER_HOP - 1)
"""Where in a window the first frame begins."""
BINS: Final = FRAME_SAMPLES // 2 + 1

BANDS: Final = 48
BAND_RANGE_HZ: Final = (60.0, 7800.0)
SPEECH_RANGE_HZ: Final = (200.0, 4200.0)
"""What counts as loudness: neither hum nor sibilants shall move it."""
FEATURES: Final = FRAMES_PER_HOP * BANDS + 2
"""Both spectra, then the peak and the level over noise."""

STEPS_PER_DB: Final = np.float32(64)
PEAK_FALL_STEPS: Final = 5
"""Each hop, 4 dB a second: a softer speaker is heard after a few seconds."""
FLOOR_RISE_STEPS: Final = 6
"""Each hop, 5 dB a second: a noise that starts is ignored after a few seconds."""
SUSTAIN_HOPS: Final = 3
"""What lasts so long counts for the peak: a click does not."""
# Decibels of a sine at full scale are 0.
PEAK_START_DB: Final = -24.0
FLOOR_START_DB: Final = -54.0
QUIETEST_DB: Final = np.float32(-70)
"""All that is softer is as loud as this: digital silence must not make a later noise stand out."""
QUIETEST_PEAK_DB: Final = np.float32(-56)
PEAK_OVER_FLOOR_DB: Final = np.float32(18)

BAND_LOW: Final = np.float32(-5.0)
BAND_SCALE_DB: Final = np.float32(16)
"""A feature is a level against the peak in steps of so many dB, at least BAND_LOW and at most 2."""
PEAK_MIDDLE_DB: Final = np.float32(-30)
"""The peak as a feature is told relative to this."""

TRACK: Final = 2 + SUSTAIN_HOPS - 1
"""Floats that the tracker carries from window to window: peak, negative floor and the last levels, in steps."""


class Heard(NamedTuple):
    """What was heard in each hop."""

    features: Array
    """(padded_rows, FEATURES)."""
    level_db: Array
    """(windows, longest) of the speech bands."""
    tracks: Array
    """(windows, TRACK), for the next window of each."""


def mel(hz: float) -> float:
    """The scale of O'Shaughnessy (1987), on which the ear's bands are even."""
    return float(2595.0 * np.log10(1.0 + hz / 700.0))


def filters() -> Array:
    """(BINS, BANDS) triangles on the mel scale, each as the mean over fine steps, so that narrow ones get their share.

    A sine at full scale gives 1 in all bands together.
    """
    fine = 64
    edges = np.linspace(mel(BAND_RANGE_HZ[0]), mel(BAND_RANGE_HZ[1]), BANDS + 2)
    bin_hz = ENGINE_RATE_HZ / FRAME_SAMPLES
    hz = (np.arange(BINS * fine) / fine - 0.5 + 0.5 / fine) * bin_hz
    place = 2595.0 * np.log10(1.0 + np.maximum(hz, 0.0) / 700.0)
    up = (place[:, None] - edges[:-2]) / (edges[1:-1] - edges[:-2])
    down = (edges[2:] - place[:, None]) / (edges[2:] - edges[1:-1])
    triangles = np.maximum(np.minimum(up, down), 0.0).reshape(BINS, fine, BANDS).mean(1)
    return np.asarray(triangles * _SCALE, np.float32)


def first_track() -> Array:
    """The tracker at the start of an utterance, (TRACK,): it expects a usual voice in a usual room."""
    return np.array([PEAK_START_DB, -FLOOR_START_DB, *[QUIETEST_DB] * (SUSTAIN_HOPS - 1)], np.float32) * STEPS_PER_DB


def listen(contexts: Array, grid: Grid, tracks: Array) -> Heard:
    """Hear the contexts of hops, (padded_rows, CONTEXT_SAMPLES), with what their windows remember, (windows, TRACK)."""
    energy = product(_power(contexts), BANDS_AND_SPEECH).reshape(-1, FRAMES_PER_HOP, BANDS + 1)
    speech = np.log10(energy[:, 0, BANDS] + energy[:, 1, BANDS] + TINY)
    loudness = grid.table(np.rint(np.maximum(speech * _STEPS_PER_DECADE, QUIETEST_DB * STEPS_PER_DB)))
    peak, floor, tracks = track(loudness, grid, tracks)
    features = np.empty((len(contexts), FEATURES), np.float32)
    bands = features[:, :-2]
    np.multiply(np.log10(energy[..., :BANDS] + TINY).reshape(len(bands), -1), _BANDS_PER_DECADE, out=bands)
    bands -= grid.flat(peak / _STEPS_PER_BAND)[:, None]
    np.maximum(bands, BAND_LOW, out=bands)
    features[:, -2] = grid.flat((peak - PEAK_MIDDLE_DB * STEPS_PER_DB) / _STEPS_PER_BAND)
    features[:, -1] = grid.flat((loudness - floor) / _STEPS_PER_BAND)
    return Heard(features, loudness / STEPS_PER_DB, tracks)


def track(loudness: Array, grid: Grid, tracks: Array) -> tuple[Array, Array, Array]:
    """Peak and floor at each hop, and the tracks after the last, of loudness, (windows, longest), all in steps."""
    hops = loudness.shape[1]
    recent = np.concatenate((tracks[:, 2:], loudness), axis=1)
    sustained = recent[:, :hops]
    for later in range(1, SUSTAIN_HOPS):
        sustained = np.minimum(sustained, recent[:, later : later + hops])
    drift = _DRIFT[:, None, :hops]
    # Upside down the floor is a peak that falls. Without drift, both are running maxima.
    highest = np.maximum.accumulate(np.array((sustained, -loudness)) + drift, axis=2)
    peak, sunk = both = np.maximum(highest, tracks[:, :2].T[..., None]) - drift
    after = np.concatenate((grid.last(both.transpose(1, 2, 0), 1)[:, 0], grid.last(recent, SUSTAIN_HOPS - 1)), axis=1)
    peak = np.maximum(np.maximum(peak, PEAK_OVER_FLOOR_DB * STEPS_PER_DB - sunk), QUIETEST_PEAK_DB * STEPS_PER_DB)
    return peak, -sunk, after


def _power(contexts: Array) -> Array:
    """(padded_rows * FRAMES_PER_HOP, BINS) of the frames that are new in each hop."""
    of_hop, of_sample = contexts.strides
    shape, strides = (len(contexts), FRAMES_PER_HOP, FRAME_SAMPLES), (of_hop, of_sample * FRAME_STEP, of_sample)
    frames = np.ndarray(shape, np.float32, contexts, of_sample * FIRST_NEW, strides) * WINDOW
    parts = np.fft.rfft(frames.reshape(-1, FRAME_SAMPLES)).view(np.float32)
    np.multiply(parts, parts, out=parts)
    return parts[:, ::2] + parts[:, 1::2]


WINDOW: Final[Array] = np.hanning(FRAME_SAMPLES + 1)[:-1].astype(np.float32)
_SCALE: Final = np.float32(8 / 3 / float(np.sum(WINDOW)) ** 2)
MEAN_SCALE: Final = _SCALE / np.float32(FRAMES_PER_HOP)
TINY: Final = np.float32(1e-10)
"""Energy that is added to all, so that nothing has no level."""
SPEECH_BINS: Final = slice(*(round(hz * FRAME_SAMPLES / ENGINE_RATE_HZ) for hz in SPEECH_RANGE_HZ))
FILTERS: Final[Array] = filters()
BANDS_AND_SPEECH: Final[Array] = np.hstack((FILTERS, np.zeros((BINS, 1), np.float32)))
"""(BINS, BANDS + 1): the filters, and what counts as loudness."""
BANDS_AND_SPEECH[SPEECH_BINS, BANDS] = MEAN_SCALE
_STEPS_PER_DECADE: Final = np.float32(10) * STEPS_PER_DB
_STEPS_PER_BAND: Final = BAND_SCALE_DB * STEPS_PER_DB
_BANDS_PER_DECADE: Final = np.float32(10) / BAND_SCALE_DB
_DRIFT: Final[Array] = np.outer((PEAK_FALL_STEPS, FLOOR_RISE_STEPS), np.arange(1, MAX_ROWS + 1)).astype(np.float32)
