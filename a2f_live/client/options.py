"""What a client may ask for, and the configuration and the bytes that follow from it."""

import ssl as tls
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any, Final, TypedDict

import numpy as np
from numpy.typing import NDArray

from a2f_live.config import AudioFormat, StreamConfig
from a2f_live.errors import AudioError, ConfigError
from a2f_live.frames import Notice

Pcm = bytes | bytearray | memoryview | NDArray[Any]
Whole = (bytes, bytearray, memoryview, np.ndarray)
"""Types of one piece of PCM, as against several pieces."""
Rate = int | float | str | Fraction

_DTYPES: Final = {"pcm_s16le": "<i2", "pcm_f32le": "<f4", "mulaw": "u1", "alaw": "u1"}


class Options(TypedDict, total=False):
    """Options of `connect` and `connect_sync`; those left out are as the server has them by default."""

    audio: AudioFormat
    """How the PCM is written; or give the next three."""
    encoding: str
    """`pcm_s16le` (default), `pcm_f32le`, `mulaw` or `alaw`."""
    sample_rate: int
    """Hertz, 16,000 by default."""
    channels: int
    """Interleaved, 1 by default; mixed down by the server."""
    fps: Rate
    """Frames a second, 1 to 120: 60 (default), 29.97 or "30000/1001"."""
    weights: str
    """How weights travel: `f32` (default) or the smaller `f16`."""
    lookahead_ms: int
    """The most future audio that a frame may wait for, 40 by default."""
    pace: str
    """`live` (default), or `file`: as fast as the server can, with back-pressure."""
    emotions: Mapping[str, float]
    """Name to strength, 0 to 1."""
    auto_emotion: bool
    """Whether emotions are heard in the voice."""
    idle: str
    """Where the face lives of itself: `off`, in `speech` (default), or `always`."""
    profile: str | Mapping[str, Any]
    """Name of a profile of the server, or a profile itself."""
    engine: str
    head: bool
    """Whether frames carry head rotation."""
    visemes: bool
    """Whether frames carry visemes, where the engine has them."""
    stats: bool
    """Whether the server tells once a second how the stream is doing (`face.stats`)."""
    seed: int
    """Of the random motion: the same seed and audio give the same frames."""
    token: str
    """Bearer token, where the server asks for one."""
    ssl: tls.SSLContext
    """For `wss:` with a certificate of one's own."""
    on_warning: Callable[[Notice], None]
    """Called with every warning; they are logged if it is left out."""
    buffer_s: float
    """Seconds of frames kept for a slow reader: 30 live, 600 in file pace."""


_CONFIG: Final = (
    *("weights", "lookahead_ms", "pace", "emotions", "auto_emotion", "idle", "profile", "engine", "head"),
    *("visemes", "stats", "seed"),
)
_AUDIO: Final = ("encoding", "sample_rate", "channels")


def stream_config(options: Options) -> StreamConfig:
    """The configuration that the options ask for. Raises `ConfigError` or `AudioError` for what cannot be used."""
    given: dict[str, Any] = dict(options)
    unknown = set(given) - Options.__annotations__.keys()
    if unknown:
        raise ConfigError(f"{', '.join(sorted(unknown))}: no such option of connect")
    parts = {name: given[name] for name in _AUDIO if name in given}
    if parts and "audio" in given:
        raise ConfigError("give the audio format either as audio or as encoding, sample_rate and channels")
    chosen: dict[str, Any] = {name: given[name] for name in _CONFIG if name in given}
    if "fps" in given:
        chosen["fps"] = frame_rate(given["fps"])
    return StreamConfig(audio=given.get("audio") or AudioFormat(**parts), **chosen)


def frame_rate(fps: Rate) -> Fraction:
    """The exact rate that a number or a text such as 30000/1001 means."""
    try:
        return Fraction(str(fps))
    except (ValueError, ZeroDivisionError):
        raise ConfigError(f"{fps!r} is no frame rate: use a number, or a fraction such as 30000/1001") from None


def pcm_bytes(pcm: Pcm, audio: AudioFormat) -> bytes:
    """The bytes of PCM; arrays are (samples,) or (samples, channels) in the sample type of the encoding."""
    if not isinstance(pcm, np.ndarray):
        return bytes(pcm)
    dtype = np.dtype(_DTYPES[audio.encoding])
    if pcm.dtype.newbyteorder("<") != dtype:
        raise AudioError(f"an array of {pcm.dtype} is not {audio.encoding}: give {dtype.name}, or another encoding")
    if pcm.ndim not in (1, 2) or (pcm.ndim == 2 and pcm.shape[1] != audio.channels):
        raise AudioError(f"an array of shape {pcm.shape} is not (samples, {audio.channels})")
    return pcm.astype(dtype, copy=False).tobytes()
