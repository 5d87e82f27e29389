"""The motion of a whole clip, from which any stretch of time is taken at any frame rate."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from typing import Final, Self

import numpy as np

from a2f_live import arkit
from a2f_live.config import FPS_RANGE
from a2f_live.frames import Array, Frames

DENSE_FPS: Final = 60
"""A curve has so many frames a second at least, so that between two of them a straight line is near enough."""
BLOCK_FRAMES: Final = 2048
ZERO: Final = Fraction(0)
FINEST: Final = 1_000_000
"""Times and rates given as floating-point numbers are taken as fractions with no larger denominator."""


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """Frames of one clip at a constant rate, the first at 0 s."""

    rate: Fraction
    """Frames a second."""
    duration_s: Fraction
    """Of the audio."""
    weights: Array
    """(ceil(duration_s * rate), 52) float32, 0..1."""

    @classmethod
    def of(cls, frames: Iterable[Frames], rate: Fraction, duration_s: Fraction) -> Self:
        """Gather the frames of one utterance."""
        blocks = [np.empty((0, arkit.COUNT), np.float32), *(block.weights for block in frames)]
        return cls(rate, duration_s, np.concatenate(blocks))

    def sample(self, start_s: Fraction, end_s: Fraction, fps: Fraction, lead_s: Fraction = ZERO) -> Array:
        """Give the frames of a stretch within the clip: ceil((end_s - start_s) * fps) rows, at start_s + i / fps.

        A frame of the curve itself where there is one at that time, else a point on the line between two. So a
        stretch equals the same stretch of a longer one, bit for bit. With a lead all come that much early.
        """
        return self._sample(start_s + lead_s, fps, range(frames_in(start_s, end_s, fps)))

    def frames(self, start_s: Fraction, end_s: Fraction, fps: Fraction, lead_s: Fraction = ZERO) -> Iterator[Frames]:
        """Give the same in blocks, their times counted from `start_s`: for stretches that are long."""
        count = frames_in(start_s, end_s, fps)
        for first in range(0, count, BLOCK_FRAMES):
            weights = self._sample(start_s + lead_s, fps, range(first, min(first + BLOCK_FRAMES, count)))
            yield Frames(0, first, first / fps, fps, weights)

    def _sample(self, start_s: Fraction, fps: Fraction, indices: range) -> Array:
        if not indices or not len(self.weights):
            return np.zeros((len(indices), arkit.COUNT), np.float32)
        first, step = start_s * self.rate, self.rate / fps
        positions = [max(ZERO, first + step * index) for index in indices]
        before = np.array([position.numerator // position.denominator for position in positions])
        beyond = np.array([float(position % 1) for position in positions], np.float32)[:, None]
        last = len(self.weights) - 1
        here, there = self.weights[np.minimum(before, last)], self.weights[np.minimum(before + 1, last)]
        between: Array = here + (there - here) * beyond  # exactly `here` where nothing is beyond
        return between


def frames_in(start_s: Fraction, end_s: Fraction, fps: Fraction) -> int:
    """How many frames a stretch of time has, as Audio2Face counts them."""
    return max(0, ceil((end_s - start_s) * fps))


def curve_rate(fps: Fraction) -> Fraction:
    """The rate that a curve should have for export at `fps`: the smallest multiple of it that is dense enough."""
    return min(fps * ceil(DENSE_FPS / fps), FPS_RANGE[1])


def exact(number: float) -> Fraction:
    """The plain fraction that a floating-point number stands for: 0.1 is a tenth."""
    return Fraction(number).limit_denominator(FINEST)
