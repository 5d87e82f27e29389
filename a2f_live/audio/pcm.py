"""PCM bytes to mono float32 samples, whatever the encoding, the channels and the cuts between messages."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

import numpy as np

from a2f_live.config import AudioFormat
from a2f_live.frames import Array

_INT16_SCALE: Final = np.float32(1 / 32768)


class PcmDecoder:
    """Bytes of one `AudioFormat` in, mono float32 at its own sample rate out, -1..1.

    Messages may be cut anywhere, also within a sample: the samples are the same, bit for bit.
    """

    samples: int
    """Mono samples given since the last reset."""
    repaired: int
    """Samples that were NaN or infinite and are now 0, since construction."""
    clamped: int
    """Samples that were outside -1..1 and are now at its edge, since construction."""
    odd_bytes: int
    """Bytes of incomplete samples that flushes dropped, since construction."""

    def __init__(self, audio: AudioFormat) -> None:
        self._channels = audio.channels
        self._bytes_per_frame = audio.bytes_per_frame
        self._decode = self._decode_float32 if audio.encoding == "pcm_f32le" else _INTEGER_DECODERS[audio.encoding]
        self._rest = b""
        self.samples = self.repaired = self.clamped = self.odd_bytes = 0

    def push(self, pcm: bytes | bytearray | memoryview) -> Array:
        """(n,) float32: every sample that is complete now; the bytes left over wait for the next push."""
        if self._rest or len(pcm) % self._bytes_per_frame:
            pcm = self._whole_frames(pcm)
        mono = self._decode(pcm)
        if self._channels > 1:
            mono = self._mix(mono)
        self.samples += len(mono)
        return mono

    def flush(self) -> Array:
        """(0,) float32: a sample cut in half at the end of an utterance cannot be heard; its bytes are counted."""
        self.odd_bytes += len(self._rest)
        self._rest = b""
        return np.empty(0, np.float32)

    def reset(self) -> None:
        """Begin the next utterance; nothing of the last one is left."""
        self._rest = b""
        self.samples = 0

    def _whole_frames(self, pcm: bytes | bytearray | memoryview) -> bytes:
        joined = self._rest + bytes(pcm)
        end = len(joined) - len(joined) % self._bytes_per_frame
        self._rest = joined[end:]
        return joined[:end]

    def _mix(self, interleaved: Array) -> Array:
        """Mean of the channels, added column by column: the order of a reduction could depend on the cut."""
        frames = interleaved.reshape(-1, self._channels)
        mono = frames[:, 0].copy()
        for channel in range(1, self._channels):
            mono += frames[:, channel]
        mono /= np.float32(self._channels)
        return mono

    def _decode_float32(self, pcm: bytes | bytearray | memoryview) -> Array:
        samples = np.frombuffer(pcm, "<f4").astype(np.float32)
        # One comparison finds all that is wrong: a NaN makes it false too.
        if not np.abs(samples).max(initial=0.0) <= 1.0:
            self._repair(samples)
        return samples

    def _repair(self, samples: Array) -> None:
        """In place: no sample stays that is not a number within -1..1."""
        broken = ~np.isfinite(samples)
        samples[broken] = 0.0
        self.repaired += int(np.count_nonzero(broken))
        self.clamped += int(np.count_nonzero(np.abs(samples) > 1.0))
        np.clip(samples, -1.0, 1.0, out=samples)


def _decode_int16(pcm: bytes | bytearray | memoryview) -> Array:
    samples: Array = np.frombuffer(pcm, "<i2") * _INT16_SCALE
    return samples


def _decode_mulaw(pcm: bytes | bytearray | memoryview) -> Array:
    return _MULAW[np.frombuffer(pcm, np.uint8)]


def _decode_alaw(pcm: bytes | bytearray | memoryview) -> Array:
    return _ALAW[np.frombuffer(pcm, np.uint8)]


def _mulaw_table() -> Array:
    """G.711 mu-law: all bits inverted; sign, three bits of exponent, four of mantissa, a bias of 132."""
    code = ~np.arange(256, dtype=np.uint8)
    exponent, mantissa = (code >> 4 & 7).astype(np.int32), (code & 15).astype(np.int32)
    magnitude = ((mantissa << 3) + 132 << exponent) - 132
    return np.where(code & 128, -magnitude, magnitude).astype(np.float32) * _INT16_SCALE


def _alaw_table() -> Array:
    """G.711 A-law: every other bit inverted; the sign bit set means positive; the lowest segment is linear."""
    code = np.arange(256, dtype=np.uint8) ^ 0x55
    exponent, mantissa = (code >> 4 & 7).astype(np.int32), (code & 15).astype(np.int32)
    step = (mantissa << 4) + 8
    magnitude = np.where(exponent > 0, step + 256 << np.maximum(exponent - 1, 0), step)
    return np.where(code & 128, magnitude, -magnitude).astype(np.float32) * _INT16_SCALE


_MULAW: Final = _mulaw_table()
_ALAW: Final = _alaw_table()
_INTEGER_DECODERS: Final[Mapping[str, Callable[[bytes | bytearray | memoryview], Array]]] = MappingProxyType(
    {"pcm_s16le": _decode_int16, "mulaw": _decode_mulaw, "alaw": _decode_alaw}
)
