"""Small engines that do as they are told, a clock that stands still, and windows to give them."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

import numpy as np

from a2f_live.dispatch.policy import PoolSettings
from a2f_live.dispatch.pool import Pool
from a2f_live.engine.base import EngineInfo, Result, Window
from a2f_live.errors import EngineDied, EngineError, EngineFailed

INFO = EngineInfo("scripted", context_samples=320, hop_samples=160, rows_per_hop=2, max_batch=8)
PATIENCE_S = 10.0

Script = Callable[["ScriptedEngine", Sequence[Window]], list[Result]]
Outcome = Result | EngineError


async def until(condition: Callable[[], bool]) -> None:
    """Let the loop and the threads go on until the condition holds."""
    async with asyncio.timeout(PATIENCE_S):
        while not condition():  # noqa: ASYNC110 - other threads make it true, and they know no events of the loop
            await asyncio.sleep(0)


def threads(name: str) -> list[str]:
    """Names of the threads of a pool."""
    return [thread.name for thread in threading.enumerate() if thread.name.startswith(f"a2f-{name}")]


class FakeClock:
    """Seconds that pass only when told."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


class ScriptedEngine:
    """Calls its script; `hang` waits until `abort` (where `abortable`) or `release`."""

    def __init__(self, script: Script, info: EngineInfo = INFO, abortable: bool = True) -> None:
        self.info = info
        self.calls: list[list[Window]] = []
        self.hanging = threading.Event()
        self.aborts = self.closes = 0
        self._script = script
        self._abortable = abortable
        self._released = threading.Event()

    def infer(self, batch: Sequence[Window]) -> list[Result]:
        self.calls.append(list(batch))
        return self._script(self, batch)

    def hang(self, batch: Sequence[Window]) -> list[Result]:
        self.hanging.set()
        self._released.wait(PATIENCE_S)
        self._released.clear()
        return good(self, batch)

    def release(self) -> None:
        self._released.set()

    def abort(self) -> None:
        self.aborts += 1
        if self._abortable:
            self.release()

    def close(self) -> None:
        self.closes += 1


def good(engine: ScriptedEngine, batch: Sequence[Window]) -> list[Result]:
    return [result(window) for window in batch]


def bad(engine: ScriptedEngine, batch: Sequence[Window]) -> list[Result]:
    raise EngineFailed("told to fail")


def die(engine: ScriptedEngine, batch: Sequence[Window]) -> list[Result]:
    raise EngineDied("told to die")


def nonsense(engine: ScriptedEngine, batch: Sequence[Window]) -> list[Result]:
    return [replace(result(window), rows=np.full((2 * window.hops, 52), np.nan, np.float32)) for window in batch]


def hang(engine: ScriptedEngine, batch: Sequence[Window]) -> list[Result]:
    return engine.hang(batch)


def in_turn(*scripts: Script) -> Script:
    """Each call another script; the last one for ever."""
    left = list(scripts)
    return lambda engine, batch: (left.pop(0) if len(left) > 1 else left[0])(engine, batch)


def window(number: int = 0, hops: int = 1) -> Window:
    samples = np.zeros(INFO.context_samples + (hops - 1) * INFO.hop_samples, np.float32)
    return Window(utterance=1, first_hop=number, hops=hops, samples=samples, lookahead_samples=0)


def result(asked: Window) -> Result:
    return Result(np.full((2 * asked.hops, 52), asked.first_hop % 10 / 10, np.float32))


@dataclass
class Heard:
    """What `done` was told, by window."""

    outcomes: dict[int, list[Outcome]] = field(default_factory=dict)
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    def done(self, asked: Window, outcome: Outcome) -> None:
        self.outcomes.setdefault(asked.first_hop, []).append(outcome)
        self.changed.set()

    async def until(self, count: int) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while len(self.outcomes) < count:
                self.changed.clear()
                await self.changed.wait()

    @property
    def all_good(self) -> bool:
        return all(len(told) == 1 and isinstance(told[0], Result) for told in self.outcomes.values())


class Bench:
    """A pool, its clock and the engines that it made."""

    def __init__(self, scripts: Sequence[Script], settings: PoolSettings, info: EngineInfo, abortable: bool) -> None:
        self.clock = FakeClock()
        self.engines: list[ScriptedEngine] = []
        self.heard = Heard()
        self.pool = Pool("scripted", self._make, settings, self.clock)
        self._scripts = list(scripts)
        self._info = info
        self._abortable = abortable
        self._lock = threading.Lock()

    def _make(self) -> ScriptedEngine:
        with self._lock:
            script = self._scripts[min(len(self.engines), len(self._scripts) - 1)]
            engine = ScriptedEngine(script, self._info, self._abortable)
            self.engines.append(engine)
        return engine

    def submit(self, *numbers: int) -> None:
        for number in numbers:
            self.pool.submit(window(number), self.heard.done)

    def advance(self, seconds: float) -> None:
        self.clock.now += seconds
        self.pool.review()

    def states(self) -> list[str]:
        return [instance.state for instance in self.pool.snapshot().instances]


@asynccontextmanager
async def bench(
    *scripts: Script, info: EngineInfo = INFO, abortable: bool = True, settings: PoolSettings | None = None
) -> AsyncIterator[Bench]:
    """A started pool whose n-th engine follows the n-th script; closed at the end, with no thread left."""
    bench = Bench(scripts or (good,), settings or PoolSettings(), info, abortable)
    await bench.pool.start()
    try:
        yield bench
    finally:
        for engine in bench.engines:
            engine.release()
        await bench.pool.close()
        assert not threads("scripted")
