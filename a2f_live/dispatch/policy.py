"""Which windows go to which instance now, and who is let in: pure decisions."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, inf
from typing import Final, NamedTuple

from a2f_live.dispatch.job import Job
from a2f_live.errors import ConfigError, ServerFull

WORTH_A_CALL_S: Final = 0.002
"""Idle instances share the work while each share is at least this long: below, calls cost more than they win."""
SLOW_FACTOR: Final = 2.0
"""An instance counts as slower than another where it needs this many times as long for a window."""
MEASURED_FOR_S: Final = 5.0
"""How long a measured speed counts; after that the instance gets another chance."""
REFUSING_LEVEL: Final = 3
"""Overload level at which no new session is let in."""


@dataclass(frozen=True, slots=True)
class PoolSettings:
    """How a pool works."""

    instances: int = 1
    max_sessions: int = 1_000
    retries: int = 2
    """Attempts after the first that a window may have."""
    window_deadline_s: float = 2.0
    """Seconds that one attempt may take; then the instance counts as hung."""
    give_up_s: float = 15.0
    """Seconds after its submission when a window that still waits for an instance is given up."""
    grace_s: float = 1.0
    """Seconds that a hung engine has to come back before a new one takes its place."""
    replacements: int = 3
    """Hung engines that one instance may leave behind at a time."""
    start_limit_s: float = 120.0
    """Seconds that an engine may take to start."""
    close_limit_s: float = 3.0
    """Seconds that the engines may take to close."""
    min_fps: int = 15
    max_fps: int = 60
    """Range of the frame rate that a slow engine is given, frames a second."""

    def __post_init__(self) -> None:
        for name in ("instances", "max_sessions"):
            if getattr(self, name) < 1:
                raise ConfigError(f"{name} is {getattr(self, name)}: use 1 or more")
        for name in ("retries", "replacements"):
            if getattr(self, name) < 0:
                raise ConfigError(f"{name} is {getattr(self, name)}: use 0 or more")
        for name in ("window_deadline_s", "give_up_s", "grace_s", "start_limit_s", "close_limit_s"):
            if not 0 < getattr(self, name) < inf:
                raise ConfigError(f"{name} is {getattr(self, name)}: use more than 0 seconds")


class Candidate(NamedTuple):
    """An instance as the plan sees it."""

    place: int
    """Its index in the pool."""
    usable: bool
    """Well enough to be given windows, now or when it has answered."""
    idle: bool
    started_s: float
    """Start of its last call, -inf before the first."""
    window_s: float
    """Measured engine seconds a window, 0 while unknown."""


class Plan(NamedTuple):
    """What to start now, and when to plan again if nothing happens before."""

    assignments: list[tuple[int, list[Job]]]
    """Index of the instance, and the jobs of its batch."""
    wake_at_s: float | None


def plan(
    queue: deque[Job], candidates: Sequence[Candidate], now: float, *, max_batch: int, interval_s: float = 0.0
) -> Plan:
    """Take from the queue what can start now, oldest first, and drop the cancelled that are met on the way.

    Whatever is ready goes at once: nothing waits for a batch to fill. An instance starts a call `interval_s` after the
    start of its last one at the earliest. Equal instances take turns; one that is measured to be slower comes last.
    A job that failed avoids the instance where it did, as long as another is usable.
    """
    if not queue:
        return Plan([], None)
    ready, wake_at_s = _ready(candidates, now - interval_s)
    assignments = []
    if ready:
        others = sum(candidate.usable for candidate in candidates) > 1
        share = _share(len(queue), ready, max_batch)
        for candidate in _in_turn(ready, now):
            jobs = _take(queue, share, candidate.place if others else -1)
            if jobs:
                assignments.append((candidate.place, jobs))
            if not queue:
                break
    return Plan(assignments, wake_at_s + interval_s if queue and wake_at_s is not None else None)


def next_start_s(candidates: Sequence[Candidate], interval_s: float) -> float:
    """When an instance that is idle now may start a call; inf if none is."""
    return min((one.started_s + interval_s for one in candidates if one.usable and one.idle), default=inf)


def _ready(candidates: Sequence[Candidate], started_before_s: float) -> tuple[list[Candidate], float | None]:
    """Those that may start now, and the earliest last start of those that are idle but started too lately."""
    ready = []
    resting = inf
    for candidate in candidates:
        if candidate.usable and candidate.idle:
            if candidate.started_s <= started_before_s:
                ready.append(candidate)
            else:
                resting = min(resting, candidate.started_s)
    return ready, None if resting == inf else resting


def _share(waiting: int, ready: Sequence[Candidate], max_batch: int) -> int:
    """Windows a call: an even share of what waits, for as many instances as it is worth waking."""
    if len(ready) == 1:
        return max_batch
    work_s = waiting * max(candidate.window_s for candidate in ready)
    calls = min(len(ready), max(1, int(work_s / WORTH_A_CALL_S)))
    return min(max_batch, ceil(waiting / calls))


def _in_turn(ready: list[Candidate], now: float) -> list[Candidate]:
    """Slower ones last, the least recently started first: round-robin between equals."""
    if len(ready) == 1:
        return ready
    fast_s = SLOW_FACTOR * min(candidate.window_s for candidate in ready)

    def turn(candidate: Candidate) -> tuple[bool, float, int]:
        slow = 0.0 < fast_s < candidate.window_s and now - candidate.started_s < MEASURED_FOR_S
        return slow, candidate.started_s, candidate.place

    return sorted(ready, key=turn)


def _take(queue: deque[Job], room: int, avoided: int) -> list[Job]:
    """The next jobs for one call, at most `room`; those that may not travel in it stay in the queue, in order."""
    taken: list[Job] = []
    passed: list[Job] = []
    while queue and len(taken) < room:
        job = queue.popleft()
        if job.done is None:
            continue
        if job.max_batch <= len(taken) or job.avoid == avoided >= 0:
            passed.append(job)
            continue
        taken.append(job)
        room = min(room, job.max_batch)
    queue.extendleft(reversed(passed))
    return taken


def may_retry(job: Job, failed_at: int, max_batch: int, retries: int) -> bool:
    """Make the job ready for another attempt, elsewhere and in a smaller batch; False if it has had them all.

    The last attempt is made alone: a window that breaks every batch it is in fails none of its neighbours for good.
    """
    job.attempts += 1
    job.avoid = failed_at
    job.max_batch = 1 if job.attempts == retries else max_batch
    return job.attempts <= retries


def take_expired(queue: deque[Job], submitted_before_s: float) -> list[Job]:
    """Remove the jobs submitted before this moment from the queue, which is in order of submission."""
    expired = []
    while queue and queue[0].submitted_s <= submitted_before_s:
        expired.append(queue.popleft())
    return expired


def refuse_session(sessions: int, max_sessions: int, level: int, usable: int) -> None:
    """Raise `ServerFull` where one session more than `sessions` may not come in."""
    if not usable:
        raise ServerFull("no instance of the engine works at the moment: try again later, and see /health and the log")
    if sessions >= max_sessions:
        raise ServerFull(f"all {max_sessions} sessions are taken: try again later, or raise --max-sessions")
    if level >= REFUSING_LEVEL:
        raise ServerFull("the engine is overloaded: try again later, or add instances")
