"""What listeners are told: messages of the wire as maps that JSON can say, and a few of their own.

`frames`, `flushed` and `cleared` are those of the protocol, with the number of the turn as `utterance`. Before them
comes `turn` (the names, once a turn, so that a listener may join at any time). `playing` says which second of the audio
of a turn goes out now, `paused` where it stands still, and `played` that it has ended.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, ClassVar, Final

from a2f_live.errors import RemoteProtocolError
from a2f_live.frames import Cleared, Flushed, Frames
from a2f_live.wire.fields import BAD_FIELD, Field, read_fields, write_fields
from a2f_live.wire.kinds import Boolean, FrameRate, Integer, Kind, Number, Text
from a2f_live.wire.mapping import Terms, from_map, to_map

NAME: Final = "a2f"
"""Of the kind of message among others of a framework."""
FRAMES_A_MESSAGE: Final = 8
"""Rows of 52 numbers as text, in 4 KiB: what the strictest data channel of a transport carries."""
DECIMALS: Final = 3
"""Of the numbers told: a thousandth of a blendshape cannot be seen."""

Told = dict[str, Any]


@dataclass(frozen=True, slots=True)
class TurnBegan:
    """A turn begins; its frames follow."""

    type: ClassVar = "turn"
    utterance: int
    fps: Fraction
    names: tuple[str, ...]
    """Of the weights, in the order of every row."""
    context: str | None = None
    """Name that the framework has for the turn."""
    viseme_names: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Playing:
    """That second of the audio of a turn goes out now."""

    type: ClassVar = "playing"
    utterance: int
    time: float


@dataclass(frozen=True, slots=True)
class Paused:
    """The audio of a turn stands still at that second, until `playing` comes again."""

    type: ClassVar = "paused"
    utterance: int
    time: float


@dataclass(frozen=True, slots=True)
class Played:
    """The audio of a turn has ended after so many seconds."""

    type: ClassVar = "played"
    utterance: int
    time: float
    interrupted: bool = False


Heard = TurnBegan | Frames | Flushed | Cleared | Playing | Paused | Played


_TEXT: Final = Text()


@dataclass(frozen=True, slots=True)
class Names(Kind):
    """Some texts; becomes a tuple."""

    most: int = 1000

    def read(self, value: Any, where: str) -> tuple[str, ...]:
        """See `Kind`."""
        if type(value) is not list:
            raise TypeError
        if len(value) > self.most:
            raise ValueError
        return tuple(_TEXT.read(name, where) for name in value)

    def write(self, value: tuple[str, ...]) -> list[str]:
        """See `Kind`."""
        return list(value)

    def __str__(self) -> str:
        return "a list of texts"


_UTTERANCE: Final = Field("utterance", Integer(), "number of the turn, ascending", required=True)
_TIME: Final = Field("time", Number(), "seconds of the audio of the turn", required=True)
FIELDS: Final[Mapping[type, tuple[Field, ...]]] = {
    TurnBegan: (
        _UTTERANCE,
        Field("fps", FrameRate(), "frames a second", required=True),
        Field("names", Names(), "names of the weights, in the order of every row", required=True),
        Field("context", Text(), "name that the framework has for the turn"),
        Field("viseme_names", Names(), "names of the visemes, in the order of every row"),
    ),
    Playing: (_UTTERANCE, _TIME),
    Paused: (_UTTERANCE, _TIME),
    Played: (_UTTERANCE, _TIME, Field("interrupted", Boolean(), "whether it was interrupted", required=True)),
}
"""Of the messages that are not of the wire."""
_OWN: Final = {kind.type: kind for kind in (TurnBegan, Playing, Paused, Played)}
_OF_THE_WIRE: Final = ("frames", "flushed", "cleared")


def told(message: TurnBegan | Flushed | Cleared | Playing | Paused | Played) -> Told:
    """The map of a message."""
    if isinstance(message, Flushed | Cleared):
        return to_map(message, Terms(text=True))
    return {"type": message.type, **write_fields(FIELDS[type(message)], message)}


def told_frames(frames: Frames, number: int) -> Iterator[Told]:
    """The maps of frames of a turn, each small enough for a data channel."""
    terms = Terms(text=True)
    while frames.count:
        part = replace(
            frames,
            utterance=number,
            weights=frames.weights[:FRAMES_A_MESSAGE].round(DECIMALS),
            head=None if frames.head is None else frames.head[:FRAMES_A_MESSAGE].round(DECIMALS),
            visemes=None if frames.visemes is None else frames.visemes[:FRAMES_A_MESSAGE].round(DECIMALS),
        )
        yield {**to_map(part, terms), "fps": [frames.fps.numerator, frames.fps.denominator]}
        frames = frames.without_first(FRAMES_A_MESSAGE)


def heard(values: object) -> Heard | None:
    """The message of a map, None for an unknown type. Raises `RemoteProtocolError` for what cannot be used."""
    if type(values) is not dict:
        raise RemoteProtocolError("a message of a face must be a map", code=BAD_FIELD)
    kind = values.get("type")
    if kind in _OF_THE_WIRE:
        return from_map(values, Terms(text=True))  # type: ignore[return-value]
    own = _OWN.get(kind) if type(kind) is str else None
    return None if own is None else own(**read_fields(FIELDS[own], values, f"{kind}: "))
