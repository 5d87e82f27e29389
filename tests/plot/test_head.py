"""Outline, cheeks, nose and chin."""

import numpy as np
import pytest

from a2f_live.plot.contours import lips
from a2f_live.plot.head import features, head
from a2f_live.plot.shapes import Paint, Points, Pose
from tests.plot.helpers import pose


def outline(**named: float) -> Points:
    return [shape for shape in head(pose(**named)) if shape.paint == Paint.SKIN][-1].points


def creases(pose: Pose) -> float:
    """How deep all folds together are."""
    return sum(shape.opacity for shape in features(pose, lips(pose)) if shape.paint == Paint.CREASE)


def test_the_chin_goes_with_the_jaw() -> None:
    assert outline(jawOpen=1)[:, 1].min() == pytest.approx(outline()[:, 1].min() - 24, abs=0.5)
    chins = [points[points[:, 1].argmin(), 0] for points in (outline(jawRight=1), outline(), outline(jawLeft=1))]
    assert chins[0] < chins[1] < chins[2]


def test_the_top_of_the_head_stays() -> None:
    assert outline(jawOpen=1, cheekPuff=1)[:, 1].max() == outline()[:, 1].max()


def test_cheeks_puff_out() -> None:
    at_mouth = [points[np.abs(points[:, 1] + 5).argmin(), 0] for points in (outline(), outline(cheekPuff=1))]
    assert abs(at_mouth[1]) > abs(at_mouth[0]) + 3


@pytest.mark.parametrize(
    "name", ["mouthSmile", "mouthDimple", "mouthFrown", "noseSneer", "cheekSquint", "mouthShrugLower", "mouthUpperUp"]
)
def test_strong_motion_folds_the_skin(name: str) -> None:
    assert creases(pose(**{name: 1})) > creases(pose()) + 0.3
