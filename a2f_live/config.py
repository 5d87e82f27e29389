"""What a stream may ask for: the audio it sends and the face it wants."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from types import MappingProxyType
from typing import Any, Final

from a2f_live import arkit
from a2f_live.errors import AudioError, ConfigError

ENCODINGS: Final[Mapping[str, int]] = MappingProxyType({"pcm_s16le": 2, "pcm_f32le": 4, "mulaw": 1, "alaw": 1})
"""Encoding to bytes a sample."""
SAMPLE_RATE_RANGE_HZ: Final = (8_000, 192_000)
CHANNELS_RANGE: Final = (1, 8)
FPS_RANGE: Final = (Fraction(1), Fraction(120))
PACES: Final = ("live", "file")
IDLE_MODES: Final = ("off", "speech", "always")
WEIGHT_FORMATS: Final = ("f32", "f16", "list")

ENGINE_RATE_HZ: Final = 16_000
"""Every engine hears 16 kHz mono."""


@dataclass(frozen=True, slots=True)
class AudioFormat:
    """How the PCM of a stream is written."""

    encoding: str = "pcm_s16le"
    sample_rate: int = ENGINE_RATE_HZ
    """Hertz, 8,000 to 192,000."""
    channels: int = 1
    """1 to 8, interleaved; mixed down."""

    def __post_init__(self) -> None:
        if self.encoding not in ENCODINGS:
            raise AudioError(f"audio encoding {self.encoding!r} is not known: use one of {', '.join(ENCODINGS)}")
        low, high = SAMPLE_RATE_RANGE_HZ
        if not low <= self.sample_rate <= high:
            raise AudioError(f"a sample rate of {self.sample_rate} Hz cannot be used: send {low} to {high} Hz")
        low, high = CHANNELS_RANGE
        if not low <= self.channels <= high:
            raise AudioError(f"{self.channels} channels cannot be used: send {low} to {high} interleaved channels")

    @property
    def bytes_per_frame(self) -> int:
        """Bytes of one sample of every channel."""
        return ENCODINGS[self.encoding] * self.channels

    def seconds(self, n_bytes: int) -> Fraction:
        """Exact duration of so many bytes."""
        return Fraction(n_bytes // self.bytes_per_frame, self.sample_rate)


@dataclass(frozen=True, slots=True)
class StreamConfig:
    """Everything that `hello` may choose; the defaults are those of the wire."""

    audio: AudioFormat = field(default_factory=AudioFormat)
    fps: Fraction = Fraction(60)
    """Frames a second, 1 to 120, rational."""
    weights: str = "f32"
    """How the weights travel: `f32` or `f16` (little-endian bytes) or `list`."""
    lookahead_ms: int = 40
    """The most future audio that a frame may wait for; the engine takes the largest that it offers within it."""
    pace: str = "live"
    """`live` (rate limited, never late) or `file` (no limit, back-pressure)."""
    emotions: Mapping[str, float] = field(default_factory=dict)
    auto_emotion: bool = False
    idle: str = "speech"
    """Where the face lives of itself: `off`, in `speech`, or `always`."""
    profile: str | Mapping[str, Any] | None = None
    """Name of a profile of the server, or a profile itself."""
    engine: str | None = None
    """Name of an engine of the server; its default if none."""
    visemes: bool = False
    head: bool = False
    """Whether frames carry head rotation."""
    stats: bool = False
    seed: int = 0
    """Of the random motion, 0 to 2^32 - 1: the same seed and audio give the same frames."""

    def __post_init__(self) -> None:
        low, high = FPS_RANGE
        if not low <= self.fps <= high:
            raise ConfigError(f"{float(self.fps):g} frames a second cannot be used: ask for {low} to {high}")
        _require_choice("weights", self.weights, WEIGHT_FORMATS)
        _require_choice("pace", self.pace, PACES)
        _require_choice("idle", self.idle, IDLE_MODES)
        for name, amount in self.emotions.items():
            _require_choice("emotions", name, arkit.EMOTIONS)
            if not 0.0 <= amount <= 1.0:
                raise ConfigError(f"emotion {name!r} is {amount}: use 0 to 1")
        if self.lookahead_ms < 0:
            raise ConfigError("lookahead_ms cannot be negative: use 0 or more")
        if not 0 <= self.seed < 2**32:
            raise ConfigError("seed must be 0 to 4294967295")


def _require_choice(name: str, value: str, choices: tuple[str, ...]) -> None:
    if value not in choices:
        raise ConfigError(f"{name}: {value!r} is not known: use one of {', '.join(choices)}")
