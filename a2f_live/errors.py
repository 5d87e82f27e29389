"""The one tree of errors; each says what happened and what to do, with a stable code.

::

    A2FError
    ├── ConfigError              a setting that cannot be used
    ├── ProtocolError
    │   ├── LocalProtocolError   our side broke the protocol: a bug of the caller
    │   └── RemoteProtocolError  the peer broke the protocol
    ├── AudioError               audio that cannot be decoded
    ├── EngineError
    │   ├── EngineUnavailable    unknown, not installed or not startable
    │   ├── EngineRefused        it is well, but will not answer this window
    │   ├── EngineFailed         it raised, died or answered nonsense
    │   │   └── EngineDied       its process is gone: it starts again with its next call
    │   └── EngineTimeout        it did not answer before the deadline
    ├── SessionExpired           nothing left to resume
    ├── SlowReader               the peer does not read what it is sent
    ├── TooFast                  live audio came faster than the limit allows
    ├── IdleTimeout              the peer said nothing for too long
    ├── NotAllowed               origin or host refused
    │   └── BadToken             no token, or a wrong one
    ├── ServerFull               no room for another session
    ├── ConnectionLost           the other end went away and did not come back
    ├── FileError                a file that cannot be read or written
    └── DeviceError              a sound device that is missing or refuses
"""


class A2FError(Exception):
    """Base of every error that this package raises on purpose.

    `message` says what happened and what to do; `code` is stable and made for programs.
    """

    code = "internal"
    close_code = 1011
    """WebSocket close code that tells the peer of it."""
    http_status = 500
    exit_status = 1
    """Exit status of the console command."""
    ref: str | None = None
    """Type of the wire message that it answers, where there is one."""

    def __init__(self, message: str, *, code: str | None = None, close_code: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        if code is not None:
            self.code = code
        if close_code is not None:
            self.close_code = close_code


class ConfigError(A2FError):
    """A setting that cannot be used."""

    code = "bad_setting"
    close_code = 1008
    http_status = 400
    exit_status = 2


class ProtocolError(A2FError):
    """The rules of the wire were broken."""

    code = "protocol"
    close_code = 4400
    http_status = 400


class LocalProtocolError(ProtocolError):
    """Our side tried to say what it may not say now."""


class RemoteProtocolError(ProtocolError):
    """The peer said what it may not say, or what cannot be read.

    Not fatal unless `fatal`: the message is refused and the connection goes on.
    """

    def __init__(
        self, message: str, *, code: str | None = None, close_code: int | None = None, fatal: bool = False
    ) -> None:
        super().__init__(message, code=code, close_code=close_code)
        self.fatal = fatal


class AudioError(A2FError):
    """Audio that cannot be decoded: encoding, sample rate, channels or samples."""

    code = "bad_audio"
    close_code = 1007
    http_status = 415


class EngineError(A2FError):
    """An engine could not do its work."""

    code = "engine"


class EngineUnavailable(EngineError):
    """An engine that is unknown, not installed or cannot start."""

    code = "engine_unavailable"
    close_code = 1008
    http_status = 400
    exit_status = 2


class EngineRefused(EngineError):
    """An engine is well, but will not answer this window: what is behind it is full, or does not want this stream."""


class EngineFailed(EngineError):
    """An engine raised, died or answered nonsense."""

    code = "engine_failed"


class EngineDied(EngineFailed):
    """The process of an engine is gone; its next call starts another one, which takes its time."""


class EngineTimeout(EngineError):
    """An engine did not answer before the deadline."""

    code = "engine_timeout"


class SessionExpired(A2FError):
    """There is nothing left to resume: the session ended, or what it would re-send is gone."""

    code = "session_expired"
    close_code = 4410
    http_status = 410


class SlowReader(A2FError):
    """The peer does not read what it is sent."""

    code = "slow_reader"
    close_code = 4408


class TooFast(A2FError):
    """Live audio came faster than the limit allows."""

    code = "too_fast"
    close_code = 4429
    http_status = 429


class IdleTimeout(A2FError):
    """The peer said nothing for too long."""

    code = "idle_timeout"
    close_code = 4431
    http_status = 408


class NotAllowed(A2FError):
    """An origin, a host name or a token was refused."""

    code = "not_allowed"
    close_code = 1008
    http_status = 403


class BadToken(NotAllowed):
    """A token is needed and was not sent, or is not known."""

    code = "bad_token"
    http_status = 401


class ServerFull(A2FError):
    """No room for another session now."""

    code = "server_full"
    close_code = 1013
    http_status = 503


class ConnectionLost(A2FError):
    """The other end went away and did not come back."""

    code = "connection_lost"
    close_code = 1006
    http_status = 502


class FileError(A2FError):
    """A file that cannot be read or written."""

    code = "bad_file"
    http_status = 415


class DeviceError(A2FError):
    """A sound device that is missing or refuses."""

    code = "no_device"
