"""Reads the WebSocket frames of a server (RFC 6455, section 5.2), as bare as a load needs them; pure."""

from collections.abc import Iterator
from typing import NamedTuple


class Received(NamedTuple):
    """One frame."""

    kind: int
    """Its first byte."""
    payload: bytes


class Frames:
    """The frames in the bytes of a server, which masks nothing, however they are cut."""

    __slots__ = ("_rest",)

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> Iterator[Received]:
        """Take bytes; gives the frames that are whole by now. Has to be read to its end."""
        data = self._rest + data
        at = 0
        while (begins := at + _head_size(data, at)) <= len(data):
            ends = begins + _payload_size(data, at)
            if ends > len(data):
                break
            yield Received(data[at], data[begins:ends])
            at = ends
        self._rest = data[at:]


def _head_size(data: bytes, at: int) -> int:
    """Bytes before the payload; at least two, so that what is not there yet is missed."""
    if len(data) - at < 2 or data[at + 1] < 126:
        return 2
    return 4 if data[at + 1] == 126 else 10


def _payload_size(data: bytes, at: int) -> int:
    size = data[at + 1]
    if size < 126:
        return size
    return int.from_bytes(data[at + 2 : at + (4 if size == 126 else 10)], "big")
