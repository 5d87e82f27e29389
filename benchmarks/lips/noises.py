"""Sounds that are no speech: no mouth should follow them. Made by formula, the same each time; 16 kHz, 12 s each."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from assets.lipnet.training.phones import Samples
from assets.lipnet.training.settings import RATE_HZ

SECONDS: Final = 12.0
LEVEL_DB: Final = -26.0
"""Root mean square of what is as loud as speech."""

Wave = NDArray[np.float64]
TIMES_S: Final = np.arange(int(SECONDS * RATE_HZ)) / RATE_HZ


def music(random: np.random.Generator) -> Wave:
    """Chords of plucked strings over a bass drum, 100 beats a minute."""
    wave = np.zeros(len(TIMES_S))
    chords_hz = ((220.0, 277.2, 329.6), (196.0, 246.9, 293.7), (174.6, 220.0, 261.6), (196.0, 246.9, 392.0))
    chords = [sum(_harmonics(tone_hz, 12, 1.2) for tone_hz in chord_hz) for chord_hz in chords_hz]
    drum = 4 * _harmonics(60.0, 1, 1.0)
    for beat, start_s in enumerate(np.arange(0, SECONDS, 0.6)):
        wave += _fading(start_s, 0.5) * chords[beat // 4 % 4] + _fading(start_s, 0.08) * drum
    return wave


def bark(random: np.random.Generator) -> Wave:
    """A dog: bursts of 0.2 s with a falling pitch and a rough voice, two or three in a row."""
    wave = np.zeros(len(TIMES_S))
    start_s = 0.5
    while start_s < SECONDS - 1:
        for _ in range(random.integers(2, 4)):
            pitch_hz = random.uniform(350, 500) - 400 * (TIMES_S - start_s)
            wave += (
                _fading(start_s, 0.06) * _harmonics(pitch_hz, 9, 0.7) * (1 + 0.5 * random.standard_normal(len(wave)))
            )
            start_s += random.uniform(0.28, 0.4)
        start_s += random.uniform(0.8, 1.6)
    return wave


def typing(random: np.random.Generator) -> Wave:
    """Keys that click down and up, some nine a second, with pauses."""
    wave = np.zeros(len(TIMES_S))
    start_s = 0.2
    while start_s < SECONDS - 0.5:
        noise = random.standard_normal(len(wave))
        loud = random.uniform(0.5, 1.0)
        for offset_s, part in ((0.0, 1.0), (random.uniform(0.05, 0.09), 0.5)):
            wave += loud * part * _fading(start_s + offset_s, 0.004) * noise
        start_s += random.exponential(0.11) + 0.03 + (0.7 if random.random() < 0.06 else 0.0)
    return wave


def hum(random: np.random.Generator) -> Wave:
    """A mains transformer: 100 Hz and its harmonics, steady."""
    return _harmonics(100.0, 8, 1.0)


def breath(random: np.random.Generator) -> Wave:
    """Somebody who breathes close to the microphone, every 3 s in and out."""
    strength = np.clip(np.sin(2 * np.pi * TIMES_S / 3), 0, 1) ** 2 + 0.7 * np.clip(
        -np.sin(2 * np.pi * TIMES_S / 3), 0, 1
    )
    return strength * _coloured(random.standard_normal(len(TIMES_S)), 1200.0, 900.0)


def fan(random: np.random.Generator) -> Wave:
    """Steady noise, the lower the stronger."""
    return _coloured(random.standard_normal(len(TIMES_S)), 0.0, 400.0)


NOISES: Final[Mapping[str, tuple[Callable[[np.random.Generator], Wave], float]]] = MappingProxyType(
    {
        "music": (music, LEVEL_DB),
        "bark": (bark, LEVEL_DB),
        "typing": (typing, LEVEL_DB - 16),
        "hum": (hum, LEVEL_DB - 8),
        "breath": (breath, LEVEL_DB - 14),
        "fan": (fan, LEVEL_DB - 8),
        "silence with hum": (hum, -62.0),
        "silence": (lambda _: np.zeros(len(TIMES_S)), -np.inf),
    }
)
"""How each is made, and its root mean square against full scale in dB."""


def noise(name: str) -> Samples:
    """Samples of one of `NOISES`."""
    make, level_db = NOISES[name]
    wave = make(np.random.default_rng(list(NOISES).index(name)))
    gain = 10 ** (level_db / 20) / max(float(np.sqrt(np.mean(np.square(wave)))), 1e-12)
    return np.asarray(np.clip(gain * wave, -1, 1), np.float32)


def _fading(start_s: float, decay_s: float) -> Wave:
    """Nothing before a time, 1 at it, less and less after it."""
    return np.where(start_s <= TIMES_S, np.exp(-np.maximum(TIMES_S - start_s, 0) / decay_s), 0.0)


def _harmonics(pitch_hz: float | Wave, count: int, slope: float) -> Wave:
    """Harmonics of a tone, each weaker by its number to the power of `slope`."""
    phase = 2 * np.pi * np.cumsum(np.broadcast_to(pitch_hz, TIMES_S.shape)) / RATE_HZ
    return np.asarray(sum(np.sin(number * phase) / number**slope for number in range(1, count + 1)))


def _coloured(wave: Wave, centre_hz: float, width_hz: float) -> Wave:
    """What of it lies around a frequency."""
    hz = np.fft.rfftfreq(len(wave), 1 / RATE_HZ)
    return np.fft.irfft(np.fft.rfft(wave) * np.exp(-0.5 * ((hz - centre_hz) / width_hz) ** 2), len(wave))
