"""Messages to maps of the wire and back; what differs by codec and session stands in `Terms`."""

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any, Final

from a2f_live.arkit import COUNT
from a2f_live.config import StreamConfig
from a2f_live.errors import A2FError, RemoteProtocolError
from a2f_live.frames import Array, Frames
from a2f_live.speech import VISEMES
from a2f_live.wire.arrays import WRITERS as ROW_WRITERS
from a2f_live.wire.arrays import as_short_lists, read_rows
from a2f_live.wire.fields import BAD_FIELD, read_fields, shown, write_fields
from a2f_live.wire.messages import (
    CLIENT_MESSAGES,
    SERVER_MESSAGES,
    Audio,
    Configure,
    Configured,
    Hello,
    Message,
    Ready,
)
from a2f_live.wire.schema import CONFIG_FIELDS, FIELDS, RESUME_FIELDS

_DEFAULTS: Final = StreamConfig()
_FINEST_TIME: Final = 1_000_000


class Terms:
    """What both ends have been told since `ready`: the frame rate, and how rows travel."""

    __slots__ = ("_last_fps", "_last_pair", "fps", "text", "write_rows")

    def __init__(self, *, text: bool) -> None:
        self.text = text
        """Whether messages are text, where rows are always lists."""
        self.write_rows: Callable[[Array], Any] = as_short_lists if text else ROW_WRITERS["f32"]
        self.settle(_DEFAULTS)

    def settle(self, config: StreamConfig) -> None:
        """Take over what `ready` or `configured` told."""
        self.fps = self._last_fps = config.fps
        self._last_pair: list[int] | None = None
        if not self.text:
            self.write_rows = ROW_WRITERS[config.weights]

    def fps_to_tell(self, fps: Fraction) -> list[int] | None:
        """Numerator and denominator, if the frame rate is another one than told; identity first, comparing is slow."""
        if fps is not self._last_fps:
            self._last_fps = fps
            self._last_pair = None if fps == self.fps else [fps.numerator, fps.denominator]
        return self._last_pair


def to_map(message: Message, terms: Terms) -> dict[str, Any]:
    """The map of a message. Raises KeyError for what is no message, TypeError or ValueError for a bad value."""
    return _WRITERS[type(message)](message, terms)


def from_map(values: Mapping[str, Any], terms: Terms) -> Message | None:
    """The message of a map, None for an unknown type. Raises `RemoteProtocolError`, `AudioError` or `ConfigError`."""
    kind = values.get("type")
    if type(kind) is not str:
        raise RemoteProtocolError(f"type is {shown(kind)}, but every message needs a text there", code=BAD_FIELD)
    reader = _READERS.get(kind)
    if reader is None:
        return None
    try:
        return reader(values, terms)
    except A2FError as error:
        error.ref = kind
        raise


Writer = Callable[[Any, Terms], dict[str, Any]]
Reader = Callable[[Mapping[str, Any], Terms], Message]


def _plain_writer(kind: str) -> Writer:
    fields = FIELDS[kind]
    return lambda message, terms: {"type": kind, **write_fields(fields, message)}


def _plain_reader(kind: str, make: Callable[..., Message]) -> Reader:
    fields, where = FIELDS[kind], f"{kind}: "
    absent = {"id": None} if any(field.name == "id" for field in fields) else {}
    return lambda values, terms: make(**(absent | read_fields(fields, values, where)))


def _write_audio(message: Audio, terms: Terms) -> dict[str, Any]:
    return {"type": "audio", "pcm": message.pcm}


def _read_audio(values: Mapping[str, Any], terms: Terms) -> Audio:
    pcm = values.get("pcm")
    if type(pcm) is not bytes:
        raise RemoteProtocolError(f"audio: pcm is {shown(pcm)}, but must be bytes", code=BAD_FIELD)
    return Audio(pcm)


def _write_hello(message: Hello, terms: Terms) -> dict[str, Any]:
    asked = write_fields(CONFIG_FIELDS, message.config)
    usual = write_fields(CONFIG_FIELDS, _DEFAULTS)
    values = {name: value for name, value in asked.items() if value != usual.get(name)}
    resume = {"resume": write_fields(RESUME_FIELDS, message.resume)} if message.resume else {}
    return {"type": "hello", **values, **resume}


def _read_hello(values: Mapping[str, Any], terms: Terms) -> Hello:
    found = read_fields(FIELDS["hello"], values, "hello: ")
    if terms.text:
        found["weights"] = "list"
    resume = found.pop("resume", None)
    return Hello(StreamConfig(**found), resume)


