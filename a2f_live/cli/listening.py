"""The port, the signals and the access log of a server."""

import asyncio
import errno
import logging
import signal
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Final

from aiohttp import web
from aiohttp.abc import AbstractAccessLogger

from a2f_live.errors import A2FError
from a2f_live.observe.logs import log_event
from a2f_live.settings import ServeSettings

BACKLOG: Final = 1024
"""Connections that may wait to be accepted: many clients come back at once after a restart."""
SIGNALS: Final = (signal.SIGTERM, signal.SIGINT)
EVERYWHERE: Final = ("0.0.0.0", "::")

logger = logging.getLogger(__name__)


@asynccontextmanager
async def listen(app: web.Application, settings: ServeSettings) -> AsyncIterator[int]:
    """Serve the application and give the port; at the end let it drain. Raises `A2FError` if it cannot listen."""
    runner = web.AppRunner(
        app,
        handle_signals=False,
        access_log_class=AccessLog,
        access_log=logger if settings.access_log else None,
        shutdown_timeout=settings.drain_s,
    )
    await runner.setup()
    try:
        site = web.TCPSite(runner, settings.host.strip("[]"), settings.port, backlog=BACKLOG)
        try:
            await site.start()
        except OSError as error:
            raise A2FError(_why_not(error, settings), code="cannot_listen") from error
        yield site.port
    finally:
        await runner.cleanup()


@contextmanager
def stop_signals() -> Iterator[asyncio.Event]:
    """Give an event that the first SIGTERM or SIGINT sets; a second one cancels the task that waits inside."""
    loop, task, stop = asyncio.get_running_loop(), asyncio.current_task(), asyncio.Event()

    def heard() -> None:
        if stop.is_set() and task is not None:
            task.cancel()
        stop.set()

    for number in SIGNALS:
        _listen_to(loop, number, heard)
    try:
        yield stop
    finally:
        for number in SIGNALS:
            _forget(loop, number)


def _listen_to(loop: asyncio.AbstractEventLoop, number: signal.Signals, heard: Callable[[], None]) -> None:
    try:
        loop.add_signal_handler(number, heard)
    except NotImplementedError:  # Windows
        signal.signal(number, lambda *_: loop.call_soon_threadsafe(heard))


def _forget(loop: asyncio.AbstractEventLoop, number: signal.Signals) -> None:
    try:
        loop.remove_signal_handler(number)
    except NotImplementedError:  # Windows
        signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)


class AccessLog(AbstractAccessLogger):
    """One line a request, without its query: that may hold a token."""

    def log(self, request: web.BaseRequest, response: web.StreamResponse, time: float) -> None:
        """Write it."""
        figures = {"status": response.status, "took_ms": round(time * 1000, 1), "peer": request.remote}
        log_event(self.logger, logging.INFO, f"{request.method} {request.path}", figures)


def page_url(host: str, port: int) -> str:
    """Where a browser on this machine finds a server that listens there."""
    bare = host.strip("[]")
    if bare in (*EVERYWHERE, "127.0.0.1", "::1"):
        bare = "localhost"
    return f"http://{f'[{bare}]' if ':' in bare else bare}:{port}"


def _why_not(error: OSError, settings: ServeSettings) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"port {settings.port} is taken by another program: choose another with --port (0 takes a free one)"
    if error.errno == errno.EACCES:
        return f"port {settings.port} is for the administrator only: choose one above 1023 with --port"
    if isinstance(error, socket.gaierror) or error.errno in (errno.EADDRNOTAVAIL, None):
        return f"host {settings.host} is no address of this machine: choose another with --host, like 127.0.0.1"
    return f"it cannot listen on {settings.host} port {settings.port}: {error.strerror or error}"
