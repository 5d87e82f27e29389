"""From what the network tells to the mouth: controls, smoothed in time, as weights of ARKit."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from a2f_live import arkit
from a2f_live.engine.base import Array
from a2f_live.engine.embedded.features import overlapping
from a2f_live.engine.embedded.network import Told
from a2f_live.engine.embedded.tiles import padded, product
from a2f_live.engine.embedded.weights import Weights, arkit_names


class Mouth:
    """Moves 52 weights by a few controls, left and right alike. It remembers the last controls of a stream."""

    def __init__(self, weights: Weights) -> None:
        self._controls = len(weights.controls)
        self._taps = weights.smoothing.shape[1]
        self._kernels: Array = np.ascontiguousarray(weights.smoothing[:, None, ::-1, None])
        self._moved = moved_weights(weights.controls)
        self._gate_phones: Array = np.ascontiguousarray(weights.gate_phones.T)
        self._gate_low = np.ascontiguousarray(weights.gate_ranges[:, 0])
        self._gate_slope: Array = np.float32(1) / (weights.gate_ranges[:, 1] - self._gate_low)
        self._gate_poses = weights.gate_poses
        self.notes = (self._taps - 1) * self._controls
        """Floats that it remembers of a stream."""

    def move(self, told: Told, hops: int, past: Array, heads: NDArray[np.intp]) -> tuple[Array, Array]:
        """Weights, (windows, hops, 52) of 0..1, and what to remember, (windows, notes).

        `told` is of windows of so many hops, `past` what was remembered and `heads` (windows,) their look-aheads.
        """
        windows = len(heads)
        rows = windows * hops
        series = np.concatenate(
            (past.reshape(windows, -1, self._controls), told.controls[:rows].reshape(windows, hops, -1)), axis=1
        )
        smooth = self._smooth(series, hops, heads)
        controls = np.zeros((padded(rows), self._controls), np.float32)
        np.minimum(smooth.reshape(rows, -1), 1, out=controls[:rows])
        weights = product(self._gated(controls, told.phones), self._moved)[:rows]
        return weights.reshape(windows, hops, -1), series[:, hops:].reshape(windows, -1)

    def _smooth(self, series: Array, hops: int, heads: NDArray[np.intp]) -> Array:
        """(windows, taps - 1 + hops, controls), oldest first, to (windows, hops, controls)."""
        shares = overlapping(series, 0, hops, self._taps, 1) * self._kernels[heads]
        total: Array = np.add.reduce(shares, axis=2)
        return total

    def _gated(self, controls: Array, phones: Array) -> Array:
        """Changes and gives `controls`: the poses of the gates take their place as far as these are open."""
        open_ = (product(phones, self._gate_phones) - self._gate_low) * self._gate_slope
        np.minimum(np.maximum(open_, 0, out=open_), 1, out=open_)
        for gate, pose in enumerate(self._gate_poses):
            controls += open_[:, gate, None] * (pose - controls)
        return controls


def moved_weights(controls: Sequence[str]) -> Array:
    """(controls, 52): 1 for the weights that each moves."""
    moved = np.zeros((len(controls), arkit.COUNT), np.float32)
    for row, name in zip(moved, controls, strict=True):
        row[[arkit.INDEX[weight] for weight in arkit_names(name)]] = 1
    return moved
