"""The embedded engine: a batch of windows through ears, network, mouth and prosody."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np

from a2f_live.config import ENGINE_RATE_HZ
from a2f_live.engine.base import Array, EngineInfo, Result, Window
from a2f_live.engine.embedded import features, prosody
from a2f_live.engine.embedded.memory import MAX_ROWS, Memory
from a2f_live.engine.embedded.mouth import Mouth
from a2f_live.engine.embedded.network import Network
from a2f_live.engine.embedded.tiles import product
from a2f_live.engine.embedded.visemes import viseme_map
from a2f_live.engine.embedded.weights import Weights, find, load
from a2f_live.errors import EngineFailed

LOOKAHEADS_MS: Final = (0, 40, 80)
INFO: Final = EngineInfo(
    name="embedded",
    context_samples=features.CONTEXT_SAMPLES,
    hop_samples=features.HOP_SAMPLES,
    lookaheads_ms=LOOKAHEADS_MS,
    stateful=True,
    max_batch=256,
    max_hops=50,
    batch_interval_s=0.01,
    channels=("prosody", "visemes"),
    inline_hops=256,
)
_HEADS: Final = {ms * ENGINE_RATE_HZ // 1000: head for head, ms in enumerate(LOOKAHEADS_MS)}


@dataclass(frozen=True, slots=True)
class EmbeddedOptions:
    """There is nothing to set."""


class EmbeddedEngine:
    """A small network in some hundred numpy calls a batch. Its state is one flat float32 vector a stream."""

    Options: ClassVar = EmbeddedOptions

    def __init__(self, options: EmbeddedOptions | None = None, learned: Weights | None = None) -> None:
        """With the weights that ship, or others. Raises `EngineUnavailable` where those that ship cannot be used."""
        self._options = options or EmbeddedOptions()
        learned = learned or load(find(), LOOKAHEADS_MS)
        self._network, self._mouth = Network(learned), Mouth(learned)
        self._visemes, self._silence = viseme_map(learned.phones), learned.phones.index("SIL")
        notes = np.concatenate((features.first_track(), prosody.first_notes(), np.zeros(self._mouth.notes, np.float32)))
        self._memory = Memory(learned.channels, learned.dilations, learned.taps, len(notes))
        self._first_state = self._memory.state(notes)
        self._first_state = self._memory.state(notes, self._after_silence())

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
            _require_fit([batch[index] for index in indices], hops)
            most = max(1, MAX_ROWS // hops)
            for first in range(0, len(indices), most):
                some = indices[first : first + most]
                results.update(zip(some, self._answers([batch[index] for index in some], hops), strict=True))
        return [results[index] for index in range(len(batch))]

    def abort(self) -> None:
        """Nothing hangs here."""

    def close(self) -> None:
        """Nothing is held here."""

    @property
    def first_past(self) -> Array:
        """What the blocks of the network remember where an utterance begins: silence."""
        return self._memory.past(self._first_state)

    def _after_silence(self) -> Array:
        """The state of a stream of nothing but silence."""
        samples = np.zeros(features.CONTEXT_SAMPLES + (INFO.max_hops - 1) * features.HOP_SAMPLES, np.float32)
        window = Window(0, 0, INFO.max_hops, samples, 0)
        (result,) = self._answers([window], window.hops)
        state: Array = result.state
        return state

    def _answers(self, windows: list[Window], hops: int) -> Iterator[Result]:
        """The results of as many windows of equal length as the memory holds."""
        count, rows = len(windows), len(windows) * hops
        samples = np.concatenate([window.samples for window in windows]).reshape(count, -1)
        heads = np.array([_HEADS[window.lookahead_samples] for window in windows])
        notes = self._memory.recall([self._first_state if w.state is None else w.state for w in windows])
        tracks, how, past = np.split(notes, (features.TRACK, features.TRACK + prosody.NOTES), axis=1)

        heard = features.listen(samples, hops, tracks)
        phones = self._network.tell(heard.features, hops, heads, self._memory)
        moved, past = self._mouth.move(phones, hops, past, heads)
        silence = phones[:rows, self._silence].reshape(count, hops)
        figures, how = prosody.listen(samples, heard.level_db, silence, how)
        visemes = product(phones, self._visemes)[:rows].reshape(count, hops, -1)
        states = self._memory.states(np.concatenate((heard.tracks, how, past), axis=1), hops)
        return map(Result, moved, states, visemes, figures)


def _require_fit(windows: Sequence[Window], hops: int) -> None:
    length = features.CONTEXT_SAMPLES + (hops - 1) * features.HOP_SAMPLES
    if hops > MAX_ROWS or any(w.samples.shape != (length,) or w.lookahead_samples not in _HEADS for w in windows):
        raise EngineFailed("a window does not fit the embedded engine: cut it as its info says")
