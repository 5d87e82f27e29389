"""How feelings change in time: without a jump, in a fraction of a second, whatever the grouping of the frames."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from a2f_live.arkit import COUNT, EMOTIONS, INDEX
from a2f_live.frames import Array
from a2f_live.motion.feeling import CHANGE_S, Feeling
from a2f_live.speech import PROSODY_COLUMNS, REST, WEIGHTS_COLUMNS
from tests.motion.voices import rows

SMILE, BROW = INDEX["mouthSmileLeft"], INDEX["browInnerUp"]
SILENT = REST[:, PROSODY_COLUMNS]


def still(feeling: Feeling, count: int, fps: int = 60) -> tuple[Array, Array]:
    """The next frames of a face that says nothing, one by one: weights and head."""
    frames, heads = [], []
    for _ in range(count):
        face, head = np.zeros((1, COUNT), np.float32), np.zeros((1, 3), np.float32)
        feeling.wear(face, head, SILENT, 1 / fps)
        frames.append(face)
        heads.append(head)
    return np.concatenate(frames), np.concatenate(heads)


def test_who_feels_nothing_shows_nothing() -> None:
    face, head = still(Feeling({}, auto=False, hears=True), 10)
    assert not face.any()
    assert not head.any()


def test_a_face_begins_as_it_was_told() -> None:
    face, head = still(Feeling({"joy": 1.0}, auto=False, hears=False), 2)
    assert (face[0] == face[1]).all()
    assert face[0, SMILE] > 0.4
    assert head[0, 1] > 1


@pytest.mark.parametrize("fps", [24, 30, 60, 120])
def test_another_emotion_comes_within_half_a_second_without_a_jump(fps: int) -> None:
    feeling = Feeling({"sadness": 1.0}, auto=False, hears=False)
    before, head_before = still(feeling, 1, fps)
    feeling.change({"joy": 1.0}, False)
    after, head_after = still(feeling, fps, fps)
    face, head = np.concatenate((before, after)), np.concatenate((head_before, head_after))
    assert (np.abs(face - face[-1]).max(axis=1) > 0.01).sum() / fps == pytest.approx(CHANGE_S, abs=0.1 + 1 / fps)
    assert 0.2 <= CHANGE_S <= 0.5
    whole = np.abs(face[-1] - face[0]).max()
    assert whole > 0.4
    assert np.abs(np.diff(face, axis=0)).max() < 2.5 * whole / (CHANGE_S * fps)
    assert np.abs(np.diff(head, axis=0)).max() < 60 / fps


def test_a_change_in_the_middle_of_a_change_starts_where_the_face_is() -> None:
    feeling = Feeling({}, auto=False, hears=False)
    frames = []
    for emotion in EMOTIONS:
        feeling.change({emotion: 1.0}, False)
        frames.append(still(feeling, 9)[0])
    face = np.concatenate(frames)
    assert np.abs(np.diff(face, axis=0)).max() < 0.1


def test_no_change_costs_no_time() -> None:
    feeling = Feeling({"joy": 0.5}, auto=False, hears=False)
    feeling.change({"joy": 0.5}, False)
    face, _ = still(feeling, 5)
    assert (face == face[0]).all()


def test_what_was_told_and_has_not_come_yet_holds_from_the_start_of_the_next_face() -> None:
    feeling = Feeling({}, auto=False, hears=False)
    feeling.change({"joy": 1.0}, False)
    feeling.begin()
    assert still(feeling, 1)[0][0, SMILE] > 0.4


def test_a_face_that_goes_on_finishes_its_change() -> None:
    feeling = Feeling({}, auto=False, hears=False)
    feeling.change({"joy": 1.0}, False)
    first = still(feeling, 10)[0]
    feeling.go_on()
    second = still(feeling, 30)[0]
    assert 0 < second[0, SMILE] - first[-1, SMILE] < 0.1
    assert second[-1, SMILE] > 0.4


@given(
    cuts=st.lists(st.integers(0, 150), max_size=10),
    emotion=st.sampled_from(EMOTIONS),
    auto=st.booleans(),
    change_at=st.integers(0, 150),
)
def test_any_grouping_of_the_frames_feels_the_same(cuts: list[int], emotion: str, auto: bool, change_at: int) -> None:
    spoken = rows(3.0)
    faces = []
    for edges in ([], sorted(cuts), range(1, len(spoken))):
        feeling = Feeling({"sadness": 0.4}, auto, hears=True)
        shown, at = [], 0
        for part in np.split(spoken.copy(), sorted({*edges, change_at})):
            if at == change_at:
                feeling.change({emotion: 0.8}, auto)
            if not len(part):
                continue
            head = np.zeros((len(part), 3), np.float32)
            feeling.wear(part[:, WEIGHTS_COLUMNS], head, part[:, PROSODY_COLUMNS], 1 / 50)
            shown.append(np.concatenate((part[:, WEIGHTS_COLUMNS], head), axis=1))
            at += len(part)
        faces.append(np.concatenate(shown).tobytes())
    assert len(set(faces)) == 1


def excited(seconds: float) -> Array:
    """Prosody of somebody loud, high and lively, (n, 4)."""
    voice = rows(seconds)[:, PROSODY_COLUMNS].copy()
    voice[:, 0] += 0.25 * voice[:, 2]
    voice[:, 1] = 2 * voice[:, 1] + 3 * voice[:, 2]
    return voice


def listened(feeling: Feeling, voice: Array, fps: int = 50) -> Array:
    face = np.zeros((len(voice), COUNT), np.float32)
    feeling.wear(face, None, voice, 1 / fps)
    return face


def test_what_is_heard_shows_and_passes_away() -> None:
    feeling = Feeling({}, auto=True, hears=True)
    face = listened(feeling, excited(12.0))
    assert not face[:50].any()
    assert face[-1].max() > 0.05
    assert np.abs(np.diff(face, axis=0)).max() < 0.05
    feeling.go_on()
    quiet = listened(feeling, np.repeat(SILENT, 100, axis=0))
    assert np.abs(quiet[0] - face[-1]).max() < 0.05
    assert not quiet[-1].any()


def test_what_is_heard_leaves_room_for_what_was_told() -> None:
    told = listened(Feeling({"sadness": 1.0}, auto=True, hears=True), excited(12.0))
    assert (told[10:, BROW] == told[10, BROW]).all(), "at full strength there is no room"
    half = listened(Feeling({"sadness": 0.5}, auto=True, hears=True), excited(12.0))
    assert half[-1, SMILE] > 0.01


def test_without_prosody_nothing_is_heard() -> None:
    deaf = Feeling({}, auto=True, hears=False)
    assert not listened(deaf, excited(12.0)).any()
    deaf.change({}, True)
    assert not listened(deaf, excited(12.0)).any()


def test_listening_can_be_switched_off_and_on() -> None:
    feeling = Feeling({}, auto=True, hears=True)
    listened(feeling, excited(12.0))
    feeling.change({}, False)
    assert not listened(feeling, excited(12.0))[-1].any()
    feeling.change({}, True)
    assert listened(feeling, excited(12.0))[-1].any()
