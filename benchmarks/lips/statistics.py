"""Ranks, and what follows from them."""

import numpy as np
from numpy.typing import ArrayLike, NDArray


def ranks(values: ArrayLike) -> NDArray[np.float64]:
    """(n,) ranks from 1; equal values share the mean of theirs."""
    _, place, counts = np.unique(np.asarray(values, np.float64), return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return np.asarray((last - (counts - 1) / 2)[place])


def auc(low: ArrayLike, high: ArrayLike) -> float:
    """P(a value of `low` is below one of `high`), ties count one half; NaN where one of them is empty."""
    low, high = np.asarray(low, np.float64), np.asarray(high, np.float64)
    if not low.size or not high.size:
        return float("nan")
    above = ranks(np.concatenate([low, high]))[low.size :].sum() - high.size * (high.size + 1) / 2
    return float(above / (low.size * high.size))


def spearman(one: ArrayLike, other: ArrayLike) -> float:
    """Rank correlation, -1..1; NaN for fewer than three pairs, or where all values of one side are equal."""
    one_ranks, other_ranks = ranks(one), ranks(other)
    if len(one_ranks) < 3 or not (np.ptp(one_ranks) and np.ptp(other_ranks)):
        return float("nan")
    return float(np.corrcoef(one_ranks, other_ranks)[0, 1])
