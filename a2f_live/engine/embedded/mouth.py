"""From phones to the mouth: poses blended by dominance, after Cohen and Massaro (1993), as weights of ARKit.

What is wanted at a hop is the pose of every phone, weighed by how likely it is and how much it insists on it. What is
shown is the mean of all that is wanted in the newest hop and in a few before it: lips that must meet do, sounds of the
tongue take over the lips of their vowels, and nothing jumps.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np

from a2f_live import arkit
from a2f_live.engine.base import Array
from a2f_live.engine.embedded.grid import Grid, Places
from a2f_live.engine.embedded.tiles import product
from a2f_live.engine.embedded.weights import Weights, arkit_names

RIGHT_SHARE: Final = 0.96
"""Of what the left side does: no mouth is quite even, and one that is looks made."""


class Mouth:
    """Moves 52 weights by a few controls. It remembers what was wanted in the last hops."""

    def __init__(self, weights: Weights) -> None:
        self._controls = len(weights.controls)
        self._wanted = wanted_table(weights)
        self._group: Places = weights.groups.argmax(0) + self._controls
        self._kernels = kernels(weights)
        self._taps = len(self._kernels)
        self._moved = moved_weights(weights.controls)
        self.notes = (self._taps - 1) * self._wanted.shape[1]
        """Floats that it remembers of a stream."""

    def move(self, phones: Array, grid: Grid, past: Array, heads: Places) -> tuple[Array, Array]:
        """Weights, (padded_rows, 52) of 0..1, and what to remember, (windows, notes).

        `phones` are (padded_rows, phones), `past` what was remembered, and `heads` (windows,) the look-aheads.
        """
        wanted = grid.table(product(phones, self._wanted))
        series = np.concatenate((past.reshape(grid.windows, self._taps - 1, -1), wanted), axis=1)
        sums = grid.flat(self._smooth(series, heads))
        controls = sums[:, : self._controls] / sums.take(self._group, axis=1)
        weights = np.minimum(product(controls, self._moved), 1)
        return weights, grid.last(series, self._taps - 1).reshape(grid.windows, -1)

    def _smooth(self, series: Array, heads: Places) -> Array:
        """(windows, taps - 1 + longest, n), oldest first, to (windows, longest, n)."""
        hops, shares = series.shape[1] - self._taps + 1, self._kernels[:, heads]
        total: Array = series[:, :hops] * shares[0]
        for tap in range(1, self._taps):
            total += series[:, tap : tap + hops] * shares[tap]
        return total


def wanted_table(weights: Weights) -> Array:
    """(phones, controls + groups): poses times dominance, then the dominance of each group alone."""
    insists = weights.dominance.T @ weights.groups
    return np.concatenate((weights.poses * insists, weights.dominance.T), axis=1)


def kernels(weights: Weights) -> Array:
    """(taps, heads, 1, controls + groups): the shares of each column of the table, oldest first."""
    columns = np.concatenate((weights.groups, np.eye(len(weights.groups), dtype=np.float32)), axis=1)
    shares = np.moveaxis(weights.smoothing[..., ::-1], 2, 0) @ columns
    return np.ascontiguousarray(shares[:, :, None])


def moved_weights(controls: Sequence[str]) -> Array:
    """(controls, 52): how much of each weight it moves, the right side a little less than the left."""
    moved = np.zeros((len(controls), arkit.COUNT), np.float32)
    for row, name in zip(moved, controls, strict=True):
        for weight in arkit_names(name):
            row[arkit.INDEX[weight]] = RIGHT_SHARE if weight.endswith("Right") else 1
    return moved
