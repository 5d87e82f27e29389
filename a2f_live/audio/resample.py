"""Streaming conversion of any sample rate to 16 kHz by a windowed sinc, with no sample held back.

A resampler made for music works on blocks of a Fourier transform: soxr at high quality holds back 37 ms at 48 kHz and
112 ms at 8 kHz. This one filters in time and gives every output at once. Its price is a shift of half a filter, 1 to
2 ms, far less than anyone can see. To hold the output back for as long would cost a whole message: a hop that ends
with a message would lack its last samples until the next one came.
"""

from dataclasses import dataclass
from functools import lru_cache
from math import ceil, gcd
from typing import Final

import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

from a2f_live.config import ENGINE_RATE_HZ
from a2f_live.frames import Array

Indices = NDArray[np.int64]

STOPBAND_DB: Final = 60.0
"""Images and aliases are at least this far down, beyond the transition."""
TRANSITION: Final = 0.25
"""Width from pass band to stop band as a share of the lower Nyquist frequency, half of it on each side of that."""
GRID_HZ: Final = 8_000_000
"""Outputs lie on a time grid at least this fine; it holds the exact places for every rate in common use."""
FEW_PHASES: Final = 4
"""Up to so many phases a loop over them is quicker than a copy of the input under each output."""
COPY_SAMPLES: Final = 16_384
"""Input copied at once where there are more: as much as stays in a processor's cache."""


@dataclass(frozen=True, slots=True, eq=False)
class _Filter:
    """Output `n` is the product of the taps of its phase and the newest inputs at its place, `n * down / up`."""

    up: int
    down: int
    """`up` outputs for `down` inputs, in lowest terms."""
    taps: Array
    """(phases, length) float32: the same low-pass, each phase shifted by its part of an input sample."""
    places: Indices
    """(up,) the whole part of the place of each output of one turn, after which all repeats `down` inputs later."""
    phases: Indices
    """(up,) the phase of each output of one turn."""

    @property
    def length(self) -> int:
        """Input samples that an output hears."""
        return int(self.taps.shape[1])


class Resampler:
    """Mono float32 at `rate_hz` in, mono float32 at 16 kHz out; any cutting gives the same output, bit for bit.

    After `n` samples of input exactly `ceil(n * 16000 / rate_hz)` samples have been given, at any time. They sound
    0.9 ms later than the input did (up to 1.9 ms below 16 kHz, not at all at 16 kHz). Sound up to 7 kHz, or 7/8 of
    the lower Nyquist frequency, passes unchanged; what would alias below that is 60 dB down.
    """

    _received: int
    _given: int
    _held: Array
    _held_from: int
    """Place of the first output that the held samples reach to."""

    def __init__(self, rate_hz: int) -> None:
        self._filter = None if rate_hz == ENGINE_RATE_HZ else _design(rate_hz)
        self.reset()

    def push(self, samples: Array) -> Array:
        """(n,) float32 in, -1..1; (m,) float32 out, which may be empty. At 16 kHz the output is the input."""
        if self._filter is None:
            return samples
        self._received += len(samples)
        self._held = np.concatenate((self._held, samples))
        return self._filtered(self._filter)

    def flush(self) -> Array:
        """(0,) float32: nothing is held back. Then as new."""
        self.reset()
        return np.empty(0, np.float32)

    def reset(self) -> None:
        """Begin the next utterance; nothing of the last one is left."""
        self._received = 0
        self._given = 0
        self._held_from = 0
        self._held = np.zeros(self._filter.length - 1 if self._filter else 0, np.float32)

    def _filtered(self, low_pass: _Filter) -> Array:
        end = -(-self._received * low_pass.up // low_pass.down)
        if end == self._given:
            return np.empty(0, np.float32)
        work = _few_phases if low_pass.up <= FEW_PHASES else _many_phases
        out = work(low_pass, self._held, self._held_from, self._given, end)
        next_from = end * low_pass.down // low_pass.up
        self._held = self._held[next_from - self._held_from :].copy()
        self._held_from = next_from
        self._given = end
        return out


def _windows(held: Array, length: int) -> Array:
    """(n, length) view: every run of so many samples."""
    stride = held.itemsize
    return as_strided(held, (len(held) - length + 1, length), (stride, stride), writeable=False)


def _few_phases(low_pass: _Filter, held: Array, held_from: int, first: int, end: int) -> Array:
    """Outputs `first` up to `end`, phase by phase: each phase has its input at even steps, so nothing is copied."""
    windows = _windows(held, low_pass.length)
    out = np.empty(end - first, np.float32)
    for start in range(first, min(first + low_pass.up, end)):
        place, phase = divmod(start * low_pass.down, low_pass.up)
        outputs = out[start - first :: low_pass.up]
        inputs = windows[place - held_from :: low_pass.down][: len(outputs)]
        np.vecdot(inputs, low_pass.taps[phase], out=outputs)
    return out


def _many_phases(low_pass: _Filter, held: Array, held_from: int, first: int, end: int) -> Array:
    """Outputs `first` up to `end`, in stretches of at most one turn."""
    windows = _windows(held, low_pass.length)
    out = np.empty(end - first, np.float32)
    start = first
    while start < end:
        turn, begin = divmod(start, low_pass.up)
        count = min(low_pass.up - begin, end - start, COPY_SAMPLES // low_pass.length)
        stretch = slice(begin, begin + count)
        inputs = windows[low_pass.places[stretch] + (turn * low_pass.down - held_from)]
        taps = low_pass.taps.take(low_pass.phases[stretch], axis=0)
        np.vecdot(inputs, taps, out=out[start - first :][:count])
        start += count
    return out


@lru_cache(maxsize=64)
def _design(rate_hz: int) -> _Filter:
    """The low-pass of a rate: a sinc under a Kaiser window, made once and shared by all streams of that rate."""
    divisor = gcd(rate_hz, ENGINE_RATE_HZ)
    up, down = ENGINE_RATE_HZ // divisor, rate_hz // divisor
    places, parts = np.divmod(np.arange(up) * down, up)
    phases = min(up, ceil(GRID_HZ / rate_hz))
    # The middle of the places that share a phase; the place itself where every place has its own.
    shifts = (np.arange(phases) + 0.5) / phases - 0.5 / up
    return _Filter(up, down, _low_pass(rate_hz, shifts), places, parts * phases // up)


def _low_pass(rate_hz: int, shifts: NDArray[np.float64]) -> Array:
    """(shifts, length) float32 taps, each row later by its shift in input samples; each sums to 1."""
    cutoff = min(rate_hz, ENGINE_RATE_HZ) / 2 / rate_hz
    half = ceil((STOPBAND_DB - 7.95) / (2.285 * 2 * np.pi * TRANSITION * cutoff) / 2)  # Kaiser's formula
    beta = 0.1102 * (STOPBAND_DB - 8.7)
    time = np.arange(1 - half, half + 1) - shifts[:, np.newaxis]
    window = np.i0(beta * np.sqrt(np.maximum(1 - (time / half) ** 2, 0.0)))
    taps = np.sinc(2 * cutoff * time) * window
    taps /= taps.sum(axis=1, keepdims=True)
    return taps.astype(np.float32)
