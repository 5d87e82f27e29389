"""Curves and polygons: smooth ones go through their knots, strokes have a width, turning keeps distances."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from a2f_live import arkit
from a2f_live.plot.shapes import Paint, Pose, Shape, band, between, ellipse, on, ramp, smooth, stroke, turned

KNOTS = [(0.0, 0.0), (1.0, 2.0), (3.0, 1.0), (4.0, 4.0)]


@pytest.mark.parametrize("closed", [False, True])
def test_a_curve_goes_through_its_knots(closed: bool) -> None:
    curve = smooth(KNOTS, closed=closed, steps=4)
    assert curve[::4].tolist()[: len(KNOTS)] == [list(knot) for knot in KNOTS]
    assert len(curve) == (16 if closed else 13)


def test_a_curve_through_points_of_a_line_is_that_line() -> None:
    curve = smooth([(x, 2 * x + 1) for x in (0.0, 1.0, 2.0, 3.0)])
    assert curve[:, 1] == pytest.approx(2 * curve[:, 0] + 1)


def test_left_and_right_mirror_each_other() -> None:
    assert on("Right", KNOTS) == pytest.approx(on("Left", KNOTS) * [-1, 1])


def test_an_ellipse_has_its_width_and_height() -> None:
    assert np.ptp(ellipse(5, 6, 4, 2, 400), axis=0) == pytest.approx([4, 2], abs=1e-3)


def test_a_stroke_is_as_wide_as_told_and_thin_at_its_ends() -> None:
    line = np.stack([np.linspace(0, 10, 21), np.zeros(21)], 1)
    outline = stroke(line, 2.0, ends=0.25)
    assert np.ptp(outline[:, 1]) == pytest.approx(2.0)
    assert outline[0, 1] - outline[-1, 1] == pytest.approx(0.5)


def test_a_band_lies_between_its_curves() -> None:
    x = np.linspace(0, 1, 5)
    outline = band(x, x - 1, x + 1)
    assert len(outline) == 10
    assert outline[:5, 1] - outline[5:, 1][::-1] == pytest.approx(np.full(5, 2.0))


def test_turning_keeps_distances_and_the_pivot() -> None:
    points = np.array([[0.0, 0.0], [3.0, 4.0]])
    (shape,) = turned([Shape(Paint.SKIN, points)], 90, (10.0, 0.0), (0.0, 0.0))
    assert shape.points == pytest.approx(np.array([[10.0, 0.0], [6.0, 3.0]]))


@given(st.floats(-2, 2))
def test_a_ramp_stays_within_its_ends(value: float) -> None:
    assert 0 <= ramp(value, 0.2, 0.8) <= 1
    assert ramp(0.5, 0.2, 0.8) == pytest.approx(0.5)
    assert between(2.0, 4.0, 0.5) == 3.0


def test_a_pose_holds_weights_to_their_range() -> None:
    row = np.zeros(arkit.COUNT)
    row[arkit.INDEX["jawOpen"]], row[arkit.INDEX["mouthClose"]] = 7.0, np.nan
    row[arkit.INDEX["mouthSmileLeft"]] = 0.5
    pose = Pose(row)
    assert (pose["jawOpen"], pose["mouthClose"], pose.of("mouthSmile", "Left"), pose.mean("mouthSmile")) == (
        *(1.0, 0.0, 0.5, 0.25),
    )
