"""Limits on one peer, pure: how fast its audio may come, and how long it may say or read nothing."""

from typing import Final

from a2f_live.config import AudioFormat
from a2f_live.errors import TooFast
from a2f_live.wire.messages import Limits

_NANOSECONDS: Final = 1_000_000_000


class AudioRate:
    """A token bucket for live audio: `burst_s` at once, then `rate` times real time.

    Kept as one integer: the time at which all audio so far would have been worth its price.
    """

    __slots__ = ("_burst_ns", "_limits", "_ns_per_byte", "_worth_ns")

    def __init__(self, audio: AudioFormat, limits: Limits) -> None:
        self._limits = limits
        self._ns_per_byte = _NANOSECONDS / (audio.bytes_per_frame * audio.sample_rate * limits.rate)
        self._burst_ns = int(limits.burst_s / limits.rate * _NANOSECONDS)
        self._worth_ns = 0

    def take(self, n_bytes: int, now_ns: int) -> None:
        """Count audio that comes at `now_ns` of a monotonic clock. Raises `TooFast`."""
        worth_ns = self._worth_ns
        worth_ns = (worth_ns if worth_ns > now_ns else now_ns) + int(n_bytes * self._ns_per_byte)
        if worth_ns - now_ns > self._burst_ns:
            raise TooFast(
                f"live audio came faster than {self._limits.rate:g} times real time beyond a burst of "
                f'{self._limits.burst_s:g} s: send it as it is spoken, or say "pace": "file" in hello'
            )
        self._worth_ns = worth_ns


class Stillness:
    """Tells since when a counter has stood still."""

    __slots__ = ("_count", "_since_s")

    def __init__(self) -> None:
        self._count = -1
        self._since_s = 0.0

    def still_s(self, count: int, now_s: float, *, excused: bool = False) -> float:
        """Seconds for which the counter has had this value, as far as was seen; while `excused` none."""
        if excused or count != self._count:
            self._count, self._since_s = count, now_s
        return now_s - self._since_s
