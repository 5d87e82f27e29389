"""The table of the wire, version 1: every field of every message, with its kind, range, unit and meaning."""

from dataclasses import replace
from typing import Final

from a2f_live import arkit, speech
from a2f_live.config import (
    CHANNELS_RANGE,
    ENCODINGS,
    IDLE_MODES,
    PACES,
    SAMPLE_RATE_RANGE_HZ,
    WEIGHT_FORMATS,
    AudioFormat,
    StreamConfig,
)
from a2f_live.errors import AudioError, ConfigError
from a2f_live.wire.arrays import Rows
from a2f_live.wire.fields import Field, Record, with_defaults
from a2f_live.wire.kinds import (
    Boolean,
    Bytes,
    Choice,
    FrameRate,
    Integer,
    ListOf,
    MapOf,
    Number,
    ProfileMap,
    Sentence,
    Text,
)
from a2f_live.wire.messages import Limits, Resume, Resumed

AUDIO_FIELDS: Final = with_defaults(
    AudioFormat(),
    Field("encoding", Choice(tuple(ENCODINGS)), "how a sample is written; little-endian", refusal=AudioError),
    Field("sample_rate", Integer(*SAMPLE_RATE_RANGE_HZ), "samples a second, in hertz", refusal=AudioError),
    Field("channels", Integer(*CHANNELS_RANGE), "interleaved channels; mixed down to one", refusal=AudioError),
)

CONFIG_FIELDS: Final = with_defaults(
    StreamConfig(),
    Field("audio", Record(AudioFormat, AUDIO_FIELDS), "how the PCM of `audio` is written"),
    Field("fps", FrameRate(), "frames a second", refusal=ConfigError),
    Field(
        "weights",
        Choice(WEIGHT_FORMATS),
        "how weights travel: bytes of little-endian float32 or float16, or lists of numbers",
        refusal=ConfigError,
    ),
    Field(
        "lookahead_ms",
        Integer(0, 10_000),
        "the most future audio that a frame may wait for, in milliseconds",
        refusal=ConfigError,
    ),
    Field(
        "pace", Choice(PACES), "`live`: rate limited, never late; `file`: no limit, back-pressure", refusal=ConfigError
    ),
    Field("emotions", MapOf(arkit.EMOTIONS, Number(0.0, 1.0)), "strength of each emotion, 0 to 1", refusal=ConfigError),
    Field("auto_emotion", Boolean(), "whether the server hears emotions in the voice by itself"),
    Field("idle", Choice(IDLE_MODES), "where the face lives of itself", refusal=ConfigError),
    Field(
        "profile",
        ProfileMap(),
        "name of a profile of the server, or a profile itself; null for none",
        nullable=True,
        refusal=ConfigError,
    ),
    Field("engine", Text(), "name of an engine of the server; its default if absent", refusal=ConfigError),
    Field("visemes", Boolean(), "whether visemes are wanted, where the engine has them"),
    Field("head", Boolean(), "whether frames carry head rotation"),
    Field("stats", Boolean(), "whether `stats` is sent once a second"),
    Field(
        "seed",
        Integer(0, 2**32 - 1),
        "seed of all random motion: the same seed and audio give the same frames",
        refusal=ConfigError,
    ),
)

CHANGEABLE: Final = ("emotions", "auto_emotion", "idle", "profile", "fps")
"""What `configure` may change."""

RESUME_FIELDS: Final = with_defaults(
    Resume("", ""),
    Field("session", Text(), "`session` of `ready`", required=True),
    Field("token", Text(), "`token` of `ready`", required=True),
    Field("utterance", Integer(), "utterance of the last frame received"),
    Field("frame", Integer(low=-1), "index of the last frame received, -1 for none of that utterance"),
)

LIMITS_FIELDS: Final = with_defaults(
    Limits(),
    Field("message_bytes", Integer(), "largest message that the server accepts, in bytes"),
    Field("burst_s", Number(), "seconds of live audio that may come at once"),
    Field("rate", Number(), "times real time that live audio may come at beyond the burst"),
    Field("idle_s", Number(), "seconds without a message after which a session is closed"),
    Field("resume_s", Number(), "seconds for which a session outlives its connection"),
)

RESUMED_FIELDS: Final = (
    Field("utterance", Integer(), "the utterance that takes audio now", required=True),
    Field("audio_bytes", Integer(), "bytes of its audio that the server has", required=True),
)

_ID: Final = Field("id", Integer(), "chosen by the client; told again in the answer")
_UTTERANCE: Final = Field("utterance", Integer(), "number of the utterance, from 0, ascending", required=True)
_CONFIG: Final = Field(
    "config", Record(StreamConfig, CONFIG_FIELDS), "the whole effective configuration", required=True
)
_PERCENTILES: Final = ListOf(Number(), 3)
_CODE: Final = Field("code", Text(64), "stable word for programs", required=True)
_MESSAGE: Final = Field("message", Sentence(), "what happened and what to do", required=True)

