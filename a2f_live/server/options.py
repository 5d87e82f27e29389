"""What a server may be told, and what it is built from."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from a2f_live.dispatch.pool import Pool
from a2f_live.errors import EngineUnavailable
from a2f_live.motion.profile import Profile
from a2f_live.server.audience import Audience
from a2f_live.wire.messages import Limits


@dataclass(frozen=True, slots=True)
class ServerOptions:
    """The choices of whoever runs the server; the defaults suit one machine on loopback."""

    host: str = "127.0.0.1"
    """Where it listens: a name that clients may call it by."""
    tokens: tuple[str, ...] = ()
    """Any of them lets a client in; none: no token is asked for."""
    origins: tuple[str, ...] = ()
    """Web origins whose pages may connect, beside the server's own; `*` for all."""
    hosts: tuple[str, ...] = ()
    """Names that clients may call the server by, beside loopback, addresses and `host`; `*` for all."""
    max_sessions: int = 1000
    """Live and parked sessions, uploads and calls of NIM clients together."""
    max_silent: int = 1_000
    """Connections that have not said hello yet."""
    limits: Limits = field(default_factory=Limits)
    first_message_s: float = 10.0
    """Seconds for the first request of a connection, and for the first message of a stream."""
    heartbeat_s: float = 20.0
    """Seconds of silence after which the peer is asked whether it is there."""
    outbox_messages: int = 512
    outbox_bytes: int = 512 * 1024
    """Messages and bytes that may wait for a peer to read."""
    send_buffer_bytes: int = 64 * 1024
    """What the system may hold beside (Linux doubles it): it is late already, and cannot be dropped any more."""
    send_deadline_s: float = 15.0
    """Seconds without reading anything after which a peer is disconnected."""
    replay_s: float = 10.0
    """Seconds of frames kept for a live stream that may be resumed."""
    replay_bytes: int = 1024 * 1024
    replay_file_bytes: int = 8 * 1024 * 1024
    """Bytes kept for a stream of pace `file`, whatever the seconds."""
    finish_s: float = 30.0
    """Seconds that the answers after `bye` may take."""
    close_s: float = 2.0
    """Seconds that a peer has to answer a close."""
    drain_s: float = 10.0
    """Seconds that sessions have to finish when the server stops."""
    retry_after_s: int = 5
    """Told to those who are refused for want of room."""
    tick_s: float = 1.0
    """Seconds between two looks at idle, stalled and parked sessions; also those between two `stats`."""
    upload_bytes: int = 64 * 1024 * 1024
    """Largest file of `POST /process-audio/`."""
    max_uploads: int = 4
    """Uploads at a time."""
    token_s: int = 300
    """Seconds for which a token of `GET /v1/tokens` is good."""


@dataclass(frozen=True, slots=True)
class ServerParts:
    """Everything that the server uses and does not build. The pools are started; whoever made them closes them."""

    pools: Mapping[str, Pool]
    """By the name that clients ask for; the first is the default."""
    profiles: Mapping[str, Profile] = field(default_factory=lambda: {"neutral": Profile.neutral()})
    """By name; the first is the default."""
    options: ServerOptions = field(default_factory=ServerOptions)
    audience: Audience | None = None
    """Hears live sessions too."""

    def pool(self, name: str | None) -> tuple[str, Pool]:
        """Name and pool, the default if none is named. Raises `EngineUnavailable`."""
        chosen = next(iter(self.pools)) if name is None else name
        if chosen not in self.pools:
            raise EngineUnavailable(f"engine {chosen!r} is not served here: ask for one of {', '.join(self.pools)}")
        return chosen, self.pools[chosen]
