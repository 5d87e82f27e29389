"""Which curves a track has, and what they are."""

from dataclasses import replace

import numpy as np
import pytest

from a2f_live import arkit, lips
from a2f_live.plot.curves import HEAD, LIPS, WEIGHTS, groups_of
from tests.plot.helpers import track


def test_every_curve_has_a_value_a_frame_and_a_name_of_its_own() -> None:
    moved = track()
    curves = [curve for group in groups_of(moved) for curve in group.curves]
    assert len({curve.label for curve in curves}) == len(curves)
    assert all(curve.of(moved).shape == (60,) for curve in curves)


def test_lips_are_measured_in_millimetres() -> None:
    moved = track()
    gap, rounding = (curve.of(moved) for curve in LIPS.curves)
    assert gap == pytest.approx(lips.gap_mm(moved.weights))
    assert rounding == pytest.approx(lips.rounding_mm(moved.weights))


def test_a_curve_of_two_sides_is_their_mean() -> None:
    moved = track()
    moved.weights[:, arkit.INDEX["mouthSmileLeft"]] = 0.5
    smile = next(curve for group in WEIGHTS for curve in group.curves if curve.label == "smile")
    assert smile.of(moved) == pytest.approx(np.full(60, 0.25))


def test_the_head_is_drawn_where_it_is_known() -> None:
    still = track()
    turned = replace(still, head=np.tile(np.array([1, 2, 3], np.float32), (60, 1)))
    assert HEAD not in groups_of(still)
    assert HEAD in groups_of(turned)
    assert [curve.of(turned)[0] for curve in HEAD.curves] == [1, 2, 3]
