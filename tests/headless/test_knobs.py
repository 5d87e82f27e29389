"""Settings: kept with their types, and some of them obeyed."""

from typing import Any

import numpy as np
import pytest

from a2f_live import arkit
from a2f_live.headless.answers import Refused
from a2f_live.headless.knobs import A2E_DEFAULTS, A2F_DEFAULTS, STRENGTHS, Knobs, fitted, sound_gain
from a2f_live.motion.profile import Profile

HALF = np.full((1, arkit.COUNT), 0.5, np.float32)


def test_what_is_set_is_read_back() -> None:
    knobs = Knobs(A2F_DEFAULTS)
    knobs.set({"lower_face_strength": 2, "source_shot": "g2a_joy"})
    assert knobs.get(["lower_face_strength", "source_shot"]) == {"lower_face_strength": 2.0, "source_shot": "g2a_joy"}
    assert knobs.get([]) == {**A2F_DEFAULTS, "lower_face_strength": 2.0, "source_shot": "g2a_joy"}
    assert A2F_DEFAULTS["lower_face_strength"] != 2.0


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"lip_gloss": 1.0}, "lip_gloss"),
        ({"skin_strength": "much"}, "skin_strength: value is not a valid float"),
        ({"a2e_streaming_live_mode": "perhaps"}, "boolean"),
        ({"preferred_emotion": 1.0}, "list"),
        ({"skin_strength": None}, "skin_strength"),
    ],
)
def test_what_cannot_be_set_changes_nothing(changes: dict[str, Any], told: str) -> None:
    knobs = Knobs({**A2F_DEFAULTS, **A2E_DEFAULTS})
    with pytest.raises(Refused, match=told):
        knobs.set({"blink_strength": 0.5, **changes})
    assert knobs.values == {**A2F_DEFAULTS, **A2E_DEFAULTS}
    with pytest.raises(Refused, match="lip_gloss"):
        knobs.get(["lip_gloss"])


@pytest.mark.parametrize(("name", "shapes"), STRENGTHS.items())
def test_a_strength_moves_its_shapes_alone(name: str, shapes: tuple[str, ...]) -> None:
    profile = fitted(Profile.neutral(), {**A2F_DEFAULTS, name: A2F_DEFAULTS[name] / 2})
    moved = profile.apply(HALF)[0]
    assert {arkit.NAMES[i] for i in np.flatnonzero(moved != 0.5)} == set(shapes)
    assert moved.min() == pytest.approx(0.25)


def test_strengths_and_a_profile_go_together() -> None:
    own = Profile(gain={"jawOpen": 0.5}, offset={"mouthPucker": 0.1})
    assert fitted(own, A2F_DEFAULTS) is own
    both = fitted(own, {**A2F_DEFAULTS, "skin_strength": 0.55, "lower_face_strength": 2.8})
    assert both.gain["jawOpen"] == pytest.approx(0.5 * 0.5 * 2)
    assert both.gain["browInnerUp"] == pytest.approx(0.5)
    assert both.offset == {"mouthPucker": 0.1}


@pytest.mark.parametrize("strength", [-5.0, 1e9])
def test_no_strength_is_too_strange(strength: float) -> None:
    settings = {**A2F_DEFAULTS, "skin_strength": strength, "input_strength": strength}
    assert fitted(Profile.neutral(), settings).apply(HALF).max() <= 1.0
    assert sound_gain(settings) >= 0.0


def test_the_sound_gets_louder_with_its_strength() -> None:
    assert sound_gain(A2F_DEFAULTS) == 1.0
    assert sound_gain({**A2F_DEFAULTS, "input_strength": 2.6}) == pytest.approx(2.0)
