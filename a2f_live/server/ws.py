"""`GET /v1/stream`: who may open a WebSocket, and how it is set up."""

import asyncio
import socket
from typing import Final

from aiohttp import WSCloseCode, web

from a2f_live.errors import RemoteProtocolError
from a2f_live.server.link import StreamLink
from a2f_live.server.security import TOKEN_PREFIX, subprotocol_entries
from a2f_live.server.state import STATE
from a2f_live.wire.messages import MSGPACK, SUBPROTOCOLS

_FRAMING_SLACK_BYTES: Final = 1024
"""A message this much too large is still read, so that the peer can be told."""
TOO_BIG: Final = b"a message is larger than limits.message_bytes of ready: send the audio in smaller ones"
"""At most 123 bytes, which a close can carry."""


async def stream(request: web.Request) -> web.StreamResponse:
    """Refuse by HTTP, or upgrade and serve the connection to its end."""
    state = request.app[STATE]
    state.require_token(request)
    state.require_room()
    subprotocol = choose_subprotocol(subprotocol_entries(request.headers))
    options = state.options
    upgraded = Upgraded(
        protocols=SUBPROTOCOLS,
        compress=False,
        max_msg_size=options.limits.message_bytes + _FRAMING_SLACK_BYTES,
        autoping=False,
        timeout=options.close_s,
        writer_limit=0,
    )
    await upgraded.prepare(request)
    transport = request.transport
    if transport is None:  # already gone again
        return upgraded
    _bound_send_buffer(transport, options.send_buffer_bytes)
    try:
        await StreamLink(state, upgraded, transport, subprotocol).run()
    finally:
        if transport.get_write_buffer_size():
            transport.abort()  # the peer never read it: do not keep it for ever
    return upgraded


class Upgraded(web.WebSocketResponse):
    """Tells a peer in a sentence that its message is too large: one that is, is never read."""

    async def close(self, *, code: int = WSCloseCode.OK, message: bytes = b"", drain: bool = True) -> bool:
        """Close, with a reason where aiohttp has none."""
        if code == WSCloseCode.MESSAGE_TOO_BIG:
            message = message or TOO_BIG
        return await super().close(code=code, message=message, drain=drain)


def choose_subprotocol(entries: tuple[str, ...]) -> str:
    """The first entry that is known, msgpack if none is named. Raises `RemoteProtocolError`."""
    known = [entry for entry in entries if entry in SUBPROTOCOLS]
    if entries and not known:
        beside = " beside the token" if all(entry.startswith(TOKEN_PREFIX) for entry in entries) else ""
        raise RemoteProtocolError(f"no subprotocol that is known here: ask for {' or '.join(SUBPROTOCOLS)}{beside}")
    return known[0] if known else MSGPACK


def _bound_send_buffer(transport: asyncio.Transport, n_bytes: int) -> None:
    """Keep the system from taking minutes of frames for a peer that does not read them."""
    connected = transport.get_extra_info("socket")
    if connected is not None:
        connected.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, n_bytes)
