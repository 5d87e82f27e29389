"""One end of a connection as a pure object: payloads in, messages out, and who may say what when."""

from collections.abc import Mapping
from enum import Enum
from typing import Final

from a2f_live.errors import A2FError, LocalProtocolError, RemoteProtocolError
from a2f_live.wire.codec import LARGEST_PAYLOAD, codec_for
from a2f_live.wire.messages import MSGPACK, Error, Limits, Message, Ready

TOO_BIG: Final = "too_big"


class Role(Enum):
    """An end of the connection."""

    CLIENT = "client"
    SERVER = "server"

    @property
    def peer(self) -> "Role":
        """The other end."""
        return Role.SERVER if self is Role.CLIENT else Role.CLIENT


class State(Enum):
    """Where a connection stands; both ends pass through the same states."""

    OPENING = "opening"
    """Nothing said: `hello` is due."""
    GREETED = "greeted"
    """`hello` said: `ready` is due; the client may already send."""
    OPEN = "open"
    DRAINING = "draining"
    """`go_away` said: the client finishes, then resumes elsewhere."""
    LEAVING = "leaving"
    """`bye` said: the server answers what it has, then closes."""
    FAILED = "failed"
    """The peer broke the protocol for good: tell it, then close."""
    CLOSED = "closed"


def _stay(state: State, kinds: tuple[str, ...]) -> dict[str, State]:
    return dict.fromkeys(kinds, state)


_ASKING: Final = ("audio", "configure", "flush", "clear", "marker", "keepalive")
_ANSWERING: Final = ("frames", "configured", "flushed", "cleared", "marker", "stats", "warning", "error")

TRANSITIONS: Final[Mapping[tuple[Role, State], Mapping[str, State]]] = {
    (Role.CLIENT, State.OPENING): {"hello": State.GREETED},
    (Role.CLIENT, State.GREETED): {**_stay(State.GREETED, _ASKING), "bye": State.LEAVING},
    (Role.CLIENT, State.OPEN): {**_stay(State.OPEN, _ASKING), "bye": State.LEAVING},
    (Role.CLIENT, State.DRAINING): {**_stay(State.DRAINING, _ASKING), "bye": State.LEAVING},
    (Role.SERVER, State.OPENING): {"error": State.OPENING},
    (Role.SERVER, State.GREETED): {"ready": State.OPEN, "error": State.GREETED},
    (Role.SERVER, State.OPEN): {**_stay(State.OPEN, _ANSWERING), "go_away": State.DRAINING},
    (Role.SERVER, State.DRAINING): _stay(State.DRAINING, (*_ANSWERING, "go_away")),
    (Role.SERVER, State.LEAVING): _stay(State.LEAVING, (*_ANSWERING, "ready", "go_away")),
    (Role.SERVER, State.FAILED): {"error": State.FAILED},
}
"""Who says it, in which state, to what it may say and the state after it; what is not here is not allowed."""

_NOTHING: Final[Mapping[str, State]] = {}
_HOPELESS: Final = frozenset({State.OPENING, State.FAILED, State.CLOSED})
"""States in which every broken rule is fatal."""


class Connection:
    """The protocol of one end. It holds no socket: feed it payloads, send the payloads that it gives.

    A server refuses payloads over `limits.message_bytes`; a client learns the limits of its server from `ready`, and
    itself accepts up to 4 MiB.
    """

    __slots__ = ("_codec", "_heard", "_largest_received", "_largest_sent", "_said", "role", "state", "subprotocol")

    def __init__(self, role: Role, subprotocol: str = MSGPACK, limits: Limits | None = None) -> None:
        limits = limits or Limits()
        serving = role is Role.SERVER
        self.role = role
        self.subprotocol = subprotocol
        self._codec = codec_for(subprotocol)
        self._largest_received = limits.message_bytes if serving else LARGEST_PAYLOAD
        self._largest_sent = LARGEST_PAYLOAD if serving else limits.message_bytes
        self._enter(State.OPENING)

    def receive(self, data: bytes | bytearray | memoryview | str) -> Message | None:
        """The message of a payload, None for one of unknown type, which is ignored.

        Raises `RemoteProtocolError`, `AudioError` or `ConfigError`; where `failed` is true afterwards, nothing more
        can be received: tell the peer by `refusal`, then close with the close code of the error.
        """
        try:
            if len(data) > self._largest_received:
                raise self._too_big(len(data))
            message = self._codec.decode(data)
            if message is None:
                return None
            state = self._heard.get(message.type)
            if state is None:
                raise self._not_allowed(message)
        except A2FError as error:
            self._note(error)
            raise
        self._follow(state, message)
        return message

    def send(self, message: Message) -> bytes | str:
        """The payload of a message: bytes for a binary frame, str for a text frame. Raises `LocalProtocolError`."""
        state = self._said.get(message.type)
        if state is None:
            raise LocalProtocolError(f"the {self.role.value} may not send {message.type} while {self.state.value}")
        data = self._codec.encode(message)
        if len(data) > self._largest_sent:
            sentence = f"{message.type} has {len(data)} bytes, the peer takes {self._largest_sent}: send it in parts"
            raise LocalProtocolError(sentence, code=TOO_BIG)
        self._follow(state, message)
        return data

    @property
    def failed(self) -> bool:
        """Whether the peer broke the protocol for good."""
        return self.state is State.FAILED

    def refusal(self, error: A2FError) -> Error:
        """The message that tells the peer of an error, to be sent by a server."""
        return Error(error.code, error.message, fatal=self.failed, ref=error.ref)

    def close(self) -> None:
        """The transport is gone: nothing may be said or heard any more."""
        self._enter(State.CLOSED)

    def __str__(self) -> str:
        return f"{self.role.value} {self.subprotocol} {self.state.value}"

    def _enter(self, state: State) -> None:
        self.state = state
        self._said = TRANSITIONS.get((self.role, state), _NOTHING)
        self._heard = TRANSITIONS.get((self.role.peer, state), _NOTHING)

    def _follow(self, state: State, message: Message) -> None:
        if state is not self.state:
            self._enter(state)
            if type(message) is Ready and self.role is Role.CLIENT:
                self._largest_sent = min(message.limits.message_bytes, LARGEST_PAYLOAD)
        elif type(message) is Error and message.fatal:
            self._enter(State.CLOSED)

    def _note(self, error: A2FError) -> None:
        """A refusal before the stream is open, and one that is fatal itself, ends the connection."""
        fatal = self.state in _HOPELESS
        if isinstance(error, RemoteProtocolError):
            fatal = error.fatal = error.fatal or fatal
        if fatal and self.state is not State.CLOSED:
            self._enter(State.FAILED)

    def _too_big(self, size: int) -> RemoteProtocolError:
        sentence = f"a message has {size} bytes, at most {self._largest_received} are accepted: send smaller ones"
        return RemoteProtocolError(sentence, code=TOO_BIG, close_code=1009, fatal=True)

    def _not_allowed(self, message: Message) -> RemoteProtocolError:
        first = "; the first message must be hello" if self.state is State.OPENING else ""
        sentence = f"the {self.role.peer.value} may not send {message.type} while {self.state.value}{first}"
        error = RemoteProtocolError(sentence)
        error.ref = message.type
        return error
