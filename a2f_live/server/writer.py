"""Sends what waits in the outbox of a connection: one task, one wake-up for whatever has gathered."""

import asyncio
import socket
import struct
from contextlib import suppress
from typing import Final

from aiohttp import web

from a2f_live.server.outbox import Outbox
from a2f_live.wire.framing import CLOSE, whole_frame

REASON_BYTES: Final = 123
"""Longest reason that a WebSocket close can carry."""
DIRECT_BYTES: Final = 16 * 1024
"""While the transport holds less, messages are written at once."""


class Writer:
    """The sending half of a connection. `run` is its only task; everything else returns at once."""

    def __init__(
        self, upgraded: web.WebSocketResponse, transport: asyncio.Transport, outbox: Outbox, close_s: float
    ) -> None:
        self._upgraded = upgraded
        self._transport = transport
        self._outbox = outbox
        self._close_s = close_s
        self._patience = asyncio.timeout(None)
        self._news = asyncio.Event()
        self._room: asyncio.Future[None] | None = None
        self._closing: tuple[int, bytes] | None = None
        self._in_hand = False
        self.sent = 0
        """Messages that the transport has taken."""
        self.sent_bytes = 0

    @property
    def busy(self) -> bool:
        """Whether something waits for the peer to read."""
        return self._in_hand or bool(self._outbox)

    @property
    def relaxed(self) -> bool:
        """Whether less than half of what may wait does."""
        return self._outbox.low

    def put(self, data: bytes | str, frames: int = 0) -> int:
        """Send a message now if the peer keeps up, else queue it; returns how many queued frames were dropped for it.

        Raises `SlowReader`.
        """
        if not self._outbox and self._may_write():
            self._transport.write(whole_frame(data))
            self.sent += 1
            self.sent_bytes += len(data)
            return 0
        dropped = self._outbox.put(data, frames)
        self._news.set()
        return dropped

    def control(self, kind: int, data: bytes | bytearray = b"") -> None:
        """Send a ping or a pong, unless the peer does not read: a lost one does no harm."""
        if self._may_write():
            self._transport.write(whole_frame(bytes(data), kind))

    def _may_write(self) -> bool:
        """Whether a message would go out at once: a task and its wake-up cost as much as all the rest of sending."""
        transport = self._transport
        return (
            not (self._in_hand or self._closing or self._upgraded.closed or transport.is_closing())
            and transport.get_write_buffer_size() < DIRECT_BYTES
        )

    async def room(self) -> None:
        """Wait until a queue that is full is below half."""
        if self._outbox.full:
            self._room = asyncio.get_running_loop().create_future()
            await self._room

    def close(self, code: int, reason: str) -> None:
        """Send what waits, then close; but not for long if the peer does not read."""
        if self._closing is None:
            self._closing = (code, short_reason(reason))
            self._patience_ends_in(self._close_s)
            self._news.set()

    def abandon(self, code: int, reason: str) -> None:
        """Give up what waits, and close."""
        self._closing = (code, short_reason(reason))
        self._patience_ends_in(0)

    async def run(self) -> None:
        """Send until `close` or until the connection is lost."""
        try:
            async with self._patience:
                await self._send_all()
        except TimeoutError:
            await self._cut_off()
            return
        except ConnectionError:
            return  # the receiving half hears of it as well
        finally:
            self._make_room()
        await self._close()

    async def _send_all(self) -> None:
        send_bytes, send_text, pop = self._upgraded.send_bytes, self._upgraded.send_str, self._outbox.pop
        while True:
            while (item := pop()) is not None:
                data = item.data
                self._in_hand = True
                if type(data) is str:
                    await send_text(data)
                else:
                    await send_bytes(data)  # type: ignore[arg-type]
                self._in_hand = False
                self.sent += 1
                self.sent_bytes += len(data)
                if self._room is not None and self._outbox.low:
                    self._make_room()
            if self._closing is not None:
                return
            self._news.clear()
            await self._news.wait()

    async def _close(self) -> None:
        code, reason = self._closing or (1011, b"")
        with suppress(TimeoutError, ConnectionError):  # who does not answer a close is cut off by the owner
            async with asyncio.timeout(self._close_s):
                await self._upgraded.close(code=code, message=reason, drain=False)

    async def _cut_off(self) -> None:
        """The peer does not read: if it does so now it finds the close code; then all that waits is thrown away."""
        self._outbox.clear()
        code, reason = self._closing or (1011, b"")
        payload = code.to_bytes(2, "big") + reason
        self._transport.write(whole_frame(payload, CLOSE))  # a close by aiohttp would wait to be read
        await asyncio.sleep(self._close_s)
        connected = self._transport.get_extra_info("socket")
        if connected is not None and not self._transport.is_closing():
            connected.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._transport.abort()

    def _patience_ends_in(self, seconds: float) -> None:
        with suppress(RuntimeError):  # not begun, or over already
            self._patience.reschedule(asyncio.get_running_loop().time() + seconds)

    def _make_room(self) -> None:
        if self._room is not None and not self._room.done():
            self._room.set_result(None)
        self._room = None


def short_reason(reason: str) -> bytes:
    """At most 123 bytes of UTF-8, cut between characters."""
    return reason.encode()[:REASON_BYTES].decode(errors="ignore").encode()
