"""Connections that have not asked for anything yet: few, and not for long."""

import asyncio
from typing import Final

from aiohttp import web


class Arrivals:
    """Watches every connection from its start to its first whole request."""

    def __init__(self, first_request_s: float, largest: int) -> None:
        self._first_request_s = first_request_s
        self._largest = largest
        self._waiting: dict[asyncio.BaseProtocol, float] = {}
        """Connection to the loop time at which it has to have asked."""

    def __len__(self) -> int:
        return len(self._waiting)

    def came(self, connection: asyncio.BaseProtocol, now_s: float) -> None:
        """A connection has been made. Beyond the largest number the one that has waited longest is dropped."""
        self._waiting[connection] = now_s + self._first_request_s
        if len(self._waiting) > self._largest:
            self._drop(next(iter(self._waiting)))

    def arrived(self, connection: asyncio.BaseProtocol) -> None:
        """It has asked."""
        self._waiting.pop(connection, None)

    def sweep(self, now_s: float) -> None:
        """Drop those whose time is over, and forget those that left."""
        for connection in [one for one, due_s in self._waiting.items() if due_s <= now_s]:
            self._drop(connection)

    def look(self) -> None:
        """Sweep by the clock of the loop, which `Runner` goes by too."""
        self.sweep(asyncio.get_running_loop().time())

    def _drop(self, connection: asyncio.BaseProtocol) -> None:
        del self._waiting[connection]
        transport = getattr(connection, "transport", None)
        if transport is not None:
            transport.abort()


ARRIVALS: Final = web.AppKey("arrivals", Arrivals)


class Runner(web.AppRunner):
    """Runs an application and has its `Arrivals` watch every connection."""

    @property
    def server(self) -> web.Server | None:
        """Makes the protocol of each new connection."""
        server = super().server
        return None if server is None else _Watched(server, self.app[ARRIVALS])  # type: ignore[return-value]


class _Watched:
    """A protocol factory that tells `Arrivals` of each connection."""

    def __init__(self, server: web.Server, arrivals: Arrivals) -> None:
        self._server = server
        self._arrivals = arrivals

    def __call__(self) -> asyncio.BaseProtocol:
        connection = self._server()
        self._arrivals.came(connection, asyncio.get_running_loop().time())
        return connection
