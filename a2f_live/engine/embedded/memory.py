"""What the network remembers of its streams: the past of every block, moved by looking up rows, never by shifting them.

A state is one flat float32 vector a stream: the last inputs of every block, oldest first, then notes of whoever else
has something to remember. All rows of a batch, remembered and new, stand in one pool, and tables made once for every
number of hops tell where in it each row is that is wanted next.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from a2f_live.engine.base import Array

MAX_ROWS: Final = 128
"""Hops of one pass, of all its windows together: more would not fit the caches."""

Places = NDArray[np.intp]


class Tables(NamedTuple):
    """Places in the pool, for windows of some number of hops."""

    taps: Places
    """(blocks, MAX_ROWS, taps): what each block hears for each hop, the oldest tap first."""
    states: Places
    """(windows, rows of a state): the states after."""


class Memory:
    """The past of up to `MAX_ROWS` windows. It is written anew in every pass: `recall`, then blocks, then `states`."""

    def __init__(self, channels: int, dilations: Sequence[int], taps: int, notes: int) -> None:
        self._channels, self._dilations, self._taps = channels, tuple(dilations), taps
        self._notes = notes
        self._note_rows = -(-notes // channels)
        self._reaches = [dilation * (taps - 1) for dilation in dilations]
        self._state_rows = sum(self._reaches) + self._note_rows
        self._notes_from = (len(dilations) + 1) * MAX_ROWS
        self._states_from = self._notes_from + MAX_ROWS * self._note_rows
        self._pool = np.zeros((self._states_from + MAX_ROWS * self._state_rows, channels), np.float32)
        self._heard = np.zeros(MAX_ROWS * taps * channels, np.float32)
        self._tables: dict[int, Tables] = {}

    def state(self, notes: Array, like: Array | None = None) -> Array:
        """A state with these notes, of a stream that has heard nothing, or else what another one has."""
        rows = np.zeros((self._state_rows, self._channels), np.float32)
        if like is not None:
            rows[:] = like.reshape(rows.shape)
        rows[-self._note_rows :].reshape(-1)[: self._notes] = notes
        return rows.reshape(-1)

    def past(self, state: Array) -> Array:
        """A state without its notes: block after block, the oldest inputs first."""
        return state[: -self._note_rows * self._channels]

    def recall(self, states: Sequence[Array]) -> Array:
        """Take in the states of the windows of a pass; gives their notes, (windows, notes), to be read at once."""
        rows = len(states) * self._state_rows
        pool = self._pool[self._states_from : self._states_from + rows].reshape(len(states), -1)
        np.concatenate(states, out=pool.reshape(-1))
        notes: Array = pool[:, -self._note_rows * self._channels :][:, : self._notes]
        return notes

    def inputs(self, block: int, rows: int) -> Array:
        """Where the inputs of a block belong, (rows, channels), a row a hop; behind the last block, its outputs."""
        return self._pool[block * MAX_ROWS : block * MAX_ROWS + rows]

    def taps(self, block: int, hops: int, rows: int) -> Array:
        """(rows, taps * channels): what a block hears, once its inputs are there."""
        heard = self._heard[: rows * self._taps * self._channels].reshape(rows, self._taps, self._channels)
        # The mode matters: with "raise" numpy would take into a buffer first.
        self._pool.take(self.tables(hops).taps[block, :rows], axis=0, out=heard, mode="clip")
        return heard.reshape(rows, -1)

    def states(self, notes: Array, hops: int) -> list[Array]:
        """The states after windows of so many hops with these notes, each with memory of its own."""
        rows = self._pool[self._notes_from : self._notes_from + len(notes) * self._note_rows]
        rows.reshape(len(notes), -1)[:, : self._notes] = notes
        places = self.tables(hops).states[: len(notes)]
        return [self._pool.take(place, axis=0).reshape(-1) for place in places]

    def tables(self, hops: int) -> Tables:
        """Of windows of so many hops."""
        if hops not in self._tables:
            self._tables[hops] = self._made_tables(hops)
        return self._tables[hops]

    def _made_tables(self, hops: int) -> Tables:
        windows = np.arange(MAX_ROWS // hops)
        taps = np.zeros((len(self._dilations), MAX_ROWS, self._taps), np.intp)
        for block, dilation in enumerate(self._dilations):
            times = np.arange(hops)[:, None] - dilation * np.arange(self._taps)[::-1]
            places = self._places(block, times, windows, hops)
            taps[block, : len(windows) * hops] = places.reshape(-1, self._taps)
        kept = [
            self._places(block, np.arange(hops - reach, hops), windows, hops)
            for block, reach in enumerate(self._reaches)
        ]
        notes = self._notes_from + windows[:, None] * self._note_rows + np.arange(self._note_rows)
        return Tables(taps, np.concatenate((*kept, notes), axis=1))

    def _places(self, block: int, times: Places, windows: Places, hops: int) -> Places:
        """(windows, ...) of a block's inputs at such hops of a window; those before its first are negative."""
        windows = windows.reshape(-1, *[1] * times.ndim)
        new = block * MAX_ROWS + windows * hops + times
        past_end = self._states_from + sum(self._reaches[: block + 1])
        return np.where(times >= 0, new, past_end + windows * self._state_rows + times)
