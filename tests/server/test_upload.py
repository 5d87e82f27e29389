"""The wishes beside an upload, read strictly."""

import contextlib
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from a2f_live.errors import ConfigError
from a2f_live.server.upload import read_chunk_s, read_emotions, read_fps


@pytest.mark.parametrize(
    ("query", "fps"),
    [
        ({}, Fraction(60)),
        ({"fps": "30"}, Fraction(30)),
        ({"fps": "29.97"}, Fraction(2997, 100)),
        ({"fps": "30000/1001"}, Fraction(30_000, 1001)),
    ],
)
def test_a_frame_rate_is_exact(query: dict[str, str], fps: Fraction) -> None:
    assert read_fps(query) == fps


@pytest.mark.parametrize("text", ["", "x", "0", "121", "-1", "nan", "inf", "1/0", "1e9999999", "1" * 1000])
def test_a_frame_rate_that_cannot_be_is_refused(text: str) -> None:
    with pytest.raises(ConfigError, match="ask for 1 to 120"):
        read_fps({"fps": text})


def test_a_chunk_is_a_second_unless_told_otherwise() -> None:
    assert (read_chunk_s({}), read_chunk_s({"chunk_s": "0.5"})) == (Fraction(1), Fraction(1, 2))


@given(st.text())
def test_no_text_makes_it_crash(text: str) -> None:
    for read in (read_emotions, lambda given: read_fps({"fps": given})):
        with contextlib.suppress(ConfigError):
            read(text)


def test_ten_numbers_are_in_the_order_of_audio2face() -> None:
    emotions = read_emotions("[0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]")
    assert (emotions["amazement"], emotions["joy"], emotions["sadness"]) == (0, 0.6, 0.9)
