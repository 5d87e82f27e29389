"""The whole face: every weight is seen, mirrored weights give the mirrored face, the head turns."""

import numpy as np
import pytest
from hypothesis import given, settings

from a2f_live import arkit
from a2f_live.plot.face import VIEWS, face
from a2f_live.plot.shapes import Paint, Points
from tests.plot.helpers import any_weights, weights

REST = weights()


def of(paint: Paint, row: np.ndarray, turn: np.ndarray | None = None) -> Points:
    return np.concatenate([shape.points for shape in face(row, turn) if shape.paint == paint])


@pytest.mark.parametrize("name", arkit.NAMES)
def test_every_weight_is_seen(name: str) -> None:
    rest, moved = face(REST), face(weights(**{name: 1.0}))
    assert len(rest) != len(moved) or any(
        np.abs(one.points - other.points).max() > 0.5
        for one, other in zip(rest, moved, strict=True)
        if one.points.shape == other.points.shape
    )


@settings(deadline=None)
@given(any_weights())
def test_every_face_can_be_drawn(row: np.ndarray) -> None:
    for shape in face(row, row[:3] * 100):
        assert np.isfinite(shape.points).all()
        assert len(shape.points) > 1
        assert 0 <= shape.opacity <= 1


def test_a_turn_of_the_head_shifts_the_features_more_than_the_outline() -> None:
    turn = np.array([10.0, 5.0, 0.0])
    features = of(Paint.BROW, REST, turn) - of(Paint.BROW, REST)
    outline = of(Paint.HAIR, REST, turn) - of(Paint.HAIR, REST)
    assert features[0, 0] > outline[0, 0] > 0
    assert features[0, 1] > outline[0, 1] > 0


def test_a_roll_leans_to_the_right_shoulder() -> None:
    rolled = of(Paint.HAIR, REST, np.array([0.0, 0.0, 10.0]))
    assert rolled[:, 0].mean() < -10


@pytest.mark.parametrize("name", VIEWS)
def test_a_view_holds_the_mouth_at_rest(name: str) -> None:
    view, mouth = VIEWS[name], of(Paint.LOWER_LIP, REST)
    assert view.left < mouth[:, 0].min() < mouth[:, 0].max() < view.right
    assert view.bottom < mouth[:, 1].min() < mouth[:, 1].max() < view.top
    assert (view.width, view.height) == (view.right - view.left, view.top - view.bottom)
