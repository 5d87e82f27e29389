"""Emotions on a face that speaks: seen, in range, and never in the way of the lips."""

from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from a2f_live import lips
from a2f_live.arkit import COUNT, EMOTIONS, INDEX, LIPS, NAMES
from a2f_live.frames import Array
from a2f_live.motion.emotion import CALM, MOUTH, Speaker, Style, strengths
from a2f_live.motion.poses import POSES
from tests.motion.voices import CLOSED, mouth, sounds

FRAME_S = 1 / 60
OPEN_AT_REST = {"amazement", "outofbreath"}
MIXTURES = st.dictionaries(st.sampled_from(EMOTIONS), st.floats(0, 1), max_size=10)


def worn(weights: Array, emotions: Mapping[str, float], speaker: Speaker | None = None) -> Array:
    """Within 0..1, as a face would show them."""
    shown = weights.copy()
    (speaker or Speaker()).wear(shown, Style.of(strengths(emotions)), FRAME_S)
    return np.clip(shown, 0, 1)


def held(sound: str, emotions: Mapping[str, float], frames: int = 60) -> Array:
    """The last frame of a sound that is held for a while, (1, 52)."""
    return worn(np.repeat(mouth(sound), frames, axis=0), emotions)[-1:]


def test_every_emotion_has_its_pose_and_names_shapes() -> None:
    assert list(POSES) == list(EMOTIONS)
    for pose in POSES.values():
        for shapes in (pose.face, pose.lips, pose.parted, pose.shut, pose.rest, pose.manner):
            assert all(name in INDEX or f"{name}Left" in INDEX for name in shapes)


def test_calm_changes_nothing() -> None:
    weights = sounds("PAIFUS")
    assert (worn(weights, {}) == weights).all()
    assert not CALM.any()


@pytest.mark.parametrize(
    ("emotion", "moved"),
    [
        ("amazement", "browInnerUp browOuterUpLeft eyeWideLeft jawOpen"),
        ("anger", "browDownLeft eyeSquintLeft mouthPressLeft"),
        ("cheekiness", "mouthSmileLeft browOuterUpRight mouthDimpleLeft"),
        ("disgust", "noseSneerLeft mouthFrownLeft browDownLeft"),
        ("fear", "browInnerUp eyeWideLeft mouthStretchLeft"),
        ("grief", "browInnerUp mouthFrownLeft mouthShrugLower"),
        ("joy", "mouthSmileLeft cheekSquintLeft eyeSquintLeft"),
        ("outofbreath", "jawOpen browInnerUp"),
        ("pain", "browDownLeft eyeSquintLeft noseSneerLeft mouthStretchLeft"),
        ("sadness", "browInnerUp mouthFrownLeft eyeLookDownLeft"),
    ],
)
def test_a_silent_face_shows_what_it_feels(emotion: str, moved: str) -> None:
    face = worn(np.zeros((40, COUNT), np.float32), {emotion: 1.0})
    assert all(face[:, INDEX[name]].max() > 0.04 for name in moved.split())


def test_a_smirk_is_on_one_side() -> None:
    face = held("silence", {"cheekiness": 1.0})[0]
    assert face[INDEX["mouthSmileLeft"]] > 2 * face[INDEX["mouthSmileRight"]]
    assert face[INDEX["browOuterUpRight"]] > face[INDEX["browOuterUpLeft"]]


@given(weights=arrays(np.float32, (5, COUNT), elements=st.floats(-(2.0**30), 2.0**30, width=32)), emotions=MIXTURES)
def test_anything_stays_finite(weights: Array, emotions: dict[str, float]) -> None:
    assert np.isfinite(worn(weights, emotions)).all()


@given(MIXTURES)
def test_no_mixture_is_stronger_than_a_face_can_be(emotions: dict[str, float]) -> None:
    face = np.zeros((60, COUNT), np.float32)
    Speaker().wear(face, Style.of(strengths(emotions)), FRAME_S)
    assert face.min() >= -0.01
    assert face.max() < 1.5
    assert lips.gap_mm(np.clip(face, 0, 1)).max() < 3.5, "no mouth hangs open"


@given(MIXTURES, st.sampled_from(CLOSED))
def test_lips_that_are_to_touch_do(emotions: dict[str, float], sound: str) -> None:
    word = sounds(f"A{sound}I{sound}U{sound}S{sound}")
    for before, after in zip(lips.gap_mm(word), lips.gap_mm(worn(word, emotions)), strict=True):
        assert after < 0.01 or before > 0.0


@given(
    st.lists(st.floats(0, 0.4), min_size=len(LIPS), max_size=len(LIPS)), st.floats(0, 0.3), st.sampled_from(EMOTIONS)
)
def test_closed_lips_are_never_opened(shapes: list[float], jaw: float, emotion: str) -> None:
    weights = np.zeros((1, COUNT), np.float32)
    weights[:, list(LIPS)] = shapes
    weights[:, INDEX["jawOpen"]] = jaw
    before = lips.gap_mm(weights)[0]
    if before <= 1.0 and weights.sum() > 0.5:
        word = np.repeat(weights, 20, axis=0)
        assert lips.gap_mm(worn(word, {emotion: 1.0}))[-1] <= before + 0.01


