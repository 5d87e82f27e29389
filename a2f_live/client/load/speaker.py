"""One stream of a load: it connects, says hello, speaks when it is told to, and notes what comes."""

import asyncio
from time import perf_counter
from typing import Final, cast

from msgpack import packb
from websockets.client import ClientProtocol
from websockets.exceptions import InvalidStatus
from websockets.frames import Frame
from websockets.http11 import Response
from websockets.typing import Subprotocol
from websockets.uri import parse_uri

from a2f_live.client.link import error_from, refusal, stream_url
from a2f_live.client.load.framing import Frames
from a2f_live.client.load.report import Heard
from a2f_live.client.load.speech import LoadPlan, Speech
from a2f_live.errors import A2FError, ConnectionLost, RemoteProtocolError
from a2f_live.frames import Flushed
from a2f_live.wire.connection import Connection, Role
from a2f_live.wire.framing import BINARY, CLOSE, masked_frame
from a2f_live.wire.messages import MSGPACK, Bye, Error, Flush, Hello, Message, Ready

_FRAMES: Final = packb("type") + packb("frames")
"""With this a map begins that holds frames, after the byte with its size."""
_WHOLE: Final = 0x80
"""Of the first byte of a frame: it is a whole message."""


class Speaker(asyncio.Protocol):
    """A connection of the load. The library opens it; from then on it is read by the bytes."""

    def __init__(self, plan: LoadPlan, number: int, speech: Speech) -> None:
        loop = asyncio.get_running_loop()
        self.heard = Heard()
        self.ready: asyncio.Future[Ready | None] = loop.create_future()
        """What the server said to hello; None where there was none."""
        self.ended: asyncio.Future[None] = loop.create_future()
        """Done once every frame has come, or none can come any more."""
        self._plan = plan
        self._number = number
        self._speech = speech
        self._said = 0
        self._opening: ClientProtocol | None = None
        self._frames = Frames()
        self._wire = Connection(Role.CLIENT, MSGPACK)
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for the upgrade."""
        plan = self._plan
        self._transport = cast("asyncio.Transport", transport)
        self._opening = ClientProtocol(parse_uri(stream_url(plan.url)), subprotocols=[Subprotocol(MSGPACK)])
        request = self._opening.connect()
        if plan.token:
            request.headers["Authorization"] = f"Bearer {plan.token}"
        self._opening.send_request(request)
        self._transport.writelines(self._opening.data_to_send())

    def data_received(self, data: bytes) -> None:
        """Note what came."""
        try:
            if self._opening is not None:
                self._hear_opening(self._opening, data)
            else:
                came_s = perf_counter()
                for kind, payload in self._frames.feed(data):
                    self._hear(kind, payload, came_s)
        except A2FError as error:
            self.fail(error.message)

    def connection_lost(self, reason: Exception | None) -> None:
        """Nothing more will come."""
        told = f": {reason}" if reason else ""
        self._finish(f"the server closed the stream before its end{told}: see its log")

    def speak(self, due_s: float) -> bool:
        """Send the next message, which was due then, and at the end of the speech say so; whether there are more."""
        if self.ended.done() or self._transport is None:
            return False
        now_s = perf_counter()
        self.heard.sent_s.append(now_s)
        self.heard.behind_s.append(now_s - due_s)
        self._transport.write(self._speech.message(self._number, self._said))
        self._said += 1
        if self._said < self._plan.messages:
            return True
        self._say(Flush(1))
        return False

    def leave(self) -> None:
        """Say goodbye and close."""
        if self._transport is not None and not self._transport.is_closing():
            if self._opening is None:
                self._say(Bye())
            self._transport.close()

    def fail(self, problem: str) -> None:
        """Give up, for that reason."""
        self._finish(problem)
        if self._transport is not None:
            self._transport.close()

    def _hear_opening(self, opening: ClientProtocol, data: bytes) -> None:
        opening.receive_data(data)
        refused = opening.handshake_exc
        if isinstance(refused, InvalidStatus):
            raise refusal(self._plan.url, refused.response.status_code)
        if refused is not None:
            raise RemoteProtocolError(f"{self._plan.url} is no a2f-live server: {refused}")
        for event in opening.events_received():
            if isinstance(event, Response):
                self._opening = None
                self._say(Hello(self._plan.config))
            elif isinstance(event, Frame):  # with the answer, already
                self._hear(_WHOLE | event.opcode, bytes(event.data), perf_counter())

    def _hear(self, kind: int, payload: bytes, came_s: float) -> None:
        if kind == BINARY and payload.startswith(_FRAMES, 1):
            self.heard.frames.append((came_s, payload))
        elif kind == BINARY:
            self._hear_answer(self._wire.receive(payload))
        elif kind == CLOSE:
            self.fail("the server closed the stream before its end: see its log")

    def _hear_answer(self, message: Message | None) -> None:
        if isinstance(message, Ready):
            self.ready.set_result(message)
        elif isinstance(message, Flushed):
            self._finish(None)
        elif isinstance(message, Error) and (message.fatal or not self.ready.done()):
            raise error_from(message.code, message.message)
        elif not self.ready.done():
            raise ConnectionLost(f"the server answered hello by {message}")

    def _say(self, message: Hello | Flush | Bye) -> None:
        assert self._transport is not None  # noqa: S101 - whoever is heard is connected
        self._transport.write(masked_frame(cast("bytes", self._wire.send(message))))

    def _finish(self, problem: str | None) -> None:
        if not self.ready.done():
            self.ready.set_result(None)
        if not self.ended.done():
            self.heard.problem = problem
            self.ended.set_result(None)
