"""One connection of a stream: what it says goes to the driver of its session; when it goes, the session may stay."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from time import monotonic, monotonic_ns
from typing import Any, Final

from aiohttp import WSMessage, WSMsgType, web

from a2f_live.errors import A2FError, IdleTimeout, LocalProtocolError, SessionExpired, SlowReader, TooFast
from a2f_live.frames import Marker
from a2f_live.server.limits import Stillness
from a2f_live.server.outbox import POLICIES, Outbox
from a2f_live.server.session import LOST, Session
from a2f_live.server.state import ServerState
from a2f_live.server.writer import Writer
from a2f_live.wire.connection import Connection, Role
from a2f_live.wire.framing import PING, PONG
from a2f_live.wire.messages import Audio, Bye, Clear, Configure, Error, Flush, GoAway, Hello, KeepAlive

log: Final = logging.getLogger(__name__)

FATAL: Final = (TooFast, IdleTimeout, SlowReader, SessionExpired)
"""Errors that end an open stream; those of the wire say it themselves, others are told and the stream goes on."""
FOR_GOOD: Final = frozenset({1000, 1002, 1003, 1007, 1008, 1009})
"""Close codes after which nobody will resume: the peer has finished, or broke the rules of WebSocket."""
DISPLACED: Final = "displaced"
DISPLACED_CLOSE: Final = 4409


class StreamLink:
    """One connection from its upgrade to its end."""

    def __init__(
        self, state: ServerState, upgraded: web.WebSocketResponse, transport: asyncio.Transport, subprotocol: str
    ) -> None:
        options = state.options
        self._state = state
        self._upgraded = upgraded
        self._transport = transport
        self.connection = Connection(Role.SERVER, subprotocol, options.limits)
        self._outbox = Outbox(POLICIES["live"], options.outbox_messages, options.outbox_bytes)
        self.writer = Writer(upgraded, transport, self._outbox, options.close_s)
        self.session: Session | None = None
        self._close_code: int | None = None
        """Set once this end has decided to close."""
        self._leaving = False
        self._holding = False
        """While nothing is read, because a file comes faster than it can be answered."""
        self._signs = 0
        """Control frames received."""
        self._asked = False
        self._alive, self._heard, self._read = Stillness(), Stillness(), Stillness()

    async def run(self) -> None:
        """Serve the peer until either end closes. Leaves no task behind."""
        writing = asyncio.create_task(self.writer.run())
        self._state.links.add(self)
        lost_code = LOST
        try:
            lost_code = await self._serve()
        except A2FError as error:
            self.fail(error)
        except Exception:
            log.exception("a connection ended by a mistake of the server")
            self.break_off()
        finally:
            await self._end(writing, lost_code)

    def check(self, now_s: float) -> None:
        """Look whether the peer is gone, idle or stalled; say `stats` if they were asked for."""
        session, writer = self.session, self.writer
        if session is None or self._close_code is not None:
            return
        options, heard = self._state.options, session.tally.messages_received
        self._ask_for_life(self._alive.still_s(heard + self._signs, now_s, excused=self._holding))
        if self._read.still_s(writer.sent, now_s, excused=not writer.busy) > options.send_deadline_s:
            self.fail(SlowReader(f"nothing was read for {options.send_deadline_s:g} s: reconnect and read on"))
        elif self._heard.still_s(heard, now_s, excused=self._holding) > options.limits.idle_s:
            self.fail(IdleTimeout(f"nothing was said for {options.limits.idle_s:g} s: send keepalive now and then"))
        else:
            session.say_stats()

    def _ask_for_life(self, quiet_s: float) -> None:
        """Ping a peer that is quiet; one that does not answer is gone. A timer for each message would cost more."""
        heartbeat_s = self._state.options.heartbeat_s
        if quiet_s > 1.5 * heartbeat_s:
            self._transport.abort()
        elif quiet_s > heartbeat_s and not self._asked:
            self.writer.control(PING)
        self._asked = quiet_s > heartbeat_s

    def go_away(self, time_left_s: float) -> None:
        """Tell the peer that the server drains."""
        if self.session is None:
            self.leave()
        elif self._close_code is None:
            self.session.say(GoAway(int(time_left_s * 1000)))

    def leave(self) -> None:
        """Close because the server stops."""
        self._close(1001, "the server stops: reconnect")

    def displace(self) -> None:
        """Close because another connection has resumed the session."""
        self.session = None
        sentence = "another connection has resumed this session: use that one"
        self.fail(SessionExpired(sentence, code=DISPLACED, close_code=DISPLACED_CLOSE))

    def fail(self, error: A2FError) -> None:
        """Tell the peer of an error that ends the connection, and close."""
        if self._close_code is not None:
            return
        self._state.totals.errors[error.code] += 1
        with suppress(LocalProtocolError, SlowReader):  # a peer that can be told nothing any more
            self.writer.put(self.connection.send(Error(error.code, error.message, fatal=True, ref=error.ref)))
        self._close(error.close_code, error.message, patient=not isinstance(error, SlowReader))

    def break_off(self) -> None:
        """Close after a mistake of our own; the peer is told no more than that."""
        self.fail(A2FError("the server made a mistake, which it has logged: reconnect"))

    async def _serve(self) -> int:
        """Hear everything that the peer says; returns the close code of its end."""
        self._state.silent += 1
        try:
            hello = await self._greeting()
        finally:
            self._state.silent -= 1
        if hello is None:
            return LOST
        return await self._listen(self._open(hello))

    async def _greeting(self) -> Hello | None:
        """The first message; None if the connection is lost before."""
        first_message_s = self._state.options.first_message_s
        try:
            async with asyncio.timeout(first_message_s):
                while True:
                    incoming = await self._receive()
                    if not _has_data(incoming):
                        return None
                    message = self.connection.receive(incoming.data)
                    if isinstance(message, Hello):
                        return message
        except TimeoutError:
            raise IdleTimeout(f"no hello came within {first_message_s:g} s: say it first") from None

    def _open(self, hello: Hello) -> Session:
        sessions = self._state.sessions
        try:
            if hello.resume is None:
                session = sessions.begin(hello.config, self, monotonic())
            else:
                session = sessions.resume(hello.resume, self)
        except A2FError as error:
            error.ref = hello.type
            raise
        self._outbox.policy = POLICIES[session.driver.config.pace]
        self.session = session
        return session

    async def _listen(self, session: Session) -> int:
        receive = self._receive
        tally, paced = session.tally, session.rate is None
        while True:
            incoming = await receive()
            if self._close_code is not None:
                return self._close_code
            if not _has_data(incoming):
                return _lost_code(incoming)
            tally.messages_received += 1
            tally.received_bytes += len(incoming.data)
            self._hear(session, incoming.data)
            if self._leaving:
                await self._finish(session)
                return 1000
            if paced:
                self._holding = True
                await session.driver.room()
                await self.writer.room()
                self._holding = False

    async def _receive(self) -> WSMessage:
        """The next message, or how the connection ended; control frames are answered in passing."""
        while True:
            incoming = await self._upgraded.receive()
            if incoming.type is WSMsgType.PING:
                self.writer.control(PONG, incoming.data)
            elif incoming.type is not WSMsgType.PONG:
                return incoming
            self._signs += 1

    def _hear(self, session: Session, data: bytes | str) -> None:
        message = None
        try:
            message = self.connection.receive(data)
            if type(message) is Audio:
                session.push_audio(message.pcm, monotonic_ns())
            elif message is not None:
                _ACTIONS[type(message)](self, session, message)
        except LocalProtocolError:
            raise
        except A2FError as error:
            if message is not None:
                error.ref = message.type
            self._refuse(session, error)

    def _refuse(self, session: Session, error: A2FError) -> None:
        if self.connection.failed or isinstance(error, FATAL):
            self.fail(error)
        else:
            self._state.totals.errors[error.code] += 1
            session.say(self.connection.refusal(error))

    async def _finish(self, session: Session) -> None:
        """Answer what there is after `bye`, then close."""
        session.driver.flush(None)
        with suppress(TimeoutError):
            async with asyncio.timeout(self._state.options.finish_s):
                await session.driver.finished()
        self._close(1000, "bye")

    def _close(self, code: int, reason: str, *, patient: bool = True) -> None:
        if self._close_code is None:
            self._close_code = code
            (self.writer.close if patient else self.writer.abandon)(code, reason)
            if self.session is not None:
                self._state.sessions.end(self.session, code, monotonic())

    async def _end(self, writing: asyncio.Task[None], lost_code: int) -> None:
        """Wait for the last words, then let the session go or wait for another connection."""
        state = self._state
        if self._close_code is None:
            writing.cancel()
        await asyncio.gather(writing, return_exceptions=True)
        state.links.discard(self)
        state.note_left()
        code = lost_code if self._close_code is None else self._close_code
        state.totals.closed[code] += 1
        if self.session is None:
            return
        if self._close_code is not None or code in FOR_GOOD or state.draining:
            state.sessions.end(self.session, code, monotonic())
        else:
            state.sessions.park(self.session, monotonic())


def _has_data(incoming: WSMessage) -> bool:
    return incoming.type is WSMsgType.BINARY or incoming.type is WSMsgType.TEXT


def _lost_code(incoming: WSMessage) -> int:
    """Why the other end is gone: its own close code, that of a broken frame, else LOST."""
    if incoming.type is WSMsgType.CLOSE:
        return int(incoming.data or 1005)
    return int(getattr(incoming.data, "code", LOST)) if incoming.type is WSMsgType.ERROR else LOST


def _configure(link: StreamLink, session: Session, message: Configure) -> None:
    session.configure(message.changes, link._state.parts.profiles)


def _leave(link: StreamLink, session: Session, message: Bye) -> None:
    link._leaving = True


_ACTIONS: Final[dict[type, Callable[[StreamLink, Session, Any], None]]] = {
    Flush: lambda _, session, message: session.driver.flush(message.id),
    Clear: lambda _, session, message: session.driver.clear(message.id),
    Marker: lambda _, session, message: session.driver.marker(message.id),
    KeepAlive: lambda _, session, message: None,
    Configure: _configure,
    Bye: _leave,
}
