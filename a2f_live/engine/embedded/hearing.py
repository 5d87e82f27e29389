"""What the ear makes of a hop: the level of a few bands, relative to how loud this speaker is.

Loudness is tracked in whole steps of 1/64 dB, which float32 holds exactly. So a running maximum or minimum that drifts
can be scanned over any number of hops at once and gives the very bits that it would give hop by hop.
"""

from typing import Final, NamedTuple

import numpy as np

from a2f_live.config import ENGINE_RATE_HZ
from a2f_live.engine.base import Array

CONTEXT_SAMPLES: Final = 512
HOP_SAMPLES: Final = 320

BAND_EDGES_HZ: Final = (200, 400, 660, 1250, 1900, 2800, 4200, 5400, 7900)
"""From 200 Hz, so that hum is not heard."""
BANDS: Final = len(BAND_EDGES_HZ) - 1
SPEECH_BANDS: Final = 6
"""The first so many make up the loudness, up to 4.2 kHz: sibilants shall not move it."""

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
QUIETEST_DB: Final = np.float32(-60)
"""All that is softer is as loud as this: digital silence must not make a later noise stand out."""
QUIETEST_PEAK_DB: Final = np.float32(-48)
PEAK_OVER_FLOOR_DB: Final = np.float32(18)

TRACK: Final = 2 + SUSTAIN_HOPS - 1
"""Floats that the tracker carries from window to window: peak, floor and the last levels, in steps."""

TILE: Final = 32
"""Spectra made at once: numpy takes several times longer for each beyond some fifty."""

_WINDOW: Final[Array] = np.hanning(CONTEXT_SAMPLES + 1)[:-1].astype(np.float32)
# Twice the number of the bin, as its real and imaginary parts lie side by side.
_EDGES: Final = 2 * np.round(np.array(BAND_EDGES_HZ) * CONTEXT_SAMPLES / ENGINE_RATE_HZ).astype(np.intp)
_SCALE: Final = np.float32(8 / 3 / float(np.sum(_WINDOW)) ** 2)
_TINY: Final = np.float32(1e-12)


class Heard(NamedTuple):
    """What was heard in each hop of several windows."""

    bands_db: Array
    """(windows, hops, BANDS) level of each band relative to the peak of the speaker: about -60 to 0."""
    over_noise_db: Array
    """(windows, hops) level of the hop over the noise floor."""
    tracks: Array
    """(windows, TRACK), for the next window of each."""


def first_track() -> Array:
    """The tracker at the start of an utterance, (TRACK,): it expects a usual voice in a usual room."""
    return np.array([PEAK_START_DB, FLOOR_START_DB, *[QUIETEST_DB] * (SUSTAIN_HOPS - 1)], np.float32) * STEPS_PER_DB


def listen(samples: Array, hops: int, tracks: Array) -> Heard:
    """Hear windows of equal length: samples (windows, CONTEXT + (hops - 1) * HOP), tracks (windows, TRACK)."""
    energy = _band_energy(samples, hops)
    speech_db = _decibels(np.add.reduce(energy[..., :SPEECH_BANDS], axis=-1))
    loudness: Array = np.rint(np.maximum(speech_db, QUIETEST_DB) * STEPS_PER_DB)
    peak_db, floor_db, tracks = _track(loudness, tracks)
    return Heard(_decibels(energy) - peak_db[..., None], loudness / STEPS_PER_DB - floor_db, tracks)


def overlapping(series: Array, count: int, length: int, step: int) -> Array:
    """(n, time, ...) contiguous to a view (n, count, length, ...) of the stretches that begin every `step`."""
    of_row, of_item, *of_rest = series.strides
    shape = (len(series), count, length, *series.shape[2:])
    return np.ndarray(shape, series.dtype, series, strides=(of_row, of_item * step, of_item, *of_rest))


def _band_energy(samples: Array, hops: int) -> Array:
    frames = overlapping(samples, hops, CONTEXT_SAMPLES, HOP_SAMPLES) * _WINDOW
    flat = frames.reshape(-1, CONTEXT_SAMPLES)
    energy = np.empty((len(flat), BANDS), np.float32)
    for tile in range(0, len(flat), TILE):
        parts = np.fft.rfft(flat[tile : tile + TILE]).view(np.float32)
        energy[tile : tile + TILE] = np.add.reduceat(np.square(parts), _EDGES, axis=-1)[:, :BANDS]
    return energy.reshape(len(samples), hops, BANDS) * _SCALE + _TINY


def _decibels(energy: Array) -> Array:
    return np.log10(energy) * np.float32(10)


def _track(loudness: Array, tracks: Array) -> tuple[Array, Array, Array]:
    """Peak and floor in dB at each hop, and the tracks after the last."""
    hops = loudness.shape[1]
    recent = np.concatenate((tracks[:, 2:], loudness), axis=1)
    sustained = np.minimum.reduce(overlapping(recent, hops, SUSTAIN_HOPS, 1), axis=-1)
    passed: Array = np.arange(1, hops + 1, dtype=np.float32)
    fall, rise = passed * PEAK_FALL_STEPS, passed * FLOOR_RISE_STEPS
    peak = np.maximum(np.maximum.accumulate(sustained + fall, axis=1), tracks[:, :1]) - fall
    floor = np.minimum(np.minimum.accumulate(loudness - rise, axis=1), tracks[:, 1:2]) + rise
    after = np.concatenate((peak[:, -1:], floor[:, -1:], recent[:, hops:]), axis=1)
    floor_db = floor / STEPS_PER_DB
    peak_db = np.maximum(np.maximum(peak / STEPS_PER_DB, floor_db + PEAK_OVER_FLOOR_DB), QUIETEST_PEAK_DB)
    return peak_db, floor_db, after
