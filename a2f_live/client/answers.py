"""Questions that the server has not answered yet, and the callers who wait for them."""

import asyncio
from collections import deque
from typing import Any

from a2f_live.config import StreamConfig
from a2f_live.frames import Marker
from a2f_live.wire.messages import Clear, Flush

Question = Flush | Clear | Marker


class Answers:
    """Every question gets exactly one end: its answer, its refusal, or the error that ended the stream."""

    def __init__(self) -> None:
        self._asked: dict[Question, asyncio.Future[Any]] = {}
        self._changes: deque[asyncio.Future[StreamConfig]] = deque()

    async def to(self, question: Question) -> Any:
        """Wait for the answer to a flush, clear or marker."""
        answer = self._asked[question] = asyncio.get_running_loop().create_future()
        try:
            return await answer
        finally:
            del self._asked[question]

    async def to_change(self) -> StreamConfig:
        """Wait for the answer to a change; changes carry no id and are answered in order."""
        answer: asyncio.Future[StreamConfig] = asyncio.get_running_loop().create_future()
        self._changes.append(answer)
        return await answer

    def give(self, question: Question, answer: object) -> None:
        """The answer has come; ignored if nobody waits for it (any more)."""
        waiting = self._asked.get(question)
        if waiting is not None and not waiting.done():
            waiting.set_result(answer)

    def interrupt(self, clear: Clear) -> None:
        """A clear was answered: flushes asked before it will not be."""
        for question in self._asked:
            if isinstance(question, Flush) and (question.id or 0) < (clear.id or 0):
                self.give(question, None)

    def give_change(self, config: StreamConfig) -> None:
        """The oldest change took effect."""
        if self._changes:
            waiting = self._changes.popleft()
            if not waiting.done():
                waiting.set_result(config)

    def refuse(self, kind: str | None, error: Exception) -> Question | None:
        """The oldest question of a kind was refused; tells which, if anybody still waits for it."""
        question = next((question for question in self._asked if question.type == kind), None)
        if question is not None:
            _fail(self._asked[question], error)
        return question

    def refuse_change(self, error: Exception) -> None:
        """The oldest change was refused."""
        if self._changes:
            _fail(self._changes.popleft(), error)

    def fail(self, error: BaseException) -> None:
        """The stream has ended: so has every wait."""
        for waiting in (*self._asked.values(), *self._changes):
            _fail(waiting, error)
        self._changes.clear()


def _fail(waiting: asyncio.Future[Any], error: BaseException) -> None:
    if not waiting.done():
        waiting.set_exception(error)
