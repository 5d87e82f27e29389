"""One WebSocket to a server: opened, spoken through, and its end told as one of our errors."""

import asyncio
import ssl as tls
from collections.abc import Iterator
from typing import Any, Final, cast
from urllib.parse import urlsplit, urlunsplit

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidMessage, InvalidStatus, InvalidURI
from websockets.typing import Subprotocol

from a2f_live.errors import (
    A2FError,
    BadToken,
    ConfigError,
    ConnectionLost,
    NotAllowed,
    ProtocolError,
    RemoteProtocolError,
    ServerFull,
)
from a2f_live.frames import Notice
from a2f_live.wire.codec import UNREADABLE, WRONG_FRAME
from a2f_live.wire.codes import CLOSE_CODES, Advice
from a2f_live.wire.connection import TOO_BIG, Connection, Role
from a2f_live.wire.fields import BAD_FIELD
from a2f_live.wire.messages import MSGPACK, ClientMessage, Error, Hello, Ready, ServerMessage

PATH: Final = "/v1/stream"
IN_GOOD_ORDER: Final = 1000
_SCHEMES: Final = {"ws": "ws", "wss": "wss", "http": "ws", "https": "wss"}
MAX_MESSAGE_BYTES: Final = 4 * 1024 * 1024
OPEN_TIMEOUT_S: Final = 10.0
CLOSE_TIMEOUT_S: Final = 2.0
PING_INTERVAL_S: Final = 5.0
PING_TIMEOUT_S: Final = 10.0
"""A dead network must be noticed while there is still time to resume."""


class LinkLost(ConnectionLost):
    """The connection broke; the session may still be there."""


class LinkEnded(ConnectionLost):
    """The server has closed the stream in good order."""


class Link:
    """Messages in and out of one open WebSocket."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._protocol = Connection(Role.CLIENT, MSGPACK)

    async def send(self, message: ClientMessage) -> None:
        """Send one message; waits while the network is slower than we are."""
        try:
            await self._socket.send(self._protocol.send(message))
        except ConnectionClosed as closed:
            raise closing_error(closed) from None

    async def receive(self) -> ServerMessage:
        """The next message that we know. Raises what `closing_error` says once the connection has ended."""
        while True:
            try:
                data = await self._socket.recv()
            except ConnectionClosed as closed:
                raise closing_error(closed) from None
            message = self._read(data)
            if message is not None:
                return message

    async def close(self) -> None:
        """Close in good order, or drop what does not answer."""
        await self._socket.close()

    def _read(self, data: bytes | str) -> ServerMessage | None:
        """A message that cannot be read is a warning, unless it ends the connection."""
        try:
            return cast("ServerMessage | None", self._protocol.receive(data))
        except A2FError as error:
            if self._protocol.failed:
                raise
            return Notice(error.code, error.message)


async def open_link(
    url: str, hello: Hello, *, token: str | None = None, ssl: tls.SSLContext | None = None
) -> tuple[Link, Ready]:
    """Connect and say hello; gives the link and the server's `ready`, or raises why there is none."""
    socket = await _open_socket(stream_url(url), token, ssl)
    try:
        async with asyncio.timeout(OPEN_TIMEOUT_S):
            return await _greet(Link(socket), hello)
    except TimeoutError:
        await socket.close()
        raise LinkLost(f"{url} took our hello and did not answer it: try again later") from None
    except BaseException:
        await socket.close()
        raise


async def _greet(link: Link, hello: Hello) -> tuple[Link, Ready]:
    await link.send(hello)
    message = await link.receive()
    if isinstance(message, Error):
        raise error_from(message.code, message.message)
    if not isinstance(message, Ready):
        raise RemoteProtocolError(f"the server began with {message.type}, not with ready: is it an a2f-live server?")
    return link, message


