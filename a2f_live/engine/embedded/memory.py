"""What the network remembers of its streams: the past of every block, moved by looking up rows, never by shifting them.

A state is one flat float32 vector a stream: the last inputs of every block, oldest first, then notes of whoever else
has something to remember. All rows of a pass, remembered and new, stand in one pool; which of them a block hears, and
which make up the next state, is known beforehand for each hop and each length of a window.
"""

from collections.abc import Sequence

import numpy as np

from a2f_live.engine.base import Array
from a2f_live.engine.embedded.grid import Grid, Places
from a2f_live.engine.embedded.tiles import MAX_ROWS


class Memory:
    """The past of the windows of a pass. It is written anew in every pass: `recall`, then blocks, then `states`."""

    def __init__(self, channels: int, dilations: Sequence[int], taps: int, notes: int) -> None:
        self._channels, self._taps, self._notes = channels, taps, notes
        self._note_rows = -(-notes // channels)
        self._reaches = [dilation * (taps - 1) for dilation in dilations]
        self._state_rows = sum(self._reaches) + self._note_rows
        self._states_from = (len(dilations) + 1) * MAX_ROWS
        self._pool = np.zeros((self._states_from + MAX_ROWS * self._state_rows, channels), np.float32)
        self._heard = np.zeros(MAX_ROWS * taps * channels, np.float32)
        back = np.arange(taps)[::-1]
        hops = np.arange(MAX_ROWS)[:, None]
        self._tap_places = np.array([self._places(b, hops - d * back) for b, d in enumerate(dilations)])
        """(blocks, hops, taps): what a block hears for each hop, the oldest tap first."""
        noted = np.full((MAX_ROWS, self._note_rows), self._states_from) + np.arange(-self._note_rows, 0)
        kept = [self._places(b, hops + 1 + np.arange(-reach, 0)) for b, reach in enumerate(self._reaches)]
        self._next_places = np.concatenate((*kept, noted + self._state_rows), axis=1)
        """(lengths - 1, rows of a state): the state after a window of each length."""

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

    def recall(self, states: Sequence[Array], grid: Grid) -> Array:
        """Take in the states of the windows of a pass; gives their notes, (windows, notes), until `states`."""
        rows = len(states) * self._state_rows
        recalled = self._pool[self._states_from : self._states_from + rows].reshape(len(states), -1)
        np.concatenate(states, out=recalled.reshape(-1))
        self._grid = grid
        self._state_of: Places = np.arange(grid.windows) * self._state_rows
        starts, state_of = grid.starts.take(grid.window_of), self._state_of.take(grid.window_of)
        self._taken = self._moved(self._tap_places.take(grid.hop_of, axis=1), starts, state_of)
        noted = self._note_rows * self._channels
        self._noted = recalled[:, -noted : self._notes - noted or None]
        return self._noted

    def inputs(self, block: int) -> Array:
        """Where the inputs of a block belong, (padded_rows, channels); behind the last block, its outputs."""
        return self._pool[block * MAX_ROWS : block * MAX_ROWS + self._grid.padded_rows]

    def taps(self, block: int) -> Array:
        """(padded_rows, taps * channels): what a block hears, once its inputs are there."""
        rows = self._grid.padded_rows
        heard = self._heard[: rows * self._taps * self._channels].reshape(rows, self._taps, self._channels)
        # The mode matters: with "raise" numpy would take into a buffer first.
        self._pool.take(self._taken[block], axis=0, out=heard, mode="clip")
        return heard.reshape(rows, -1)

    def states(self, notes: Array) -> list[Array]:
        """The states after the windows, with these notes, (windows, notes), each with memory of its own."""
        self._noted[:] = notes
        nexts = self._next_places.take(self._grid.lengths - 1, axis=0)
        places = self._moved(nexts, self._grid.starts, self._state_of)
        return [self._pool.take(place, axis=0).reshape(-1) for place in places]

    def _places(self, block: int, hops: Places) -> Places:
        """In the pool of a window that is alone, of a block's inputs at such hops; those of the past are negative."""
        past_end = self._states_from + sum(self._reaches[: block + 1])
        return np.where(hops >= 0, block * MAX_ROWS + hops, past_end + hops)

    def _moved(self, places: Places, starts: Places, state_of: Places) -> Places:
        """(..., n, m) places, of windows whose hops begin at other rows, and whose states stand further on, (n,)."""
        return places + np.where(places < self._states_from, starts[:, None], state_of[:, None])
