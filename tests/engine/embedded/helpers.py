"""Sounds made of formants, so that a test says what it is that is heard, and a small network with random weights."""

import numpy as np

from a2f_live.config import ENGINE_RATE_HZ
from a2f_live.engine.base import Array
from a2f_live.engine.embedded.features import CONTEXT_SAMPLES, FEATURES, HOP_SAMPLES
from a2f_live.engine.embedded.weights import Weights

BANDWIDTH_HZ = 60

Formants = tuple[tuple[float, float], ...]
"""Frequency in Hertz and level in decibels of each."""

VOWELS: dict[str, Formants] = {
    "AA": ((730, 0), (1090, -4), (2440, -24)),
    "EH": ((530, 0), (1840, -8), (2480, -14)),
    "IY": ((270, 0), (2290, -22), (3010, -26)),
    "UW": ((330, 0), (870, -28), (2240, -43)),
}


def vowel(formants: Formants, pitch_hz: float = 120.0, seconds: float = 0.5, level: float = 0.1) -> Array:
    """A held sound whose harmonics follow the formants, with a root mean square of `level`: (samples,) float32."""
    t = np.arange(int(seconds * ENGINE_RATE_HZ)) / ENGINE_RATE_HZ
    harmonics = np.arange(pitch_hz, 6000, pitch_hz)
    levels = sum(10 ** (db / 20) / (1 + ((harmonics - hz) / BANDWIDTH_HZ) ** 2) for hz, db in formants)
    tilted = np.asarray(levels) + 0.1 * pitch_hz / harmonics
    wave = np.sum(tilted[:, None] * np.sin(2 * np.pi * harmonics[:, None] * t), axis=0)
    return np.asarray(wave / np.sqrt(np.mean(np.square(wave))) * level, np.float32)


def tone(hz: float, level: float = 0.1, seconds: float = 1.0) -> Array:
    """A sine, (samples,) float32."""
    t = np.arange(int(seconds * ENGINE_RATE_HZ)) / ENGINE_RATE_HZ
    return np.asarray(level * np.sin(2 * np.pi * hz * t), np.float32)


def noise(level: float, seconds: float = 1.0, seed: int = 0) -> Array:
    """White noise, (samples,) float32."""
    return np.asarray(level * np.random.default_rng(seed).standard_normal(int(seconds * ENGINE_RATE_HZ)), np.float32)


def contexts(samples: Array) -> Array:
    """(hops, CONTEXT_SAMPLES): what is heard for each hop, from the first that hears no sample before the start."""
    return np.lib.stride_tricks.sliding_window_view(samples, CONTEXT_SAMPLES)[::HOP_SAMPLES]


def small_weights(seed: int = 0, channels: int = 8, dilations: tuple[int, ...] = (1, 2, 4), taps: int = 3) -> Weights:
    """Of a network that has learned nothing, with the phones SIL, P and AA and two controls."""
    rng = np.random.default_rng(seed)

    def some(*shape: int) -> Array:
        return np.asarray(rng.normal(0, 0.4, shape), np.float32)

    return Weights(
        phones=("SIL", "P", "AA"),
        controls=("jawOpen", "mouthSmile"),
        lookaheads_ms=(0, 40, 80),
        dilations=dilations,
        entry=some(FEATURES, channels),
        entry_bias=some(channels),
        blocks=some(len(dilations), taps * channels, channels),
        block_biases=some(len(dilations), channels),
        hidden=some(3, channels, 6),
        hidden_biases=some(3, 6),
        outputs=some(3, 6, 3),
        output_biases=some(3, 3),
        poses=np.array([[0, 0], [0, 0.25], [0.5, 0]], np.float32),
        dominance=np.array([[0.5, 2, 1], [0.5, 1, 1]], np.float32),
        groups=np.array([[1, 0], [0, 1]], np.float32),
        smoothing=np.array([[[0.7, 0.3, 0]] * 2, [[0.25, 0.5, 0.25]] * 2, [[0.2, 0.3, 0.5], [1, 0, 0]]], np.float32),
    )
