"""How long something may still take."""

from collections.abc import Callable
from time import monotonic

from a2f_live.errors import EngineTimeout

Wait = Callable[[float], object]
"""Sleeps so many seconds; raises `EngineDied` when the work is given up meanwhile."""


class Deadline:
    """A moment by which `what` must be done; `advice` is given where it is not."""

    def __init__(
        self, what: str, limit_s: float, clock: Callable[[], float] = monotonic, advice: str = "allow more"
    ) -> None:
        self._what = what
        self._limit_s = limit_s
        self._clock = clock
        self._advice = advice
        self._end_s = clock() + limit_s

    @property
    def passed_s(self) -> float:
        """Seconds since it was set."""
        return self._limit_s - (self._end_s - self._clock())

    def left_s(self, at_most: float | None = None) -> float:
        """Seconds that are left, more than 0. Raises `EngineTimeout` when there are none."""
        left_s = self._end_s - self._clock()
        if left_s <= 0:
            raise EngineTimeout(f"{self._what} took longer than {self._limit_s:g} s: {self._advice}")
        return left_s if at_most is None else min(left_s, at_most)
