"""A real server on port 0, and a peer that speaks the wire."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

import aiohttp
import numpy as np
from aiohttp import web

from a2f_live.dispatch.policy import PoolSettings
from a2f_live.dispatch.pool import Pool
from a2f_live.engine.registry import create, parse_spec
from a2f_live.frames import Frames
from a2f_live.motion.profile import Profile
from a2f_live.server.app import build_app
from a2f_live.server.arrivals import Runner
from a2f_live.server.audience import Audience
from a2f_live.server.options import ServerOptions, ServerParts
from a2f_live.server.state import STATE, ServerState
from a2f_live.wire.connection import Connection, Role
from a2f_live.wire.messages import MSGPACK, Hello, Message, Ready

PATIENCE_S = 10.0
"""What any single step of a test may take."""
M = TypeVar("M")


@dataclass
class Served:
    """A server that runs."""

    url: str
    http: aiohttp.ClientSession
    app: web.Application
    tasks: set["asyncio.Task[Any]"]
    """Those that run while nobody is connected."""
    port: int = 0
    peers: list["Peer"] = field(default_factory=list)

    @property
    def state(self) -> ServerState:
        return self.app[STATE]

    async def connect(self, hello: Hello | None = None, subprotocol: str = MSGPACK, **arguments: Any) -> "Peer":
        """A peer that has said hello and heard ready."""
        peer = await self.attach(subprotocol, **arguments)
        await peer.greet(hello or Hello())
        return peer

    async def attach(
        self, subprotocol: str = MSGPACK, http: aiohttp.ClientSession | None = None, **arguments: Any
    ) -> "Peer":
        """A peer that has said nothing."""
        arguments.setdefault("protocols", (subprotocol,))
        timeout = aiohttp.ClientWSTimeout(ws_close=0.2)
        socket = await (http or self.http).ws_connect(
            self.url + "/v1/stream", max_msg_size=2**24, compress=0, timeout=timeout, **arguments
        )
        peer = Peer(socket, Connection(Role.CLIENT, subprotocol))
        self.peers.append(peer)
        return peer

    async def settled(self) -> None:
        """Wait until no connection is left on the server, and check that none left a task behind."""
        await until(lambda: not self.state.links)
        await until(lambda: not [task for task in asyncio.all_tasks() - self.tasks if not _is_expected(task)])


def _is_expected(task: "asyncio.Task[Any]") -> bool:
    """The test itself, and what aiohttp keeps for an HTTP connection that may ask again."""
    return task is asyncio.current_task() or "RequestHandler.start" in repr(task.get_coro())


@dataclass
class Peer:
    """The other end of one WebSocket."""

    socket: aiohttp.ClientWebSocketResponse
    connection: Connection
    ready: Ready = field(init=False)

    async def greet(self, hello: Hello) -> Ready:
        await self.say(hello)
        self.ready = await self.expect(Ready)
        return self.ready

    async def say(self, *messages: Message) -> None:
        for message in messages:
            await self.send_raw(self.connection.send(message))

    async def send_raw(self, data: bytes | str) -> None:
        if isinstance(data, str):
            await self.socket.send_str(data)
        else:
            await self.socket.send_bytes(data)

    async def hear(self) -> Message | None:
        """The next message; None once the connection is closed."""
        async with asyncio.timeout(PATIENCE_S):
            incoming = await self.socket.receive()
        if incoming.type not in (aiohttp.WSMsgType.BINARY, aiohttp.WSMsgType.TEXT):
            return None
        return self.connection.receive(incoming.data)

    async def expect(self, kind: type[M]) -> M:
        """The next message of that type, others skipped."""
        while (message := await self.hear()) is not None:
            if isinstance(message, kind):
                return message
        raise AssertionError(f"closed with {self.socket.close_code} instead of {kind.__name__}")

    async def until(self, kind: type) -> list[Message]:
        """Everything up to the first message of that type."""
        heard: list[Message] = []
        while (message := await self.hear()) is not None:
            heard.append(message)
            if isinstance(message, kind):
                return heard
        raise AssertionError(f"closed with {self.socket.close_code} before {kind.__name__}")

    async def close_code(self) -> int | None:
        """Hear everything to the end."""
        while await self.hear() is not None:
            pass
        return self.socket.close_code

    def cut(self) -> None:
        """Lose the connection without a word."""
        transport = self.socket._response.connection.transport  # type: ignore[union-attr]
        assert transport is not None
        transport.abort()


@asynccontextmanager
async def serving(
    options: ServerOptions | None = None,
    engine: str = "fake",
    profiles: dict[str, Profile] | None = None,
    audience: Audience | None = None,
    give_up_s: float = PATIENCE_S,
) -> AsyncIterator[Served]:
    """Run a server for a test; afterwards nothing of it may be left. A busy machine gives no window up."""
    before = asyncio.all_tasks()
    spec = parse_spec(engine)
    pool = Pool(spec.name, lambda: create(spec), PoolSettings(give_up_s=give_up_s))
    await pool.start()
    known = profiles or {"neutral": Profile.neutral()}
    app = build_app(ServerParts({spec.name: pool}, known, options or quick(), audience))
    runner = Runner(app, shutdown_timeout=1, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        async with aiohttp.ClientSession() as http:
            served = Served(f"http://127.0.0.1:{site.port}", http, app, asyncio.all_tasks(), site.port)
            yield served
            for peer in served.peers:
                await peer.socket.close()
    finally:
        await runner.cleanup()
        await pool.close()
    await until(lambda: asyncio.all_tasks() <= before)


def quick(**changes: Any) -> ServerOptions:
    """Options that keep a test short."""
    return ServerOptions(**{"tick_s": 0.02, "close_s": 0.5, "drain_s": 0.2, **changes})


async def until(condition: Callable[[], bool]) -> None:
    """Wait for something that has no event of its own."""
    async with asyncio.timeout(PATIENCE_S):
        while not condition():  # noqa: ASYNC110
            await asyncio.sleep(0.005)


def speech(seconds: float, rate_hz: int = 16_000) -> bytes:
    """Something to hear: PCM of 16 bits, mono."""
    time_s = np.arange(int(seconds * rate_hz)) / rate_hz
    loud = 0.3 * np.sin(2 * np.pi * 140 * time_s) * (0.6 + 0.4 * np.sin(2 * np.pi * 3 * time_s))
    return (loud * 32767).astype("<i2").tobytes()


def numbers(heard: list[Message]) -> list[tuple[int, int]]:
    """(utterance, index) of every frame of speech in order."""
    return [
        (message.utterance, message.index + offset)
        for message in heard
        if isinstance(message, Frames) and not message.idle
        for offset in range(message.count)
    ]


def weights(heard: list[Message]) -> np.ndarray[Any, Any]:
    """(n, 52) of every frame of speech in order."""
    return np.concatenate([m.weights for m in heard if isinstance(m, Frames) and not m.idle])


def visemes(heard: list[Message]) -> np.ndarray[Any, Any]:
    """(n, 15) of every frame of speech in order, of those that have any."""
    return np.concatenate([m.visemes for m in heard if isinstance(m, Frames) and not m.idle and m.visemes is not None])
