"""The embedded engine: a batch of windows through ears, network, mouth and prosody."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np

from a2f_live.config import ENGINE_RATE_HZ
from a2f_live.engine.base import Array, EngineInfo, Result, Window
from a2f_live.engine.embedded import features, prosody
from a2f_live.engine.embedded.grid import Grid
from a2f_live.engine.embedded.memory import Memory
from a2f_live.engine.embedded.mouth import Mouth
from a2f_live.engine.embedded.network import Network
from a2f_live.engine.embedded.tiles import MAX_ROWS, product
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
_PAST: Final = features.TRACK + prosody.NOTES
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
        """Answer every window, in as many passes as it takes. Raises `EngineFailed` for one that does not fit."""
        if sum(window.hops for window in batch) <= MAX_ROWS:
            return self._pass(batch) if batch else []
        results: list[Result] = []
        for windows in _passes(batch):
            results += self._pass(windows)
        return results

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
        (result,) = self._pass([window])
        state: Array = result.state
        return state

    def _pass(self, windows: Sequence[Window]) -> list[Result]:
        """The results of windows that have no more than `MAX_ROWS` hops in all."""
        _require_fit(windows)
        grid = Grid([window.hops for window in windows])
        contexts = _contexts(windows, grid)
        heads = np.array([_HEADS[window.lookahead_samples] for window in windows])
        states = [self._first_state if window.state is None else window.state for window in windows]
        notes = self._memory.recall(states, grid)
        tracks, how, past = notes[:, : features.TRACK], notes[:, features.TRACK : _PAST], notes[:, _PAST:]

        heard = features.listen(contexts, grid, tracks)
        phones = self._network.tell(heard.features, heads.take(grid.window_of), self._memory)
        moved, past = self._mouth.move(phones, grid, past, heads)
        figures, how = prosody.listen(contexts, heard.level_db, phones[:, self._silence], grid, how)
        visemes = product(phones, self._visemes)
        states = self._memory.states(np.concatenate((heard.tracks, how, past), axis=1))
        return list(map(Result, grid.split(moved), states, grid.split(visemes), grid.split(figures)))


def _require_fit(windows: Sequence[Window]) -> None:
    lengths = {(window.hops, window.samples.shape) for window in windows}
    fit = all(1 <= hops <= MAX_ROWS and shape == (_BEFORE + hops * features.HOP_SAMPLES,) for hops, shape in lengths)
    if not fit or not {window.lookahead_samples for window in windows} <= _HEADS.keys():
        raise EngineFailed("a window does not fit the embedded engine: cut it as its info says")


def _passes(batch: Sequence[Window]) -> Iterator[list[Window]]:
    """The batch, cut so that no part has more than `MAX_ROWS` hops, but where a single window has."""
    part: list[Window] = []
    rows = 0
    for window in batch:
        if part and rows + window.hops > MAX_ROWS:
            yield part
            part, rows = [], 0
        part.append(window)
        rows += window.hops
    yield part


def _contexts(windows: Sequence[Window], grid: Grid) -> Array:
    """(padded_rows, CONTEXT_SAMPLES): what is heard for each hop, and silence behind the last."""
    pieces: list[Array] = []
    for window in windows:
        if window.hops == 1:
            pieces.append(window.samples)
        else:
            starts = range(0, window.hops * features.HOP_SAMPLES, features.HOP_SAMPLES)
            pieces += [window.samples[start : start + features.CONTEXT_SAMPLES] for start in starts]
    pieces += [_SILENCE] * (grid.padded_rows - grid.rows)
    return np.concatenate(pieces).reshape(-1, features.CONTEXT_SAMPLES)


_BEFORE: Final = features.CONTEXT_SAMPLES - features.HOP_SAMPLES
_SILENCE: Final[Array] = np.zeros(features.CONTEXT_SAMPLES, np.float32)
