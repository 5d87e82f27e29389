"""Products of matrices whose rows have the same bits whatever rows are beside them."""

from typing import Final

import numpy as np

from a2f_live.engine.base import Array

TILE: Final = 8
"""Rows of one product: a library adds up in an order that depends on the shape, so all products have one shape."""
ALONE: Final = 2**18
"""Multiplications that OpenBLAS still does in one thread. More it spreads over threads, which on a busy machine costs a
thousand times more than it saves; so wide matrices are taken in parts."""

MAX_ROWS: Final = 128
"""Hops of one pass of the engine, of all its windows together: more would not fit the caches."""


def padded(count: int) -> int:
    """The least number of rows, no less than `count`, that makes whole tiles."""
    return -(-count // TILE) * TILE


def product(rows: Array, matrix: Array) -> Array:
    """rows @ matrix, (n, k) by (k, m) to (n, m), for a contiguous `rows` of whole tiles."""
    height, width = matrix.shape
    tiles = rows.reshape(-1, TILE, height)
    parts = -(-TILE * height * width // ALONE)
    if parts <= 1:
        made: Array = np.matmul(tiles, matrix)
        return made.reshape(-1, width)
    made = np.empty((len(tiles), TILE, width), np.float32)
    step = -(-width // parts)
    for first in range(0, width, step):
        columns = slice(first, first + step)
        np.matmul(tiles, matrix[:, columns], out=made[..., columns])
    return made.reshape(-1, width)


def filled_up(rows: Array) -> Array:
    """(n, k) float32 with rows of zeros behind it, to make whole tiles."""
    whole = np.zeros((padded(len(rows)), rows.shape[1]), np.float32)
    whole[: len(rows)] = rows
    return whole
