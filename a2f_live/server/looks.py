"""What has to be looked at now and then while an application runs."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from typing import Final

from aiohttp import web

log: Final = logging.getLogger(__name__)


def look_every(seconds: float, *looks: Callable[[], None]) -> Callable[[web.Application], AsyncIterator[None]]:
    """A cleanup context that takes every look again and again, in one task; a look that fails is logged."""

    async def looking(app: web.Application) -> AsyncIterator[None]:
        task = asyncio.create_task(_look(seconds, looks))
        yield
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    return looking


async def _look(seconds: float, looks: tuple[Callable[[], None], ...]) -> None:
    while True:
        await asyncio.sleep(seconds)
        for look in looks:
            try:
                look()
            except Exception:
                log.exception("a look at the sessions or connections failed")
