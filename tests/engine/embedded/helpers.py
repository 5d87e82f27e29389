"""Sounds made of formants, so that a test says what it is that is heard."""

import numpy as np

from a2f_live.config import ENGINE_RATE_HZ
from a2f_live.engine.base import Array

BANDWIDTH_HZ = 40

Formants = tuple[tuple[float, float], ...]
"""Frequency in Hertz and level in decibels of each."""

VOWELS: dict[str, Formants] = {
    "AA": ((730, 0), (1090, -4), (2440, -24)),
    "EH": ((530, 0), (1840, -8), (2480, -14)),
    "IY": ((270, 0), (2290, -22), (3010, -26)),
    "UW": ((330, 0), (870, -28), (2240, -43)),
    "M": ((260, 0), (1100, -42), (2100, -50)),
}


def vowel(formants: Formants, pitch_hz: float = 120.0, seconds: float = 0.5, level: float = 0.1) -> Array:
    """A held sound whose harmonics follow the formants, with a root mean square of `level`: (samples,) float32."""
    t = np.arange(int(seconds * ENGINE_RATE_HZ)) / ENGINE_RATE_HZ
    harmonics = np.arange(pitch_hz, 6000, pitch_hz)
    levels = sum(10 ** (db / 20) / (1 + ((harmonics - hz) / BANDWIDTH_HZ) ** 2) for hz, db in formants)
    wave = np.sum(np.asarray(levels)[:, None] * np.sin(2 * np.pi * harmonics[:, None] * t), axis=0)
    return np.asarray(wave / np.sqrt(np.mean(np.square(wave))) * level, np.float32)


def hiss(low_hz: float, high_hz: float, seconds: float = 0.5, level: float = 0.05) -> Array:
    """Noise that is strong between two frequencies, with a root mean square of `level`: (samples,) float32."""
    noise = np.random.default_rng(0).standard_normal(int(seconds * ENGINE_RATE_HZ))
    spectrum = np.fft.rfft(noise)
    hz = np.fft.rfftfreq(len(noise), 1 / ENGINE_RATE_HZ)
    spectrum[(hz < low_hz) | (hz > high_hz)] *= 0.1
    wave = np.fft.irfft(spectrum, len(noise))
    return np.asarray(wave / np.sqrt(np.mean(np.square(wave))) * level, np.float32)