@pytest.mark.parametrize("emotion", EMOTIONS)
def test_the_lower_lip_stays_on_the_teeth(emotion: str) -> None:
    before, after = mouth("F")[0], held("F", {emotion: 1.0})[0]
    assert lips.gap_mm(after) <= lips.gap_mm(before) + 0.01
    lowered = INDEX["mouthLowerDownLeft"]
    assert after[lowered] <= before[lowered] + 0.01


@pytest.mark.parametrize("emotion", EMOTIONS)
def test_round_lips_stay_round_beside_spread_ones(emotion: str) -> None:
    before = lips.rounding_mm(mouth("U")) - lips.rounding_mm(mouth("I"))
    after = lips.rounding_mm(held("U", {emotion: 1.0})) - lips.rounding_mm(held("I", {emotion: 1.0}))
    assert after > 0.8 * before


@pytest.mark.parametrize("emotion", EMOTIONS)
def test_vowels_stay_open_and_consonants_narrow(emotion: str) -> None:
    for sound in "AI":
        assert 0.6 < lips.gap_mm(held(sound, {emotion: 1.0}))[0] / lips.gap_mm(mouth(sound))[0] < 1.5


@pytest.mark.parametrize("emotion", EMOTIONS)
def test_in_silence_the_mouth_is_shut_or_a_little_open(emotion: str) -> None:
    gap = lips.gap_mm(worn(np.zeros((240, COUNT), np.float32), {emotion: 1.0}))
    if emotion in OPEN_AT_REST:
        assert 0.8 < gap.max() < 3.0
    else:
        assert gap.max() < 0.2


@pytest.mark.parametrize("emotion", sorted(OPEN_AT_REST))
def test_a_mouth_that_hung_open_closes_for_the_first_word(emotion: str) -> None:
    silence, word = np.zeros((60, COUNT), np.float32), sounds("P", 8)
    gap = lips.gap_mm(worn(np.concatenate((silence, word)), {emotion: 1.0}))
    assert gap[40:60].max() > 0.8
    assert gap[-5:].max() < 0.01


def test_breath_comes_and_goes() -> None:
    gap = lips.gap_mm(worn(np.zeros((240, COUNT), np.float32), {"outofbreath": 1.0}))
    assert 1.0 < gap.max() - gap.min() < 2.0
    assert (np.diff(np.sign(np.diff(gap))) != 0).sum() == 4, "up and down twice in four seconds"


def test_ways_of_speaking() -> None:
    calm = lips.gap_mm(mouth("A"))[0]
    assert lips.gap_mm(held("A", {"joy": 1.0}))[0] > 1.05 * calm
    assert lips.gap_mm(held("A", {"sadness": 1.0}))[0] < 0.9 * calm
    assert lips.width_mm(held("A", {"joy": 1.0}))[0] > lips.width_mm(mouth("A"))[0] + 2


def test_sad_lips_part_late_and_close_in_time() -> None:
    word = sounds("PAP", 12)
    calm, sad = lips.gap_mm(word), lips.gap_mm(worn(word, {"sadness": 1.0}))
    calm, sad = calm / calm.max(), sad / sad.max()
    half_open = [int(np.argmax(gap > 0.5)) for gap in (calm, sad)]
    assert half_open[0] < half_open[1] <= half_open[0] + 4
    shut = [len(gap) - int(np.argmax(gap[::-1] > 0.1)) for gap in (calm, sad)]
    assert shut[1] <= shut[0]


@given(st.lists(st.integers(0, 60), max_size=12), MIXTURES)
def test_any_grouping_of_the_frames_wears_the_same(cuts: list[int], emotions: dict[str, float]) -> None:
    word = np.concatenate((sounds("PAIFUSB", 7), np.zeros((60, COUNT), np.float32)))
    speaker = Speaker()
    parts = [worn(part, emotions, speaker) for part in np.split(word, sorted(cuts)) if len(part)]
    singly = Speaker()
    one_by_one = [worn(row, emotions, singly) for row in np.split(word, len(word))]
    assert np.concatenate(parts).tobytes() == worn(word, emotions).tobytes() == np.concatenate(one_by_one).tobytes()


def test_wide_eyes_still_blink() -> None:
    blinking = np.zeros((1, COUNT), np.float32)
    blinking[:, [INDEX["eyeBlinkLeft"], INDEX["eyeBlinkRight"]]] = 1.0
    face = worn(blinking, {"fear": 1.0})[0]
    assert face[INDEX["eyeWideLeft"]] == face[INDEX["eyeWideRight"]] == 0
    assert held("silence", {"fear": 1.0})[0, INDEX["eyeWideRight"]] > 0.5


def test_the_mouth_is_one_stretch_of_columns() -> None:
    assert all(name.startswith(("jaw", "mouth")) for name in NAMES[MOUTH])
    assert MOUTH.stop - MOUTH.start == 27
