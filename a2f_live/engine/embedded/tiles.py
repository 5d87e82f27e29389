"""Products of matrices whose rows have the same bits whatever rows are beside them."""

from typing import Final

import numpy as np

from a2f_live.engine.base import Array

TILE: Final = 8
"""Rows of one product. A library adds up in an order that depends on the shape, so all products have one shape; and
so few rows of the sizes that are used here are less than what OpenBLAS spreads over threads, which on a busy machine
costs a thousand times more than it saves."""


def padded(count: int) -> int:
    """The least number of rows, no less than `count`, that makes whole tiles."""
    return -(-count // TILE) * TILE


def product(rows: Array, matrix: Array) -> Array:
    """rows @ matrix, (n, k) by (k, m) to (n, m), for a contiguous `rows` of whole tiles."""
    made: Array = np.matmul(rows.reshape(-1, TILE, rows.shape[1]), matrix)
    return made.reshape(-1, matrix.shape[1])


def filled_up(rows: Array) -> Array:
    """(n, k) float32 with rows of zeros behind it, to make whole tiles."""
    whole = np.zeros((padded(len(rows)), rows.shape[1]), np.float32)
    whole[: len(rows)] = rows
    return whole
