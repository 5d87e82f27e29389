"""Frames that came and were not taken yet: a bounded queue between the connection and the caller."""

import asyncio
from collections import deque

from a2f_live.frames import Frames


class Inbox:
    """Holds at most so many seconds of frames.

    Where `drop` is set (live), the oldest leave when it is full. Otherwise it never drops: `full` tells the sender to
    send no more audio, so that at most what is under way still comes.
    """

    def __init__(self, limit_s: float, *, drop: bool) -> None:
        self._limit_s = limit_s
        self._drop = drop
        self._frames: deque[Frames] = deque()
        self._held_s = 0.0
        self._news = asyncio.Event()
        self._closed = False
        self.dropped = 0
        """Frames that left unread."""

    @property
    def full(self) -> bool:
        """Whether nothing more should be asked for."""
        return not self._drop and self._held_s >= self._limit_s

    def put(self, frames: Frames) -> None:
        """Add frames; ignored once closed."""
        if self._closed:
            return
        self._frames.append(frames)
        self._held_s += _seconds(frames)
        while self._drop and self._held_s > self._limit_s and len(self._frames) > 1:
            self.dropped += self._pop().count
        self._news.set()

    def take(self) -> Frames | None:
        """The oldest frames; none if nothing waits."""
        return self._pop() if self._frames else None

    async def wait(self) -> None:
        """Until something is there, or the inbox was woken."""
        await self._news.wait()
        self._news.clear()

    def wake(self) -> None:
        """Let every waiter look again."""
        self._news.set()

    def close(self) -> None:
        """Nobody reads any more: drop what is there and all that comes."""
        self._closed = True
        self._frames.clear()
        self._held_s = 0.0
        self.wake()

    def _pop(self) -> Frames:
        frames = self._frames.popleft()
        self._held_s = self._held_s - _seconds(frames) if self._frames else 0.0
        return frames


def _seconds(frames: Frames) -> float:
    return frames.count / float(frames.fps)
