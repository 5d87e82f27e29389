"""How the hops of several windows lie: as rows, one after the other, or as a table with a line a window."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from a2f_live.engine.base import Array
from a2f_live.engine.embedded.tiles import padded

Places = NDArray[np.intp]


class Grid:
    """Of windows of any lengths.

    Rows are filled up to whole tiles with hops that the last window does not have; they mean nothing. A table is as
    wide as the longest window; what a shorter one lacks there is like its last hop.
    """

    def __init__(self, lengths: Sequence[int]) -> None:
        self.windows, self.rows, self.longest = len(lengths), sum(lengths), max(lengths)
        self.padded_rows = padded(self.rows)
        self.lengths: Places = np.array(lengths)
        self.starts: Places = np.add.accumulate(self.lengths) - self.lengths
        """(windows,) rows of the first hops."""
        filled = self.lengths.copy()
        filled[-1] += self.padded_rows - self.rows
        self.window_of: Places = np.arange(self.windows).repeat(filled)
        """(padded_rows,) which window a row belongs to."""
        self.hop_of: Places = np.arange(self.padded_rows) - self.starts.take(self.window_of)
        """(padded_rows,) which of the hops of its window it is."""
        self._even = self.rows == self.windows * self.longest
        if not self._even:
            within = np.minimum(np.arange(self.longest), self.lengths[:, None] - 1)
            self._in_rows: Places = self.starts[:, None] + within
            self._in_table: Places = self.window_of * self.longest + np.minimum(self.hop_of, self.longest - 1)

    def table(self, rows: Array) -> Array:
        """(padded_rows, ...) to (windows, longest, ...)."""
        if self._even:
            return rows[: self.rows].reshape(self.windows, self.longest, *rows.shape[1:])
        return rows.take(self._in_rows, axis=0)

    def flat(self, table: Array) -> Array:
        """(windows, longest, ...) to (padded_rows, ...)."""
        cells = table.reshape(-1, *table.shape[2:])
        if not self._even:
            return cells.take(self._in_table, axis=0)
        if self.rows == self.padded_rows:
            return cells
        rows = np.empty((self.padded_rows, *cells.shape[1:]), np.float32)
        rows[: self.rows] = cells
        rows[self.rows :] = cells[-1]
        return rows

    def last(self, table: Array, count: int) -> Array:
        """(windows, before + longest, ...) to (windows, count, ...): what came last up to the end of each window.

        The table has `before` columns of the time before its windows, of which there are `count` at least, or none.
        """
        if self._even:
            return table[:, table.shape[1] - count :]
        ends = table.shape[1] - self.longest + self.lengths
        found: Array = table[np.arange(self.windows)[:, None], ends[:, None] + np.arange(-count, 0)]
        return found

    def split(self, rows: Array) -> list[Array]:
        """(padded_rows, ...) to an array a window, (its hops, ...)."""
        if self._even:
            return list(self.table(rows))
        starts = self.starts.tolist()
        return [rows[start:end] for start, end in zip(starts, [*starts[1:], self.rows], strict=True)]
