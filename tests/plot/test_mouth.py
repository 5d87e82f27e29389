"""What shows between the lips, and the light on them."""

import numpy as np
import pytest
from hypothesis import given, settings

from a2f_live.plot.contours import lips
from a2f_live.plot.mouth import mouth
from a2f_live.plot.shapes import Paint, Pose, Shape
from tests.plot.helpers import any_weights, pose


def drawn(**named: float) -> dict[Paint, list[Shape]]:
    """The shapes of a mouth by what they depict."""
    return by_paint(pose(**named))


def by_paint(pose: Pose) -> dict[Paint, list[Shape]]:
    found: dict[Paint, list[Shape]] = {}
    for shape in mouth(pose, lips(pose)):
        found.setdefault(shape.paint, []).append(shape)
    return found


def area(shapes: list[Shape]) -> float:
    """Of the polygons together, mm²."""
    total = 0.0
    for shape in shapes:
        x, y = shape.points.T
        total += abs(float(np.dot(x, np.roll(y, 1)) - np.dot(y, np.roll(x, 1)))) / 2
    return total


def test_a_shut_mouth_shows_its_lips_and_nothing_else() -> None:
    shut = drawn()
    assert not {Paint.CAVITY, Paint.UPPER_TEETH, Paint.LOWER_TEETH, Paint.TONGUE} & set(shut)
    assert area(shut[Paint.UPPER_LIP]) > 100
    assert area(shut[Paint.LOWER_LIP]) > 150


def test_an_open_mouth_shows_the_upper_teeth_the_tongue_and_the_dark() -> None:
    open_ = drawn(jawOpen=0.4)
    assert area(open_[Paint.CAVITY]) > 200
    assert area(open_[Paint.UPPER_TEETH]) > 10
    assert area(open_[Paint.TONGUE]) > 10
    assert area(drawn(jawOpen=0.4, mouthUpperUp=0.6)[Paint.UPPER_TEETH]) > 2 * area(open_[Paint.UPPER_TEETH])


def test_lips_that_part_with_a_shut_jaw_show_both_rows_of_teeth() -> None:
    bared = drawn(jawOpen=0.03, mouthUpperUp=0.6, mouthLowerDown=0.9)
    assert area(bared[Paint.UPPER_TEETH]) > 50
    assert area(bared[Paint.LOWER_TEETH]) > 10
    assert bared[Paint.TOOTH_GAP]


def test_teeth_touch_the_lower_lip_that_rolls_in_under_a_raised_upper_one() -> None:
    teeth = drawn(jawOpen=0.05, mouthRollLower=0.55, mouthUpperUp=0.3)[Paint.UPPER_TEETH][0].points
    lower_lip = lips(pose(jawOpen=0.05, mouthRollLower=0.55, mouthUpperUp=0.3)).lower_inner[24, 1]
    assert teeth[:, 1].min() == pytest.approx(lower_lip, abs=0.5)


@settings(deadline=None)
@given(any_weights())
def test_what_is_inside_stays_within_the_opening(row: np.ndarray) -> None:
    pose = Pose(row)
    contours, shapes = lips(pose), by_paint(pose)
    for paint in (Paint.CAVITY, Paint.UPPER_TEETH, Paint.LOWER_TEETH):
        for shape in shapes.get(paint, []):
            top = np.interp(shape.points[:, 0], *contours.upper_inner.T)
            bottom = np.interp(shape.points[:, 0], *contours.lower_inner.T)
            assert (shape.points[:, 1] <= top + 1e-6).all()
            assert (shape.points[:, 1] >= bottom - 1e-6).all()


def test_a_tongue_that_is_put_out_hangs_over_the_lower_lip() -> None:
    lower = lips(pose(jawOpen=0.3)).lower_outer[:, 1].min()
    lowest = [min(s.points[:, 1].min() for s in drawn(jawOpen=0.3, tongueOut=out)[Paint.TONGUE]) for out in (0.3, 1.0)]
    assert lowest[0] > lower > lowest[1]


def test_lips_that_protrude_are_lit_and_cast_a_shadow() -> None:
    flat, out = drawn(), drawn(mouthPucker=0.8)
    assert out[Paint.LIP_LIGHT][0].opacity > flat[Paint.LIP_LIGHT][0].opacity + 0.1
    assert len(out[Paint.SHADE]) > len(flat[Paint.SHADE])
