from fractions import Fraction
from itertools import pairwise
from math import ceil

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from a2f_live.frames import Array
from a2f_live.motion.timeline import FrameTimes, Timeline
from a2f_live.speech import REST, ROW_WIDTH

NTSC = Fraction(30000, 1001)
RATES = [
    Fraction(1),
    Fraction(24),
    Fraction(25),
    NTSC,
    Fraction(30),
    Fraction(50),
    Fraction(60),
    Fraction(60000, 1001),
    Fraction(119, 2),
    Fraction(120),
    Fraction(7, 3),
]
FPS = st.one_of(st.sampled_from(RATES), st.fractions(1, 120, max_denominator=1001))
ROW_RATES = st.sampled_from([Fraction(50), Fraction(30), Fraction(60), Fraction(100), Fraction(125, 4)])


def ramp(count: int) -> Array:
    """Rows whose weights are their index: a frame between them shows its own position."""
    return np.repeat(np.arange(count, dtype=np.float32)[:, None], ROW_WIDTH, axis=1)


def noise(count: int) -> Array:
    return np.random.default_rng(count).random((count, ROW_WIDTH), dtype=np.float32)


def cut(rows: Array, cuts: list[int]) -> list[Array]:
    return np.split(rows, sorted(c % (len(rows) + 1) for c in cuts))


def play(timeline: Timeline, parts: list[Array], duration_s: Fraction, *, told: bool = False) -> Array:
    """Everything that an utterance gives, as one array."""
    given = [timeline.push(part, duration_s if told else None) for part in parts]
    given.append(timeline.finish(duration_s))
    blocks = [block for block in given if block is not None]
    return np.concatenate(blocks) if blocks else np.zeros((0, ROW_WIDTH), np.float32)


@given(fps=FPS, row_rate=ROW_RATES, cuts=st.lists(st.integers(0, 80), max_size=30), offset_ms=st.integers(-60, 200))
def test_any_grouping_of_the_rows_gives_the_same_frames(
    fps: Fraction, row_rate: Fraction, cuts: list[int], offset_ms: int
) -> None:
    rows, duration_s = noise(80), 80 / row_rate
    whole = play(Timeline(row_rate, fps, offset_ms / 1000), [rows], duration_s)
    parts = play(Timeline(row_rate, fps, offset_ms / 1000), cut(rows, cuts), duration_s)
    single = play(Timeline(row_rate, fps, offset_ms / 1000), cut(rows, list(range(81))), duration_s)
    assert whole.tobytes() == parts.tobytes() == single.tobytes()


@given(fps=FPS, row_rate=ROW_RATES, samples=st.integers(0, 60_000))
def test_an_utterance_has_ceil_of_duration_times_fps_frames(fps: Fraction, row_rate: Fraction, samples: int) -> None:
    duration_s = Fraction(samples, 16_000)
    timeline = Timeline(row_rate, fps)
    frames = play(timeline, [noise(timeline.rows_needed(duration_s))], duration_s)
    assert len(frames) == timeline.frames == ceil(duration_s * fps)


@given(fps=FPS, samples=st.integers(0, 60_000), surplus=st.integers(0, 30), offset_ms=st.integers(-60, 300))
def test_no_frame_comes_after_the_end_once_it_is_known(
    fps: Fraction, samples: int, surplus: int, offset_ms: int
) -> None:
    duration_s = Fraction(samples, 16_000)
    timeline = Timeline(Fraction(50), fps, offset_ms / 1000)
    rows = noise(timeline.rows_needed(duration_s) + surplus)
    assert len(play(timeline, [rows], duration_s, told=True)) == ceil(duration_s * fps)


@pytest.mark.parametrize("fps", RATES)
def test_a_frame_lies_between_the_rows_around_its_time(fps: Fraction) -> None:
    frames = play(Timeline(Fraction(50), fps), [ramp(101)], Fraction(2))
    due = np.arange(len(frames)) * 50 / float(fps)
    assert np.abs(frames[:, 0] - due).max() < 1e-4


@pytest.mark.parametrize(
    ("fps", "rows", "frames"), [(50, 1, 1), (50, 2, 2), (25, 2, 1), (60, 1, 1), (60, 2, 2), (100, 2, 3)]
)
def test_a_frame_is_given_as_soon_as_its_rows_exist(fps: int, rows: int, frames: int) -> None:
    timeline = Timeline(Fraction(50), Fraction(fps))
    timeline.push(ramp(rows))
    assert timeline.frames == frames


