"""The contract of an engine: what it needs to hear, and a batch of windows in, a batch of results out.

A *hop* is the engine's step in time, a *row* one set of 52 weights. Hop `k` of an utterance covers the samples
`k * hop_samples` up to `(k + 1) * hop_samples` and gives `rows_per_hop` rows, the first of them at its first sample.
With a look-ahead of `L` samples the engine hears for hop `k` the `context_samples` samples that end at
`k * hop_samples + L`; where they lie before the start or after the end of the utterance they are zero.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from a2f_live.config import ENGINE_RATE_HZ
from a2f_live.errors import EngineRefused

Array = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class EngineInfo:
    """What an engine needs and gives; constant for the life of the engine."""

    name: str
    context_samples: int
    """Samples heard for one hop, at 16 kHz."""
    hop_samples: int
    rows_per_hop: int = 1
    lookaheads_ms: tuple[int, ...] = (0,)
    """Look-aheads on offer, ascending."""
    stateful: bool = False
    """Whether a window carries the state that the window before it gave."""
    max_batch: int = 64
    """Windows in one call."""
    max_hops: int = 1
    """Hops in one window."""
    batch_interval_s: float = 0.0
    """Rest between the starts of two calls: for engines where a call costs far more than one window more in it."""
    channels: tuple[str, ...] = ()
    """What it moves beside the mouth, or understands: `emotions`, `visemes`, `prosody`, `eyes`, `brows`, `head`; with
    `auto_emotion` it hears emotions by itself."""
    time_offset_s: float = 0.0
    """Measured lead of the rows over the sound; rows are shown that much later."""
    inline_hops: int = 0
    """Calls of at most so many hops in all are too short to be worth another thread: they may be made on the event
    loop. Only for an engine that cannot hang."""
    isolated: bool = False
    """Whether it runs outside this process."""
    call_limit_s: float = 0.0
    """Seconds that a call may take where that is more than other engines may."""

    @property
    def row_rate(self) -> Fraction:
        """Rows a second."""
        return Fraction(ENGINE_RATE_HZ * self.rows_per_hop, self.hop_samples)

    def lookahead_for(self, asked_ms: int) -> int:
        """The largest look-ahead on offer within what was asked, else the smallest on offer, in ms."""
        within = [ms for ms in self.lookaheads_ms if ms <= asked_ms]
        return within[-1] if within else self.lookaheads_ms[0]


@dataclass(slots=True, eq=False)  # read-only by convention: frozen takes four times as long to make, 50 times a second
class Window:
    """A slice of one utterance, `hops` hops long, for one engine call."""

    utterance: int
    first_hop: int
    hops: int
    samples: Array
    """(context_samples + (hops - 1) * hop_samples,) float32, -1..1; read-only."""
    lookahead_samples: int
    state: Any = None
    """What the result of the window before it carried; None at the start of an utterance."""
    emotions: Mapping[str, float] | None = None
    """What the face is to feel, names of `arkit.EMOTIONS` to 0..1; only for an engine with the channel `emotions`."""
    last: bool = False
    """The utterance has ended, and no window of it follows."""


@dataclass(slots=True, eq=False)  # read-only by convention, as the window
class Result:
    """The answer to one window."""

    rows: Array
    """(hops * rows_per_hop, 52) float32, 0..1."""
    state: Any = None
    """Travels with the next window; picklable, and never changed in place once given."""
    visemes: Array | None = None
    """(hops * rows_per_hop, 15) float32, 0..1, as `speech.VISEMES`, where the engine has them."""
    prosody: Array | None = None
    """(hops * rows_per_hop, 4) float32 as `speech.PROSODY`, where the engine has it."""
    refused: EngineRefused | None = None
    """Why this is no answer, where the engine is well and the other windows of the batch have theirs."""


class Engine(Protocol):
    """One instance of an engine. It is called from one thread at a time, never two at once.

    The rows of a window depend on nothing but that window and its state: not on the other windows of the batch, nor on
    how many hops came in one window.
    """

    @property
    def info(self) -> EngineInfo:
        """What it needs and gives."""
        ...

    def infer(self, batch: Sequence[Window]) -> list[Result]:
        """Answer every window of the batch, in order. Raises `EngineError`."""
        ...

    def abort(self) -> None:
        """Make a call that hangs in another thread return or raise, where that is possible; else do nothing."""
        ...

    def close(self) -> None:
        """Give back what it holds. Safe to call twice."""
        ...
