"""A small server for tests of the client: it speaks the protocol, answers by rule, and cuts connections when told."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field, replace
from fractions import Fraction
from math import ceil

import numpy as np
from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response
from websockets.typing import Subprotocol

from a2f_live import arkit
from a2f_live.config import StreamConfig
from a2f_live.frames import Cleared, Flushed, Frames, Marker
from a2f_live.speech import VISEMES
from a2f_live.wire.connection import Connection, Role
from a2f_live.wire.messages import (
    MSGPACK,
    Audio,
    Bye,
    Clear,
    ClientMessage,
    Configure,
    Configured,
    Error,
    Flush,
    Hello,
    Limits,
    Ready,
    Resume,
    Resumed,
    ServerMessage,
)


def frames(utterance: int, first: int, end: int, fps: Fraction) -> Frames:
    """Frames whose weights tell which ones they are."""
    weights = np.repeat(np.arange(first, end)[:, None] / 4096, arkit.COUNT, axis=1).astype(np.float32)
    return Frames(utterance, first, Fraction(first) / fps, fps, weights)


def with_visemes(told: Frames) -> Frames:
    """The same frames with the first of the weights as visemes."""
    return replace(told, visemes=told.weights[:, : len(VISEMES)])


@dataclass
class Heard:
    """The session of one client: what it sent, and every answer given."""

    config: StreamConfig
    utterance: int = 0
    audio: dict[int, bytearray] = field(default_factory=dict)
    messages: list[ClientMessage] = field(default_factory=list)
    said: list[ServerMessage] = field(default_factory=list)
    framed: int = 0

    def hear(self, message: ClientMessage) -> list[ServerMessage]:
        self.messages.append(message)
        answers = self._answers(message)
        self.said.extend(answers)
        return answers

    def after(self, resume: Resume) -> list[ServerMessage]:
        """Every answer that follows the last frame that the client names, as they were sent."""
        named = (resume.utterance, resume.frame)
        known = [
            at
            for at, said in enumerate(self.said)
            if isinstance(said, Frames) and (said.utterance, said.index + said.count - 1) <= named
        ]
        return self.said[known[-1] + 1 if known else 0 :]

    @property
    def audio_bytes(self) -> int:
        return len(self.audio.get(self.utterance, b""))

    def _answers(self, message: ClientMessage) -> list[ServerMessage]:
        match message:
            case Audio(pcm=pcm):
                self.audio.setdefault(self.utterance, bytearray()).extend(pcm)
                return self._frames_until(int(self._seconds() * self.config.fps))
            case Flush(id=id_) if self.audio_bytes == 0:
                return [Flushed(id_, self.utterance, 0, 0.0)]
            case Flush(id=id_):
                rest = self._frames_until(ceil(self._seconds() * self.config.fps))
                flushed = Flushed(id_, self.utterance, self.framed, float(self._seconds()))
                self._next()
                return [*rest, flushed]
            case Clear(id=id_):
                cleared = Cleared(id_, self.utterance, 0)
                self._next()
                return [cleared]
            case Marker():
                return [message]
            case Configure():
                return [Configured(self.config)]
        return []

    def _next(self) -> None:
        if self.audio_bytes:
            self.utterance += 1
        self.framed = 0

    def _seconds(self) -> Fraction:
        return self.config.audio.seconds(self.audio_bytes)

    def _frames_until(self, end: int) -> list[ServerMessage]:
        first, self.framed = self.framed, max(end, self.framed)
        if self.framed <= first:
            return []
        told = frames(self.utterance, first, self.framed, self.config.fps)
        return [with_visemes(told) if self.config.visemes else told]


Script = Callable[["FakeServer", Heard, ClientMessage], Sequence[ServerMessage]]


def obey(_: "FakeServer", heard: Heard, message: ClientMessage) -> Sequence[ServerMessage]:
    """Answer as a server does."""
    return heard.hear(message)


@dataclass
class FakeServer:
    """Answers by `script`; connection n is cut after `cuts[n]` messages, before (or after) the last is heard."""

    script: Script = obey
    cuts: Sequence[int] = ()
    deaf_at_cut: bool = True
    limits: Limits = field(default_factory=Limits)
    forgets: bool = False
    refusals: list[int] = field(default_factory=list)
    """HTTP statuses that the next connections are refused with."""
    close_code: int = 1000
    """After a fatal error."""
    sessions: list[Heard] = field(default_factory=list)
    hellos: list[Hello] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    url: str = ""

    @asynccontextmanager
    async def running(self) -> AsyncIterator["FakeServer"]:
        async with serve(
            self._serve,
            "127.0.0.1",
            0,
            subprotocols=[Subprotocol(MSGPACK)],
            compression=None,
            process_request=self._admit,
            close_timeout=1,
        ) as server:
            self.url = f"ws://127.0.0.1:{_port(server)}"
            yield self

    def _admit(self, connection: ServerConnection, request: Request) -> Response | None:
        self.requests.append(request)
        return connection.respond(self.refusals.pop(0), "no") if self.refusals else None

    async def _serve(self, socket: ServerConnection) -> None:
        with suppress(ConnectionClosed):
            await self._talk(socket, Connection(Role.SERVER, MSGPACK, self.limits))

    async def _talk(self, socket: ServerConnection, protocol: Connection) -> None:
        hello = protocol.receive(await socket.recv())
        assert isinstance(hello, Hello)
        self.hellos.append(hello)
        limit = self.cuts[len(self.hellos) - 1] if len(self.hellos) <= len(self.cuts) else None
        answers = self._greet(hello)
        for count in range(1_000_000):
            for answer in answers:
                await socket.send(protocol.send(answer))
                if isinstance(answer, Error) and answer.fatal:
                    return await socket.close(self.close_code)
            if count == limit and not self.deaf_at_cut:
                return socket.transport.abort()
            message = protocol.receive(await socket.recv())
            if count == limit:
                return socket.transport.abort()
            if isinstance(message, Bye):
                return await socket.close(1000)
            assert message is not None
            answers = list(self.script(self, self.sessions[-1], message))  # type: ignore[arg-type]
        return None

    def _greet(self, hello: Hello) -> list[ServerMessage]:
        if hello.resume and self.forgets:
            self.close_code = 4410
            return [Error("session_expired", "the session is gone", fatal=True, ref="hello")]
        if not hello.resume:
            self.sessions.append(Heard(hello.config))
        heard = self.sessions[-1]
        resumed = Resumed(heard.utterance, heard.audio_bytes) if hello.resume else None
        names = VISEMES if heard.config.visemes else None
        ready = Ready("s", "t", "fake", heard.config, 0, self.limits, viseme_names=names, resumed=resumed)
        return [ready, *(heard.after(hello.resume) if hello.resume else ())]


def _port(server: Server) -> int:
    return int(next(iter(server.sockets)).getsockname()[1])


@contextmanager
def served(server: FakeServer) -> Iterator[FakeServer]:
    """Run the server on a loop in a thread of its own."""
    started, stop = threading.Event(), asyncio.Event()
    loop = asyncio.new_event_loop()

    async def serve() -> None:
        async with server.running():
            started.set()
            await stop.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    assert started.wait(10)
    try:
        yield server
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()
        loop.close()
