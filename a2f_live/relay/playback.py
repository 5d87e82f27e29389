"""One pose at each tick, whatever comes: frames that are due, and manners for when none is."""

from fractions import Fraction
from math import ceil
from typing import Final

import numpy as np

from a2f_live.frames import Frames
from a2f_live.motion.ease import eased
from a2f_live.outputs.pose import REST, Pose
from a2f_live.relay.timetable import ZERO, Due, Timetable, mixed

HOLD_S: Final = Fraction(1, 4)
"""The last pose is held so long where frames are missing: a hiccup of a network must not move a face."""
REST_S: Final = Fraction(1, 4)
"""Then, or at once after an interruption, the face comes to rest in this time."""
BLEND_S: Final = Fraction(1, 10)
"""In this time what is shown passes into frames that do not follow it."""
JUMP: Final = 0.1
"""Difference of a weight that would be seen as a jump."""


class Playback:
    """What is to be seen. Ticks ascend, one by one or with gaps; for the arguments see `Timetable`."""

    def __init__(self, rate: Fraction, delay_s: Fraction = ZERO, *, live: bool = False) -> None:
        self._timetable = Timetable(rate, delay_s, live=live)
        self._hold, self._rest, self._blend = (ceil(seconds * rate) for seconds in (HOLD_S, REST_S, BLEND_S))
        self._shown = self._last = REST
        self._fresh: int | None = None
        """Tick at which `_last` was due; None while the face rests."""
        self._passage = 0
        self._left: tuple[Pose, int] | None = None
        """A pose that is passed out of, and since when."""

    def resting(self, tick: int) -> bool:
        """Whether everything has been shown and the face is at rest."""
        return self._fresh is None and self._timetable.over(tick)

    def hear(self, frames: Frames, tick: int) -> None:
        """Take frames before the pose of `tick` is asked for; those that ease to rest after a clear interrupt."""
        if frames.final:
            self.interrupt(tick)
        else:
            self._timetable.hear(frames, tick)

    def interrupt(self, tick: int) -> None:
        """Forget what is not shown yet, and come to rest from what is."""
        self._timetable.clear()
        if self._fresh is not None:
            self._fresh = min(self._fresh, tick - self._hold - 1)
            self._last = self._shown if not self._easing(tick - 1) else self._last

    def pose(self, tick: int) -> Pose:
        """What is to be seen at this tick."""
        due = self._timetable.due(tick)
        self._shown = self._at_rest(tick) if due is None else self._in_motion(due, tick)
        return self._shown

    def _in_motion(self, due: Due, tick: int) -> Pose:
        follows = due.passage == self._passage and self._fresh is not None and not self._easing(tick)
        if not follows and float(np.abs(due.pose.weights - self._shown.weights).max()) > JUMP:
            self._left = (self._shown, tick - 1)
        self._passage, self._fresh = due.passage, tick
        self._last = self._blended(due.pose, tick)
        return self._last

    def _blended(self, pose: Pose, tick: int) -> Pose:
        if self._left is None:
            return pose
        left, since = self._left
        if tick - since >= self._blend:
            self._left = None
            return pose
        return mixed(left, pose, eased((tick - since) / self._blend))

    def _at_rest(self, tick: int) -> Pose:
        """Hold the last pose, then come to rest from it."""
        self._left = None
        if self._fresh is None or tick - self._fresh >= self._hold + self._rest:
            self._fresh = None
            return REST
        if not self._easing(tick):
            return self._last
        return mixed(self._last, REST, eased((tick - self._fresh - self._hold) / self._rest))

    def _easing(self, tick: int) -> bool:
        return self._fresh is not None and tick - self._fresh > self._hold
