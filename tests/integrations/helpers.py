"""A voice that was made up, the face that belongs to it, and how far what was shown is off."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from a2f_live import arkit
from a2f_live.config import AudioFormat, StreamConfig
from a2f_live.engine.registry import create, parse_spec
from a2f_live.frames import Array, Frames
from a2f_live.integrations.listener import Listener
from a2f_live.motion.profile import Profile
from a2f_live.offline import render

FPS = 30
JAW = arkit.INDEX["jawOpen"]


def voice(seconds: float, rate_hz: int, seed: int = 0) -> bytes:
    """Syllables of uneven lengths with pauses: PCM of 16 bits, mono."""
    draw = np.random.default_rng(seed)
    at_s = np.arange(round(seconds * rate_hz)) / rate_hz
    loud = np.zeros_like(at_s)
    start_s = 0.1
    while start_s < seconds - 0.3:
        length_s = draw.uniform(0.12, 0.3)
        within = (at_s - start_s) / length_s
        loud += np.where((within > 0) & (within < 1), np.sin(np.pi * np.clip(within, 0, 1)) ** 2, 0)
        start_s += length_s + draw.uniform(0.02, 0.25)
    sound = sum(np.sin(2 * np.pi * 130 * n * at_s) / n * (1 + (n in (5, 6, 8))) for n in range(1, 20))
    return (loud * sound / 4 * 16_000).clip(-32_768, 32_767).astype("<i2").tobytes()


def reference(pcm: bytes, rate_hz: int) -> tuple[Array, Array]:
    """Times, (n,), and weights, (n, 52), of the frames of that sound."""
    engine = create(parse_spec("embedded"))
    try:
        config = StreamConfig(audio=AudioFormat(sample_rate=rate_hz), fps=Fraction(FPS))
        frames: list[Frames] = list(render(engine, config, Profile.neutral(), [pcm]))
    finally:
        engine.close()
    times = [float(block.time_s + k / block.fps) for block in frames for k in range(block.count)]
    return np.array(times, np.float32), np.concatenate([block.weights for block in frames])


def offset_s(positions_s: Sequence[float], shown: Sequence[Array], times: Array, weights: Array) -> float:
    """Seconds by which the faces shown lag behind the sound, as heard; found by their shapes, to 2 ms."""
    faces, heard_s = np.array(shown), np.array(positions_s)
    lags = np.arange(-0.3, 0.3001, 0.002)

    def error(lag_s: float) -> float:
        expected = np.stack([np.interp(heard_s - lag_s, times, weights[:, i]) for i in range(weights.shape[1])], axis=1)
        return float(((faces - expected) ** 2).mean())

    return float(lags[int(np.argmin([error(lag_s) for lag_s in lags]))])


def chunks(pcm: bytes, size: int) -> Iterator[bytes]:
    for start in range(0, len(pcm), size):
        yield pcm[start : start + size]


class Show:
    """A listener, and what it showed and when."""

    def __init__(self) -> None:
        self.listener = Listener()
        self.told: list[dict[str, Any]] = []
        self.faces: list[tuple[float, int | None, Array]] = []
        """Time, turn and face of every look."""

    def hear(self, message: dict[str, Any], now_s: float) -> None:
        self.told.append(message)
        self.listener.hear(message, now_s)

    def look(self, now_s: float) -> Array:
        face = self.listener.face(now_s)
        self.faces.append((now_s, self.listener.turn, face))
        return face

    def kinds(self, turn: int) -> list[str]:
        return [message["type"] for message in self.told if message["utterance"] == turn]
