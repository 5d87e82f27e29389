"""Which frames are asked for, and the rows that they give."""

from math import ceil

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from a2f_live.engine.base import Array
from a2f_live.engine.omniverse.span import Span
from a2f_live.errors import EngineFailed


def ramp(first_s: float, end_s: float, fps: float) -> Array:
    """Frames that hold their own time."""
    count = ceil(round((end_s - first_s) * fps, 6))
    return (first_s + np.arange(count) / fps).astype(np.float32)[:, None]


def test_an_export_at_the_row_rate_begins_before_and_ends_with_the_rows() -> None:
    span = Span(start_s=2.0, count=15, row_rate=30, fps=30, overlap_frames=6, track_s=2.8)
    assert span.first_s == pytest.approx(1.8)
    assert span.end_s == pytest.approx(2.5)


@given(
    start_frames=st.integers(0, 90),
    count=st.integers(1, 90),
    row_rate=st.sampled_from([10, 15, 24, 25, 30, 60]),
    lower=st.integers(0, 9),
    overlap=st.integers(0, 10),
)
def test_rows_are_those_of_their_times_at_any_rate(
    start_frames: int, count: int, row_rate: int, lower: int, overlap: int
) -> None:
    start_s = start_frames / row_rate
    span = Span(start_s, count, row_rate, row_rate - lower, overlap, start_s + count / row_rate + 0.3)
    assert 0 <= span.first_s <= span.start_s < span.end_s <= span.track_s
    rows = span.rows_from(ramp(span.first_s, span.end_s, span.fps), span.fps)
    assert rows.shape == (count, 1)
    held_s = 1 / span.fps  # where the track ends before the frame that is due behind the last row
    assert rows[:, 0] == pytest.approx(start_s + np.arange(count) / row_rate, abs=held_s if lower else 1e-5)


@given(overlap=st.integers(0, 10), hop=st.integers(1, 30))
def test_at_the_row_rate_rows_are_frames_to_the_bit(overlap: int, hop: int) -> None:
    span = Span(2.0, hop, 30, 30, overlap, 2.0 + hop / 30 + 0.3)
    frames = np.random.default_rng(0).random((overlap + hop, 3)).astype(np.float32)
    assert span.rows_from(frames, 30).tobytes() == frames[overlap:].tobytes()


def test_an_export_of_the_whole_track_is_noticed() -> None:
    span = Span(2.0, 15, 30, 30, 6, 2.8)
    assert span.rows_from(ramp(0, 2.8, 30), 30)[:, 0] == pytest.approx(2 + np.arange(15) / 30)


def test_an_export_at_another_rate_than_asked_is_read_at_its_own() -> None:
    span = Span(2.0, 15, 30, 30, 6, 2.8)
    assert span.rows_from(ramp(span.first_s, span.end_s + 0.1, 60), 60)[:, 0] == pytest.approx(2 + np.arange(15) / 30)


def test_one_frame_less_than_due_is_held_and_two_less_are_refused() -> None:
    span = Span(2.0, 15, 30, 30, 6, 2.8)
    whole = ramp(span.first_s, span.end_s, 30)
    held = span.rows_from(whole[:-1], 30)
    assert held[-1] == held[-2] == whole[-2]
    with pytest.raises(EngineFailed, match="exported 19 frames where 21 were due"):
        span.rows_from(whole[:-2], 30)
