"""From a stream of samples to the windows that an engine hears."""

from typing import Final, NamedTuple

import numpy as np

from a2f_live.frames import Array

SPARE_SAMPLES: Final = 4_096
"""Least room for what comes next in a new block: 256 ms."""


class Slice(NamedTuple):
    """Consecutive hops of one utterance, as one view of its samples."""

    first_hop: int
    hops: int
    samples: Array
    """(context_samples + (hops - 1) * hop_samples,) float32, read-only."""


class Windower:
    """Samples in, hops out. Hop `k` hears the `context_samples` that end at `k * hop_samples + lookahead_samples`,
    and is ready when these, and at least one sample after its start, have come.

    What lies before the start or after the end of the utterance is zero. Samples stand in a block; when it is full
    those still needed move to a new one, and the old one lives as long as a slice of it does. A block has room for
    what is needed and half as much again, so the memory follows the backlog, up and down.
    """

    received: int
    """Samples pushed since the last reset."""
    _next: int
    """The hop to take next."""
    _total: int | None
    """Hops of the whole utterance, once it is over."""
    _block: Array
    _readable: Array
    """The same memory, read-only."""
    _filled: int
    """Samples in the block."""
    _block_from: int
    """Index within the utterance of the first sample of the block: the zeros before the start are negative."""

    def __init__(self, context_samples: int, hop_samples: int, lookahead_samples: int) -> None:
        self._context = context_samples
        self._hop = hop_samples
        self._lookahead = lookahead_samples
        self.reset()

    @property
    def ready(self) -> int:
        """Hops that can be taken now."""
        if self._total is not None:
            return max(self._total - self._next, 0)
        heard = self.received - max(self._lookahead, 1)
        return max(heard // self._hop + 1 - self._next, 0)

    def push(self, samples: Array) -> None:
        """Append (n,) float32. After `finish` nothing may be pushed before `reset`."""
        self.received += len(samples)
        self._append(samples)

    def take(self, max_hops: int) -> Slice | None:
        """The next hops, at most so many, or None where none is ready; the slice stays as it is for ever."""
        hops = min(self.ready, max_hops)
        if hops <= 0:
            return None
        first = self._next
        start = self._needed_from()
        self._next = first + hops
        return Slice(first, hops, self._readable[start : start + self._context + (hops - 1) * self._hop])

    def skip(self, hops: int) -> None:
        """Give up the next hops unseen, at most those that are ready."""
        self._next += min(hops, self.ready)

    def finish(self, total_hops: int) -> None:
        """The utterance is over: make exactly so many hops of it, with zeros where it has no samples."""
        missing = (total_hops - 1) * self._hop + self._lookahead - self.received
        if total_hops > self._next and missing > 0:
            self._append(np.zeros(missing, np.float32))
        self._total = total_hops

    def reset(self) -> None:
        """Begin the next utterance."""
        self.received = 0
        self._next = 0
        self._total = None
        self._use(np.zeros(max(self._context - self._lookahead, 0), np.float32))
        self._filled = len(self._block)
        self._block_from = -self._filled

    def _append(self, samples: Array) -> None:
        end = self._filled + len(samples)
        if end > len(self._block):
            end = self._move(len(samples))
        self._block[end - len(samples) : end] = samples
        self._filled = end

    def _move(self, incoming: int) -> int:
        """Go on in a new block that begins with what is still needed; where the incoming samples will end in it."""
        start = min(self._needed_from(), self._filled)
        tail = self._block[start : self._filled]
        end = len(tail) + incoming
        block = np.empty(end + max(SPARE_SAMPLES, end // 2), np.float32)
        block[: len(tail)] = tail
        self._use(block)
        self._block_from += start
        return end

    def _use(self, block: Array) -> None:
        self._block = block
        self._readable = block.view()
        self._readable.setflags(write=False)

    def _needed_from(self) -> int:
        """Where in the block the next hop begins."""
        return self._next * self._hop + self._lookahead - self._context - self._block_from
