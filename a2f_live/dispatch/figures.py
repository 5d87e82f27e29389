"""What a pool can tell of itself: figures for /health, /v1/info and /metrics."""

from dataclasses import dataclass
from fractions import Fraction
from math import inf
from typing import Final

from a2f_live.observe.histogram import Histogram

RECENT_S: Final = 60.0


class RecentWaits:
    """How long batches waited in this minute and in the last one."""

    def __init__(self) -> None:
        self._this = Histogram()
        self._last = Histogram()
        self._begun_s = -inf

    def add(self, wait_s: float, now: float) -> None:
        """Count one wait."""
        if now - self._begun_s >= RECENT_S:
            self._last, self._this, self._begun_s = self._this, Histogram(), now
        self._this.add(wait_s)

    def percentiles_s(self) -> tuple[float, float, float]:
        """p50, p95 and p99 in seconds, of the minute that knows more; 0 if there is none."""
        p50_ms, p95_ms, p99_ms = max(self._this, self._last, key=lambda waits: waits.count).percentiles_ms()
        return p50_ms / 1000, p95_ms / 1000, p99_ms / 1000


@dataclass(slots=True)
class Totals:
    """Sums since the start of the pool, added to once a batch."""

    windows: int = 0
    """Windows answered."""
    batches: int = 0
    """Calls that came back with results."""
    retries: int = 0
    timeouts: int = 0
    """Calls that did not come back in time."""
    failures: int = 0
    """Calls that raised."""
    nonsense: int = 0
    """Windows whose result was refused."""
    given_up: int = 0
    """Windows that nobody answered."""
    audio_s: float = 0.0
    """Seconds of audio answered."""
    engine_s: float = 0.0
    """Seconds that the engines worked on it."""

    @property
    def real_time_factor(self) -> float:
        """Engine seconds for a second of audio: below 1 is faster than real time. 0 before the first answer."""
        return self.engine_s / self.audio_s if self.audio_s else 0.0


@dataclass(frozen=True, slots=True)
class InstanceSnapshot:
    """One instance at one moment."""

    index: int
    state: str
    """`starting`, `healthy`, `suspect`, `quarantined`, `probation`, `restarting` or `dead`."""
    busy: bool
    batches: int
    windows: int
    failures: int
    """Calls that raised, hung or held nonsense."""
    replacements: int
    mean_batch: float
    """Windows a call."""
    engine_s: float
    """Seconds that it worked."""


@dataclass(frozen=True, slots=True)
class PoolSnapshot:
    """A pool at one moment."""

    name: str
    instances: tuple[InstanceSnapshot, ...]
    queued: int
    """Windows that wait for an instance."""
    oldest_wait_s: float
    wait_p50_s: float
    wait_p95_s: float
    wait_p99_s: float
    """How long the oldest window of a batch waited, lately."""
    level: int
    """Overload, 0 to 3."""
    fps_cap: Fraction | None
    totals: Totals
    """A copy."""

    @property
    def healthy(self) -> int:
        """Instances that are given windows."""
        return sum(instance.state in ("healthy", "suspect") for instance in self.instances)