_CHANGE_WRITERS: Final = {field.name: field.kind.write for field in FIELDS["configure"]}


def _write_configure(message: Configure, terms: Terms) -> dict[str, Any]:
    changes = message.changes.items()
    written = {name: None if value is None else _CHANGE_WRITERS[name](value) for name, value in changes}
    return {"type": "configure", **written}


def _read_configure(values: Mapping[str, Any], terms: Terms) -> Configure:
    return Configure(read_fields(FIELDS["configure"], values, "configure: "))


_READY_FIELDS: Final = tuple(field for field in FIELDS["ready"] if field.name not in ("fps", "sample_rate"))
"""Those that `config` does not tell as well."""


def _write_ready(message: Ready, terms: Terms) -> dict[str, Any]:
    terms.settle(message.config)
    fps, sample_rate = message.config.fps, message.config.audio.sample_rate
    told = {"fps": [fps.numerator, fps.denominator], "sample_rate": sample_rate}
    return {"type": "ready", **write_fields(_READY_FIELDS, message), **told}


def _read_ready(values: Mapping[str, Any], terms: Terms) -> Ready:
    message = Ready(**read_fields(_READY_FIELDS, values, "ready: "))
    terms.settle(message.config)
    return message


def _write_configured(message: Configured, terms: Terms) -> dict[str, Any]:
    terms.settle(message.config)
    return {"type": "configured", **write_fields(FIELDS["configured"], message)}


def _read_configured(values: Mapping[str, Any], terms: Terms) -> Configured:
    message = Configured(**read_fields(FIELDS["configured"], values, "configured: "))
    terms.settle(message.config)
    return message


def _write_frames(message: Frames, terms: Terms) -> dict[str, Any]:
    weights, time = message.weights, message.time_s
    values = {
        "type": "frames",
        "utterance": message.utterance,
        "index": message.index,
        "count": len(weights),
        "weights": terms.write_rows(weights),
        "time": time.numerator / time.denominator,
    }
    if message.head is not None:
        values["head"] = terms.write_rows(message.head)
    if message.visemes is not None:
        values["visemes"] = terms.write_rows(message.visemes)
    if message.idle:
        values["idle"] = True
    if message.final:
        values["final"] = True
    if fps := terms.fps_to_tell(message.fps):
        values["fps"] = fps
    return values


def _read_frames(values: Mapping[str, Any], terms: Terms) -> Frames:
    found = read_fields(FIELDS["frames"], values, "frames: ")
    count, index, fps = found["count"], found["index"], found.get("fps", terms.fps)
    return Frames(
        utterance=found["utterance"],
        index=index,
        time_s=_exact_time(found["time"], index, fps),
        fps=fps,
        weights=_rows(found, "weights", count, COUNT),
        head=_rows(found, "head", count, 3) if "head" in found else None,
        visemes=_rows(found, "visemes", count, len(VISEMES)) if "visemes" in found else None,
        idle=found.get("idle", False),
        final=found.get("final", False),
    )


def _rows(found: Mapping[str, Any], name: str, count: int, width: int) -> Array:
    try:
        return read_rows(found[name], count, width)
    except ValueError:
        sentence = f"frames: {name} does not hold {count} rows of {width} finite numbers"
        raise RemoteProtocolError(sentence, code=BAD_FIELD) from None


def _exact_time(time: float, index: int, fps: Fraction) -> Fraction:
    """The rational whose float was sent: nearly always that of the frame rate, else a fraction of small terms."""
    if index * fps.denominator / fps.numerator == time:
        return Fraction(index * fps.denominator, fps.numerator)
    return Fraction(time).limit_denominator(_FINEST_TIME)


_MESSAGES: Final = CLIENT_MESSAGES | SERVER_MESSAGES
_WRITERS: Final[dict[Any, Writer]] = {make: _plain_writer(kind) for kind, make in _MESSAGES.items()} | {
    Audio: _write_audio,
    Hello: _write_hello,
    Configure: _write_configure,
    Ready: _write_ready,
    Configured: _write_configured,
    Frames: _write_frames,
}
_READERS: Final[dict[str, Reader]] = {kind: _plain_reader(kind, make) for kind, make in _MESSAGES.items()} | {
    "audio": _read_audio,
    "hello": _read_hello,
    "configure": _read_configure,
    "ready": _read_ready,
    "configured": _read_configured,
    "frames": _read_frames,
}
