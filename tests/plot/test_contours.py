"""The lips never cross, and do what the weights are named for."""

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from a2f_live import lips as measured
from a2f_live.plot.contours import Lips, lips
from a2f_live.plot.shapes import Pose
from tests.plot.helpers import any_weights, mirrored, pose, weights

MIDDLE = 24
TINY = 1e-9


def thickness(contours: Lips) -> tuple[float, float]:
    """Of upper and lower lip in the middle."""
    return (
        float(contours.upper_outer[MIDDLE, 1] - contours.upper_inner[MIDDLE, 1]),
        float(contours.lower_inner[MIDDLE, 1] - contours.lower_outer[MIDDLE, 1]),
    )


def width(contours: Lips) -> float:
    return float(np.ptp(contours.upper_outer[:, 0]))


def corner_height(contours: Lips, side: int) -> float:
    return float(contours.upper_outer[side, 1] - contours.upper_inner[MIDDLE, 1])


@settings(deadline=None)
@given(any_weights())
def test_lips_never_cross(row: np.ndarray) -> None:
    contours = lips(Pose(row))
    heights = [contours.upper_outer, contours.upper_inner, contours.lower_inner, contours.lower_outer]
    assert all(np.isfinite(contour).all() for contour in heights)
    for above, below in pairwise(heights):
        assert (above[:, 1] >= below[:, 1] - TINY).all()
    for contour in (contours.upper_outer, contours.upper_inner, contours.lower_inner):
        assert (np.diff(contour[:, 0]) > 0).all()
    assert width(contours) > np.ptp(contours.upper_inner[:, 0])


@settings(deadline=None)
@given(any_weights())
def test_the_gap_in_the_middle_is_the_measured_one_and_the_corners_are_shut(row: np.ndarray) -> None:
    gap = lips(Pose(row)).gap
    assert gap[[0, -1]] == pytest.approx([0, 0], abs=1e-6)
    if not row[[15, 16]].any():  # a jaw that stands aside opens the mouth most beside the middle
        assert gap[MIDDLE] == pytest.approx(measured.gap_mm(row), abs=1e-4)


@settings(deadline=None)
@given(any_weights())
def test_a_mirrored_face_has_mirrored_lips(row: np.ndarray) -> None:
    there, here = lips(Pose(mirrored(row))), lips(Pose(row))
    assert there.lower_outer[::-1] * [-1, 1] == pytest.approx(
        here.lower_outer, abs=0.03
    )  # as near as the measured sides
    assert there.upper_inner[::-1] * [-1, 1] == pytest.approx(here.upper_inner, abs=0.03)


@settings(deadline=None)
@given(st.floats(0, 0.9), st.floats(0.01, 0.1))
def test_the_gap_grows_with_the_jaw_and_shrinks_with_mouth_close(jaw: float, more: float) -> None:
    gap = lips(pose(jawOpen=jaw)).gap[MIDDLE]
    assert lips(pose(jawOpen=jaw + more)).gap[MIDDLE] > gap
    assert lips(pose(jawOpen=jaw, mouthClose=more)).gap[MIDDLE] < max(gap, TINY)
    assert lips(pose(jawOpen=jaw, mouthClose=jaw)).gap.max() == 0


@pytest.mark.parametrize(
    ("named", "measure", "sign"),
    [
        ({"mouthPucker": 1}, width, -1),
        ({"mouthFunnel": 1}, width, -1),
        ({"mouthSmile": 1}, width, 1),
        ({"mouthStretch": 1}, width, 1),
        ({"mouthDimple": 1}, width, 1),
        ({"mouthFunnel": 1}, lambda lips: thickness(lips)[0], 1),
        ({"mouthRollUpper": 1}, lambda lips: thickness(lips)[0], -1),
        ({"mouthRollLower": 1}, lambda lips: thickness(lips)[1], -1),
        ({"mouthShrugLower": 1}, lambda lips: thickness(lips)[1], 1),
        ({"mouthPress": 1}, lambda lips: sum(thickness(lips)), -1),
        ({"mouthSmileLeft": 1}, lambda lips: corner_height(lips, -1), 1),
        ({"mouthFrownRight": 1}, lambda lips: corner_height(lips, 0), -1),
        ({"mouthUpperUp": 1}, lambda lips: lips.upper_inner[MIDDLE, 1], 1),
        ({"mouthLowerDown": 1}, lambda lips: lips.lower_inner[MIDDLE, 1], -1),
        ({"mouthLeft": 1}, lambda lips: lips.upper_inner[MIDDLE, 0], 1),
        ({"mouthRight": 1}, lambda lips: lips.upper_inner[MIDDLE, 0], -1),
        ({"jawLeft": 1}, lambda lips: lips.lower_outer[MIDDLE, 0], 1),
        ({"mouthPucker": 1}, lambda lips: lips.protrusion, 1),
        ({"mouthRollUpper": 1}, lambda lips: lips.protrusion, -1),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_a_weight_does_what_it_is_named_for(
    named: dict[str, float], measure: Callable[[Lips], float], sign: int
) -> None:
    rest, moved = lips(pose()), lips(pose(**named))
    assert sign * (measure(moved) - measure(rest)) > 0.5


@pytest.mark.parametrize("name", ["mouthUpperUp", "mouthLowerDown"])
def test_one_side_opens_that_side(name: str) -> None:
    gap = lips(Pose(weights(**{name + "Left": 1.0}))).gap
    assert gap[36] > 1.5 * gap[12] > 0


def test_rounded_lips_open_rounder() -> None:
    slit, o = lips(pose(jawOpen=0.3)), lips(pose(jawOpen=0.3, mouthFunnel=0.6, mouthPucker=0.5))
    near_corner = 4
    assert o.gap[near_corner] / o.gap[MIDDLE] > 1.3 * slit.gap[near_corner] / slit.gap[MIDDLE]
