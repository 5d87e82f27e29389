"""Ways of cutting the same thing, for tests of what must not depend on the cut."""

from collections.abc import Iterator, Sequence
from itertools import chain, repeat
from typing import TypeVar

import numpy as np
from hypothesis import strategies as st

from a2f_live.frames import Array

RATES_HZ = (8_000, 11_025, 12_345, 16_000, 16_001, 22_050, 24_000, 44_100, 48_000, 96_000, 176_400, 192_000)
"""Rates in common use, and two that nobody uses."""

Whole = TypeVar("Whole", bytes, Array)

cuts = st.lists(st.one_of(st.integers(0, 7), st.integers(1, 3_000)), max_size=30)
"""Lengths of the first pieces; the rest is one more."""


def pieces(whole: Whole, lengths: Sequence[int]) -> Iterator[Whole]:
    """The whole in pieces of these lengths, then what is left of it."""
    start = 0
    for length in chain(lengths, repeat(len(whole), 1)):
        yield whole[start : start + length]
        start += length


def noise(samples: int, seed: int = 0) -> Array:
    """White noise, -1..1."""
    return np.random.default_rng(seed).uniform(-1, 1, samples).astype(np.float32)
