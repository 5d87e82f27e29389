"""From rows at the rate of the engine to frames at the rate of the client, exact in time."""

from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from typing import Final

import numpy as np
from numpy.typing import NDArray

from a2f_live import speech
from a2f_live.frames import Array

ZERO: Final = Fraction(0)
OFFSET_STEPS_HZ: Final = 1_000_000
"""A time offset is taken in whole microseconds, so that positions stay small integers."""
FINEST_START: Final = 10**12
"""Largest denominator of a start: many odd frame rates, one after the other, cannot grow the numbers without bound."""


@dataclass(frozen=True, slots=True)
class FrameTimes:
    """When each frame is due: frame `index` at `start_s`, the others `1 / fps` apart."""

    fps: Fraction
    index: int = 0
    start_s: Fraction = ZERO

    def time_s(self, index: int) -> Fraction:
        """Seconds at which frame `index` is due."""
        per_second, per_step = self.fps.numerator, self.fps.denominator
        if not self.start_s:
            return Fraction((index - self.index) * per_step, per_second)
        return self.start_s + Fraction((index - self.index) * per_step, per_second)

    def seconds(self, first: int, count: int) -> NDArray[np.float64]:
        """Seconds at which `count` frames from `first` on are due, (count,) float64; each rounded by itself."""
        steps = np.arange(first - self.index, first - self.index + count, dtype=np.float64)
        return float(self.start_s) + steps * self.fps.denominator / self.fps.numerator

    def before(self, duration_s: Fraction) -> int:
        """The first index that is due at or after `duration_s`: with a constant rate ceil(duration * fps)."""
        return self.index + ceil((duration_s - self.start_s) * self.fps)

    def changed(self, fps: Fraction, index: int) -> "FrameTimes":
        """The same times up to frame `index`, and another rate from there on."""
        return FrameTimes(fps, index, self.time_s(index).limit_denominator(FINEST_START))


class Timeline:
    """Draws frames between rows: row `r` is shown at `r / row_rate + time_offset_s`, the first one until then.

    A frame is given as soon as the rows on both sides of it are there (one, where it falls on a row), so any grouping
    of the same rows gives the same frames, bit for bit.
    """

    def __init__(self, row_rate: Fraction, fps: Fraction, time_offset_s: float = 0.0) -> None:
        self._row_rate = row_rate
        self._offset_s = Fraction(round(time_offset_s * OFFSET_STEPS_HZ), OFFSET_STEPS_HZ)
        self._fps = fps
        self.reset()

    def reset(self) -> None:
        """Another utterance: row 0 and frame 0 come next."""
        self.frames = 0
        """Frames given since."""
        self._rows = 0
        self._duration_s: Fraction | None = None
        self._last: Array = speech.REST
        self._follow(FrameTimes(self._fps))

    def set_fps(self, fps: Fraction) -> None:
        """Another frame rate from the next frame on, which stays due when it was."""
        self._fps = fps
        self._follow(self.times.changed(fps, self.frames))

    def push(self, rows: Array, duration_s: Fraction | None = None) -> Array | None:
        """The next whole rows, (n, speech.ROW_WIDTH) float32 and finite; the frames that they decide, (m, the same).

        None where they decide none. Once the duration of the utterance has been told, no frame at or after it is given.
        """
        if duration_s is not None:
            self._duration_s = duration_s
        if not len(rows):
            return None
        first = self._rows
        self._rows += len(rows)
        decided = self.times.index + ((self._rows - 1) * self._unit - self._start) // self._step + 1
        if self._duration_s is not None:
            decided = min(decided, self.times.before(self._duration_s))
        frames = self._draw(rows, first, decided) if decided > self.frames else None
        self._last = rows if len(rows) == 1 else rows[-1:]
        return frames

    def rows_for_another(self, rows: int) -> int:
        """How many rows in all decide one frame more than `rows` rows do."""
        frame = max(((rows - 1) * self._unit - self._start) // self._step + 1, self.frames - self.times.index)
        return max(-(-(self._start + frame * self._step) // self._unit), 0) + 1

    def rows_needed(self, duration_s: Fraction) -> int:
        """How many rows are shown before `duration_s`: what an utterance of that duration needs, at least one."""
        return max(ceil((duration_s - self._offset_s) * self._row_rate), int(duration_s > 0))

    def finish(self, duration_s: Fraction) -> Array | None:
        """The frames before `duration_s` that are still to come: they hold the last row."""
        count = self.times.before(duration_s) - self.frames
        if count <= 0:
            return None
        self.frames += count
        return np.repeat(self._last, count, axis=0)

    def _follow(self, times: FrameTimes) -> None:
        """Frame times, and with them row positions as integers: frame i lies at row (start + i * step) / unit."""
        start = (times.start_s - self._offset_s) * self._row_rate
        step = self._row_rate / times.fps
        self.times = times
        self._unit = start.denominator * step.denominator
        self._start = start.numerator * step.denominator
        self._step = step.numerator * start.denominator

    def _draw(self, rows: Array, first: int, until: int) -> Array:
        """Frames up to `until`, each between the rows around it; `first` is the index of the first of `rows`."""
        begin, step = self._start + (self.frames - self.times.index) * self._step, self._step
        count = until - self.frames
        self.frames = until
        if count == 1:
            return self._draw_one(rows, first, begin)
        places = [self._place(position) for position in range(begin, begin + count * step, step)]
        lower, upper = self._around(rows, first, [place for place, _ in places])
        share = np.array([share for _, share in places])[:, None]
        frames: Array = lower * (1.0 - share).astype(np.float32) + upper * share.astype(np.float32)
        return frames

    def _draw_one(self, rows: Array, first: int, position: int) -> Array:
        """By far the most common case, to the same bits: slices and numbers are cheaper than arrays of one."""
        place, share = self._place(position)
        after = place - first
        lower = rows[after - 1 : after] if after > 0 else self._last
        upper = rows if len(rows) == 1 else rows[after : after + 1]
        frame: Array = lower * (1.0 - share) + upper * share  # numpy rounds the numbers to float32 first, as above
        return frame

    def _place(self, position: int) -> tuple[int, float]:
        """The row at or after a position, and its share; at 1 the frame is that row to the bit, whatever the other."""
        if position <= 0:
            return 0, 1.0
        unit = self._unit
        row = -(-position // unit)
        return row, (position - (row - 1) * unit) / unit

    def _around(self, rows: Array, first: int, uppers: list[int]) -> tuple[Array, Array]:
        """The rows before and after each frame; broadcast where all frames lie between the same two."""
        if len(rows) == 1:
            return self._last, rows
        stack = np.concatenate((self._last, rows))
        after = np.array(uppers) - (first - 1)
        return stack[after - 1], stack[after]