FIELDS: Final[dict[str, tuple[Field, ...]]] = {
    "hello": (
        *CONFIG_FIELDS,
        Field("resume", Record(Resume, RESUME_FIELDS), "the session to go on with after a lost connection"),
    ),
    "audio": (Field("pcm", Bytes(), "any number of bytes of PCM in the format of `hello`", required=True),),
    "configure": tuple(replace(field, default=None) for field in CONFIG_FIELDS if field.name in CHANGEABLE),
    "flush": (_ID,),
    "clear": (_ID,),
    "marker": (_ID,),
    "keepalive": (),
    "bye": (),
    "ready": (
        Field("protocol", Text(64), "`a2f.v1`", required=True),
        Field("session", Text(), "name of the session", required=True),
        Field("token", Text(), "secret needed to resume the session", required=True),
        Field("engine", Text(), "name of the engine that listens", required=True),
        Field("names", ListOf(Text(64), arkit.COUNT), "names of the weights, in the order of every row", required=True),
        Field(
            "viseme_names",
            ListOf(Text(64), len(speech.VISEMES)),
            "names of the visemes, in the order of every row; absent where `frames` have none",
        ),
        Field("fps", FrameRate(), "frames a second, as `[numerator, denominator]`; as in `config`"),
        Field("sample_rate", Integer(*SAMPLE_RATE_RANGE_HZ), "hertz of the audio to send; as in `config.audio`"),
        Field("lookahead_ms", Integer(), "look-ahead that the engine takes, in milliseconds", required=True),
        Field("limits", Record(Limits, LIMITS_FIELDS), "what the server accepts"),
        _CONFIG,
        Field("resumed", Record(Resumed, RESUMED_FIELDS), "where a resumed session stands"),
    ),
    "frames": (
        _UTTERANCE,
        Field("index", Integer(), "index of the first frame within its utterance, from 0", required=True),
        Field("count", Integer(low=1, high=100_000), "how many consecutive frames", required=True),
        Field(
            "weights", Rows(arkit.COUNT), "`count` rows of 52 weights, 0 to 1, in the order of `names`", required=True
        ),
        Field("time", Number(), "seconds of the utterance's audio at which the first frame is due", required=True),
        Field("head", Rows(3), "`count` rows of yaw, pitch and roll in degrees, where asked for"),
        Field(
            "visemes",
            Rows(len(speech.VISEMES)),
            "`count` rows of 15 visemes, 0 to 1, in the order of `viseme_names`, where asked for",
        ),
        Field("idle", Boolean(), "true: sent between utterances; absent otherwise"),
        Field("final", Boolean(), "true: the ease to rest after `clear`; absent otherwise"),
        Field(
            "fps",
            FrameRate(),
            "`[numerator, denominator]`, where it is not the one that `ready` or `configured` told last",
        ),
    ),
    "configured": (_CONFIG,),
    "flushed": (
        _ID,
        _UTTERANCE,
        Field("frames", Integer(), "how many frames the utterance had", required=True),
        Field("seconds", Number(), "duration of its audio in seconds", required=True),
    ),
    "cleared": (
        _ID,
        _UTTERANCE,
        Field("dropped_ms", Integer(), "milliseconds of audio that got no frames", required=True),
    ),
    "stats": (
        Field("received_s", Number(), "seconds of audio received", required=True),
        Field("answered_s", Number(), "seconds of audio answered by frames", required=True),
        Field(
            "real_time_factor", Number(), "engine time over audio time; below 1 is faster than real time", required=True
        ),
        Field("queue_ms", _PERCENTILES, "p50, p95 and p99 of the wait for an engine, in milliseconds", required=True),
        Field(
            "latency_ms",
            _PERCENTILES,
            "p50, p95 and p99 from the arrival of the last sample that frames needed to their sending, in milliseconds",
            required=True,
        ),
        Field("frames_sent", Integer(), "frames sent", required=True),
        Field("frames_dropped", Integer(), "frames dropped", required=True),
    ),
    "warning": (_CODE, _MESSAGE),
    "error": (
        _CODE,
        _MESSAGE,
        Field("fatal", Boolean(), "true: the connection is closed after it"),
        Field("ref", Text(64), "type of the message that it answers"),
    ),
    "go_away": (
        Field("time_left_ms", Integer(), "milliseconds until the server closes the connection", required=True),
    ),
}
"""Type of a message to its fields, `type` itself left out."""
