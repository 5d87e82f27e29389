"""Messages of every class, and their meaning as plain JSON values."""

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from a2f_live.config import AudioFormat, StreamConfig
from a2f_live.frames import Cleared, Flushed, Frames, Marker, Notice
from a2f_live.speech import VISEMES
from a2f_live.wire.connection import Connection, Role
from a2f_live.wire.messages import (
    MSGPACK,
    Audio,
    Bye,
    Clear,
    Configure,
    Configured,
    Error,
    Flush,
    GoAway,
    Hello,
    KeepAlive,
    Limits,
    Message,
    Ready,
    Resume,
    Resumed,
    Stats,
)

VECTORS = Path(__file__).parents[1] / "vectors"


def vectors(name: str) -> list[dict[str, Any]]:
    """The golden vectors of one file."""
    document = json.loads((VECTORS / name).read_text("utf-8"))
    return list(document["vectors"])


def some_frames(count: int = 2, **changes: Any) -> Frames:
    """Frames with weights that float16 holds exactly."""
    weights = (np.arange(count * 52, dtype=np.float32).reshape(count, 52) % 65) / 64
    usual = {"utterance": 1, "index": 6, "time_s": Fraction(1, 10), "fps": Fraction(60), "weights": weights}
    return Frames(**{**usual, **changes})


CONFIG = StreamConfig(
    audio=AudioFormat("alaw", 8000, 2),
    fps=Fraction(30000, 1001),
    emotions={"joy": 0.5},
    idle="always",
    profile={"jaw_gain": 1.5},
    engine="fake",
    head=True,
    seed=7,
)

EVERY: tuple[Message, ...] = (
    Hello(),
    Hello(CONFIG, Resume("s", "t", 2, 5)),
    Audio(b"\x01\x02"),
    Configure({"fps": Fraction(25), "profile": None, "emotions": {"anger": 1.0}}),
    Flush(),
    Flush(1),
    Clear(2),
    Marker(3),
    KeepAlive(),
    Bye(),
    Ready("s", "t", "fake", StreamConfig(), 40),
    Ready("s", "t", "fake", CONFIG, 0, Limits(message_bytes=1000), viseme_names=VISEMES, resumed=Resumed(2, 640)),
    some_frames(),
    some_frames(1, head=np.ones((1, 3), np.float32), idle=True, fps=Fraction(15)),
    some_frames(3, final=True, time_s=Fraction(7, 30)),
    some_frames(2, visemes=np.eye(2, 15, dtype=np.float32)),
    Configured(CONFIG),
    Flushed(4, 1, 60, 1.0),
    Cleared(None, 1, 0),
    Stats(1.0, 0.5, 0.25, (1.0, 2.0, 3.0), (4.0, 5.0, 6.0), 60, 0),
    Notice("frames_dropped", "12 frames were dropped"),
    Error("bad_field", "no", ref="configure"),
    GoAway(1000),
)


def plain(value: Any) -> Any:
    """A message, or what it holds, as the `meaning` of a vector."""
    if is_dataclass(value) and not isinstance(value, type):
        kind = {"type": value.type} if hasattr(value, "type") else {}
        return kind | {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, Fraction):
        return [value.numerator, value.denominator]
    if isinstance(value, Mapping):
        return {name: plain(item) for name, item in value.items()}
    if isinstance(value, tuple):
        return [plain(item) for item in value]
    return value.hex() if isinstance(value, bytes) else value


def meaning(message: Message) -> Any:
    """The meaning of a message, as golden vectors tell it."""
    if isinstance(message, Frames):
        values = plain(message)
        time = values.pop("time_s")
        return values | {"count": message.count, "time": time[0] / time[1]}
    return plain(message)


class ConnectionPair:
    """A client and a server joined by a link that exists in this object only."""

    def __init__(self, subprotocol: str = MSGPACK, limits: Limits | None = None) -> None:
        self.client = Connection(Role.CLIENT, subprotocol)
        self.server = Connection(Role.SERVER, subprotocol, limits)
        self.limits = limits or Limits()

    def say(self, message: Message) -> Message | None:
        """From the client to the server."""
        return self.server.receive(self.client.send(message))

    def tell(self, message: Message) -> Message | None:
        """From the server to the client."""
        return self.client.receive(self.server.send(message))

    def open(self, config: StreamConfig | None = None) -> "ConnectionPair":
        """Say hello, tell ready."""
        hello = self.say(Hello(config or StreamConfig()))
        assert isinstance(hello, Hello)
        self.tell(Ready("s", "t", "fake", hello.config, 40, self.limits))
        return self
