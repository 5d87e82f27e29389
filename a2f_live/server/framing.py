"""WebSocket frames of a server (RFC 6455, section 5.2): whole, unmasked, uncompressed; pure."""

from struct import Struct
from typing import Final

TEXT: Final = 0x81
BINARY: Final = 0x82
CLOSE: Final = 0x88
PING: Final = 0x89
PONG: Final = 0x8A
"""First byte of a frame that is a whole message."""

_SHORT: Final = Struct("!BB").pack
_MEDIUM: Final = Struct("!BBH").pack
_LONG: Final = Struct("!BBQ").pack


def whole_frame(data: bytes | str, kind: int | None = None) -> bytes:
    """A message as one frame: text for a str, binary for bytes unless told otherwise."""
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
