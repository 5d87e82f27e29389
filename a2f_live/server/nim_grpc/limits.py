"""What the NIM takes and what it does not, with the figures that it ships with; pure."""

from dataclasses import dataclass
from typing import Any, Final

from a2f_live.config import AudioFormat
from a2f_live.errors import AudioError

FPS: Final = 30
"""Frames a second of every answer."""
BYTES_PER_SAMPLE: Final = 2


@dataclass(frozen=True, slots=True)
class NimLimits:
    """The NIM's own names and values are in `configs.py`."""

    streams: int = 10
    """Calls at a time."""
    min_rate_hz: int = 16_000
    max_rate_hz: int = 144_000
    message_s: float = 10.0
    """Longest audio in one message."""
    clip_s: float = 300.0
    """Longest audio of one call."""
    processing_s: float = 300.0
    """Longest call."""
    idle_s: float = 30.0
    """Seconds without a message."""
    low_fps: float = 29.0
    low_fps_s: float = 7.0
    """A call whose audio comes at fewer frames a second for so long is ended."""


def audio_format(header: Any, limits: NimLimits) -> AudioFormat:
    """Read an `AudioHeader`. Raises `AudioError`."""
    if header.audio_format != header.AUDIO_FORMAT_PCM:
        raise AudioError(f"audio format {header.audio_format} is not known: send AUDIO_FORMAT_PCM")
    if header.channel_count != 1:
        raise AudioError(f"{header.channel_count} channels cannot be heard: send 1")
    if header.bits_per_sample != 8 * BYTES_PER_SAMPLE:
        raise AudioError(f"{header.bits_per_sample} bits a sample cannot be heard: send 16")
    rate_hz = header.samples_per_second
    if not limits.min_rate_hz <= rate_hz <= limits.max_rate_hz:
        raise AudioError(
            f"a sample rate of {rate_hz} Hz cannot be heard: send {limits.min_rate_hz} to {limits.max_rate_hz} Hz"
        )
    return AudioFormat("pcm_s16le", rate_hz, 1)


class Feed:
    """Counts the audio of one call; times are seconds of a monotonic clock."""

    def __init__(self, audio: AudioFormat, limits: NimLimits) -> None:
        self._bytes_per_s = audio.bytes_per_frame * audio.sample_rate
        self._limits = limits
        self._bytes = 0
        self._second_s: float | None = None
        """Begin of the second that is being counted."""
        self._credit_s = 0.0
        """Audio of it, and what was left over from those before."""
        self._slow_s = 0

    @property
    def seconds(self) -> float:
        """Audio so far."""
        return self._bytes / self._bytes_per_s

    def take(self, n_bytes: int, now_s: float) -> None:
        """Count one message. Raises `AudioError` for one too long, one too many, or one too late."""
        seconds = n_bytes / self._bytes_per_s
        if seconds > self._limits.message_s:
            raise AudioError(
                f"a message holds {seconds:.1f} s of audio: send at most {self._limits.message_s:g} s in one"
            )
        self._bytes += n_bytes
        if self.seconds > self._limits.clip_s:
            raise AudioError(f"the clip is longer than {self._limits.clip_s:g} s: begin another call")
        self._keep_pace(seconds, now_s)

    def _keep_pace(self, seconds: float, now_s: float) -> None:
        """Look at the seconds that have passed; audio that came early counts for those that follow."""
        if self._second_s is None:
            self._second_s = now_s
        needed_s = self._limits.low_fps / FPS
        while now_s - self._second_s >= 1:
            self._second_s += 1
            slow = self._credit_s < needed_s
            self._slow_s = self._slow_s + 1 if slow else 0
            self._credit_s = 0.0 if slow else self._credit_s - needed_s
            if self._slow_s > self._limits.low_fps_s:
                raise AudioError(
                    f"for {self._slow_s} s the audio came at fewer than {self._limits.low_fps:g} frames a second: "
                    "send it as it is spoken, or faster"
                )
        self._credit_s += seconds
