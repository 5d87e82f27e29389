"""Every message of the wire, version 1: the one definition that codec, documentation and AsyncAPI are checked against.

The answers that a session gives itself (`Frames`, `Flushed`, `Cleared`, `Marker`, `Notice`) are defined in
`a2f_live.frames` and are messages as they stand.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Final

from a2f_live import arkit
from a2f_live.config import StreamConfig
from a2f_live.frames import Cleared, Flushed, Frames, Marker, Notice

PROTOCOL: Final = "a2f.v1"
MSGPACK: Final = "a2f.v1.msgpack"
JSON: Final = "a2f.v1.json"
SUBPROTOCOLS: Final = (MSGPACK, JSON)


@dataclass(frozen=True, slots=True)
class Resume:
    """What a client names to go on with a session after its connection was lost."""

    session: str
    token: str
    utterance: int = 0
    """Utterance of the last frame received."""
    frame: int = -1
    """Index of the last frame received, -1 for none."""


@dataclass(frozen=True, slots=True)
class Hello:
    """The first message of a client: all fields optional on the wire."""

    type: ClassVar = "hello"
    config: StreamConfig = field(default_factory=StreamConfig)
    resume: Resume | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Audio:
    """Any number of bytes of PCM in the format of `hello`."""

    type: ClassVar = "audio"
    pcm: bytes


@dataclass(frozen=True, slots=True)
class Configure:
    """Changes from the next frame on: any of `emotions`, `auto_emotion`, `idle`, `profile`, `fps`."""

    type: ClassVar = "configure"
    changes: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Flush:
    """The utterance has ended."""

    type: ClassVar = "flush"
    id: int | None = None


@dataclass(frozen=True, slots=True)
class Clear:
    """Barge-in: forget what is not yet answered, ease the face to rest."""

    type: ClassVar = "clear"
    id: int | None = None


@dataclass(frozen=True, slots=True)
class KeepAlive:
    """Keeps an idle session."""

    type: ClassVar = "keepalive"


@dataclass(frozen=True, slots=True)
class Bye:
    """Flush and close with 1000."""

    type: ClassVar = "bye"


@dataclass(frozen=True, slots=True)
class Limits:
    """What a server accepts; told once in `ready`."""

    message_bytes: int = 256 * 1024
    """Largest message."""
    burst_s: float = 10.0
    """Live audio that may come at once."""
    rate: float = 4.0
    """Times real time that live audio may come at beyond the burst."""
    idle_s: float = 300.0
    """Seconds without a message after which a session is closed."""
    resume_s: float = 30.0
    """Seconds for which a session outlives its connection."""


@dataclass(frozen=True, slots=True)
class Resumed:
    """Where a resumed session stands, so that the client can send what was lost."""

    utterance: int
    """The utterance that takes audio now."""
    audio_bytes: int
    """Bytes of its audio that the server has."""


@dataclass(frozen=True, slots=True)
class Ready:
    """The first message of a server: the names once, and the effective configuration."""

    type: ClassVar = "ready"
    session: str
    token: str
    """Needed to resume the session."""
    engine: str
    config: StreamConfig
    lookahead_ms: int
    """What the engine gives of the look-ahead asked for."""
    limits: Limits = field(default_factory=Limits)
    names: tuple[str, ...] = arkit.NAMES
    viseme_names: tuple[str, ...] | None = None
    """Of the visemes in `frames`; None where it has none."""
    protocol: str = PROTOCOL
    resumed: Resumed | None = None


@dataclass(frozen=True, slots=True)
class Configured:
    """The whole effective configuration after `configure`, or after the server changed it."""

    type: ClassVar = "configured"
    config: StreamConfig


@dataclass(frozen=True, slots=True)
class Stats:
    """How the stream is doing, once a second where `hello` asked for it."""

    type: ClassVar = "stats"
    received_s: float
    """Seconds of audio received."""
    answered_s: float
    """Seconds of audio answered by frames."""
    real_time_factor: float
    """Engine time over audio time; below 1 is faster than real time."""
    queue_ms: tuple[float, float, float]
    """p50, p95, p99 of the wait for an engine."""
    latency_ms: tuple[float, float, float]
    """p50, p95, p99 from the arrival of the last sample that frames needed to the sending of them."""
    frames_sent: int
    frames_dropped: int


@dataclass(frozen=True, slots=True)
class Error:
    """Something was refused; the stream goes on unless `fatal`."""

    type: ClassVar = "error"
    code: str
    message: str
    fatal: bool = False
    ref: str | None = None
    """Type of the message that it answers."""


@dataclass(frozen=True, slots=True)
class GoAway:
    """The server drains: reconnect and resume."""

    type: ClassVar = "go_away"
    time_left_ms: int


ClientMessage = Hello | Audio | Configure | Flush | Clear | Marker | KeepAlive | Bye
ServerMessage = Ready | Frames | Configured | Flushed | Cleared | Marker | Stats | Notice | Error | GoAway
Message = ClientMessage | ServerMessage

CLIENT_MESSAGES: Final = {m.type: m for m in (Hello, Audio, Configure, Flush, Clear, Marker, KeepAlive, Bye)}
SERVER_MESSAGES: Final = {
    m.type: m for m in (Ready, Frames, Configured, Flushed, Cleared, Marker, Stats, Notice, Error, GoAway)
}
