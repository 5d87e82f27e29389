"""One place of a pool: hanging, resting, trying, replacing, seen by its owner."""

import asyncio
from math import inf

from a2f_live.dispatch.health import State
from a2f_live.dispatch.instance import Answer
from a2f_live.dispatch.job import Batch
from a2f_live.dispatch.policy import PoolSettings
from a2f_live.dispatch.slot import Slot
from a2f_live.errors import EngineTimeout
from tests.dispatch.helpers import FakeClock, Script, ScriptedEngine, good, hang, until, window


class Owner:
    def __init__(self) -> None:
        self.answers: list[Answer] = []
        self.changed = asyncio.Event()

    def slot_changed(self, slot: Slot) -> None:
        self.changed.set()

    def slot_answered(self, slot: Slot, batch: Batch, answer: Answer, engine_s: float) -> None:
        self.answers.append(answer)
        self.changed.set()


class Stage:
    """A slot whose engines follow the scripts, one each."""

    def __init__(self, *scripts: Script, abortable: bool = True) -> None:
        self.clock, self.owner = FakeClock(), Owner()
        self.engines: list[ScriptedEngine] = []
        self._scripts, self._abortable = scripts, abortable
        self.slot = Slot(0, "scripted", self._make, PoolSettings(replacements=1), self.clock, self.owner)
        self.slot.open(self.clock())

    def _make(self) -> ScriptedEngine:
        self.engines.append(ScriptedEngine(self._scripts[len(self.engines)], abortable=self._abortable))
        return self.engines[-1]

    async def until(self, state: State) -> None:
        await until(lambda: self.slot.health.state is state)

    def run(self) -> None:
        now = self.clock()
        self.slot.run(Batch((), (window(),), now, now + 2.0))

    def pass_(self, seconds: float) -> None:
        self.clock.now += seconds
        self.slot.review(self.clock())

    async def close(self) -> None:
        for engine in self.engines:
            engine.release()
        self.slot.close()
        await until(lambda: not self.slot.leftover)


async def test_it_is_due_when_something_is_to_be_done() -> None:
    stage = Stage(hang)
    assert stage.slot.due_s == stage.clock() + 120
    await stage.until(State.HEALTHY)
    assert stage.slot.due_s == inf
    assert stage.slot.candidate() == (0, True, True, -inf, 0.0)
    stage.run()
    assert stage.slot.due_s == stage.clock() + 2
    assert not stage.slot.candidate().idle
    await stage.close()


async def test_a_late_answer_is_not_heard() -> None:
    stage = Stage(hang)
    await stage.until(State.HEALTHY)
    stage.run()
    stage.pass_(2.0)
    assert [type(answer) for answer in stage.owner.answers] == [EngineTimeout]
    assert stage.slot.health.state is State.QUARANTINED
    assert stage.slot.due_s == stage.clock() + 1, "the grace is longer than the first quarantine"
    await until(lambda: not stage.slot.snapshot().busy)
    assert len(stage.owner.answers) == 1
    await stage.close()


async def test_no_more_engines_than_allowed_are_left_behind() -> None:
    stage = Stage(hang, hang, good, abortable=False)
    await stage.until(State.HEALTHY)
    stage.run()
    stage.pass_(2.0)
    stage.pass_(1.0)
    await stage.until(State.PROBATION)
    stage.pass_(2.0)
    stage.pass_(1.0)
    assert stage.slot.dead
    stage.engines[0].release()
    await until(lambda: not stage.slot.leftover)
    stage.pass_(30.0)
    await stage.until(State.HEALTHY)
    assert (len(stage.engines), stage.slot.snapshot().replacements) == (3, 2)
    await stage.close()