async def _open_socket(url: str, token: str | None, ssl: tls.SSLContext | None) -> ClientConnection:
    options: dict[str, Any] = {"ssl": ssl} if ssl is not None else {}
    try:
        socket = await connect(
            url,
            subprotocols=[Subprotocol(MSGPACK)],
            additional_headers={"Authorization": f"Bearer {token}"} if token else None,
            compression=None,
            max_size=MAX_MESSAGE_BYTES,
            open_timeout=OPEN_TIMEOUT_S,
            ping_interval=PING_INTERVAL_S,
            ping_timeout=PING_TIMEOUT_S,
            close_timeout=CLOSE_TIMEOUT_S,
            **options,
        )
    except InvalidURI:
        raise ConfigError(f"{url} is no address of a server: use one such as ws://localhost:8000") from None
    except InvalidStatus as refused:
        raise refusal(url, refused.response.status_code) from None
    except InvalidHandshake as refused:
        if isinstance(refused, InvalidMessage) and isinstance(refused.__cause__, EOFError | OSError):
            raise LinkLost(f"the connection to {url} was lost before the server had answered: try again") from None
        raise RemoteProtocolError(f"{url} is no a2f-live server: {refused}") from None
    except (OSError, TimeoutError, EOFError) as failed:
        raise LinkLost(f"no server answers at {url}: start one with a2f-live serve ({_reason(failed)})") from None
    if socket.subprotocol != MSGPACK:
        await socket.close()
        raise RemoteProtocolError(f"{url} does not speak {MSGPACK}: is it an a2f-live server?")
    return socket


def stream_url(url: str) -> str:
    """The WebSocket address meant by an address of a server: http or ws, with or without the path."""
    try:
        parts = urlsplit(url if "://" in url else f"ws://{url}")
        usable = bool(parts.hostname) and parts.port != 0 and not any(map(str.isspace, url))
    except ValueError:
        usable = False
    if not usable or parts.scheme not in _SCHEMES:
        raise ConfigError(f"{url} is no address of a server: use one such as ws://localhost:8000")
    path = parts.path if parts.path.strip("/") else PATH
    return urlunsplit((_SCHEMES[parts.scheme], parts.netloc, path, parts.query, ""))


def closing_error(closed: ConnectionClosed) -> A2FError:
    """What the end of a connection means to us."""
    code, reason = (closed.rcvd.code, closed.rcvd.reason) if closed.rcvd else (1006, "")
    if code == IN_GOOD_ORDER:
        return LinkEnded("the stream has ended: connect again for another")
    if code not in CLOSE_CODES or CLOSE_CODES[code].advice is Advice.RESUME:
        return LinkLost("the connection to the server was lost")
    message = reason or f"the server ended the stream: {CLOSE_CODES[code].meaning}"
    return _BY_CLOSE_CODE.get(code, ProtocolError)(message, close_code=code)


def error_from(code: str, message: str) -> A2FError:
    """The error of ours that a server's error code names."""
    return _BY_CODE.get(code, A2FError)(message, code=code)


def refusal(url: str, status: int) -> A2FError:
    """What an HTTP status in the place of an upgrade means to us."""
    if status == BadToken.http_status:
        return BadToken(f"{url} asks for a token and got none that it knows: give the right one")
    if status == NotAllowed.http_status:
        return NotAllowed(f"{url} did not let us in: its settings say which hosts and origins it accepts")
    if status in (429, 503):
        return ServerFull(f"{url} has no room for another session now: try again later")
    return ConfigError(f"{url} answered with HTTP {status}: is it the address of an a2f-live server?")


def _reason(failed: Exception) -> str:
    return str(failed) or type(failed).__name__


def _family(root: type[A2FError]) -> Iterator[type[A2FError]]:
    for child in root.__subclasses__():
        yield from _family(child)
    yield root


_BY_CODE: Final[dict[str, type[A2FError]]] = {
    **dict.fromkeys((BAD_FIELD, UNREADABLE, WRONG_FRAME, TOO_BIG), ProtocolError),
    **{error.code: error for error in _family(A2FError)},
    "bad_request": ConfigError,
    "displaced": ConnectionLost,
    "draining": ServerFull,
}
"""Error code to error; a parent that shares the code of its children comes last and stands for them."""
_BY_CLOSE_CODE: Final[dict[int, type[A2FError]]] = {
    **{error.close_code: error for error in _family(A2FError) if error.close_code >= 4000},
    NotAllowed.close_code: NotAllowed,
    ServerFull.close_code: ServerFull,
    4409: ConnectionLost,
}
