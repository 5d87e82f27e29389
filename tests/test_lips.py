"""The lips of the reference head: opened, closed, rounded and spread by the weights that are named for it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from a2f_live import arkit, lips


def weights(**named: float) -> np.ndarray:
    row = np.zeros(arkit.COUNT, np.float32)
    for name, value in named.items():
        row[arkit.INDEX[name]] = value
    return row


@given(st.floats(0, 1), st.floats(0, 1))
def test_the_jaw_opens_and_mouth_close_undoes_it(jaw: float, close: float) -> None:
    opened = lips.gap_mm(weights(jawOpen=jaw))
    assert opened == pytest.approx(29.28 * jaw, abs=1e-4)
    assert 0 <= lips.gap_mm(weights(jawOpen=jaw, mouthClose=close)) <= opened
    assert lips.gap_mm(weights(jawOpen=jaw, mouthClose=jaw)) == 0


@pytest.mark.parametrize("name", ["mouthPucker", "mouthFunnel"])
def test_rounding_narrows_and_protrudes(name: str) -> None:
    row = weights(**{name: 0.5})
    assert lips.width_mm(row) < 0 < lips.protrusion_mm(row)
    assert lips.rounding_mm(row) == pytest.approx(lips.protrusion_mm(row) - lips.width_mm(row))


@pytest.mark.parametrize("name", ["mouthSmile", "mouthStretch"])
def test_spreading_is_the_contrary_of_rounding(name: str) -> None:
    assert lips.rounding_mm(weights(**{f"{name}Left": 1, f"{name}Right": 1})) < -10


def test_many_frames_at_once_are_as_one_by_one() -> None:
    rows = np.random.default_rng(0).random((5, 7, arkit.COUNT), np.float32)
    for measure in (lips.gap_mm, lips.width_mm, lips.protrusion_mm, lips.rounding_mm):
        assert measure(rows).shape == (5, 7)
        assert measure(rows)[3, 2] == pytest.approx(measure(rows[3, 2]))


def test_left_and_right_do_the_same() -> None:
    for name, effect in lips.EFFECTS.items():
        if name.endswith("Left"):
            assert lips.EFFECTS[name.removesuffix("Left") + "Right"] == pytest.approx(effect, abs=0.03)


def test_eyes_and_brows_leave_the_lips_alone() -> None:
    assert not [name for name in lips.EFFECTS if name.startswith(("eye", "brow"))]
