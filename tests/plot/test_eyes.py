"""Lids, gaze and brows."""

import numpy as np
import pytest
from hypothesis import given, settings

from a2f_live.plot.eyes import eyes, lids
from a2f_live.plot.shapes import SIDES, Paint, Points, Pose
from tests.plot.helpers import any_weights, pose


def opening(pose: Pose, side: str = "Left") -> float:
    upper, lower = lids(pose, "Left" if side == "Left" else "Right")
    return float((upper - lower)[:, 1].max())


def middle(pose: Pose, paint: Paint) -> Points:
    """Mean place of what is so painted, the right eye first."""
    return np.array([shape.points.mean(0) for shape in eyes(pose) if shape.paint == paint])


@settings(deadline=None)
@given(any_weights())
def test_lids_never_cross(row: np.ndarray) -> None:
    for side in SIDES:
        upper, lower = lids(Pose(row), side)
        assert (upper[:, 1] >= lower[:, 1] - 1e-9).all()


def test_a_blink_shuts_its_own_eye() -> None:
    blink = pose(eyeBlinkLeft=1)
    assert opening(blink) < 0.6
    assert opening(blink, "Right") == opening(pose(), "Right") > 8
    assert len(middle(blink, Paint.IRIS)) == 1


@pytest.mark.parametrize(
    ("name", "sign"), [("eyeWide", 1), ("eyeSquint", -1), ("cheekSquint", -1), ("eyeLookDown", -1)]
)
def test_lids_open_and_narrow(name: str, sign: int) -> None:
    assert sign * (opening(pose(**{name: 1})) - opening(pose())) > 1


@pytest.mark.parametrize(
    ("named", "right", "left"),
    [
        ({"eyeLookOutLeft": 1}, 0, 1),
        ({"eyeLookInLeft": 1}, 0, -1),
        ({"eyeLookOutRight": 1}, -1, 0),
        ({"eyeLookInRight": 1}, 1, 0),
    ],
)
def test_a_gaze_goes_in_to_the_nose_or_out(named: dict[str, float], right: int, left: int) -> None:
    moved = middle(pose(**named), Paint.PUPIL)[:, 0] - middle(pose(), Paint.PUPIL)[:, 0]
    assert np.sign(np.round(moved, 3)).tolist() == [right, left]


@pytest.mark.parametrize(
    ("name", "sign"), [("browInnerUp", 1), ("browOuterUp", 1), ("browDown", -1), ("noseSneer", -1)]
)
def test_brows_rise_and_frown(name: str, sign: int) -> None:
    moved = middle(pose(**{name: 1}), Paint.BROW)[:, 1] - middle(pose(), Paint.BROW)[:, 1]
    assert (sign * moved > 0.2).all()
