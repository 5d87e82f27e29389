"""WebSocket frames that are written here (RFC 6455, section 5.2): whole, uncompressed; pure."""

from struct import Struct
from typing import Final

TEXT: Final = 0x81
BINARY: Final = 0x82
CLOSE: Final = 0x88
PING: Final = 0x89
PONG: Final = 0x8A
"""First byte of a frame that is a whole message."""

_MASKED: Final = 0x80
_NO_MASK: Final = bytes(4)
"""A client has to mask. With these four bytes it does, and nothing changes: nothing of a load is worth hiding."""

_SHORT: Final = Struct("!BB").pack
_MEDIUM: Final = Struct("!BBH").pack
_LONG: Final = Struct("!BBQ").pack


def whole_frame(data: bytes | str, kind: int | None = None) -> bytes:
    """A message of a server as one frame: text for a str, binary for bytes unless told otherwise."""
    if type(data) is str:
        kind, payload = kind or TEXT, data.encode()
    else:
        kind, payload = kind or BINARY, data  # type: ignore[assignment]
    size = len(payload)
    if size < 126:
        return _SHORT(kind, size) + payload
    if size < 65_536:
        return _MEDIUM(kind, 126, size) + payload
    return _LONG(kind, 127, size) + payload


def masked_frame(payload: bytes, kind: int = BINARY) -> bytes:
    """A message of a client as one frame."""
    frame = whole_frame(payload, kind)
    head = frame[: len(frame) - len(payload)]
    return bytes((head[0], _MASKED | head[1])) + head[2:] + _NO_MASK + payload
