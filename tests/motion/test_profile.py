import json
import math
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from a2f_live.arkit import COUNT, INDEX, NAMES
from a2f_live.errors import ConfigError
from a2f_live.frames import Array
from a2f_live.motion.profile import Profile

SHIPPED = sorted((Path(__file__).parents[2] / "assets" / "profiles").glob("*.json"))
EXAMPLE = {
    "description": "an example",
    "jaw_gain": 0.5,
    "lip_gain": 2.0,
    "gain": {"jawOpen": 0.5, "eyeBlinkLeft": 3},
    "offset": {"mouthSmileLeft": 0.1},
    "clamp": {"jawOpen": [0.0, 0.2], "browInnerUp": [0.25, 0.75]},
}
ANY_WEIGHTS = arrays(np.float32, (3, COUNT), elements=st.floats(width=32, allow_nan=True, allow_infinity=True))


def full(value: float) -> Array:
    return np.full((1, COUNT), value, np.float32)


def test_the_neutral_profile_changes_no_weight() -> None:
    weights = np.linspace(0, 1, 2 * COUNT, dtype=np.float32).reshape(2, COUNT)
    assert (Profile.neutral().apply(weights) == weights).all()


@pytest.mark.parametrize(
    ("shape", "weight", "expected"),
    [
        ("jawOpen", 0.4, 0.1),
        ("jawOpen", 1.0, 0.2),
        ("jawLeft", 0.4, 0.2),
        ("mouthClose", 0.4, 0.2),
        ("mouthFunnel", 0.3, 0.6),
        ("mouthFunnel", 0.9, 1.0),
        ("mouthSmileLeft", 0.2, 0.5),
        ("eyeBlinkLeft", 0.2, 0.6),
        ("browInnerUp", 0.0, 0.25),
        ("browInnerUp", 1.0, 0.75),
        ("noseSneerLeft", 0.3, 0.3),
    ],
)
def test_gain_offset_and_clamp(shape: str, weight: float, expected: float) -> None:
    shaped = Profile.from_map(EXAMPLE).apply(full(weight))
    assert shaped[0, INDEX[shape]] == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize(
    ("weight", "expected"), [(math.nan, 0.0), (math.inf, 1.0), (-math.inf, 0.0), (1e30, 1.0), (-3.0, 0.0)]
)
@pytest.mark.parametrize("profile", [Profile.neutral(), Profile(gain={"tongueOut": 10.0})])
def test_nonsense_becomes_a_weight(profile: Profile, weight: float, expected: float) -> None:
    assert (profile.apply(full(weight)) == expected).all()


@given(weights=ANY_WEIGHTS, gain=st.floats(0, 10), offset=st.floats(-1, 1))
def test_weights_are_finite_and_in_range(weights: Array, gain: float, offset: float) -> None:
    before = weights.copy()
    profile = Profile(jaw_gain=gain, gain=dict.fromkeys(NAMES, gain), offset=dict.fromkeys(NAMES, offset))
    shaped = profile.apply(weights)
    assert shaped.dtype == np.float32
    assert np.isfinite(shaped).all()
    assert ((shaped >= 0) & (shaped <= 1)).all()
    assert np.array_equal(weights, before, equal_nan=True), "the weights given must stay as they are"


@pytest.mark.parametrize(
    ("bad", "named"),
    [
        ({"jawgain": 1}, "'jawgain'"),
        ({1: 1}, "1"),
        ({"_rows": None}, "_rows"),
        ({"jaw_gain": "loud"}, "jaw_gain"),
        ({"jaw_gain": True}, "jaw_gain"),
        ({"jaw_gain": math.nan}, "jaw_gain"),
        ({"lip_gain": -0.1}, "lip_gain"),
        ({"lip_gain": None}, "lip_gain"),
        ({"gain": {"jawopen": 1}}, "gain names 'jawopen'"),
        ({"gain": {"jawOpen": 11}}, "gain.jawOpen"),
        ({"gain": [1] * COUNT}, "gain"),
        ({"gain": {("jawOpen",): 1}}, "gain"),
        ({"offset": {"jawOpen": 1.5}}, "offset.jawOpen"),
        ({"offset": {"jawOpen": math.inf}}, "offset.jawOpen"),
        ({"clamp": {"jawOpen": 0.5}}, "clamp.jawOpen"),
        ({"clamp": {"jawOpen": [0.5]}}, "clamp.jawOpen"),
        ({"clamp": {"jawOpen": [0.0, 1.5]}}, "clamp.jawOpen"),
        ({"clamp": {"jawOpen": [0.6, 0.5]}}, "clamp.jawOpen"),
        ({"clamp": {"jawOpen": ["a", "b"]}}, "clamp.jawOpen"),
        ({"description": 7}, "description"),
        ({"x" * 10_000: 1}, "xxx..."),
        (["jawOpen"], "map"),
    ],
)
def test_what_cannot_be_used_is_named(bad: Any, named: str) -> None:
    with pytest.raises(ConfigError) as error:
        Profile.from_map(bad)
    assert named in error.value.message
    assert len(error.value.message) < 300


def test_a_profile_survives_its_map_json_and_pickle() -> None:
    profile = Profile.from_map(EXAMPLE)
    again = Profile.from_map(json.loads(json.dumps(profile.to_map())))
    assert again.to_map() == profile.to_map() == EXAMPLE
    assert (pickle.loads(pickle.dumps(profile)).apply(full(0.5)) == profile.apply(full(0.5))).all()
    assert Profile.neutral().to_map() == {}


def test_a_profile_does_not_follow_the_map_it_came_from() -> None:
    gain, bounds = {"jawOpen": 0.5}, [0.0, 0.5]
    profile = Profile.from_map({"gain": gain, "clamp": {"jawOpen": bounds}})
    gain["jawOpen"] = bounds[1] = 0.9
    assert profile.to_map() == {"gain": {"jawOpen": 0.5}, "clamp": {"jawOpen": [0.0, 0.5]}}


def test_profiles_are_shipped() -> None:
    assert {"neutral", "soft", "lively", "ready-player-me"} <= {path.stem for path in SHIPPED}


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_shipped_profile_can_be_used(path: Path) -> None:
    profile = Profile.from_map(json.loads(path.read_text("utf-8")))
    assert profile.description
    resting = profile.apply(full(0.0))
    assert resting[0, INDEX["jawOpen"]] == 0, "a mouth stays shut in silence"
