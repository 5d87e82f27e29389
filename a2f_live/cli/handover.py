"""Blocks of audio from a thread or an audio callback to the event loop."""

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress


class Handover:
    """Takes blocks from any thread without ever making it wait: where too many lie there, the oldest is dropped."""

    def __init__(self, limit: int) -> None:
        self._loop = asyncio.get_running_loop()
        self._blocks: asyncio.Queue[bytes] = asyncio.Queue()
        self._limit = limit
        self.dropped = 0
        """Blocks that nobody took in time."""

    def offer(self, block: bytes) -> None:
        """Hand a block over, from any thread; an empty one is the end."""
        with suppress(RuntimeError):  # the loop has ended: nobody wants it any more
            self._loop.call_soon_threadsafe(self._put, block)

    def _put(self, block: bytes) -> None:
        if self._blocks.qsize() >= self._limit:
            self._blocks.get_nowait()
            self.dropped += 1
        self._blocks.put_nowait(block)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while block := await self._blocks.get():
            yield block


async def read_in_thread(blocks: Iterator[bytes], ahead: int) -> AsyncIterator[bytes]:
    """Give the blocks of an iterator that may wait for a pipe or a disk, read at most so many ahead.

    The thread never holds up the end of the program. What the iterator raises is raised here.
    """
    loop = asyncio.get_running_loop()
    queue: asyncio.Queue[bytes | Exception | None] = asyncio.Queue()
    slots, wanted = threading.Semaphore(ahead), True

    def read() -> None:
        with suppress(RuntimeError):  # the loop has ended: nobody wants it any more
            try:
                for block in blocks:
                    slots.acquire()
                    if not wanted:
                        return
                    loop.call_soon_threadsafe(queue.put_nowait, block)
                loop.call_soon_threadsafe(queue.put_nowait, None)
            except Exception as error:  # whatever it is, it belongs to the reader
                loop.call_soon_threadsafe(queue.put_nowait, error)

    threading.Thread(target=read, name="audio reader", daemon=True).start()
    try:
        while (block := await queue.get()) is not None:
            if isinstance(block, Exception):
                raise block
            slots.release()
            yield block
    finally:
        wanted = False
        slots.release()
