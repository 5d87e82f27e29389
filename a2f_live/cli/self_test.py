"""Tries an engine on a few silent windows: does it answer, as its contract says, and how fast."""

import time
from dataclasses import replace

import numpy as np

from a2f_live import arkit
from a2f_live.config import ENGINE_RATE_HZ
from a2f_live.engine.base import Engine, EngineInfo, Window
from a2f_live.errors import EngineFailed

SECONDS = 2.0
"""Of audio in a measurement."""


def warm_up(engine: Engine) -> Engine:
    """Let it answer one window, so that no session waits for what is only slow at first; raises `EngineError`."""
    _answer(engine, _silence(engine.info, first_hop=0), state=None)
    return engine


def times_real_time(engine: Engine) -> float:
    """Seconds of audio that it answers in a second, one stream alone; raises `EngineError`."""
    info = warm_up(engine).info
    hops = max(1, round(SECONDS * ENGINE_RATE_HZ / info.hop_samples))
    state = None
    started = time.perf_counter()
    for first_hop in range(0, hops, info.max_hops):
        state = _answer(engine, _silence(info, first_hop), state)
    took_s = time.perf_counter() - started
    return hops * info.hop_samples / ENGINE_RATE_HZ / max(took_s, 1e-9)


def _silence(info: EngineInfo, first_hop: int) -> Window:
    samples = np.zeros(info.context_samples + (info.max_hops - 1) * info.hop_samples, np.float32)
    lookahead_samples = info.lookaheads_ms[0] * ENGINE_RATE_HZ // 1000
    return Window(0, first_hop, info.max_hops, samples, lookahead_samples)


def _answer(engine: Engine, window: Window, state: object) -> object:
    info = engine.info
    result = engine.infer([replace(window, state=state)])[0]
    shape = (window.hops * info.rows_per_hop, arkit.COUNT)
    if result.rows.shape != shape or not np.isfinite(result.rows).all():
        raise EngineFailed(f"engine {info.name!r} answers nonsense: rows of {result.rows.shape}, not finite {shape}")
    return result.state
