"""The port, the signals and the access log of a server."""

import asyncio
import errno
import logging
import signal
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Final

from aiohttp import web
from aiohttp.abc import AbstractAccessLogger

from a2f_live.errors import A2FError
from a2f_live.observe.logs import log_event
from a2f_live.server.app import drain
from a2f_live.server.arrivals import Runner

BACKLOG: Final = 1024
"""Connections that may wait to be accepted: many clients come back at once after a restart."""
CLOSE_S: Final = 0.5
"""Seconds that what is left after the draining, or after a second signal, has to end."""
SIGNALS: Final = (signal.SIGTERM, signal.SIGINT)
EVERYWHERE: Final = ("0.0.0.0", "::")

logger = logging.getLogger(__name__)


def open_port(host: str, port: int, flag: str = "--port") -> socket.socket:
    """Take the port; who connects waits until `listen`. Raises `A2FError` with what to do instead, by `flag`."""
    try:
        found = socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, *_, address = min(found, key=lambda each: each[0] != socket.AF_INET)  # localhost is 127.0.0.1
        both = host.strip("[]") == "::" and socket.has_dualstack_ipv6()
        return socket.create_server(address, family=family, backlog=BACKLOG, dualstack_ipv6=both)
    except OSError as error:
        raise A2FError(_why_not(error, host, port, flag), code="cannot_listen") from error


@asynccontextmanager
async def listen(
    app: web.Application,
    door: socket.socket,
    *,
    access_log: bool,
    end: Callable[[web.Application], Awaitable[None]] = drain,
) -> AsyncIterator[None]:
    """Serve the application at an open port; when all went well, let it end in order."""
    requests = logger if access_log else None
    runner = Runner(app, access_log_class=AccessLog, access_log=requests, shutdown_timeout=CLOSE_S)
    await runner.setup()
    try:
        await web.SockSite(runner, door, backlog=BACKLOG).start()
        yield
        await end(app)
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


def _why_not(error: OSError, host: str, port: int, flag: str) -> str:
    if error.errno == errno.EADDRINUSE:
        free = " (0 takes a free one)" if flag == "--port" else ""
        return f"port {port} is taken by another program: choose another with {flag}{free}"
    if error.errno == errno.EACCES:
        return f"port {port} is for the administrator only: choose one above 1023 with {flag}"
    if isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL:
        return f"host {host} is no address of this machine: choose another with --host, like 127.0.0.1"
    return f"it cannot listen on {host} port {port}: {(error.strerror or str(error)).lower()}"