@pytest.mark.parametrize("offset_ms", [-40, 0, 20, 55, 130])
def test_rows_are_shown_later_by_the_offset(offset_ms: int) -> None:
    frames = play(Timeline(Fraction(50), Fraction(60), offset_ms / 1000), [ramp(51)], Fraction(1), told=True)
    due = np.maximum(np.arange(60) * 50 / 60 - offset_ms / 20, 0.0)
    assert np.abs(frames[:, 0] - np.minimum(due, 50.0)).max() < 1e-4


@pytest.mark.parametrize(
    ("duration_s", "offset_ms", "expected"),
    [
        (Fraction(0), 0, 0),
        (Fraction(1), 0, 50),
        (Fraction(101, 100), 0, 51),
        (Fraction(1), 100, 45),
        (Fraction(1), -100, 55),
        (Fraction(1, 100), 100, 1),
    ],
)
def test_rows_needed_are_those_shown_before_the_end(duration_s: Fraction, offset_ms: int, expected: int) -> None:
    assert Timeline(Fraction(50), Fraction(60), offset_ms / 1000).rows_needed(duration_s) == expected


def test_the_last_row_is_held_where_rows_are_missing() -> None:
    frames = play(Timeline(Fraction(50), Fraction(60)), [ramp(10)], Fraction(1))
    assert len(frames) == 60
    assert (frames[11:] == 9).all()


def test_an_utterance_without_rows_rests() -> None:
    assert (play(Timeline(Fraction(50), Fraction(30)), [], Fraction(1, 2)) == REST).all()


@given(first=FPS, second=FPS, third=FPS, rows=st.lists(st.integers(0, 40), min_size=3, max_size=3))
def test_a_change_of_rate_leaves_no_gap_and_goes_on_counting(
    first: Fraction, second: Fraction, third: Fraction, rows: list[int]
) -> None:
    timeline = Timeline(Fraction(50), first)
    due: list[Fraction] = []
    source = iter(ramp(sum(rows) + 1))
    for fps, count in zip((first, second, third), rows, strict=True):
        next_due = timeline.times.time_s(timeline.frames)
        timeline.set_fps(fps)
        assert timeline.times.time_s(timeline.frames) == next_due
        for _ in range(count):
            frames = timeline.push(next(source)[None])
            for frame in frames if frames is not None else ():
                due.append(timeline.times.time_s(len(due)))
                assert frame[0] == pytest.approx(float(due[-1] * 50), abs=1e-3)
    assert len(due) == timeline.frames
    steps = {later - sooner for sooner, later in pairwise(due)}
    assert steps <= {1 / first, 1 / second, 1 / third}


def test_many_changes_of_rate_do_not_grow_the_numbers() -> None:
    times = FrameTimes(Fraction(60))
    for index in range(500):
        times = times.changed(Fraction(10_007 + index, 211), index)
    assert times.start_s.denominator < 2**48
    assert float(times.start_s) == pytest.approx(500 / 48, rel=0.05)


@pytest.mark.parametrize("fps", RATES)
def test_seconds_are_the_exact_times_rounded(fps: Fraction) -> None:
    times = FrameTimes(fps).changed(fps * Fraction(9, 10), 17)
    exact = [float(times.time_s(index)) for index in range(20, 40)]
    assert times.seconds(20, 20) == pytest.approx(exact, rel=1e-12)


def test_reset_begins_anew() -> None:
    timeline = Timeline(Fraction(50), Fraction(60))
    first = play(timeline, [noise(20)], Fraction(2, 5), told=True)
    timeline.reset()
    assert timeline.frames == 0
    assert play(timeline, [noise(20)], Fraction(2, 5)).tobytes() == first.tobytes()


@given(
    fps=st.fractions(1, 120, max_denominator=1001),
    row_rate=st.sampled_from([Fraction(50), Fraction(60), Fraction(30), Fraction(16_000, 321)]),
    rows=st.integers(0, 60),
)
def test_rows_for_another_are_the_fewest_that_decide_a_frame_more(fps: Fraction, row_rate: Fraction, rows: int) -> None:
    def decided(count: int) -> int:
        timeline = Timeline(row_rate, fps)
        timeline.push(np.zeros((count, ROW_WIDTH), np.float32))
        return timeline.frames

    wanted = Timeline(row_rate, fps).rows_for_another(rows)
    assert decided(wanted) > decided(rows)
    assert decided(wanted - 1) == decided(rows)
