"""A histogram of durations in fixed memory: one integer add a value, percentiles on demand."""

from array import array
from typing import Final

SUB_BITS: Final = 4
"""Each power of two is cut into 2^4 buckets: a percentile is at most 1/16 too large."""
_SUB: Final = 1 << SUB_BITS
_LARGEST_US: Final = (1 << 27) - 1
"""Longer durations (over two minutes) count as this long."""
_BUCKETS: Final = (27 - SUB_BITS + 1) * _SUB


class Histogram:
    """Counts durations by microseconds on a logarithmic scale."""

    __slots__ = ("_counts", "count")

    def __init__(self) -> None:
        self._counts = array("I", bytes(4 * _BUCKETS))
        self.count = 0

    def add(self, seconds: float) -> None:
        """Count one duration; below zero counts as zero."""
        self._counts[_bucket(int(seconds * 1e6))] += 1
        self.count += 1

    def percentile_ms(self, percent: float) -> float:
        """The duration in ms that so many percent of the values do not exceed; 0 if there are none."""
        wanted = max(1.0, self.count * percent / 100)
        seen = 0
        for bucket, amount in enumerate(self._counts):
            seen += amount
            if amount and seen >= wanted:
                return _upper_us(bucket) / 1000
        return 0.0

    def percentiles_ms(self) -> tuple[float, float, float]:
        """p50, p95 and p99 in ms."""
        return self.percentile_ms(50), self.percentile_ms(95), self.percentile_ms(99)


def _bucket(us: int) -> int:
    if us < _SUB:
        return max(us, 0)
    us = min(us, _LARGEST_US)
    shift = us.bit_length() - SUB_BITS - 1
    return (shift << SUB_BITS) + (us >> shift)


def _upper_us(bucket: int) -> int:
    """The largest number of microseconds that falls into the bucket."""
    if bucket < _SUB:
        return bucket
    shift = (bucket >> SUB_BITS) - 1
    return (((bucket & (_SUB - 1)) + _SUB + 1) << shift) - 1
