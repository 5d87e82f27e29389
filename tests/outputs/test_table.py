"""Tables: the columns, the timecode, the numbers; and the same text however the frames are cut."""

import csv
import io
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from a2f_live import arkit
from a2f_live.frames import Frames
from a2f_live.outputs.base import Clip, Format
from a2f_live.outputs.table import LiveLinkTable, PlainTable, timecode
from tests.outputs.helpers import FPS, clip


def written(table: Format, blocks: list[Frames]) -> list[list[str]]:
    text = table.begin(Clip("voice.wav", FPS)) + "".join(map(table.rows, blocks)) + table.end()
    return list(csv.reader(io.StringIO(text)))


def test_live_link_columns() -> None:
    header, *rows = written(LiveLinkTable(), clip(5, cuts=(2,)))
    assert header[:3] == ["Timecode", "BlendShapeCount", "EyeBlinkLeft"]
    assert header[-1] == "RightEyeRoll"
    assert len(header) == 2 + 61
    assert [row[1] for row in rows] == ["61"] * 5
    assert {len(row) for row in rows} == {63}
    assert np.allclose(np.array([row[2:54] for row in rows], float), clip(5)[0].weights, atol=5.1e-7)
    assert {value for row in rows for value in row[54:]} == {"0"}


def test_plain_columns() -> None:
    header, *rows = written(PlainTable(), clip(4, cuts=(1, 3)))
    assert header == ["time_s", *arkit.NAMES]
    values = np.array(rows, float)
    assert np.allclose(values[:, 0], [float(i / FPS) for i in range(4)], atol=5.1e-7)
    assert np.allclose(values[:, 1:], clip(4)[0].weights, atol=5.1e-7)


@pytest.mark.parametrize("table", [LiveLinkTable, PlainTable])
@given(cuts=st.lists(st.integers(0, 20), max_size=4).map(sorted))
def test_any_cutting_gives_the_same_text(table: type[Format], cuts: list[int]) -> None:
    assert written(table(), clip(20, cuts=tuple(cuts))) == written(table(), clip(20))


@pytest.mark.parametrize(
    ("time_s", "fps", "expected"),
    [
        (Fraction(0), Fraction(60), "00:00:00:00.000"),
        (Fraction(59, 60), Fraction(60), "00:00:00:59.000"),
        (Fraction(1), Fraction(60), "00:00:01:00.000"),
        (Fraction(3661) + Fraction(1, 120), Fraction(60), "01:01:01:00.500"),
        (30 / FPS, FPS, "00:00:01:00.029"),
        (Fraction(100 * 3600), Fraction(30), "100:00:00:00.000"),
    ],
)
def test_timecode(time_s: Fraction, fps: Fraction, expected: str) -> None:
    assert timecode(time_s, fps) == expected


@given(index=st.integers(0, 10**7), fps=st.sampled_from([Fraction(24), Fraction(30), Fraction(60), Fraction(120)]))
def test_a_whole_frame_rate_has_no_thousandths(index: int, fps: Fraction) -> None:
    hour, minute, second, frame = timecode(index / fps, fps).split(":")
    assert frame.endswith(".000")
    assert ((int(hour) * 60 + int(minute)) * 60 + int(second)) * fps + int(float(frame)) == index
