"""What the network hears of a hop: levels of mel bands relative to how loud this speaker is.

Loudness is tracked in whole steps of 1/64 dB, which float32 holds exactly. So a running maximum or minimum that drifts
can be scanned over any number of hops at once and gives the very bits that it would give hop by hop.
"""

from typing import Final, NamedTuple

import numpy as np

from a2f_live.config import ENGINE_RATE_HZ
from a2f_live.engine.base import Array
from a2f_live.engine.embedded.tiles import padded, product

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
"""Floats that the tracker carries from window to window: peak, floor and the last levels, in steps."""


class Heard(NamedTuple):
    """What was heard in each hop of several windows."""

    features: Array
    """(rows, FEATURES), a row a hop, window after window, then zeros up to a whole tile."""
    level_db: Array
    """(windows, hops) of the speech bands."""
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
    return np.array([PEAK_START_DB, FLOOR_START_DB, *[QUIETEST_DB] * (SUSTAIN_HOPS - 1)], np.float32) * STEPS_PER_DB


def listen(samples: Array, hops: int, tracks: Array) -> Heard:
    """Hear windows of equal length: samples (windows, CONTEXT + (hops - 1) * HOP), tracks (windows, TRACK)."""
    rows = len(samples) * hops
    energy = product(_power(samples, hops), BANDS_AND_SPEECH).reshape(-1, FRAMES_PER_HOP, BANDS + 1)
    speech = np.add(energy[:rows, 0, BANDS], energy[:rows, 1, BANDS]).reshape(-1, hops)
    loudness: Array = np.rint(np.maximum(_decibels(speech), QUIETEST_DB) * STEPS_PER_DB)
    peak_db, floor_db, tracks = track(loudness, tracks)
    level_db = loudness / STEPS_PER_DB
    features = np.zeros((padded(rows), FEATURES), np.float32)
    bands = features[:rows, :-2].reshape(rows, FRAMES_PER_HOP, BANDS)
    np.multiply(np.log10(energy[:rows, :, :BANDS] + TINY), np.float32(10) / BAND_SCALE_DB, out=bands)
    bands -= (peak_db / BAND_SCALE_DB).reshape(rows, 1, 1)
    np.maximum(bands, BAND_LOW, out=bands)
    features[:rows, -2] = ((peak_db - PEAK_MIDDLE_DB) / BAND_SCALE_DB).reshape(-1)
    features[:rows, -1] = ((level_db - floor_db) / BAND_SCALE_DB).reshape(-1)
    return Heard(features, level_db, tracks)


def overlapping(series: Array, first: int, count: int, length: int, step: int) -> Array:
    """(n, time, ...) contiguous to a view (n, count, length, ...) of stretches, each `step` after `first`."""
    of_row, of_item, *of_rest = series.strides
    shape = (len(series), count, length, *series.shape[2:])
    return np.ndarray(shape, series.dtype, series, first * of_item, (of_row, of_item * step, of_item, *of_rest))


def track(loudness: Array, tracks: Array) -> tuple[Array, Array, Array]:
    """Peak and floor in dB at each hop, and the tracks after the last, of loudness in steps, (windows, hops)."""
    hops = loudness.shape[1]
    recent = np.concatenate((tracks[:, 2:], loudness), axis=1)
    sustained = np.minimum.reduce(overlapping(recent, 0, hops, SUSTAIN_HOPS, 1), axis=-1)
    passed: Array = np.arange(1, hops + 1, dtype=np.float32)
    fall, rise = passed * PEAK_FALL_STEPS, passed * FLOOR_RISE_STEPS
    peak = np.maximum(np.maximum.accumulate(sustained + fall, axis=1), tracks[:, :1]) - fall
    floor = np.minimum(np.minimum.accumulate(loudness - rise, axis=1), tracks[:, 1:2]) + rise
    after = np.concatenate((peak[:, -1:], floor[:, -1:], recent[:, hops:]), axis=1)
    floor_db = floor / STEPS_PER_DB
    peak_db = np.maximum(np.maximum(peak / STEPS_PER_DB, floor_db + PEAK_OVER_FLOOR_DB), QUIETEST_PEAK_DB)
    return peak_db, floor_db, after


def _power(samples: Array, hops: int) -> Array:
    """(frames, BINS) of the frames that are new in each hop, window after window, then zeros up to a whole tile."""
    count = len(samples) * hops
    frames = overlapping(samples, FIRST_NEW, hops * FRAMES_PER_HOP, FRAME_SAMPLES, FRAME_STEP) * WINDOW
    parts = np.fft.rfft(frames.reshape(-1, FRAME_SAMPLES)).view(np.float32)
    np.multiply(parts, parts, out=parts)
    power = np.zeros((padded(count) * FRAMES_PER_HOP, BINS), np.float32)
    np.add(parts[:, ::2], parts[:, 1::2], out=power[: len(parts)])
    return power


def _decibels(energy: Array) -> Array:
    level_db: Array = np.log10(energy + TINY) * np.float32(10)
    return level_db


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
