"""Presets of VRM: vowels that are told apart, lips that stay shut, and bounds that hold for any face."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from a2f_live import arkit, speech
from a2f_live.outputs.mouth import VOWELS, presets
from a2f_live.outputs.pose import REST, Pose

FACES = {
    "aa": {"jawOpen": 0.45},
    "ih": {"jawOpen": 0.05, "mouthStretchLeft": 0.5, "mouthStretchRight": 0.5, "mouthSmileLeft": 0.5},
    "ou": {"mouthPucker": 0.8, "jawOpen": 0.05},
    "oh": {"jawOpen": 0.4, "mouthFunnel": 0.9},
}


def face(**named: float) -> Pose:
    weights = np.zeros(52, np.float32)
    for name, value in named.items():
        weights[arkit.INDEX[name]] = value
    return Pose(weights)


def said(viseme: str) -> Pose:
    visemes = np.zeros(15, np.float32)
    visemes[speech.VISEMES.index(viseme)] = 1
    return Pose(REST.weights, None, visemes)


@pytest.mark.parametrize("vowel", FACES)
def test_each_vowel_is_the_strongest_of_its_face(vowel: str) -> None:
    amounts = presets(face(**FACES[vowel]))
    assert max(VOWELS, key=amounts.__getitem__) == vowel


@pytest.mark.parametrize(("viseme", "vowel"), [("aa", "aa"), ("I", "ih"), ("U", "ou"), ("E", "ee"), ("O", "oh")])
def test_visemes_go_before_weights(viseme: str, vowel: str) -> None:
    amounts = presets(said(viseme))
    assert amounts[vowel] == 1
    assert not any(amount for name, amount in amounts.items() if name != vowel)


@pytest.mark.parametrize("viseme", ["sil", "PP"])
def test_a_shut_mouth_is_shut(viseme: str) -> None:
    assert not any(presets(said(viseme)).values())


@pytest.mark.parametrize(
    ("weights", "preset"),
    [
        ({"eyeBlinkLeft": 0.7}, "blinkLeft"),
        ({"mouthSmileLeft": 0.7, "mouthSmileRight": 0.7}, "happy"),
        ({"mouthFrownLeft": 0.7, "mouthFrownRight": 0.7}, "sad"),
        ({"browDownLeft": 0.7, "browDownRight": 0.7}, "angry"),
    ],
)
def test_expressions(weights: dict[str, float], preset: str) -> None:
    assert presets(face(**weights))[preset] > 0.5


@given(st.lists(st.floats(0, 1, width=32), min_size=52, max_size=52))
def test_amounts_stay_in_range(weights: list[float]) -> None:
    assert all(0 <= amount <= 1 for amount in presets(Pose(np.array(weights, np.float32))).values())


def test_at_rest_nothing_moves() -> None:
    assert not any(presets(REST).values())
    assert not any(presets(Pose(REST.weights)).values())
