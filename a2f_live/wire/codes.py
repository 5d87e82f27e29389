"""Every code of the wire, with what it means and what a client does about it: WebSocket closes, errors, warnings."""

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType
from typing import Final, NamedTuple

from a2f_live.wire.codec import UNREADABLE, WRONG_FRAME
from a2f_live.wire.connection import TOO_BIG
from a2f_live.wire.fields import BAD_FIELD


class Advice(Enum):
    """What a client does after a connection has ended."""

    NOTHING = "nothing: the stream has ended, or goes on elsewhere"
    RESUME = "reconnect and resume; connect anew where that is refused with `session_expired`"
    RENEW = "connect anew, without resume"
    WAIT = "wait, then connect anew"
    FIX = "mend what the message names: the same again would be refused again"


class Close(NamedTuple):
    """One close code."""

    meaning: str
    advice: Advice


CLOSE_CODES: Final[Mapping[int, Close]] = MappingProxyType(
    {
        1000: Close("after `bye`, everything has been answered", Advice.NOTHING),
        1001: Close("the server drains and stops, after `go_away`", Advice.RESUME),
        1003: Close("a text frame came where only binary frames are used", Advice.FIX),
        1006: Close("never sent: the connection was lost", Advice.RESUME),
        1007: Close("a payload is not msgpack, not JSON, or not audio", Advice.FIX),
        1008: Close("not allowed: a setting, an engine, an origin or a token was refused", Advice.FIX),
        1009: Close("a message is larger than `limits.message_bytes`", Advice.FIX),
        1011: Close("the server failed", Advice.RENEW),
        1013: Close("the server is full", Advice.WAIT),
        4400: Close(
            "the protocol was broken: a message that is not allowed then, or a `hello` with a bad field", Advice.FIX
        ),
        4408: Close("the client did not read what it was sent", Advice.RENEW),
        4409: Close("another connection has resumed the session", Advice.NOTHING),
        4410: Close("there is nothing left to resume", Advice.RENEW),
        4429: Close("live audio came faster than `limits.rate` allows", Advice.FIX),
        4431: Close("no message came for `limits.idle_s`, or no `hello` in time", Advice.RENEW),
    }
)
"""WebSocket close code to its meaning and to what the client does."""

ERROR_CODES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "protocol": "a message that is not allowed in this state",
        BAD_FIELD: "a field is missing, of the wrong type or outside its range",
        UNREADABLE: "a payload that cannot be read",
        WRONG_FRAME: "a text frame where only binary frames are used",
        TOO_BIG: "a message larger than `limits.message_bytes`",
        "bad_setting": "a setting that cannot be used",
        "bad_audio": "audio that cannot be decoded: encoding, sample rate or channels",
        "engine": "an engine could not do its work",
        "engine_unavailable": "an engine that is unknown, not installed or cannot start",
        "engine_failed": "an engine raised, died or answered nonsense, on every try",
        "engine_timeout": "an engine did not answer in time, on every try",
        "session_expired": "nothing is left to resume",
        "displaced": "another connection has resumed the session",
        "slow_reader": "the client does not read what it is sent",
        "too_fast": "live audio came faster than allowed: slow down, or ask for the pace `file`",
        "idle_timeout": "nothing was said for too long: send `keepalive`",
        "not_allowed": "an origin or a host name was refused (HTTP 403 before the upgrade)",
        "bad_token": "no token, or a wrong one (HTTP 401 before the upgrade)",
        "server_full": "no room for another session now (HTTP 503 before the upgrade)",
        "draining": "the server is about to stop (HTTP 503 before the upgrade)",
        "internal": "the server failed: report it with the message",
        "connection_lost": "told by client libraries only: the other end went away and did not come back",
        "bad_request": "told over HTTP only: a request that cannot be understood",
        "bad_file": "told over HTTP and by tools only: a file that cannot be read or written",
        "no_device": "told by tools only: a sound device that is missing or refuses",
    }
)
"""`code` of `error` to its meaning."""

WARNING_CODES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "frame_rate_lowered": "the engines are busy: fewer frames a second from now on, told in `fps` of `frames`",
        "frame_rate_restored": "the frame rate that was asked for is back",
        "samples_repaired": "samples were NaN or infinite and became 0",
        "samples_clamped": "samples were outside -1 to 1 and were clamped",
        "odd_bytes": "the audio of an utterance ended within a sample, whose bytes were dropped",
        "frames_held": "no engine answered: the face was carried on without one",
        "audio_skipped": "audio waited too long for an engine: its frames were bridged",
        "frames_dropped": "the client reads too slowly: the oldest frames were dropped",
        "not_supported": "the engine cannot do something that was asked for; the stream goes on without it",
    }
)
"""`code` of `warning` to its meaning; others may be added."""
