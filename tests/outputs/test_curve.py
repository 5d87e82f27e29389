"""Stretches of a curve: as many frames as Audio2Face counts, and equal however they are cut."""

from fractions import Fraction
from math import ceil

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from a2f_live import arkit
from a2f_live.frames import Frames
from a2f_live.outputs import curve as module
from a2f_live.outputs.curve import DENSE_FPS, Curve, curve_rate, exact, frames_in

RATES = st.sampled_from([Fraction(15), Fraction(24), Fraction(30), Fraction(30000, 1001), Fraction(60), Fraction(7, 2)])


def curve(duration_s: Fraction = Fraction(4), rate: Fraction = Fraction(60)) -> Curve:
    """A curve whose weights are their own times."""
    times = np.arange(ceil(duration_s * rate)) / float(rate)
    return Curve(rate, duration_s, np.repeat(times[:, None], arkit.COUNT, axis=1).astype(np.float32))


@pytest.mark.parametrize(
    ("start", "end", "fps", "count"),
    [(0, 258.6, 1, 259), (0, 562.65, 1, 563), (0, 3, 15, 45), (0.1, 0.4, 30, 9), (0, 0.001, 10, 1), (1, 1, 30, 0)],
)
def test_frames_are_counted_up(start: float, end: float, fps: float, count: int) -> None:
    assert frames_in(exact(start), exact(end), exact(fps)) == count


@pytest.mark.parametrize(
    ("fps", "rate"), [(15, 60), (24, 72), (25, 75), (30, 60), (60, 60), (100, 100), (0.5, 60), (400, 120)]
)
def test_a_curve_is_dense_and_its_rate_a_multiple(fps: float, rate: float) -> None:
    assert curve_rate(exact(fps)) == rate


@given(st.floats(0, 1e5, allow_nan=False).map(lambda value: round(value, 4)))
def test_decimal_fractions_are_taken_exactly(number: float) -> None:
    assert exact(number) == Fraction(str(number))


def test_frames_of_the_curve_itself_are_given_untouched() -> None:
    known = curve()
    assert np.array_equal(known.sample(Fraction(1), Fraction(2), Fraction(15)), known.weights[60:120:4])


def test_between_two_frames_it_is_a_straight_line() -> None:
    rows = curve().sample(Fraction("0.3333"), Fraction(2), Fraction(7))
    assert rows[:, 0] == pytest.approx(0.3333 + np.arange(len(rows)) / 7, abs=1e-6)


def test_before_the_start_and_after_the_end_it_holds_still() -> None:
    known = curve()
    late = known.sample(Fraction(3), Fraction(4), Fraction(10), lead_s=Fraction(1))
    assert set(late[:, 0]) == {known.weights[-1, 0]}
    early = known.sample(Fraction(0), Fraction(1), Fraction(10), lead_s=Fraction(-1))
    assert set(early[:, 0]) == {0.0}


def test_of_nothing_there_is_only_rest() -> None:
    empty = Curve(Fraction(60), Fraction(0), np.empty((0, arkit.COUNT), np.float32))
    assert not empty.sample(Fraction(0), Fraction(1), Fraction(10)).any()
    assert curve().sample(Fraction(2), Fraction(1), Fraction(10)).shape == (0, arkit.COUNT)


@given(RATES, st.lists(st.integers(1, 40), min_size=1, max_size=4))
def test_pieces_of_whole_frames_make_the_whole(fps: Fraction, lengths: list[int]) -> None:
    known = Curve(curve_rate(fps), Fraction(20), np.random.default_rng(3).random((1500, 52), np.float32))
    ends = [sum(lengths[: index + 1]) / fps for index in range(len(lengths))]
    assume(ends[-1] <= 20)
    starts = [Fraction(0), *ends[:-1]]
    pieces = [known.sample(start, end, fps) for start, end in zip(starts, ends, strict=True)]
    assert np.array_equal(np.concatenate(pieces), known.sample(Fraction(0), ends[-1], fps))


def test_long_stretches_come_in_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BLOCK_FRAMES", 7)
    stretch = (Fraction(1), Fraction(3), Fraction(10), Fraction(1, 7))
    blocks = list(curve().frames(*stretch))
    assert [block.index for block in blocks] == [0, 7, 14]
    assert np.array_equal(np.concatenate([block.weights for block in blocks]), curve().sample(*stretch))
    assert blocks[1].time_s == Fraction(7, 10)


def test_frames_are_gathered() -> None:
    fps = Fraction(DENSE_FPS)
    blocks = [Frames(0, i, i / fps, fps, np.full((2, 52), i, np.float32)) for i in (0, 2)]
    gathered = Curve.of(blocks, fps, Fraction(4, 60))
    assert gathered.weights[:, 0].tolist() == [0, 0, 2, 2]
