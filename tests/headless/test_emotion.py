"""What the face feels over the time of a track."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from a2f_live import arkit
from a2f_live.headless.answers import Refused
from a2f_live.headless.emotion import COUNT, EmotionTrack, named, shaped, vector
from a2f_live.headless.knobs import A2E_DEFAULTS
from a2f_live.motion.feeling import CHANGE_S

JOY = arkit.EMOTIONS.index("joy")
STRENGTHS = st.lists(st.floats(0, 1), min_size=COUNT, max_size=COUNT)


def only(name: str, strength: float = 1.0) -> list[float]:
    return [strength if emotion == name else 0.0 for emotion in arkit.EMOTIONS]


def test_naming_changes_what_is_named_alone() -> None:
    track = EmotionTrack()
    track.set(only("joy", 0.4))
    track.set_by_name({"sadness": 0.5})
    assert track.start() == {"joy": 0.4, "sadness": 0.5}
    with pytest.raises(Refused, match="happiness"):
        track.set_by_name({"happiness": 1.0})


def test_what_is_set_by_hand_replaces_keys() -> None:
    track = EmotionTrack()
    track.set_keys([(1.0, only("fear"))])
    track.set_by_name({"joy": 1.0})
    assert not track.keys
    assert track.cues() == ()


def test_between_two_keys_it_passes_over() -> None:
    track = EmotionTrack()
    track.set_keys([(3.0, only("joy")), (1.0, only("joy", 0.0))])
    assert [track.at(time_s)[JOY] for time_s in (0.0, 1.0, 1.5, 2.0, 3.0, 9.0)] == [0.0, 0.0, 0.25, 0.5, 1.0, 1.0]


def test_cues_are_half_done_halfway_between_keys() -> None:
    track = EmotionTrack()
    track.set_keys([(1.0, only("fear")), (3.0, only("joy"))])
    assert track.start() == {"fear": 1.0}
    ((time_s, felt),) = track.cues()
    assert time_s + CHANGE_S / 2 == pytest.approx(2.0)
    assert felt == {"joy": 1.0}


def test_keys_go_one_by_one() -> None:
    track = EmotionTrack()
    track.set_keys([(float(second), only("joy")) for second in range(3)])
    track.remove([1.0003, 7.0])
    assert list(track.keys) == [0.0, 2.0]


def test_strengths_are_held_within_0_and_1() -> None:
    assert vector([2.0, -1.0, *[0.5] * 9]) == (1.0, 0.0, *[0.5] * 8)  # one public client sends eleven
    with pytest.raises(Refused, match="10 values"):
        vector([1.0])


@given(STRENGTHS)
def test_with_settings_as_they_come_what_was_heard_stays(heard: list[float]) -> None:
    strongest = set(sorted(heard, reverse=True)[: int(A2E_DEFAULTS["a2e_max_emotions"])])
    assert shaped(heard, A2E_DEFAULTS) == tuple(value if value in strongest else 0.0 for value in heard)


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"a2e_emotion_strength": 1.0}, {"joy": 0.6, "fear": 0.2}),
        ({"a2e_emotion_strength": 0.0}, {}),
        ({"a2e_max_emotions": 1.0}, {"joy": 0.3}),
        ({"a2e_max_emotions": 0.0}, {}),
        ({"a2e_contrast": 2.0}, {"joy": 0.6, "fear": 0.2}),
        ({"preferred_emotion": only("pain"), "a2e_preferred_emotion_strength": 1.0}, {"pain": 1.0}),
        ({"preferred_emotion": only("joy"), "a2e_preferred_emotion_strength": 0.5}, {"joy": 0.65, "fear": 0.05}),
    ],
)
def test_each_setting_of_audio2emotion_does_something(settings: dict[str, object], expected: dict[str, float]) -> None:
    heard = [0.3 if name == "joy" else 0.1 if name == "fear" else 0.0 for name in arkit.EMOTIONS]
    assert named(shaped(heard, {**A2E_DEFAULTS, **settings})) == pytest.approx(expected)


@given(st.dictionaries(st.floats(0, 100), STRENGTHS, min_size=1, max_size=5), st.floats(-1, 101))
def test_what_is_felt_lies_between_the_keys(keys: dict[float, list[float]], time_s: float) -> None:
    track = EmotionTrack()
    track.set_keys(keys.items())
    felt = track.at(time_s)
    for index, value in enumerate(felt):
        column = [key[index] for key in keys.values()]
        assert min(column) - 1e-9 <= value <= max(column) + 1e-9
    assert all(before < after for before, after in pairwise(track.keys))
