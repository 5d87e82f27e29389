"""The embedded engine: a batch of windows through hearing and mouth."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np

from a2f_live.config import ENGINE_RATE_HZ
from a2f_live.engine.base import Array, EngineInfo, Result, Window
from a2f_live.engine.embedded import hearing, mouth
from a2f_live.errors import EngineFailed

INFO: Final = EngineInfo(
    name="embedded",
    context_samples=hearing.CONTEXT_SAMPLES,
    hop_samples=hearing.HOP_SAMPLES,
    lookaheads_ms=tuple(mouth.KERNELS),
    stateful=True,
    max_batch=256,
    max_hops=50,
    batch_interval_s=0.01,
    inline_hops=256,
)
_KERNELS: Final[Array] = np.array([kernel[::-1] for kernel in mouth.KERNELS.values()], np.float32)
_KERNEL_OF: Final = {ms * ENGINE_RATE_HZ // 1000: index for index, ms in enumerate(mouth.KERNELS)}
_SHUT: Final[Array] = np.zeros((mouth.TAPS - 1) * mouth.CUES, np.float32)
_FIRST_STATE: Final[Array] = np.concatenate((hearing.first_track(), _SHUT))


@dataclass(frozen=True, slots=True)
class EmbeddedOptions:
    """There is nothing to set."""


class EmbeddedEngine:
    """A heuristic mouth in a few numpy calls a batch. Its state is one small float32 vector a stream."""

    Options: ClassVar = EmbeddedOptions

    def __init__(self, options: EmbeddedOptions | None = None) -> None:
        self._options = options or EmbeddedOptions()

    @property
    def info(self) -> EngineInfo:
        """What it needs and gives."""
        return INFO

    def infer(self, batch: Sequence[Window]) -> list[Result]:
        """Answer every window, those of equal length together. Raises `EngineFailed` for one that does not fit."""
        by_hops: defaultdict[int, list[int]] = defaultdict(list)
        for index, window in enumerate(batch):
            by_hops[window.hops].append(index)
        results: dict[int, Result] = {}
        for hops, indices in by_hops.items():
            results.update(zip(indices, _answer([batch[i] for i in indices], hops), strict=True))
        return [results[index] for index in range(len(batch))]

    def abort(self) -> None:
        """Nothing hangs here."""

    def close(self) -> None:
        """Nothing is held here."""


def _answer(windows: list[Window], hops: int) -> Iterator[Result]:
    """The results of windows of equal length."""
    samples, states, kernels = _stacked(windows, hops)
    heard = hearing.listen(samples, hops, states[:, : hearing.TRACK])
    past = states[:, hearing.TRACK :].reshape(len(windows), -1, mouth.CUES)
    history = np.concatenate((past, mouth.cues(heard)), axis=1)
    rows = mouth.pose(mouth.smooth(history, kernels, hops))
    after = np.concatenate((heard.tracks, history[:, hops:].reshape(len(windows), -1)), axis=1)
    # A state outlives its batch, so it must not keep the whole batch in memory.
    return (Result(row, state.copy()) for row, state in zip(rows, after, strict=True))


def _stacked(windows: list[Window], hops: int) -> tuple[Array, Array, Array]:
    """Samples, states and kernels, a row a window."""
    length = hearing.CONTEXT_SAMPLES + (hops - 1) * hearing.HOP_SAMPLES
    if any(window.samples.shape != (length,) or window.lookahead_samples not in _KERNEL_OF for window in windows):
        raise EngineFailed("a window does not fit the embedded engine: cut it as its info says")
    samples = np.concatenate([window.samples for window in windows])
    states = np.concatenate([_FIRST_STATE if window.state is None else window.state for window in windows])
    kernels = _KERNELS[[_KERNEL_OF[window.lookahead_samples] for window in windows]]
    return samples.reshape(-1, length), states.reshape(-1, len(_FIRST_STATE)), kernels
