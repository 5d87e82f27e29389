"""What is looked at now and then."""

import asyncio
import logging

import pytest
from aiohttp import web

from a2f_live.server.looks import look_every


async def test_one_look_that_fails_keeps_neither_the_others_nor_the_next_from_being_taken(
    caplog: pytest.LogCaptureFixture,
) -> None:
    taken, enough, before = 0, asyncio.Event(), asyncio.all_tasks()

    def fail() -> None:
        raise ValueError("blind")

    def look() -> None:
        nonlocal taken
        taken += 1
        if taken == 3:
            enough.set()

    app = web.Application()
    app.cleanup_ctx.append(look_every(0.001, fail, look))
    runner = web.AppRunner(app)
    await runner.setup()
    async with asyncio.timeout(10):
        await enough.wait()
    await runner.cleanup()
    assert asyncio.all_tasks() <= before
    assert [record.levelno for record in caplog.records[:3]] == [logging.ERROR] * 3
