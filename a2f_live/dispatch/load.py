"""What to do when there is more work than the instances can bear: frame rate first, new sessions next."""

from dataclasses import replace
from fractions import Fraction
from math import floor
from typing import Final

from a2f_live.dispatch.figures import Totals
from a2f_live.engine.slow import slow_engine_fps

HOT_WAIT_S: Final = 0.030
CALM_WAIT_S: Final = 0.010
HOT_FOR_S: Final = 0.5
"""How long windows must wait too long before the level rises."""
SETTLE_S: Final = 0.5
"""How long a new level has to show its effect before it may rise again."""
CALM_FOR_S: Final = 5.0
"""How long windows must go through quickly before the level falls."""
CALM_UTILISATION: Final = 0.9
LEVEL_CAPS: Final = (None, Fraction(30), Fraction(15), Fraction(15))
"""Frames a second that a stream may have at each level; the last level refuses new sessions too."""
LOOK_EVERY_S: Final = 1.0
USUAL_CALL_S: Final = 0.2
"""A call that takes longer is a load, not the way of the engine."""
RELEASE_ALPHA: Final = 1.2
"""How many times as fast as real time a slow engine must be to lose its cap."""


class Overload:
    """Level 0 (full) to 3 (least) out of how long windows wait; rises in a second, falls in five."""

    def __init__(self) -> None:
        self.level = 0
        self._hot_since_s: float | None = None
        self._calm_since_s: float | None = None

    @property
    def fps_cap(self) -> Fraction | None:
        """Frames a second at this level, None for as many as asked."""
        return LEVEL_CAPS[self.level]

    def sample(self, wait_s: float, utilisation: float, now: float) -> int:
        """The level after a look at how long the oldest window waited and how busy (0..1) the instances are."""
        if wait_s > HOT_WAIT_S:
            self._calm_since_s = None
            self._heat(now)
        elif wait_s < CALM_WAIT_S and utilisation < CALM_UTILISATION:
            self._hot_since_s = None
            self._cool(now)
        else:
            self._hot_since_s = self._calm_since_s = None
        return self.level

    def forget(self) -> None:
        """Nobody can say how loaded instances are that do not answer: begin to look anew."""
        self._hot_since_s = self._calm_since_s = None

    def _heat(self, now: float) -> None:
        if self._hot_since_s is None:
            self._hot_since_s = now
        elif now - self._hot_since_s >= HOT_FOR_S and self.level < len(LEVEL_CAPS) - 1:
            self.level += 1
            self._hot_since_s = now + SETTLE_S

    def _cool(self, now: float) -> None:
        if self._calm_since_s is None:
            self._calm_since_s = now
        elif now - self._calm_since_s >= CALM_FOR_S and self.level > 0:
            self.level -= 1
            self._calm_since_s = now


class SlowEngine:
    """The frame rate for an engine that may be slower than real time, one step a look."""

    def __init__(self, min_fps: int, max_fps: int) -> None:
        self._min_fps = min_fps
        self._max_fps = max_fps
        self.fps_cap: Fraction | None = None
        """Whole frames a second, None while the engine keeps up."""

    def sample(self, chunk_duration_s: float, processing_time_s: float, instances: int) -> Fraction | None:
        """The cap after a look at the mean duration of a window's audio and of the call that answered it."""
        alpha = chunk_duration_s / processing_time_s if processing_time_s > 0 else RELEASE_ALPHA
        if alpha >= RELEASE_ALPHA:
            self.fps_cap = None
        elif alpha < 1.0:
            fps = float(self.fps_cap or self._max_fps)
            limits = (self._min_fps, self._max_fps)
            self.fps_cap = Fraction(
                floor(slow_engine_fps(fps, chunk_duration_s, processing_time_s, instances, *limits))
            )
        return self.fps_cap


class Load:
    """The frame rate that a pool can bear now, out of waits and of sums that only grow."""

    def __init__(self, instances: int, min_fps: int, max_fps: int) -> None:
        self.fps_cap: Fraction | None = None
        """Frames a second that a stream may have, None for as many as asked."""
        self._instances = instances
        self._overload = Overload()
        self._slow_engine = SlowEngine(min_fps, max_fps)
        self._utilisation = 0.0
        self._looked_s: float | None = None
        self._seen = Totals()

    @property
    def level(self) -> int:
        """Overload, 0 to 3."""
        return self._overload.level

    def waited(self, wait_s: float, batch_s: float, now: float) -> None:
        """Take note of how long a window waited. While a call takes `batch_s`, waiting for one to end is usual."""
        before = self._overload.level
        if self._overload.sample(wait_s - min(batch_s, USUAL_CALL_S), self._utilisation, now) != before:
            self._set_cap()

    def out_of_order(self) -> None:
        """Take note that no instance works: what waits for one is no load."""
        self._overload.forget()

    def look(self, totals: Totals, now: float) -> None:
        """Take note of what was done; counts once in `LOOK_EVERY_S`."""
        if self._looked_s is not None and now - self._looked_s < LOOK_EVERY_S:
            return
        seen, self._seen = self._seen, replace(totals)
        since_s, self._looked_s = self._looked_s, now
        if since_s is None:
            return
        engine_s = totals.engine_s - seen.engine_s
        self._utilisation = engine_s / (self._instances * (now - since_s))
        windows = totals.windows - seen.windows
        if windows:
            chunk_s = (totals.audio_s - seen.audio_s) / windows
            self._slow_engine.sample(chunk_s, engine_s / (totals.batches - seen.batches), self._instances)
        self._set_cap()

    def _set_cap(self) -> None:
        caps = (self._overload.fps_cap, self._slow_engine.fps_cap)
        self.fps_cap = min((cap for cap in caps if cap is not None), default=None)
