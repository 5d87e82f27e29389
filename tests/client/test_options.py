from fractions import Fraction

import numpy as np
import pytest

from a2f_live.client.options import Options, frame_rate, pcm_bytes, stream_config
from a2f_live.config import AudioFormat, StreamConfig
from a2f_live.errors import A2FError, AudioError, ConfigError


def test_without_options_the_defaults_of_the_wire_hold() -> None:
    assert stream_config({}) == StreamConfig()


@pytest.mark.parametrize(
    ("fps", "expected"),
    [
        (60, Fraction(60)),
        (29.97, Fraction(2997, 100)),
        ("30000/1001", Fraction(30000, 1001)),
        (Fraction(5), Fraction(5)),
    ],
)
def test_frame_rates_are_exact(fps: int | float | str | Fraction, expected: Fraction) -> None:
    assert frame_rate(fps) == expected


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"fps": "fast"}, ConfigError),
        ({"fps": "1/0"}, ConfigError),
        ({"fps": float("nan")}, ConfigError),
        ({"fps": 1000}, ConfigError),
        ({"sample_rate": 1}, AudioError),
        ({"audio": AudioFormat(), "channels": 1}, ConfigError),
        ({"framerate": 30}, ConfigError),
        ({"pace": "slow"}, ConfigError),
    ],
)
def test_what_cannot_be_used_is_refused_before_anything_is_sent(options: Options, error: type[A2FError]) -> None:
    with pytest.raises(error):
        stream_config(options)


@pytest.mark.parametrize(
    ("encoding", "dtype"),
    [("pcm_s16le", "<i2"), ("pcm_s16le", ">i2"), ("pcm_f32le", "<f4"), ("mulaw", "u1"), ("alaw", "u1")],
)
def test_arrays_become_little_endian_bytes(encoding: str, dtype: str) -> None:
    samples = np.arange(100).astype(dtype)
    little = samples.astype(np.dtype(dtype).newbyteorder("<"))
    assert pcm_bytes(samples, AudioFormat(encoding)) == little.tobytes()
    assert pcm_bytes(samples[::2], AudioFormat(encoding)) == little[::2].tobytes()


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
def test_bytes_are_kept_as_they_are_now(kind: type) -> None:
    source = bytearray(b"abcd")
    kept = pcm_bytes(kind(source), AudioFormat())
    source[:] = b"xxxx"
    assert kept == b"abcd"
