"""Sounds that are no speech, made by rules: music, typing, barks, hum, breath, knocks, engines."""

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from assets.lipnet.training.settings import RATE_HZ

Sound = NDArray[np.float32]
Floats = NDArray[np.float64]


def noises(count: int, seconds: float, seed: int) -> Sound:
    """(count, n) of all kinds in turn, each with a mean square of 1."""
    rng = np.random.default_rng(seed)
    length = int(seconds * RATE_HZ)
    made = np.stack([KINDS[index % len(KINDS)](rng, length) for index in range(count)])
    return np.asarray(made / np.sqrt(np.mean(made**2, axis=1, keepdims=True) + 1e-9), np.float32)


def music(rng: Generator, length: int) -> Floats:
    """Chords and a tune of plucked or bowed tones, and sometimes a beat."""
    sound = np.zeros(length)
    beat = int(rng.uniform(0.25, 0.6) * RATE_HZ)
    root = rng.uniform(80, 260)
    scale = np.array([0, 2, 4, 5, 7, 9, 11, 12, 14, 16])
    for start in range(0, length, beat):
        for _ in range(int(rng.integers(1, 4))):
            hz = root * 2 ** (rng.choice(scale) / 12) * rng.choice([1, 1, 2])
            _add(sound, tone(rng, hz, rng.uniform(0.2, 1.6)), start)
        if rng.random() < 0.4:
            _add(sound, burst(rng, 0.08, rng.uniform(0.5, 3)), start)
    return sound


def tone(rng: Generator, hz: float, seconds: float) -> Floats:
    """Harmonics in a body that rings, swelling or plucked, one string or two, with or without vibrato."""
    t = np.arange(int(seconds * RATE_HZ)) / RATE_HZ
    bend = rng.uniform(0, 0.01) * np.sin(2 * np.pi * rng.uniform(4, 7) * t)
    fall, count = rng.uniform(0.4, 2.0), int(rng.integers(3, 24))
    body = peaks(rng, np.arange(1.0, count) * hz)
    sound = np.zeros(len(t))
    for detune in (1.0, 1 + rng.uniform(0.002, 0.008))[: rng.integers(1, 3)]:
        phase = 2 * np.pi * hz * detune * (t + np.cumsum(bend) / RATE_HZ)
        for k in range(1, count):
            if k * hz < RATE_HZ / 2:
                sound += body[k - 1] * np.sin(k * phase) / k**fall
    swell = np.minimum(t / rng.uniform(0.005, 0.2), 1) * np.exp(-t / rng.uniform(0.2, 2.0))
    return np.asarray(sound * swell)


def typing(rng: Generator, length: int) -> Floats:
    """Keys: a click down and a click up each, of plastic and of the desk under it, irregular."""
    sound = np.zeros(length)
    at = 0
    desk_hz, ring_s = rng.uniform(80, 700), rng.uniform(0.004, 0.03)
    while at < length:
        for after_s, size in ((0.0, 1.0), (rng.uniform(0.04, 0.1), rng.uniform(0.2, 0.8))):
            low_hz = rng.uniform(800, 4000)
            click = shaped(burst(rng, rng.uniform(0.2, 1) * ring_s, size), low_hz, low_hz * rng.uniform(1.2, 4))
            thud = shaped(burst(rng, ring_s, size * rng.uniform(0, 2)), desk_hz / 2, desk_hz * 2)
            _add(sound, click, at + int(after_s * RATE_HZ))
            _add(sound, thud, at + int(after_s * RATE_HZ))
        at += int(rng.uniform(0.08, 0.45) * RATE_HZ)
    return sound


def barks(rng: Generator, length: int) -> Floats:
    """A dog: rough short tones that rise and fall."""
    sound = np.zeros(length)
    at = int(rng.uniform(0, 0.5) * RATE_HZ)
    while at < length:
        seconds = rng.uniform(0.1, 0.3)
        t = np.arange(int(seconds * RATE_HZ)) / RATE_HZ
        hz = rng.uniform(250, 900) * (1 + 0.5 * np.sin(np.pi * t / seconds))
        phase = 2 * np.pi * np.cumsum(hz) / RATE_HZ
        rough = 1 + 0.6 * rng.standard_normal(len(t))
        voice = sum(np.sin(k * phase) / k for k in range(1, 7)) * rough * np.sin(np.pi * t / seconds) ** 0.5
        _add(sound, np.asarray(voice), at)
        at += int(rng.uniform(0.25, 1.2) * RATE_HZ)
    return sound


