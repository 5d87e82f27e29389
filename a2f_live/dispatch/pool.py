"""The pool: windows in, results out, over several instances that may be slow, fail or hang."""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from fractions import Fraction
from math import inf, isqrt
from typing import Final

from a2f_live.config import ENGINE_RATE_HZ
from a2f_live.dispatch.figures import PoolSnapshot, RecentWaits, Totals
from a2f_live.dispatch.instance import Answer
from a2f_live.dispatch.job import Batch, Done, Job, launch
from a2f_live.dispatch.load import Load
from a2f_live.dispatch.policy import PoolSettings, may_retry, next_start_s, plan, refuse_session, take_expired
from a2f_live.dispatch.slot import Slot
from a2f_live.engine.base import Engine, EngineInfo, Result, Window
from a2f_live.engine.check import Checked
from a2f_live.errors import EngineError, EngineFailed, EngineTimeout, EngineUnavailable

logger = logging.getLogger(__name__)

ROUND_S: Final = 0.25
"""Seconds between two looks at load and age while there is work."""


class Pool:
    """Answers windows with the instances of one engine. All methods belong to one event loop.

    Every window that is submitted is told once what became of it: a result, or an error after its retries, when it has
    waited too long for an instance, or when the pool closes. Windows of one turn of the loop travel together.
    """

    def __init__(
        self,
        name: str,
        factory: Callable[[], Engine],
        settings: PoolSettings,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.name = name
        self.fps_cap: Fraction | None = None
        """Frames a second that a stream may have now, None for as many as it asked for."""
        self._settings = settings
        self._clock = clock
        self._slots = [Slot(index, name, factory, settings, clock, self) for index in range(settings.instances)]
        self._info: EngineInfo | None = None
        self._deadline_s = settings.window_deadline_s
        self._queue: deque[Job] = deque()
        """In order of submission."""
        self._announced: list[Callable[[], None]] = []
        self._announced_s = inf
        """When the first of them came."""
        self._planning: asyncio.Handle | None = None
        self._wake: asyncio.TimerHandle | None = None
        self._round: asyncio.TimerHandle | None = None
        self._round_at_s = inf
        self._changed = asyncio.Event()
        self._closed = False
        self._totals = Totals()
        self._waits = RecentWaits()
        self._load = Load(settings.instances, settings.min_fps, settings.max_fps)
        self._known_failures: set[str] = set()

    @property
    def info(self) -> EngineInfo:
        """What the engine needs and gives. Raises `EngineUnavailable` before the start."""
        if self._info is None:
            raise EngineUnavailable(f"engine {self.name} has not been started: await start() first")
        return self._info

    async def start(self) -> None:
        """Start the instances. Raises `EngineError` if none of them starts; the others try again later."""
        self._loop = asyncio.get_running_loop()
        now = self._clock()
        try:
            for slot in self._slots:
                slot.open(now)
            self._look_again(now)
            await self._until(lambda: not any(slot.starting for slot in self._slots))
            self._info = next((slot.info for slot in self._slots if slot.health.usable), None)
            if self._info is None:
                raise self._slots[0].error or EngineUnavailable(f"engine {self.name} did not start: see the log")
            self._hop_s = self._info.hop_samples / ENGINE_RATE_HZ
            self._deadline_s = max(self._settings.window_deadline_s, self._info.call_limit_s)
        except BaseException:
            await self.close()
            raise

    async def close(self) -> None:
        """Tell every window that waits, end the instances. Safe to call twice."""
        self._closed = True
        self._collect(self._clock())
        for handle in (self._planning, self._wake, self._round):
            if handle is not None:
                handle.cancel()
        self._planning = self._wake = self._round = None
        self._give_up(self._take_all(), self._closed_error())
        for slot in self._slots:
            slot.close()
        try:
            async with asyncio.timeout(self._settings.close_limit_s):
                await self._until(lambda: not any(slot.leftover for slot in self._slots))
        except TimeoutError:
            left = sum(slot.leftover for slot in self._slots)
            logger.warning("engine %s: %d hung instances were left behind", self.name, left)

    def submit(self, window: Window, done: Done, deadline_s: float | None = None) -> Job:
        """Have a window answered: `done(window, result or error)` is called on the loop, once, unless cancelled.

        `deadline_s` is what one attempt may take; the setting, or more where the engine says so, if None.
        """
        if deadline_s is None:
            deadline_s = self._deadline_s
        job = Job(window, done, deadline_s, self._clock())
        self._queue.append(job)
        if self._planning is None:
            self._planning = self._loop.call_soon(self._plan)
        return job

    def announce(self, submit: Callable[[], None]) -> None:
        """Have `submit` called right before the next batch starts, or soon if none does.

        For one that gathers audio: what comes until an instance is free makes one window, and the work that all streams
        have before a batch is done in one go, which costs a processor less than the same work strewn over time.
        """
        if not self._announced:
            self._announced_s = self._clock()
        self._announced.append(submit)
        if self._planning is None and self._wake is None:
            self._planning = self._loop.call_soon(self._plan)

    def admit(self, sessions: int) -> None:
        """Raise `ServerFull` unless there is room for one session more than these."""
        usable = sum(slot.health.usable for slot in self._slots)
        refuse_session(sessions, self._settings.max_sessions, self._load.level, usable)

    def snapshot(self) -> PoolSnapshot:
        """Figures of this moment."""
        wait_p50_s, wait_p95_s, wait_p99_s = self._waits.percentiles_s()
        return PoolSnapshot(
            name=self.name,
            instances=tuple(slot.snapshot() for slot in self._slots),
            queued=len(self._queue),
            oldest_wait_s=self._oldest_wait_s(self._clock()),
            wait_p50_s=wait_p50_s,
            wait_p95_s=wait_p95_s,
            wait_p99_s=wait_p99_s,
            level=self._load.level,
            fps_cap=self.fps_cap,
            totals=replace(self._totals),
        )

    def review(self) -> None:
        """Do what time asks for: hung calls, rests that are over, windows that waited too long, load.

        The timer of the pool calls it; to call it more often changes nothing.
        """
        now = self._clock()
        for slot in self._slots:
            slot.review(now)
        self._give_up_hopeless(now)
        if any(slot.health.usable for slot in self._slots):
            self._load.waited(self._oldest_wait_s(now), max(slot.batch_s for slot in self._slots), now)
        else:
            self._load.out_of_order()
        if now - self._announced_s >= ROUND_S:
            self._collect(now)
        self._load.look(self._totals, now)
        self.fps_cap = self._load.fps_cap
        self._plan_soon()
        self._look_again(now)

    def slot_changed(self, slot: Slot) -> None:
        """Hear that an instance came, went or has something due at another time."""
        self._changed.set()
        if not self._closed:
            self._look_again(self._clock())
            self._plan_soon()

    def slot_answered(self, slot: Slot, batch: Batch, answer: Answer, engine_s: float) -> None:
        """Hear what became of a batch."""
        if isinstance(answer, EngineError):
            self._note_failure(answer)
            self._retry([(job, answer) for job in batch.jobs], slot.index, isqrt(len(batch.jobs)))
        elif batch.jobs:
            self._deliver(slot, batch.jobs, answer, engine_s)
        self._plan_soon()

    def _deliver(self, slot: Slot, jobs: Sequence[Job], outcomes: Checked, engine_s: float) -> None:
        now = self._clock()
        share_s = engine_s / len(jobs)
        hops = 0
        refused: list[tuple[Job, EngineError]] = []
        for job, outcome in zip(jobs, outcomes, strict=True):
            if isinstance(outcome, EngineError):
                refused.append((job, outcome))
            else:
                hops += job.window.hops
                job.finished_s = now
                job.engine_s = share_s
                self._tell(job, outcome)
        self._totals.batches += 1
        self._totals.windows += len(jobs) - len(refused)
        self._totals.audio_s += hops * self._hop_s
        self._totals.engine_s += engine_s
        if refused:
            self._totals.nonsense += sum(isinstance(error, EngineFailed) for _, error in refused)
            self._note_failure(refused[0][1])
            self._retry(refused, slot.index, 1)

    def _retry(self, failures: Sequence[tuple[Job, EngineError]], failed_at: int, max_batch: int) -> None:
        again = []
        for job, error in failures:
            if job.done is None:
                continue
            if may_retry(job, failed_at, max_batch, self._settings.retries):
                again.append(job)
            else:
                self._give_up([job], error)
        self._totals.retries += len(again)
        self._queue = deque(sorted((*again, *self._queue), key=lambda job: job.submitted_s))

    def _give_up(self, jobs: Iterable[Job], error: EngineError) -> None:
        for job in jobs:
            if job.done is not None:
                self._totals.given_up += 1
                job.finished_s = self._clock()
                self._tell(job, error)

    def _tell(self, job: Job, outcome: Result | EngineError) -> None:
        done, job.done = job.done, None
        if done is None:
            return
        try:
            done(job.window, outcome)
        except Exception:  # the others of the batch must hear of theirs
            logger.exception("engine %s: whoever waited for a window failed on its result", self.name)

    def _note_failure(self, error: EngineError) -> None:
        """Count it, and log each kind of failure once, with its cause."""
        self._totals.timeouts += isinstance(error, EngineTimeout)
        self._totals.failures += 1
        kind = type(error.__cause__ or error).__name__
        if kind not in self._known_failures:
            self._known_failures.add(kind)
            logger.warning("%s (%s is logged once)", error, kind, exc_info=error.__cause__)

    def _plan_soon(self) -> None:
        if self._planning is None and (self._queue or self._announced):
            self._planning = self._loop.call_soon(self._plan)

    def _plan(self) -> None:
        now = self._clock()
        if self._closed:
            self._collect(now)
            self._planning = None
            self._give_up(self._take_all(), self._closed_error())
            return
        info = self.info
        candidates = [slot.candidate() for slot in self._slots]
        start_s = next_start_s(candidates, info.batch_interval_s)
        if start_s <= now:
            self._collect(now)
        self._planning = None
        assignments, wake_at_s = plan(
            self._queue, candidates, now, max_batch=info.max_batch, interval_s=info.batch_interval_s
        )
        for index, jobs in assignments:
            self._run(self._slots[index], jobs, now)
        if self._wake is None and (wake_at_s is not None or now < start_s < inf):
            self._wake = self._loop.call_later((wake_at_s or start_s) - now, self._on_wake)
        self._look_again(now)

    def _collect(self, now: float) -> None:
        """Let those who announced themselves submit."""
        announced, self._announced = self._announced, []
        if announced and any(slot.health.usable for slot in self._slots):  # waiting for a sick one is no load
            self._load.waited(now - self._announced_s, max(slot.batch_s for slot in self._slots), now)
        self._announced_s = inf
        for submit in announced:
            try:
                submit()
            except Exception:  # the others must come to theirs
                logger.exception("engine %s: whoever had windows failed to submit them", self.name)

    def _run(self, slot: Slot, jobs: Sequence[Job], now: float) -> None:
        slot.run(launch(jobs, now))
        if not jobs[0].attempts:
            wait_s = now - jobs[0].submitted_s
            self._waits.add(wait_s, now)
            self._load.waited(wait_s, slot.batch_s, now)
            self.fps_cap = self._load.fps_cap

    def _on_wake(self) -> None:
        self._wake = None
        self._plan_soon()

    def _look_again(self, now: float) -> None:
        """Make sure that the next round comes in time."""
        at_s = min(slot.due_s for slot in self._slots)
        if at_s < inf or self._queue or self._announced or self._load.level:
            at_s = min(at_s, now + ROUND_S)
            if self._round is not None:
                if self._round_at_s <= at_s:
                    return
                self._round.cancel()
            self._round_at_s = at_s
            self._round = self._loop.call_later(at_s - now, self._on_round)

    def _on_round(self) -> None:
        self._round = None
        self.review()

    def _give_up_hopeless(self, now: float) -> None:
        limit_s = self._settings.give_up_s
        late = EngineTimeout(
            f"no instance of engine {self.name} was free within {limit_s:g} s: add instances, see /health"
        )
        self._give_up(take_expired(self._queue, now - limit_s), late)
        if self._queue and all(slot.dead for slot in self._slots):
            dead = EngineFailed(f"every instance of engine {self.name} hangs: restart it, see the log")
            self._give_up(self._take_all(), dead)

    def _take_all(self) -> list[Job]:
        """Every job that is not yet told, out of the queue and of the calls under way."""
        jobs = [job for slot in self._slots if slot.batch is not None for job in slot.batch.jobs]
        jobs += self._queue
        self._queue.clear()
        return jobs

    def _oldest_wait_s(self, now: float) -> float:
        return next((now - job.submitted_s for job in self._queue if not job.attempts and job.done), 0.0)

    def _closed_error(self) -> EngineError:
        return EngineError(f"the pool of engine {self.name} is closed: nothing more is answered")

    async def _until(self, condition: Callable[[], bool]) -> None:
        while not condition():
            self._changed.clear()
            await self._changed.wait()
