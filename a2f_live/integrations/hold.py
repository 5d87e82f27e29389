"""Holds audio until its frames exist, and all that follows it in its place behind it."""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from typing import Generic, TypeVar

from a2f_live.integrations.turn import Turn

T = TypeVar("T")

logger = logging.getLogger("a2f_live.integrations")


@dataclass(frozen=True, slots=True)
class _Held(Generic[T]):
    item: T
    turn: Turn | None
    """Turn that it is audio of, if it is."""
    until: Fraction
    """Second of the turn at which it ends."""
    limit_s: float
    """Time of the loop at which it goes on, whatever is missing."""


class Hold(Generic[T]):
    """Items leave by `release`, one after the other, in the order in which they came.

    Audio leaves once the frames due within it have come, or cannot come, or after `longest_s`: a server that is slow or
    away delays an agent by no more.
    """

    def __init__(self, release: Callable[[T], Awaitable[None]], longest_s: float) -> None:
        self._release = release
        self._longest_s = longest_s
        self._held: deque[_Held[T]] = deque()
        self._news = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._passing: asyncio.Future[None] | None = None
        """Of the first item: waits, then lets go."""
        self._leaves = False
        """Whether the first item has begun to leave."""

    @property
    def empty(self) -> bool:
        """Whether everything has left."""
        return not self._held

    def start(self) -> None:
        """Begin to let go. Needs a running loop."""
        self._task = self._task or asyncio.create_task(self._run(), name="a2f-live hold")

    async def close(self) -> None:
        """Drop everything. Safe to call twice."""
        task, self._task = self._task, None
        self._held.clear()
        if task is not None:
            task.cancel()
            await asyncio.wait({task})

    def put(self, item: T, turn: Turn | None = None, until: Fraction = Fraction(0)) -> None:
        """Hold an item; audio with its turn, and the second of it at which the item ends."""
        limit_s = asyncio.get_running_loop().time() + self._longest_s
        self._held.append(_Held(item, turn, until, limit_s))
        self._news.set()

    def drop(self, goes: Callable[[T], bool]) -> list[T]:
        """Forget the items of which `goes` says so, also one that is leaving; gives those that have not begun to."""
        dropped = [held for held in self._held if goes(held.item)]
        if dropped and dropped[0] is self._held[0] and self._passing is not None:
            self._passing.cancel()
            if self._leaves:
                dropped.pop(0)
        self._held = deque(held for held in self._held if not goes(held.item))
        return [held.item for held in dropped]

    async def _run(self) -> None:
        while True:
            if self._held:
                await self._pass_first(self._held[0])
            else:
                self._news.clear()
                await self._news.wait()

    async def _pass_first(self, held: _Held[T]) -> None:
        self._passing = asyncio.ensure_future(self._pass(held))
        try:
            await asyncio.wait({self._passing})
        finally:
            self._passing.cancel()
            self._leaves = False
        if self._held and self._held[0] is held:
            self._held.popleft()
        if not self._passing.cancelled() and (error := self._passing.exception()):
            logger.error("audio could not be passed on", exc_info=error)

    async def _pass(self, held: _Held[T]) -> None:
        if held.turn:
            with suppress(TimeoutError):
                async with asyncio.timeout_at(held.limit_s):
                    await held.turn.framed_until(held.until)
        self._leaves = True
        await self._release(held.item)
