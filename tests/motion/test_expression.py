"""What follows the voice: in the right places, never much, and the same however the frames are cut."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from a2f_live.arkit import COUNT, EYES, INDEX, MOUTH, NAMES
from a2f_live.frames import Array
from a2f_live.motion.expression import Expression
from a2f_live.speech import PROSODY_COLUMNS, REST, WEIGHTS_COLUMNS
from tests.motion.voices import mouth, prosody, rows

BROW, NOD = INDEX["browInnerUp"], 1
LOOKS = [index for index in EYES if "Look" in NAMES[index]]


def follow(spoken: Array, seed: int = 1, rate: int = 50, moved: tuple[str, ...] = ()) -> tuple[Array, Array]:
    """What is added to whole rows shown at that rate: weights (n, 52), head (n, 3)."""
    face, head = spoken[:, WEIGHTS_COLUMNS].copy(), np.zeros((len(spoken), 3), np.float32)
    Expression(seed, moved).show(face, head, spoken[:, PROSODY_COLUMNS], 1 / rate)
    return face - spoken[:, WEIGHTS_COLUMNS], head


def saying(voice: Array, sound: str = "silence") -> Array:
    """Whole rows of a voice, with a mouth that stays as it is."""
    spoken = np.repeat(REST, len(voice), axis=0)
    spoken[:, WEIGHTS_COLUMNS] = mouth(sound)
    spoken[:, PROSODY_COLUMNS] = voice
    return spoken


def steady(seconds: float, loudness: float = 0.5, pitch: float = 0.0) -> Array:
    return np.tile(np.array([[loudness, pitch, 1.0, 0.0]], np.float32), (round(seconds * 50), 1))


def test_stress_lifts_the_brows_and_dips_the_head() -> None:
    voice = steady(4.0)
    voice[100:115, :2] = 0.65, 5.0
    face, head = follow(saying(voice))
    brow = face[:, BROW]
    assert brow[:100].max() < 0.01
    assert 0.04 < brow.max() < 0.3
    rise_s = (np.argmax(brow[100:] > 0.63 * brow.max())) / 50
    assert 0.04 <= rise_s <= 0.14
    fall_s = np.argmax(brow[115:] < 0.37 * brow[114]) / 50
    assert 0.2 <= fall_s <= 0.45
    still = follow(saying(steady(4.0)))[1]
    dip = head[:, NOD] - still[:, NOD]
    assert -3.0 < dip.min() < -0.8
    assert 100 < dip.argmin() < 125


def test_a_voice_that_is_only_loud_draws_the_brows_down_a_little() -> None:
    voice = steady(4.0)
    voice[100:120, 0] = 0.75
    face, _ = follow(saying(voice))
    assert 0.02 < face[:, INDEX["browDownLeft"]].max() < 0.12


def test_cheeks_and_nose_take_part_in_loud_open_vowels() -> None:
    for loudness, sound, moves in ((0.9, "A", True), (0.5, "A", False), (0.9, "I", False)):
        face, _ = follow(saying(steady(2.0, loudness), sound))
        assert (face[:, INDEX["noseSneerLeft"]].max() > 0.03) == moves


def test_a_smile_reaches_eyes_and_cheeks() -> None:
    spoken = saying(steady(1.0))
    spoken[:, [INDEX["mouthSmileLeft"], INDEX["mouthSmileRight"]]] = 0.6
    face, _ = follow(spoken)
    assert 0.1 < face[-1, INDEX["eyeSquintLeft"]] < 0.2
    assert 0.15 < face[-1, INDEX["cheekSquintRight"]] < 0.3


@pytest.mark.parametrize("seed", range(5))
def test_it_is_felt_rather_than_seen(seed: int) -> None:
    face, head = follow(rows(60.0, seed), seed)
    assert face.min() > -1e-6
    assert face[:, LOOKS].max() < 0.3
    assert face[:, BROW].max() < 0.3
    assert np.abs(head).max() < 8
    assert (np.ptp(head, axis=0) > 1).all()
    assert np.abs(np.diff(head, axis=0)).max() < 1.0, "no more than 50 degrees a second"
    assert not face[:, list(MOUTH)].any()


def test_the_head_turns_with_phrases() -> None:
    _, head = follow(saying(prosody(60.0)))
    yaw = head[110::115, 0]
    assert np.abs(np.diff(yaw)).max() > 1.0
    assert np.std(yaw) > 0.5


def test_the_gaze_leaves_at_the_start_of_a_phrase_and_is_back_at_its_end() -> None:
    phrase, pause = 90, 25
    away, back = [], []
    for seed in range(8):
        looks = follow(saying(prosody(60.0)), seed)[0][:, LOOKS].max(axis=1)[: 26 * (phrase + pause)]
        by_phrase = looks.reshape(-1, phrase + pause)
        away.append(by_phrase[:, 15] > 0.08)
        back.append(by_phrase[:, phrase + 20] < 0.02)
    assert 0.35 < np.mean(away) < 0.75
    assert np.mean(back) == 1


def test_blinks_come_where_phrases_end() -> None:
    near, rates = [], []
    for seed in range(8):
        shut = follow(saying(prosody(120.0)), seed)[0][:, INDEX["eyeBlinkLeft"]]
        starts = np.flatnonzero((shut[1:] > 0.5) & (shut[:-1] <= 0.5)) + 1
        since_end_s = (starts / 50 - 1.8) % 2.3
        near += (since_end_s < 0.35).tolist()
        rates.append(len(starts) / 2)
    assert np.mean(near) > 0.45
    assert 11 <= np.mean(rates) <= 20


def test_silence_leaves_a_face_that_only_blinks() -> None:
    face, head = follow(np.repeat(REST, 3000, axis=0))
    assert np.abs(head).max() < 0.01
    others = [index for index in range(COUNT) if "Blink" not in NAMES[index]]
    assert not face[:, others].any()
    assert face[:, INDEX["eyeBlinkLeft"]].max() > 0.9


@given(
    cuts=st.lists(st.integers(0, 200), max_size=10), seed=st.integers(0, 99), rate=st.sampled_from([1, 24, 30, 60, 120])
)
def test_any_grouping_of_the_frames_gives_the_same_face(cuts: list[int], seed: int, rate: int) -> None:
    spoken = rows(4.0, seed)
    faces = []
    for edges in ([], sorted(cuts), range(1, len(spoken))):
        expression, shown = Expression(seed), []
        for part in np.split(spoken.copy(), edges):
            head = np.zeros((len(part), 3), np.float32)
            if len(part):
                expression.show(part[:, WEIGHTS_COLUMNS], head, part[:, PROSODY_COLUMNS], 1 / rate)
            shown.append(np.concatenate((part[:, WEIGHTS_COLUMNS], head), axis=1))
        faces.append(np.concatenate(shown).tobytes())
    assert len(set(faces)) == 1


def test_seeds_differ() -> None:
    assert len({follow(rows(10.0), seed)[0].tobytes() for seed in range(6)}) == 6


def test_what_the_engine_moves_is_left_to_it() -> None:
    face, _ = follow(rows(20.0), moved=("eyes", "brows", "prosody"))
    assert set(np.flatnonzero(face.any(axis=0))) <= {
        INDEX[name] for name in NAMES if name.startswith(("cheek", "nose"))
    }


def test_a_higher_rate_follows_in_the_same_time() -> None:
    slow = follow(saying(prosody(10.0)))
    fast = follow(np.repeat(saying(prosody(10.0)), 2, axis=0), rate=100)
    assert np.abs(slow[0][:, BROW] - fast[0][1::2, BROW]).max() < 0.05
    assert np.abs(slow[1] - fast[1][1::2]).max() < 0.6
