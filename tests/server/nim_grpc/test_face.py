"""Weights as the parameters ask for them."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from a2f_live import arkit
from a2f_live.frames import Array
from a2f_live.server.nim_grpc.face import Face
from a2f_live.server.nim_grpc.parameters import Wishes

AT = arkit.INDEX


def face(clamp: bool = False, multipliers: Any = None, offsets: Any = None, **parameters: float) -> Face:
    return Face(Wishes(parameters, multipliers or {}, offsets or {}, clamp, {}, 0.3))


def flat(value: float) -> Array:
    return np.full(arkit.COUNT, value, np.float32)


@given(st.integers(0, 99))
def test_without_wishes_nothing_changes(seed: int) -> None:
    weights = np.random.default_rng(seed).random(arkit.COUNT, np.float32)
    assert face().shape(weights).tobytes() == weights.tobytes()
    same = face(
        skinStrength=1.0, upperFaceStrength=1.0, lowerFaceSmoothing=0.0, blinkStrength=1.0, eyelidOpenOffset=0.0
    )
    assert same.shape(weights).tobytes() == weights.tobytes()


def test_strengths_reach_their_part_of_the_face() -> None:
    shaped = face(lowerFaceStrength=0.5, upperFaceStrength=1.5).shape(flat(0.4))
    assert shaped[AT["jawOpen"]] == pytest.approx(0.2)
    assert shaped[AT["cheekPuff"]] == pytest.approx(0.2)
    assert shaped[AT["browInnerUp"]] == pytest.approx(0.6)
    assert shaped[AT["eyeSquintLeft"]] == pytest.approx(0.6)
    assert shaped[AT["eyeLookUpLeft"]] == pytest.approx(0.4)


def test_smoothing_is_two_poles_that_begin_at_the_first_frame() -> None:
    smooth = face(lowerFaceSmoothing=0.05)
    alpha = 1 - 0.5 ** (1 / 30 / 0.05)
    assert smooth.shape(flat(0.8))[AT["jawOpen"]] == pytest.approx(0.8)
    second = smooth.shape(flat(0.0))
    first_pole = 0.8 - alpha * 0.8
    assert second[AT["jawOpen"]] == pytest.approx(0.8 + alpha * (first_pole - 0.8))
    assert second[AT["browInnerUp"]] == 0


@pytest.mark.parametrize(
    ("parameters", "blink", "wide"),
    [
        ({"blinkOffset": 0.5}, 0.6, 0.1),
        ({"blinkOffset": 0.5, "blinkStrength": 0.4}, 0.3, 0.1),
        ({"eyelidOpenOffset": -0.3}, 0.4, 0.1),
        ({"eyelidOpenOffset": 0.3}, 0.0, 0.4),
    ],
)
def test_lids_follow_their_offsets(parameters: dict[str, Any], blink: float, wide: float) -> None:
    shaped = face(**parameters).shape(flat(0.1))
    assert shaped[AT["eyeBlinkLeft"]] == pytest.approx(blink)
    assert shaped[AT["eyeWideRight"]] == pytest.approx(wide)


def test_lips_follow_their_offset() -> None:
    assert face(lipOpenOffset=0.2).shape(flat(0.1))[AT["mouthLowerDownLeft"]] == pytest.approx(0.3)
    assert face(lipOpenOffset=-0.2).shape(flat(0.1))[AT["mouthUpperUpRight"]] == 0


@pytest.mark.parametrize(("clamp", "jaw", "brow"), [(False, 1.7, -0.2), (True, 1.0, 0.0)])
def test_multipliers_and_offsets_are_exact_and_clamped_where_asked(clamp: bool, jaw: float, brow: float) -> None:
    shaper = face(clamp, {"jawOpen": 3.0}, {"jawOpen": -1.0, "browInnerUp": -1.1})
    shaped = shaper.shape(flat(0.9))
    assert shaped[AT["jawOpen"]] == pytest.approx(jaw)
    assert shaped[AT["browInnerUp"]] == pytest.approx(brow)
    assert shaped[AT["mouthClose"]] == np.float32(0.9)
