"""One engine in its thread: what it posts back, and that it goes."""

import asyncio
import threading
import time
from collections.abc import Callable

import pytest

from a2f_live.dispatch.instance import Answer, Instance
from a2f_live.engine.base import Engine, Result
from a2f_live.errors import EngineError, EngineFailed, EngineUnavailable
from tests.dispatch.helpers import PATIENCE_S, ScriptedEngine, bad, good, hang, window


class Listener:
    """Remembers what it hears, and that it heard it on the loop."""

    def __init__(self) -> None:
        self.heard: asyncio.Queue[object] = asyncio.Queue()
        self.ends = 0
        self._thread = threading.current_thread()

    def started(self, instance: Instance, error: EngineError | None) -> None:
        self._note(error)

    def answered(self, instance: Instance, answer: Answer, engine_s: float) -> None:
        assert engine_s >= 0
        self._note(answer)

    def ended(self, instance: Instance) -> None:
        self.ends += 1
        self._note("ended")

    async def next(self) -> object:
        async with asyncio.timeout(PATIENCE_S):
            return await self.heard.get()

    def _note(self, what: object) -> None:
        assert threading.current_thread() is self._thread
        self.heard.put_nowait(what)


def made(factory: Callable[[], Engine]) -> tuple[Instance, Listener]:
    listener = Listener()
    instance = Instance("one", factory, listener, time.monotonic)
    instance.open()
    return instance, listener


async def test_a_life() -> None:
    engine = ScriptedEngine(good)
    instance, listener = made(lambda: engine)
    assert await listener.next() is None
    assert instance.info is engine.info
    instance.run([window(1), window(2)])
    busy = [instance.busy]
    answer = await listener.next()
    assert isinstance(answer, list)
    assert all(isinstance(outcome, Result) for outcome in answer)
    assert [*busy, instance.busy] == [True, False]
    instance.stop()
    assert await listener.next() == "ended"
    assert engine.closes == 1
    assert not instance.alive


async def test_an_engine_that_raises_answers_with_its_error() -> None:
    instance, listener = made(lambda: ScriptedEngine(bad))
    await listener.next()
    instance.run([window()])
    assert isinstance(await listener.next(), EngineFailed)
    instance.stop()
    assert await listener.next() == "ended"


async def test_abort_reaches_an_engine_that_hangs() -> None:
    engine = ScriptedEngine(hang)
    instance, listener = made(lambda: engine)
    await listener.next()
    instance.run([window()])
    instance.abort()
    heard = [await listener.next(), await listener.next()]
    assert "ended" in heard, "the thread that called abort"
    assert any(isinstance(item, list) for item in heard)
    instance.stop()
    assert await listener.next() == "ended"
    assert not instance.alive


async def test_before_it_started_there_is_no_info() -> None:
    def factory() -> Engine:
        raise ModuleNotFoundError("onnxruntime")

    instance, listener = made(factory)
    error = await listener.next()
    assert isinstance(error, EngineUnavailable)
    assert isinstance(error.__cause__, ModuleNotFoundError)
    with pytest.raises(EngineUnavailable):
        _ = instance.info
    assert await listener.next() == "ended"


class Clumsy(ScriptedEngine):
    def abort(self) -> None:
        raise OSError("abort")

    def close(self) -> None:
        raise OSError("close")


async def test_a_clumsy_end_is_logged_and_harms_nobody(caplog: pytest.LogCaptureFixture) -> None:
    instance, listener = made(lambda: Clumsy(good))
    await listener.next()
    instance.abort()
    assert await listener.next() == "ended"
    instance.stop()
    assert await listener.next() == "ended"
    assert "did not abort in order" in caplog.text
    assert "did not close in order" in caplog.text


def test_a_loop_that_is_gone_ends_the_thread() -> None:
    engine = ScriptedEngine(hang)

    async def leave() -> Instance:
        instance, listener = made(lambda: engine)
        await listener.next()
        instance.run([window()])
        return instance

    asyncio.run(leave())
    thread = next(thread for thread in threading.enumerate() if thread.name == "a2f-one-engine")
    engine.release()
    thread.join(PATIENCE_S)
    assert not thread.is_alive()
    assert engine.closes == 1
