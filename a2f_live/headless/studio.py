"""Where takes are made: one engine in one thread, one take after the other, the last few kept."""

import asyncio
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from threading import Event
from typing import Final, TypeVar

from a2f_live.audio.files import open_audio
from a2f_live.engine.base import Engine
from a2f_live.errors import FileError, ServerFull
from a2f_live.outputs.curve import Curve, curve_rate
from a2f_live.take import Direction, Heard, hear_emotions, record

T = TypeVar("T")

KEPT: Final = 4
"""Takes that are remembered: a client exports one track piece by piece."""
ROOM_BYTES: Final = 256 * 2**20
STALLED_S: Final = 120.0
"""An engine that gives nothing for so long, once or twice, is taken to hang."""
ABORT_EVERY_S: Final = 0.5
MOST_WAITING: Final = 32
"""Requests that wait for the engine at a time."""


class Closing(Exception):
    """The studio closes: the take is not wanted any more."""


@dataclass(frozen=True, slots=True)
class Order:
    """What makes two takes the same."""

    path: Path
    state: tuple[int, int, int]
    """Inode, size and time of change of the file."""
    rate: Fraction
    direction: Direction


class Studio:
    """Makes takes by one engine. Its methods may be called from the event loop at any time; `close` it at the end."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._thread = ThreadPoolExecutor(1, "a2f-live takes")
        self._takes: deque[tuple[Order, Curve]] = deque()
        self._closing = Event()
        self._waiting = 0
        self._steps = 0
        """A take goes on while this counts up."""

    async def duration_s(self, path: Path) -> Fraction:
        """Give the exact length of a sound file; raises `FileError`."""
        return await self._do(lambda: _measure(path, self._step))

    async def curve(self, path: Path, fps: Fraction, direction: Direction) -> Curve:
        """Give the motion of a whole sound file, for export at `fps`; raises `EngineError` and `FileError`."""
        return await self._do(lambda: self._take(path, curve_rate(fps), direction))

    async def emotions(self, path: Path, stride_s: float) -> list[Heard]:
        """Give what the voice sounds like, as `hear_emotions` does."""

        def hear() -> list[Heard]:
            with open_audio(path) as sound:
                return hear_emotions(self.engine, sound, stride_s, self._step)

        return await self._do(hear)

    async def close(self) -> None:
        """End the take that is being made, and give the engine back."""
        self._closing.set()
        ended = asyncio.get_running_loop().run_in_executor(None, self._thread.shutdown)
        self.engine.abort()
        while not (await asyncio.wait({ended}, timeout=ABORT_EVERY_S))[0]:
            self.engine.abort()  # a call that was just about to begin has not heard of it
        await asyncio.to_thread(self.engine.close)

    async def _do(self, work: Callable[[], T]) -> T:
        if self._waiting >= MOST_WAITING:
            raise ServerFull("too many exports wait already: try again later")
        self._waiting += 1
        try:
            return await self._watched(asyncio.get_running_loop().run_in_executor(self._thread, work))
        finally:
            self._waiting -= 1

    async def _watched(self, work: asyncio.Future[T]) -> T:
        """Wait for it; an engine that hangs is told to give up, so that the next take may go better."""
        steps = -1
        try:
            while not (await asyncio.wait({work}, timeout=STALLED_S))[0]:
                if steps == self._steps:
                    self.engine.abort()
                steps = self._steps
            return work.result()
        finally:
            work.cancel()  # of a request that was given up, nobody asks what came of it

    def _take(self, path: Path, rate: Fraction, direction: Direction) -> Curve:
        order = Order(path, _state(path), rate, direction)
        for known, curve in self._takes:
            if known == order:
                return curve
        with open_audio(path) as sound:
            curve = record(self.engine, sound, rate, direction, self._step)
        self._remember(order, curve)
        return curve

    def _remember(self, order: Order, curve: Curve) -> None:
        """The newest in any case, and those before it as far as there is room."""
        self._takes.append((order, curve))
        while len(self._takes) > KEPT or (
            len(self._takes) > 1 and sum(kept.weights.nbytes for _, kept in self._takes) > ROOM_BYTES
        ):
            self._takes.popleft()

    def _step(self) -> None:
        self._steps += 1
        if self._closing.is_set():
            raise Closing


def _measure(path: Path, step: Callable[[], None]) -> Fraction:
    """By reading it: what a damaged file states need not be there."""
    with open_audio(path) as sound:
        count = 0
        for block in sound.blocks():
            step()
            count += len(block)
        return Fraction(count, sound.sample_rate)


def _state(path: Path) -> tuple[int, int, int]:
    try:
        found = path.stat()
    except OSError as error:
        raise FileError(f"{path} cannot be opened: {(error.strerror or str(error)).lower()}") from error
    return found.st_ino, found.st_size, found.st_mtime_ns
