"""One place of a pool: the instance in it, how well it is, and what it has in hand."""

import logging
from collections.abc import Callable
from math import inf
from typing import Final, Protocol

import numpy as np

from a2f_live.config import ENGINE_RATE_HZ
from a2f_live.dispatch.figures import InstanceSnapshot
from a2f_live.dispatch.health import AT_REST, Event, Health, State, advance
from a2f_live.dispatch.instance import Answer, Instance
from a2f_live.dispatch.job import Batch
from a2f_live.dispatch.policy import Candidate, PoolSettings
from a2f_live.engine.base import Engine, EngineInfo, Window
from a2f_live.errors import EngineDied, EngineError, EngineFailed, EngineTimeout, EngineUnavailable

logger = logging.getLogger(__name__)

NEWEST_WEIGHT: Final = 0.2
"""Weight of the newest call in the measured speed."""


class Owner(Protocol):
    """The pool, as a slot sees it."""

    def slot_changed(self, slot: "Slot") -> None:
        """It started, failed to start, became well or ended."""

    def slot_answered(self, slot: "Slot", batch: Batch, answer: Answer, engine_s: float) -> None:
        """A batch that it had in hand is over, one way or another."""


class Slot:
    """Keeps one instance at work: hands it batches, sees when it hangs, lets it rest, tries it, replaces it."""

    def __init__(
        self,
        index: int,
        name: str,
        factory: Callable[[], Engine],
        settings: PoolSettings,
        clock: Callable[[], float],
        owner: Owner,
    ) -> None:
        self.index = index
        self.health = Health()
        self.batch: Batch | None = None
        self.due_s = inf
        """When `review` has something to do."""
        self.error: EngineError | None = None
        """Why it did not start."""
        self.started_s = -inf
        """Start of the last call."""
        self.window_s = 0.0
        """Measured engine seconds a window."""
        self.batch_s = 0.0
        """Measured engine seconds a call."""
        self._name = name
        self._factory = factory
        self._settings = settings
        self._clock = clock
        self._owner = owner
        self._instance: Instance | None = None
        self._abandoned: list[Instance] = []
        self._batches = self._windows = self._failures = self._replacements = 0
        self._engine_s = 0.0

    @property
    def info(self) -> EngineInfo:
        """Of its engine. Raises `EngineUnavailable` while there is none."""
        return self._occupant().info

    @property
    def dead(self) -> bool:
        """Whether nothing can be hoped from it for the time being."""
        return self.health.state is State.DEAD

    @property
    def starting(self) -> bool:
        """Whether its first engine is not there yet."""
        return self.health.state is State.STARTING

    def candidate(self) -> Candidate:
        """How the plan sees it."""
        usable = self.health.usable
        idle = usable and self._instance is not None and not self._instance.busy
        return Candidate(self.index, usable, idle, self.started_s, self.window_s)

    def open(self, now: float) -> None:
        """Make the engine."""
        self.error = None
        self._instance = Instance(f"{self._name}-{self.index}", self._factory, self, self._clock)
        self._instance.open()
        self.due_s = now + self._settings.start_limit_s

    def run(self, batch: Batch) -> None:
        """Hand it a batch."""
        self.batch = batch
        self.started_s = batch.started_s
        self.due_s = batch.deadline_s
        self._occupant().run(batch.windows)

    def review(self, now: float) -> None:
        """Do what is due."""
        if now < self.due_s:
            return
        if self.batch is not None:
            self._hang(self.batch, now)
        elif self.health.state in AT_REST:
            self._wake(now)
        else:
            self._miss_start(now)

    def close(self) -> None:
        """End its threads; `slot_changed` tells as they do."""
        self.due_s = inf
        if self._instance is not None:
            if self._instance.busy:
                self._instance.abort()
            self._abandon()

    @property
    def leftover(self) -> int:
        """Engines without a place whose thread still runs."""
        return len(self._abandoned)

    def snapshot(self) -> InstanceSnapshot:
        """Its figures."""
        return InstanceSnapshot(
            index=self.index,
            state=self.health.state.name.lower(),
            busy=self._instance is not None and self._instance.busy,
            batches=self._batches,
            windows=self._windows,
            failures=self._failures,
            replacements=self._replacements,
            mean_batch=self._windows / self._batches if self._batches else 0.0,
            engine_s=self._engine_s,
        )

    def started(self, instance: Instance, error: EngineError | None) -> None:
        """Hear that the engine is there, or why it is not."""
        if instance is not self._instance:
            return
        now = self._clock()
        self.error = error
        if error is not None:
            self._miss_start(now)
            return
        self._step(Event.STARTED, now)
        if self.health.state is State.PROBATION:
            self._probe(now)
        self._owner.slot_changed(self)

    def answered(self, instance: Instance, answer: Answer, engine_s: float) -> None:
        """Hear what became of a call. After its deadline nobody waits for it any more."""
        batch = self.batch
        if instance is not self._instance or batch is None:
            return
        self.batch = None
        failed = isinstance(answer, EngineError) or any(isinstance(outcome, EngineFailed) for outcome in answer)
        self._measure(len(batch.windows), engine_s, failed)
        was_usable = self.health.usable
        self._step(_event(answer, failed), self._clock())
        self._owner.slot_answered(self, batch, answer, engine_s)
        if self.health.usable is not was_usable:
            self._owner.slot_changed(self)

    def ended(self, instance: Instance) -> None:
        """Hear that a thread is over."""
        self._abandoned = [left for left in self._abandoned if left.alive]
        self._owner.slot_changed(self)

    def _hang(self, batch: Batch, now: float) -> None:
        instance = self._occupant()
        if instance.answering:
            return
        instance.abort()
        self.batch = None
        self._failures += 1
        self._step(Event.GONE, now)
        self.due_s = max(self.due_s, now + self._settings.grace_s)
        waited_s = now - batch.started_s
        error = EngineTimeout(f"engine {self._name} did not answer within {waited_s:.1f} s: see the log and /health")
        self._owner.slot_answered(self, batch, error, 0.0)
        self._owner.slot_changed(self)

    def _wake(self, now: float) -> None:
        """The rest is over: try the engine, or another one where it still hangs."""
        if self._instance is not None and not self._instance.busy:
            self._step(Event.RESTED, now)
            self._probe(now)
        elif len(self._abandoned) < self._settings.replacements:
            self._step(Event.REPLACED, now)
            self._abandon()
            self._replacements += 1
            self.open(now)
        else:
            self._step(Event.LOST, now)
        self._owner.slot_changed(self)

    def _probe(self, now: float) -> None:
        """Let it answer one window of silence, which nobody waits for."""
        info = self.info
        silence = np.zeros(info.context_samples, np.float32)
        lookahead_samples = info.lookaheads_ms[0] * ENGINE_RATE_HZ // 1000
        window = Window(utterance=0, first_hop=0, hops=1, samples=silence, lookahead_samples=lookahead_samples)
        # A process of its own may have to start first.
        limit_s = self._settings.start_limit_s if info.isolated else self._settings.window_deadline_s
        self.run(Batch((), (window,), now, now + limit_s))

    def _miss_start(self, now: float) -> None:
        if self.error is None:
            limit_s = self._settings.start_limit_s
            self.error = EngineTimeout(f"engine {self._name} did not start within {limit_s:g} s: see its log")
        self._abandon()
        self._step(Event.FAILED, now)
        self._owner.slot_changed(self)

    def _occupant(self) -> Instance:
        if self._instance is None:
            raise EngineUnavailable(f"instance {self.index} of engine {self._name} is not there: wait for its start")
        return self._instance

    def _abandon(self) -> None:
        """Leave the engine to its thread, which closes it as soon as it can."""
        if self._instance is not None:
            self._instance.stop()
            self._abandoned.append(self._instance)
            self._instance = None

    def _step(self, event: Event, now: float) -> None:
        before = self.health.state
        self.health = advance(self.health, event, now)
        self.due_s = self.health.until_s if self.health.state in AT_REST else inf
        if self.health.state is not before:
            level = logging.WARNING if self.health.state in AT_REST else logging.DEBUG
            names = (before.name.lower(), self.health.state.name.lower())
            logger.log(level, "engine %s, instance %d: %s -> %s", self._name, self.index, *names)

    def _measure(self, windows: int, engine_s: float, failed: bool) -> None:
        self._batches += 1
        self._windows += windows
        self._failures += failed
        self._engine_s += engine_s
        weight = NEWEST_WEIGHT if self.batch_s else 1.0
        self.batch_s += weight * (engine_s - self.batch_s)
        self.window_s += weight * (engine_s / windows - self.window_s)


def _event(answer: Answer, failed: bool) -> Event:
    if isinstance(answer, EngineDied):
        return Event.GONE
    return Event.FAILED if failed else Event.ANSWERED
