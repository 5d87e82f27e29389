"""Which frame is due at which tick: utterances one after the other, and their frames at their distance in time.

Time is counted in ticks, of which there are `rate` a second, and within an utterance in exact fractions of seconds.
Where frames have the rate of the ticks each is due once, bit for bit; others are drawn between their neighbours.
"""

from collections import deque
from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from typing import Final, NamedTuple

import numpy as np

from a2f_live.frames import Array, Frames
from a2f_live.outputs.pose import Pose

ZERO: Final = Fraction(0)
AHEAD_S: Final = 120
"""Seconds of frames of one utterance that may wait to be shown; of more, the oldest are left out."""
LIVE_WINDOW_S: Final = Fraction(2)
"""Live frames that have come too early for so long are shown earlier."""


class Due(NamedTuple):
    """A pose that is due."""

    pose: Pose
    passage: int
    """Frames that follow one another have the same number here."""


class Timetable:
    """Takes frames as they come, and tells what is due; ticks ascend.

    The first frame of an utterance is due `delay_s` after it has come, the others at their distance from it; an
    utterance that comes while another is shown waits for its end. Where frames come too late, the rest of the utterance
    is as late. With `live` that delay is taken back when frames come early enough again; without, speech may come ahead
    of its time, as from a voice that is made faster than it speaks.
    """

    def __init__(self, rate: Fraction, delay_s: Fraction = ZERO, *, live: bool = False) -> None:
        self._rate, self._delay, self._live = rate, ceil(delay_s * rate), live
        self._stretches: deque[_Stretch] = deque()
        self._passage = 0
        self._lead_s: Fraction | None = None
        self._window_end = 0

    def hear(self, frames: Frames, tick: int) -> None:
        """Take frames; `tick` is the next one."""
        key = (frames.utterance, frames.idle)
        if not self._stretches or self._stretches[-1].key != key:
            self._begin(_Stretch(key, tick + self._delay, frames))
            return
        last = self._stretches[-1]
        if last is self._stretches[0]:
            self._keep_up(last, frames, tick)
        last.blocks.append(frames)
        last.leave_out(AHEAD_S)

    def due(self, tick: int) -> Due | None:
        """What is due; None where nothing is, or no more is known."""
        self._turn_over(tick)
        if not self._stretches:
            return None
        stretch = self._stretches[0]
        if tick < stretch.tick or stretch.over(tick, self._rate):
            return None
        return Due(stretch.pose(tick, self._rate), self._passage)

    def clear(self) -> None:
        """Forget everything."""
        self._stretches.clear()

    def over(self, tick: int) -> bool:
        """Whether everything has been due by then."""
        return not self._stretches or (len(self._stretches) == 1 and self._stretches[0].over(tick, self._rate))

    def _begin(self, stretch: "_Stretch") -> None:
        """Queue it; a pause that is not shown yet gives way to what is said after it."""
        if len(self._stretches) > 1 and self._stretches[-1].idle and not stretch.idle:
            self._stretches.pop()
        self._stretches.append(stretch)
        self._lead_s = None

    def _turn_over(self, tick: int) -> None:
        """Go over to the next stretch when one has been shown, or is a pause and the next one may begin."""
        while len(self._stretches) > 1:
            first, following = self._stretches[0], self._stretches[1]
            if not (first.over(tick, self._rate) or (first.idle and following.tick <= tick)):
                return
            self._stretches.popleft()
            following.tick = max(following.tick, tick)
            self._passage += 1

    def _keep_up(self, stretch: "_Stretch", frames: Frames, tick: int) -> None:
        """Shift the stretch in time where frames come too late, or live ones have long come too early."""
        lead_s = frames.time_s - stretch.time_at(tick, self._rate)
        if lead_s < 0:
            stretch.tick, stretch.time_s, self._lead_s = tick, frames.time_s, None
        elif self._live:
            self._lead_s = lead_s if self._lead_s is None else min(self._lead_s, lead_s)
            if tick >= self._window_end:
                self._hurry(stretch, int(self._lead_s * self._rate) - self._delay - 1)
                self._window_end, self._lead_s = tick + ceil(LIVE_WINDOW_S * self._rate), None

    def _hurry(self, stretch: "_Stretch", ticks: int) -> None:
        if ticks > 0:
            stretch.tick -= ticks
            self._passage += 1


@dataclass(slots=True)
class _Stretch:
    """Frames of one utterance, or of the pause after it, and when they are due."""

    key: tuple[int, bool]
    """Utterance, and whether it is the pause after it."""
    tick: int
    """At which `time_s` is due."""
    time_s: Fraction
    blocks: deque[Frames]

    def __init__(self, key: tuple[int, bool], tick: int, frames: Frames) -> None:
        self.key, self.tick, self.time_s, self.blocks = key, tick, frames.time_s, deque((frames,))

    @property
    def idle(self) -> bool:
        """Whether it is a pause."""
        return self.key[1]

    def time_at(self, tick: int, rate: Fraction) -> Fraction:
        """Seconds of the utterance that are due at a tick."""
        return self.time_s + (tick - self.tick) / rate

    def over(self, tick: int, rate: Fraction) -> bool:
        """Whether the last frame has been shown by then."""
        last = self.blocks[-1]
        return self.time_at(tick, rate) >= last.time_s + last.count / last.fps

    def pose(self, tick: int, rate: Fraction) -> Pose:
        """The pose of a tick, on the line between two frames; blocks before it are let go."""
        time_s = self.time_at(tick, rate)
        while len(self.blocks) > 1 and self.blocks[1].time_s <= time_s:
            self.blocks.popleft()
        block = self.blocks[0]
        position = max((time_s - block.time_s) * block.fps, ZERO)
        row = min(int(position), block.count - 1)
        here, (there, there_s) = pose_of(block, row), self._after(block, row)
        if position == row or there is None:
            return here
        here_s = block.time_s + row / block.fps
        return mixed(here, there, float((time_s - here_s) / (there_s - here_s)))

    def leave_out(self, limit_s: int) -> None:
        """Let the oldest frames go where more than so many seconds wait."""
        while len(self.blocks) > 1 and self.blocks[-1].time_s - self.blocks[0].time_s > limit_s:
            self.blocks.popleft()
            self.time_s = max(self.time_s, self.blocks[0].time_s)

    def _after(self, block: Frames, row: int) -> tuple[Pose | None, Fraction]:
        """The pose after a row and when it is due; none where it is not known yet."""
        if row + 1 < block.count:
            return pose_of(block, row + 1), block.time_s + (row + 1) / block.fps
        return (pose_of(self.blocks[1], 0), self.blocks[1].time_s) if len(self.blocks) > 1 else (None, ZERO)


def pose_of(frames: Frames, row: int) -> Pose:
    """One of the frames."""
    return Pose(
        frames.weights[row],
        None if frames.head is None else frames.head[row],
        None if frames.visemes is None else frames.visemes[row],
    )


def mixed(here: Pose, there: Pose, share: float) -> Pose:
    """On the line between two poses; what only one of them has is taken as it is."""
    return Pose(
        _mixed(here.weights, there.weights, share),
        _either(here.head, there.head, share),
        _either(here.visemes, there.visemes, share),
    )


def _either(here: Array | None, there: Array | None, share: float) -> Array | None:
    if here is None or there is None:
        return there if here is None else here
    return _mixed(here, there, share)


def _mixed(here: Array, there: Array, share: float) -> Array:
    between: Array = here + (there - here) * np.float32(share)
    return between
