"""What is seen of a sound: its envelope and its spectrogram."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from a2f_live.config import ENGINE_RATE_HZ
from a2f_live.frames import Array

Values = NDArray[np.float64]

WINDOW_S: Final = 0.025
RANGE_DB: Final = 60.0
"""From the loudest of the clip down to white."""


@dataclass(frozen=True, slots=True, eq=False)
class Sound:
    """Mono sound."""

    samples: Array
    """(n,) float32, -1..1."""
    rate_hz: int = ENGINE_RATE_HZ

    @property
    def seconds(self) -> float:
        """Duration."""
        return len(self.samples) / self.rate_hz

    def peak(self, start_s: float, end_s: float) -> float:
        """The greatest magnitude of a sample within a range."""
        first, last = (max(0, round(time_s * self.rate_hz)) for time_s in (start_s, end_s))
        return float(np.abs(self.samples[first:last]).max(initial=0.0))

    def envelope(self, start_s: float, end_s: float, columns: int) -> tuple[Values, Values]:
        """Least and greatest sample of so many equal parts of a range, each (columns,); 0 where there is no sound."""
        edges = np.round(np.linspace(start_s, end_s, columns + 1) * self.rate_hz).astype(int)
        parts = [self.samples[max(a, 0) : max(b, 0)] for a, b in pairwise(edges)]
        low = np.array([part.min(initial=0.0) for part in parts])
        return low, np.array([part.max(initial=0.0) for part in parts])

    def spectrogram(self, start_s: float, end_s: float, columns: int) -> Values:
        """Level of each frequency at so many times of a range: (frequencies, columns), 0 (quiet) to 1, low notes first.

        Frequencies are those of a Fourier transform, up to half the sample rate; +6 dB an octave lifts the high ones.
        """
        size = round(WINDOW_S * self.rate_hz)
        padded = np.pad(self.samples, size)
        step_s = (end_s - start_s) / columns
        centres = np.round((start_s + step_s * (np.arange(columns) + 0.5)) * self.rate_hz).astype(int)
        places = np.clip(centres + size // 2, 0, len(padded) - size)
        framed = padded[places[:, None] + np.arange(size)] * np.hanning(size)
        power = np.abs(np.fft.rfft(framed, 2 * size)) * (1 + np.arange(size + 1) / 20)
        level_db = 20 * np.log10(power + 1e-9)
        return np.asarray(np.clip(1 + (level_db - self._loudest_db()) / RANGE_DB, 0.0, 1.0).T)

    def _loudest_db(self) -> float:
        """About the greatest level that the spectrogram reaches."""
        return float(20 * np.log10(max(self.peak(0.0, self.seconds), 1e-4) * WINDOW_S * self.rate_hz / 2))
