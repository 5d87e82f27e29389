import math
import struct
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from a2f_live.audio.pcm import PcmDecoder
from a2f_live.config import CHANNELS_RANGE, ENCODINGS, AudioFormat
from a2f_live.frames import Array
from tests.audio.helpers import cuts, pieces

formats = st.builds(AudioFormat, st.sampled_from(sorted(ENCODINGS)), st.just(16_000), st.integers(*CHANNELS_RANGE))


def decode(audio: AudioFormat, *messages: bytes | bytearray | memoryview) -> Array:
    decoder = PcmDecoder(audio)
    return np.concatenate([*map(decoder.push, messages), decoder.flush()])


def mulaw_reference(code: int) -> float:
    """G.711 by its formula: the magnitude from its chord and its step."""
    code = 255 - code
    magnitude = ((2 * (code % 16) + 33) << code // 16 % 8) - 33
    return (-1 if code >= 128 else 1) * magnitude * 4 / 32768


def alaw_reference(code: int) -> float:
    code ^= 0b01010101
    chord, step = code // 16 % 8, code % 16
    magnitude = 2 * step + 1 if chord == 0 else (2 * step + 33) << (chord - 1)
    return (1 if code >= 128 else -1) * magnitude * 8 / 32768


@pytest.mark.parametrize(("encoding", "reference"), [("mulaw", mulaw_reference), ("alaw", alaw_reference)])
def test_companded_samples_follow_g711(encoding: str, reference: Callable[[int], float]) -> None:
    heard = decode(AudioFormat(encoding, 8_000), bytes(range(256)))
    assert heard.tolist() == [reference(code) for code in range(256)]


@pytest.mark.parametrize(
    ("encoding", "code", "value"),
    [
        ("mulaw", 0x00, -32124),
        ("mulaw", 0x7F, 0),
        ("mulaw", 0x80, 32124),
        ("mulaw", 0xFF, 0),
        ("alaw", 0x2A, -32256),
        ("alaw", 0x55, -8),
        ("alaw", 0xAA, 32256),
        ("alaw", 0xD5, 8),
    ],
)
def test_companded_samples_at_the_ends_of_the_scale(encoding: str, code: int, value: int) -> None:
    assert decode(AudioFormat(encoding, 8_000), bytes([code])).tolist() == [value / 32768]


def test_int16_is_scaled_by_32768_and_little_endian() -> None:
    heard = decode(AudioFormat(), struct.pack("<5h", -32768, -1, 0, 1, 32767))
    assert heard.dtype == np.float32
    assert heard.tolist() == [-1.0, -1 / 32768, 0.0, 1 / 32768, 32767 / 32768]


@given(st.integers(*CHANNELS_RANGE), st.integers(0, 40), st.integers(0, 2**32 - 1))
def test_channels_are_mixed_down_by_their_mean(channels: int, frames: int, seed: int) -> None:
    values = np.random.default_rng(seed).integers(-32768, 32768, (frames, channels))
    heard = decode(AudioFormat(channels=channels), values.astype("<i2").tobytes())
    np.testing.assert_allclose(heard, values.mean(axis=1) / 32768, rtol=1e-6, atol=1e-9)


@given(formats, st.binary(max_size=4_000), cuts)
def test_any_cutting_gives_the_same_samples(audio: AudioFormat, pcm: bytes, lengths: list[int]) -> None:
    whole, cut = PcmDecoder(audio), PcmDecoder(audio)
    expected = whole.push(pcm)
    heard = np.concatenate([cut.push(piece) for piece in pieces(pcm, lengths)])
    assert heard.tobytes() == expected.tobytes()
    assert cut.flush().shape == (0,)
    whole.flush()
    for counter in ("samples", "repaired", "clamped", "odd_bytes"):
        assert getattr(cut, counter) == getattr(whole, counter)
    assert cut.samples == len(pcm) // audio.bytes_per_frame
    assert cut.odd_bytes == len(pcm) % audio.bytes_per_frame


@given(formats, st.binary(max_size=400))
def test_no_bytes_give_a_sample_that_is_not_within_the_scale(audio: AudioFormat, pcm: bytes) -> None:
    heard = decode(audio, pcm)
    assert heard.dtype == np.float32
    assert np.isfinite(heard).all()
    assert (np.abs(heard) <= 1).all()


@pytest.mark.parametrize(
    ("sample", "heard", "repaired", "clamped"),
    [
        (math.nan, 0.0, 1, 0),
        (math.inf, 0.0, 1, 0),
        (-math.inf, 0.0, 1, 0),
        (1.5, 1.0, 0, 1),
        (-3e38, -1.0, 0, 1),
        (1.0, 1.0, 0, 0),
        (-1.0, -1.0, 0, 0),
        (1e-40, 1e-40, 0, 0),
    ],
)
def test_floats_that_are_no_sound_are_put_right_and_counted(
    sample: float, heard: float, repaired: int, clamped: int
) -> None:
    decoder = PcmDecoder(AudioFormat("pcm_f32le"))
    assert decoder.push(struct.pack("<3f", 0.25, sample, -0.25)).tolist() == [0.25, np.float32(heard), -0.25]
    assert (decoder.repaired, decoder.clamped) == (repaired, clamped)


def test_each_channel_is_put_right_before_the_mix() -> None:
    decoder = PcmDecoder(AudioFormat("pcm_f32le", channels=2))
    assert decoder.push(struct.pack("<4f", math.nan, 0.5, 9.0, -1.0)).tolist() == [0.25, 0.0]
    assert (decoder.samples, decoder.repaired, decoder.clamped) == (2, 1, 1)


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
def test_any_kind_of_bytes_is_taken(encoding: str, kind: Callable[[bytes], bytes | bytearray | memoryview]) -> None:
    pcm = bytes(range(64))
    audio = AudioFormat(encoding)
    assert decode(audio, kind(pcm)).tobytes() == decode(audio, pcm).tobytes()
    assert decode(audio, kind(pcm[:7]), kind(pcm[7:])).tobytes() == decode(audio, pcm).tobytes()
    assert decode(audio, kind(b"")).shape == (0,)


def test_the_samples_are_a_copy_of_the_message() -> None:
    message = bytearray(struct.pack("<2f", 0.5, 0.5))
    heard = PcmDecoder(AudioFormat("pcm_f32le")).push(message)
    message[:] = bytes(8)
    assert heard.tolist() == [0.5, 0.5]


@pytest.mark.parametrize("end", ["flush", "reset"])
def test_half_a_sample_does_not_reach_the_next_utterance(end: str) -> None:
    decoder = PcmDecoder(AudioFormat())
    decoder.push(b"\x01\x02\x03")
    getattr(decoder, end)()
    assert decoder.push(b"\x00\x40").tolist() == [0.5]


def test_reset_counts_samples_anew_and_keeps_what_counts_for_the_stream() -> None:
    decoder = PcmDecoder(AudioFormat("pcm_f32le"))
    decoder.push(struct.pack("<2f", math.nan, 2.0) + b"x")
    decoder.flush()
    assert decoder.samples == 2
    decoder.reset()
    assert (decoder.samples, decoder.repaired, decoder.clamped, decoder.odd_bytes) == (0, 1, 1, 1)