def hum(rng: Generator, length: int) -> Floats:
    """Mains and its harmonics, with hiss."""
    t = np.arange(length) / RATE_HZ
    hz = rng.choice([50.0, 60.0, 100.0, 120.0])
    tones = sum(rng.uniform(0, 1) / k * np.sin(2 * np.pi * k * hz * t + rng.uniform(0, 6)) for k in range(1, 12))
    return np.asarray(tones + rng.uniform(0.01, 0.3) * rng.standard_normal(length))


def breath(rng: Generator, length: int) -> Floats:
    """In and out, through nose or mouth: air with the resonances of a throat, that comes and goes abruptly or not."""
    sound = np.zeros(length)
    at = 0
    hz = np.fft.rfftfreq(2 * RATE_HZ, 1 / RATE_HZ)
    while at < length:
        count = int(rng.uniform(0.2, 1.4) * RATE_HZ)
        air = np.fft.irfft(np.fft.rfft(rng.standard_normal(2 * RATE_HZ)) * peaks(rng, hz))[:count]
        place = np.arange(count) / count
        swell = np.minimum(place / rng.uniform(0.05, 0.7), 1) * np.minimum((1 - place) / rng.uniform(0.05, 0.7), 1)
        _add(sound, rng.uniform(0.3, 1) * air / air.std() * swell, at)
        at += count + int(rng.uniform(0.05, 1.5) * RATE_HZ)
    return sound


def knocks(rng: Generator, length: int) -> Floats:
    """Steps, doors, claps, cups."""
    sound = np.zeros(length)
    at = int(rng.uniform(0, 1) * RATE_HZ)
    while at < length:
        ring = burst(rng, rng.uniform(0.02, 0.25), 1.0)
        _add(sound, shaped(ring, rng.uniform(60, 400), rng.uniform(500, 6000)), at)
        at += int(rng.uniform(0.15, 1.5) * RATE_HZ)
    return sound


def engine(rng: Generator, length: int) -> Floats:
    """A fan, a car, a street: noise of one color that slowly comes and goes."""
    low_hz = rng.uniform(30, 200)
    noise = shaped(rng.standard_normal(length), low_hz, low_hz * rng.uniform(4, 40))
    t = np.arange(length) / RATE_HZ
    return noise * (1 + rng.uniform(0, 0.7) * np.sin(2 * np.pi * rng.uniform(0.1, 6) * t + rng.uniform(0, 6)))


def beeps(rng: Generator, length: int) -> Floats:
    """Alarms, dial tones, ringing."""
    t = np.arange(length) / RATE_HZ
    tones = sum(np.sin(2 * np.pi * rng.uniform(300, 2500) * t) for _ in range(int(rng.integers(1, 3))))
    period_s = rng.uniform(0.2, 2.0)
    return np.asarray(tones * ((t % period_s) < period_s * rng.uniform(0.2, 0.8)))


def peaks(rng: Generator, hz: NDArray[np.floating]) -> Floats:
    """What a body or a throat lets through at these frequencies: two to five resonances over a floor."""
    gain = np.full(len(hz), rng.uniform(0.01, 0.2))
    for _ in range(rng.integers(2, 6)):
        center, width = 250 * 2 ** rng.uniform(0, 4.8), rng.uniform(0.08, 0.5)
        gain += rng.uniform(0.2, 1) / (1 + ((np.log2(hz.clip(20) / center)) / width) ** 2)
    return gain


def burst(rng: Generator, seconds: float, size: float) -> Floats:
    """Noise that dies away."""
    count = max(int(4 * seconds * RATE_HZ), 8)
    return np.asarray(size * rng.standard_normal(count) * np.exp(-np.arange(count) / (seconds * RATE_HZ)))


def shaped(noise: Floats, low_hz: float, high_hz: float) -> Floats:
    """Band-passed, 12 dB an octave on both sides."""
    hz = np.fft.rfftfreq(len(noise), 1 / RATE_HZ).clip(1)
    gain = 1 / (1 + (low_hz / hz) ** 2) / (1 + (hz / high_hz) ** 2)
    return np.asarray(np.fft.irfft(np.fft.rfft(noise) * gain, len(noise)))


def _add(sound: Floats, piece: Floats, at: int) -> None:
    fits = piece[: max(len(sound) - at, 0)]
    sound[at : at + len(fits)] += fits


KINDS: Final[tuple[Callable[[Generator, int], Floats], ...]] = (
    *(music, typing, barks, hum, breath, knocks, engine, beeps, music, breath),
)
