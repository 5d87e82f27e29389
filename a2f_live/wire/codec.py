"""The two codecs: messages to WebSocket payloads and back, strictly."""

import json
from typing import Any, Final, NoReturn, Protocol

import msgpack

from a2f_live.errors import LocalProtocolError, RemoteProtocolError
from a2f_live.wire.fields import BAD_FIELD, shown
from a2f_live.wire.mapping import Terms, from_map, to_map
from a2f_live.wire.messages import JSON, MSGPACK, Audio, Message

UNREADABLE: Final = "unreadable"
WRONG_FRAME: Final = "wrong_frame"
LARGEST_PAYLOAD: Final = 4 * 1024 * 1024
"""Bytes of the largest payload that either end may send at all."""
_PACKER_BYTES: Final = 1024
"""First size of a packer's buffer: it grows, and a server holds one for each stream."""


class Codec(Protocol):
    """One direction-free end of a connection: it remembers what `ready` and `configured` told, so each has its own."""

    subprotocol: str

    def encode(self, message: Message) -> bytes | str:
        """The payload: bytes for a binary frame, str for a text frame. Raises `LocalProtocolError`."""
        ...

    def decode(self, data: bytes | bytearray | memoryview | str) -> Message | None:
        """The message, None for an unknown type. Raises `RemoteProtocolError`, `AudioError` or `ConfigError`."""
        ...


class MsgpackCodec:
    """Every message is one binary frame that holds one msgpack map."""

    subprotocol = MSGPACK
    __slots__ = ("_pack", "_terms")

    def __init__(self) -> None:
        self._pack = msgpack.Packer(buf_size=_PACKER_BYTES).pack
        self._terms = Terms(text=False)

    def encode(self, message: Message) -> bytes:
        """One binary frame; see `Codec`."""
        try:
            return self._pack(to_map(message, self._terms))  # type: ignore[no-any-return]
        except (KeyError, TypeError, ValueError, OverflowError, AttributeError) as error:
            raise _unsendable(message, error) from error

    def decode(self, data: bytes | bytearray | memoryview | str) -> Message | None:
        """Read a binary frame; see `Codec`."""
        if type(data) is str:
            raise _wrong_frame(
                f"a text frame came, but {MSGPACK} has binary frames only: send msgpack, or ask for {JSON}"
            )
        try:
            values = msgpack.unpackb(data, **_UNPACK_LIMITS)
        except ValueError as error:
            raise _unreadable("a msgpack map", error) from None
        if type(values) is not dict:
            raise RemoteProtocolError(f"the message is {shown(values)}, but must be a map", code=BAD_FIELD)
        return from_map(values, self._terms)


class JsonCodec:
    """Messages are text frames; a binary frame is PCM and nothing else."""

    subprotocol = JSON
    __slots__ = ("_terms",)

    def __init__(self) -> None:
        self._terms = Terms(text=True)

    def encode(self, message: Message) -> bytes | str:
        """A text frame, or the PCM itself for `Audio`; see `Codec`."""
        if type(message) is Audio:
            return message.pcm
        try:
            return _to_json(to_map(message, self._terms))
        except (KeyError, TypeError, ValueError, OverflowError, AttributeError) as error:
            raise _unsendable(message, error) from error

    def decode(self, data: bytes | bytearray | memoryview | str) -> Message | None:
        """Read a text frame, or take a binary frame as `Audio`; see `Codec`."""
        if not isinstance(data, str):
            return Audio(bytes(data))
        try:
            values = _from_json(data)
        except (ValueError, RecursionError) as error:
            raise _unreadable("a JSON map", error) from None
        if type(values) is not dict:
            raise RemoteProtocolError(f"the message is {shown(values)}, but must be a map", code=BAD_FIELD)
        return from_map(values, self._terms)


def codec_for(subprotocol: str) -> MsgpackCodec | JsonCodec:
    """A new codec for one connection. Raises `LocalProtocolError` for an unknown name."""
    make = _CODECS.get(subprotocol)
    if make is None:
        raise LocalProtocolError(f"subprotocol {subprotocol!r} is not known: use one of {', '.join(_CODECS)}")
    return make()


_CODECS: Final[dict[str, type[MsgpackCodec] | type[JsonCodec]]] = {MSGPACK: MsgpackCodec, JSON: JsonCodec}


def _refuse_extension(code: int, data: bytes) -> NoReturn:
    raise ValueError(f"extension type {code} is not used here")


def _refuse_constant(text: str) -> NoReturn:
    raise ValueError(f"{text} is not a number of JSON")


# What the parser limits by itself: nesting (its stack), and lengths that the payload cannot hold.
_UNPACK_LIMITS: Final[dict[str, Any]] = {
    "strict_map_key": True,
    "max_str_len": LARGEST_PAYLOAD,
    "max_bin_len": LARGEST_PAYLOAD,
    "max_array_len": LARGEST_PAYLOAD,
    "max_map_len": LARGEST_PAYLOAD // 2,
    "max_ext_len": 0,
    "ext_hook": _refuse_extension,
}
_to_json: Final = json.JSONEncoder(separators=(",", ":"), allow_nan=False).encode
_from_json: Final = json.JSONDecoder(parse_constant=_refuse_constant).decode


def _wrong_frame(sentence: str) -> RemoteProtocolError:
    return RemoteProtocolError(sentence, code=WRONG_FRAME, close_code=1003, fatal=True)


def _unreadable(wanted: str, error: Exception) -> RemoteProtocolError:
    reason = str(error)[:100] or type(error).__name__
    sentence = f"a payload cannot be read ({reason}): send {wanted} in each frame"
    return RemoteProtocolError(sentence, code=UNREADABLE, close_code=1007, fatal=True)


def _unsendable(message: object, error: Exception) -> LocalProtocolError:
    return LocalProtocolError(f"{type(message).__name__} cannot be sent ({type(error).__name__}: {error})")
