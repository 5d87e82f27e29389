import asyncio
import threading
from collections.abc import Iterator

import pytest

from a2f_live.cli.handover import Handover, read_in_thread


async def test_blocks_come_in_order_from_another_thread() -> None:
    handover = Handover(limit=100)

    def record() -> None:
        for block in (b"1", b"2", b"3", b""):
            handover.offer(block)

    thread = threading.Thread(target=record)
    thread.start()
    assert [block async for block in handover] == [b"1", b"2", b"3"]
    thread.join()
    assert handover.dropped == 0


async def test_the_oldest_are_dropped_where_nobody_takes_them() -> None:
    handover = Handover(limit=2)
    for n in (1, 2, 3, 4):
        handover.offer(bytes([n]))
    await asyncio.sleep(0)
    handover.offer(b"")
    assert [block async for block in handover] == [b"\3", b"\4"]
    assert handover.dropped == 2


async def test_what_the_iterator_raises_is_raised_here() -> None:
    def damaged() -> Iterator[bytes]:
        yield b"1"
        raise ZeroDivisionError

    blocks = read_in_thread(damaged(), 5)
    assert await anext(blocks) == b"1"
    with pytest.raises(ZeroDivisionError):
        await anext(blocks)


async def test_no_more_is_read_ahead_than_asked_for() -> None:
    read = []

    def endless() -> Iterator[bytes]:
        while True:
            read.append(1)
            yield b"x"

    blocks = read_in_thread(endless(), 5)
    for _ in range(3):
        assert await anext(blocks) == b"x"
    assert len(read) <= 3 + 5 + 1
    await blocks.aclose()  # type: ignore[attr-defined]
