"""One engine in one thread of its own: takes a batch, posts the answer back to the event loop."""

import asyncio
import logging
import threading
from collections.abc import Callable, Sequence
from queue import SimpleQueue
from typing import Any, Protocol

from a2f_live.engine.base import Engine, EngineInfo, Window
from a2f_live.engine.check import Checked, check
from a2f_live.errors import EngineError, EngineFailed, EngineUnavailable

logger = logging.getLogger(__name__)

Answer = Checked | EngineError
"""A result or an error for each window, or one error for the whole call."""


class Listener(Protocol):
    """Who hears of an instance, always on the event loop."""

    def started(self, instance: "Instance", error: EngineError | None) -> None:
        """The engine is there, or why it is not."""

    def answered(self, instance: "Instance", answer: Answer, engine_s: float) -> None:
        """The call came back."""

    def ended(self, instance: "Instance") -> None:
        """A thread of the instance is over."""


class Instance:
    """An engine that is made, called and closed in one daemon thread; short calls may be made on the loop.

    Methods are called on the event loop and never block; one call at a time.
    """

    def __init__(
        self, name: str, factory: Callable[[], Engine], listener: Listener, clock: Callable[[], float]
    ) -> None:
        self.busy = False
        """From `run` until the answer has been heard."""
        self.answering = False
        """The call came back; its answer is on its way to the loop."""
        self._name = name
        self._factory = factory
        self._listener = listener
        self._clock = clock
        self._loop = asyncio.get_running_loop()
        self._inbox: SimpleQueue[Sequence[Window] | None] = SimpleQueue()
        self._engine: Engine | None = None
        self._info: EngineInfo | None = None
        self._threads: list[threading.Thread] = []

    def open(self) -> None:
        """Start the thread; `started` tells how that went."""
        self._spawn(self._work, "engine")

    def run(self, windows: Sequence[Window]) -> None:
        """Call the engine; `answered` follows, unless it hangs.

        A call that is shorter than the way to the thread and back is made here, as the engine allows.
        """
        self.busy = True
        self.answering = False
        if self._engine is not None and sum(window.hops for window in windows) <= self.info.inline_hops:
            self._loop.call_soon(self._on_answer, *self._call(self._engine, self.info, windows))
        else:
            self._inbox.put(windows)

    def abort(self) -> None:
        """Ask the engine to give up a call that hangs."""
        engine = self._engine
        if engine is not None:
            self._spawn(lambda: self._abort(engine), "abort")

    def stop(self) -> None:
        """Close the engine and end the thread, as soon as the call that it is in comes back."""
        self._inbox.put(None)

    @property
    def info(self) -> EngineInfo:
        """Of its engine. Raises `EngineUnavailable` while there is none."""
        if self._info is None:
            raise EngineUnavailable(f"engine {self._name} has not started: wait for it")
        return self._info

    @property
    def alive(self) -> bool:
        """Whether a thread of it runs."""
        return bool(self._threads)

    def _spawn(self, target: Callable[[], None], role: str) -> None:
        def body() -> None:
            target()
            self._post(self._on_ended, threading.current_thread())

        thread = threading.Thread(target=body, name=f"a2f-{self._name}-{role}", daemon=True)
        self._threads.append(thread)
        thread.start()

    def _work(self) -> None:
        try:
            self._engine = engine = self._factory()
            info = engine.info
        except BaseException as error:  # an engine that calls sys.exit() must not take its windows with it
            self._post(self._on_started, None, self._translate(error, EngineUnavailable, "could not start"))
            return
        self._post(self._on_started, info, None)
        while (windows := self._inbox.get()) is not None:
            answer, engine_s = self._call(engine, info, windows)
            self.answering = True
            self._post(self._on_answer, answer, engine_s)
            del windows, answer
        try:
            engine.close()
        except Exception:
            logger.warning("engine %s did not close in order", self._name, exc_info=True)

    def _call(self, engine: Engine, info: EngineInfo, windows: Sequence[Window]) -> tuple[Answer, float]:
        """The answer, and how long it took."""
        started_s = self._clock()
        try:
            answer: Answer = check(engine.infer(windows), windows, info.rows_per_hop, self._name)
        except BaseException as error:  # as above
            answer = self._translate(error, EngineFailed, "failed")
        return answer, self._clock() - started_s

    def _translate(self, error: BaseException, kind: type[EngineError], verb: str) -> EngineError:
        if isinstance(error, EngineError):
            return error
        translated = kind(f"engine {self._name} {verb}: {type(error).__name__}: {error}")
        translated.__cause__ = error
        return translated

    def _abort(self, engine: Engine) -> None:
        try:
            engine.abort()
        except Exception:
            logger.warning("engine %s did not abort in order", self._name, exc_info=True)

    def _post(self, callback: Callable[..., None], *args: Any) -> None:
        """Call on the loop; a loop that is closed has nobody left who waits."""
        try:
            self._loop.call_soon_threadsafe(callback, *args)
        except RuntimeError:
            self._inbox.put(None)

    def _on_started(self, info: EngineInfo | None, error: EngineError | None) -> None:
        self._info = info
        self._listener.started(self, error)

    def _on_answer(self, answer: Answer, engine_s: float) -> None:
        self.busy = self.answering = False
        self._listener.answered(self, answer, engine_s)

    def _on_ended(self, thread: threading.Thread) -> None:
        thread.join()  # this was the last that it had to say
        self._threads.remove(thread)
        self._listener.ended(self)
