"""Windows cut from whole utterances, the way a session cuts them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import chain, repeat
from typing import Any

import numpy as np

from a2f_live.config import ENGINE_RATE_HZ
from a2f_live.engine.base import Array, Engine, EngineInfo, Result, Window
from a2f_live.speech import WEIGHTS_COLUMNS, whole_rows


def speechlike(seed: int, seconds: float = 0.4) -> Array:
    """Syllables of a few harmonics and some hiss: loud and soft, (samples,) float32."""
    rng = np.random.default_rng(seed)
    t = np.arange(int(seconds * ENGINE_RATE_HZ)) / ENGINE_RATE_HZ
    pitch_hz = rng.uniform(90, 250)
    voice = sum(np.sin(2 * np.pi * pitch_hz * k * t) / k ** rng.uniform(0.3, 1.5) for k in range(1, 12))
    syllables = np.clip(np.sin(2 * np.pi * rng.uniform(2, 6) * t), 0, 1)
    whole = 0.05 * voice * syllables + rng.uniform(0, 0.01) * rng.standard_normal(len(t))
    return np.asarray(whole, np.float32)


@dataclass(slots=True)
class Utterance:
    """An utterance that is fed window by window; it keeps the whole rows and the state."""

    info: EngineInfo
    samples: Array
    lookahead_ms: int
    state: Any = None
    rows: list[Array] = field(default_factory=list)
    hop: int = 0

    @property
    def hops(self) -> int:
        return -(-len(self.samples) // self.info.hop_samples)

    @property
    def done(self) -> bool:
        return self.hop >= self.hops

    def window(self, hops: int) -> Window:
        hops = max(1, min(hops, self.hops - self.hop, self.info.max_hops))
        lookahead = self.lookahead_ms * ENGINE_RATE_HZ // 1000
        length = self.info.context_samples + (hops - 1) * self.info.hop_samples
        start = self.hop * self.info.hop_samples + lookahead - self.info.context_samples
        padded = np.pad(self.samples, (self.info.context_samples, length + lookahead))
        cut = padded[start + self.info.context_samples :][:length]
        cut.flags.writeable = False
        return Window(0, self.hop, hops, cut, lookahead, self.state)

    def take(self, window: Window, result: Result) -> None:
        self.rows.append(whole_rows(result.rows, result.prosody, result.visemes))
        self.state = result.state
        self.hop += window.hops


def answer(engine: Engine, samples: Array, lookahead_ms: int | None = None, groups: Iterable[int] = ()) -> Array:
    """All weights of an utterance, as `whole_answer` gives them."""
    return whole_answer(engine, samples, lookahead_ms, groups)[:, WEIGHTS_COLUMNS]


def whole_answer(engine: Engine, samples: Array, lookahead_ms: int | None = None, groups: Iterable[int] = ()) -> Array:
    """All whole rows of an utterance, alone in its batches, in windows of so many hops and then of one."""
    utterance = Utterance(engine.info, samples, engine.info.lookaheads_ms[0] if lookahead_ms is None else lookahead_ms)
    for hops in chain(groups, repeat(1)):
        if utterance.done:
            return np.concatenate(utterance.rows)
        window = utterance.window(hops)
        utterance.take(window, engine.infer([window])[0])
    raise AssertionError("unreachable")
