"""What all handlers of one server share."""

import asyncio
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from time import monotonic, time
from typing import Final, Protocol

from aiohttp import web

from a2f_live.errors import ServerFull
from a2f_live.server.options import ServerParts
from a2f_live.server.places import Places
from a2f_live.server.security import Credentials, Keys, check_token, subprotocol_entries
from a2f_live.server.sessions import Sessions
from a2f_live.server.tally import Tally, Totals, add_tallies


class Link(Protocol):
    """A connection, as the server as a whole sees it."""

    def check(self, now_s: float) -> None:
        """Look whether the peer is idle or stalled; say `stats` where they are due."""
        ...

    def go_away(self, time_left_s: float) -> None:
        """Tell the peer that the server drains."""
        ...

    def leave(self) -> None:
        """Close because the server stops."""
        ...


class ServerState:
    """Sessions, connections, counters; whether the server drains."""

    def __init__(self, parts: ServerParts) -> None:
        self.parts = parts
        self.options = parts.options
        self.totals = Totals()
        self.places = Places(parts)
        self.sessions = Sessions(parts, self.places, self.totals)
        self.links: set[Link] = set()
        self.silent = 0
        """Connections that have not said hello yet."""
        self.uploads = 0
        self.calls = 0
        """Of NIM clients."""
        self.begun_s = monotonic()
        self.draining = False
        self._empty: asyncio.Event | None = None
        self._keys = Keys(parts.options.tokens, secrets.token_bytes(32))

    @property
    def uptime_s(self) -> float:
        """Seconds since the start."""
        return monotonic() - self.begun_s

    @property
    def keys(self) -> Keys:
        """The tokens that let clients in."""
        return self._keys

    def require_token(self, request: web.Request) -> None:
        """Raises `BadToken` unless the request brings a good one where one is needed."""
        credentials = Credentials(
            request.headers.get("Authorization", ""),
            subprotocol_entries(request.headers),
            request.query.get("token", ""),
        )
        check_token(credentials, self._keys, time())

    def require_room(self) -> None:
        """Raises `ServerFull` unless another connection may come in.

        A full server lets connections in while a session is parked: they may be about to resume it.
        """
        if self.draining:
            raise ServerFull("the server is about to stop: try again soon", code="draining")
        if self.silent >= self.options.max_silent:
            raise ServerFull("too many connections have not said hello yet: try again soon")
        if not self.sessions.parked:
            self.places.require_any()

    @contextmanager
    def uploading(self) -> Iterator[None]:
        """Takes a place for one upload. Raises `ServerFull`."""
        if self.draining or self.uploads >= self.options.max_uploads:
            raise ServerFull("other files are being processed: try again soon")
        with self.places.held(self._default_engine):
            self.uploads += 1
            try:
                yield
            finally:
                self.uploads -= 1
                self.note_left()

    @contextmanager
    def calling(self, most: int) -> Iterator[None]:
        """Takes a place for one call of a NIM client, of so many at a time. Raises `ServerFull`."""
        if self.draining:
            raise ServerFull("the server is about to stop: try again soon", code="draining")
        if self.calls >= most:
            raise ServerFull(f"all {most} streams are taken: try again later, or raise --nim-streams")
        with self.places.held(self._default_engine):
            self.calls += 1
            try:
                yield
            finally:
                self.calls -= 1

    @property
    def _default_engine(self) -> str:
        return self.parts.pool(None)[0]

    def note_left(self) -> None:
        """Somebody has left: whoever waits for the last one is told."""
        if self._empty is not None and not self.links and not self.uploads:
            self._empty.set()

    async def empty(self, within_s: float) -> bool:
        """Wait until nobody is connected; returns whether that came in time."""
        self._empty = asyncio.Event()
        self.note_left()
        with suppress(TimeoutError):
            async with asyncio.timeout(within_s):
                await self._empty.wait()
        return not self.links and not self.uploads

    def sum_tallies(self) -> Tally:
        """What all sessions have done since the start, those that run included."""
        return add_tallies(self.totals.ended, *(session.tally for session in self.sessions))

    @property
    def audio_s(self) -> float:
        """Seconds of audio received since the start."""
        return self.totals.ended_audio_s + sum(session.audio_s for session in self.sessions)

    def end_parked(self) -> None:
        """Nobody can come back to this server."""
        self.sessions.end_parked(monotonic())

    def sweep(self) -> None:
        """What has to be looked at now and then."""
        now_s = monotonic()
        for link in list(self.links):
            link.check(now_s)
        self.sessions.sweep(now_s)


STATE: Final = web.AppKey("state", ServerState)
