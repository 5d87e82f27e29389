"""What a pool can tell of itself: figures for /health, /v1/info and /metrics."""

from bisect import bisect_left
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

BOUNDS_S: Final = tuple(0.0001 * 2 ** (step / 2) for step in range(36))
"""Upper bounds of the buckets: 0.1 ms to 18 s, two to an octave."""
REMEMBERED: Final = 20_000


class Histogram:
    """Durations in fixed buckets; the old ones fade, so the quantiles speak of the recent past."""

    def __init__(self) -> None:
        self._counts = [0] * (len(BOUNDS_S) + 1)
        self._total = 0

    def add(self, duration_s: float) -> None:
        """Count one duration."""
        self._counts[bisect_left(BOUNDS_S, duration_s)] += 1
        self._total += 1
        if self._total >= REMEMBERED:
            self._counts = [count // 2 for count in self._counts]
            self._total = sum(self._counts)

    def quantile(self, share: float) -> float:
        """Seconds, to the next bound, that this share (0..1) of the durations did not exceed; 0 if there are none."""
        if not self._total:
            return 0.0
        seen = 0
        for bound_s, count in zip(BOUNDS_S, self._counts, strict=False):
            seen += count
            if seen >= share * self._total:
                return bound_s
        return BOUNDS_S[-1]


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
