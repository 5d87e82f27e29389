from collections.abc import Sequence
from fractions import Fraction
from math import ceil
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from a2f_live.arkit import COUNT, EYES, INDEX, MOUTH
from a2f_live.frames import Array, Frames
from a2f_live.motion.chain import NOT_MOUTH, MotionChain
from a2f_live.motion.profile import Profile
from a2f_live.speech import PROSODY_COLUMNS, REST, ROW_WIDTH, VISEME_COLUMNS, VISEMES
from tests.motion.voices import rows as voice

JAW = INDEX["jawOpen"]
AA, RR = (VISEME_COLUMNS.start + VISEMES.index(name) for name in ("aa", "RR"))
SIL = VISEMES.index("sil")
MOUTH_COLUMNS = list(MOUTH)
OTHER_COLUMNS = np.flatnonzero(NOT_MOUTH)
FPS = [Fraction(1), Fraction(24), Fraction(30000, 1001), Fraction(30), Fraction(60), Fraction(120)]
SMILING = Profile(jaw_gain=0.8, offset={"mouthSmileLeft": 0.1}, clamp={"jawOpen": (0.0, 0.7)})


def chain(fps: Fraction = Fraction(60), idle: str = "speech", **options: Any) -> MotionChain:
    chosen: dict[str, Any] = {"profile": Profile.neutral(), "head": True, "visemes": True} | options
    return MotionChain(row_rate=Fraction(50), fps=fps, idle=idle, **chosen)


def speech(count: int = 100, seed: int = 0) -> Array:
    """Whole rows in which the mouth alone moves, smoothly, and is open at the end; two visemes share each."""
    rows = np.zeros((count, ROW_WIDTH), np.float32)
    phases = np.random.default_rng(seed).random(len(MOUTH))
    seconds = np.linspace(0, count / 50, count)[:, None]
    rows[:, MOUTH_COLUMNS] = 0.5 - 0.45 * np.cos(2 * np.pi * (1.5 * seconds + phases))
    rows[:, JAW] = np.linspace(0.0, 0.9, count)
    rows[:, AA], rows[:, RR] = rows[:, JAW], 1 - rows[:, JAW]
    return rows


def say(face: MotionChain, rows: Array, seed: int = 1, parts: int = 1) -> list[Frames]:
    duration_s = Fraction(len(rows), 50)
    face.begin(seed)
    blocks = [face.push(part) for part in np.array_split(rows, parts)]
    blocks.append(face.finish(duration_s))
    return [block for block in blocks if block is not None]


def joined(blocks: Sequence[Frames]) -> Array:
    return np.concatenate([block.weights for block in blocks])


def visemes(blocks: Sequence[Frames]) -> Array:
    return np.concatenate([block.visemes for block in blocks if block.visemes is not None])


def heads(blocks: Sequence[Frames]) -> Array:
    return np.concatenate([block.head for block in blocks if block.head is not None])


def largest_step(before: Array, after: Array) -> float:
    """Between the last frame of one stretch and the first of the next."""
    return float(np.abs(after[0] - before[-1]).max())


@given(
    count=st.integers(1, 120),
    cuts=st.lists(st.integers(0, 120), max_size=20),
    fps=st.sampled_from(FPS),
    idle=st.sampled_from(["off", "speech"]),
    offset_ms=st.integers(0, 150),
    wishes=st.sampled_from([{}, {"emotions": {"joy": 0.7, "outofbreath": 0.5}}, {"auto_emotion": True}]),
)
def test_any_grouping_of_the_rows_gives_the_same_face(
    count: int, cuts: list[int], fps: Fraction, idle: str, offset_ms: int, wishes: dict[str, Any]
) -> None:
    rows, duration_s = voice(count / 50), Fraction(count, 50)
    faces = []
    for parts in ([rows], np.split(rows, sorted(cut % (count + 1) for cut in cuts)), np.split(rows, count)):
        face = chain(fps, idle, profile=SMILING, time_offset_s=offset_ms / 1000, engine_channels=["prosody"], **wishes)
        face.begin(77)
        blocks = [face.push(part, duration_s) for part in parts] + [face.finish(duration_s)]
        given = [block for block in blocks if block is not None]
        assert [block.index for block in given] == np.cumsum([0, *(block.count for block in given)])[:-1].tolist()
        assert all(block.time_s == block.index / fps and block.fps == fps for block in given)
        faces.append((joined(given).tobytes(), heads(given).tobytes(), visemes(given).tobytes()))
    assert len(set(faces)) == 1


@pytest.mark.parametrize("fps", FPS)
@pytest.mark.parametrize("samples", [1, 320, 800, 15_999, 16_000, 16_001, 50_000, 160_000])
def test_an_utterance_has_exactly_its_frames(fps: Fraction, samples: int) -> None:
    duration_s, face = Fraction(samples, 16_000), chain(fps)
    face.begin(1)
    blocks = [face.push(row) for row in np.array_split(speech(500)[: face.rows_needed(duration_s)], 7)]
    blocks.append(face.finish(duration_s))
    assert sum(block.count for block in blocks if block is not None) == face.frames == ceil(duration_s * fps)
    assert face.finish(duration_s) is None


@given(
    rows=arrays(np.float32, (9, ROW_WIDTH), elements=st.floats(-(2.0**30), 2.0**30, width=32)),
    idle=st.sampled_from(["off", "speech", "always"]),
    profile=st.sampled_from([Profile.neutral(), SMILING, Profile(lip_gain=10.0)]),
    channels=st.sampled_from([(), ("prosody",)]),
)
def test_hostile_rows_give_weights(rows: Array, idle: str, profile: Profile, channels: tuple[str, ...]) -> None:
    face = chain(idle=idle, profile=profile, engine_channels=channels, emotions={"fear": 1.0}, auto_emotion=True)
    blocks = [*say(face, rows), face.live(5), *say(face, rows), face.ease_to_rest()]
    weights = joined([block for block in blocks if block is not None])
    assert weights.dtype == np.float32
    assert np.isfinite(weights).all()
    assert ((weights >= 0) & (weights <= 1)).all()
    said = visemes([block for block in blocks if block is not None])
    assert len(said) == len(weights)
    assert ((said >= 0) & (said <= 1)).all()


def test_rows_stay_as_they_were() -> None:
    rows = speech()
    before = rows.copy()
    blocks = say(chain(), rows, parts=10)
    frames = joined(blocks).copy()
    assert (rows == before).all()
    assert (joined(blocks) == frames).all()


def test_the_mouth_is_the_engines_and_the_eyes_live() -> None:
    rows = speech(500)
    still, alive = joined(say(chain(idle="off"), rows)), joined(say(chain(), rows))
    assert (still[:, MOUTH_COLUMNS] == alive[:, MOUTH_COLUMNS]).all()
    assert not still[:, list(EYES)].any()
    assert alive[:, INDEX["eyeBlinkLeft"]].max() > 0.9


def test_life_adds_to_what_the_engine_moves() -> None:
    rows = np.full((500, ROW_WIDTH), 0.5, np.float32)
    frames = joined(say(chain(), rows))
    assert frames.min() >= 0.49
    assert frames[:, INDEX["eyeBlinkLeft"]].max() == 1
    own = joined(say(chain(engine_channels=("eyes", "brows")), rows))
    assert np.abs(own - 0.5).max() < 1e-6


@pytest.mark.parametrize("idle", ["off", "speech"])
def test_an_utterance_depends_on_nothing_before_it(idle: str) -> None:
    used, fresh = chain(idle=idle), chain(idle=idle)
    say(used, speech(77, seed=5), seed=9)
    used.ease_to_rest()
    assert joined(say(used, speech())).tobytes() == joined(say(fresh, speech())).tobytes()


def test_seeds_differ() -> None:
    assert len({joined(say(chain(), speech(250), seed)).tobytes() for seed in range(10)}) == 10


@pytest.mark.parametrize(("idle", "moves"), [("off", False), ("speech", True), ("always", True)])
def test_the_head_moves_where_asked_for(idle: str, moves: bool) -> None:
    blocks = say(chain(idle=idle), speech())
    assert heads(blocks).shape == (120, 3)
    assert heads(blocks).dtype == np.float32
    assert heads(blocks).any() == moves
    quiet = chain(idle=idle, head=False)
    assert all(block.head is None for block in [*say(quiet, speech()), quiet.live(3)])


def test_visemes_lie_between_those_of_the_rows_and_add_up_to_1() -> None:
    blocks = say(chain(), speech())
    said, jaw = visemes(blocks), joined(blocks)[:, JAW]
    assert said.shape == (120, 15)
    assert said.dtype == np.float32
    assert said[:, VISEMES.index("aa")] == pytest.approx(jaw, abs=1e-6)
    assert said.sum(axis=1) == pytest.approx(1, abs=1e-6)


def test_visemes_ease_to_silence_and_come_back_at_once_as_the_mouth_does() -> None:
    face = chain(Fraction(60), "always")
    spoken = visemes(say(face, speech()))
    pause = visemes([face.live(1) for _ in range(30)])
    again = visemes(say(face, speech()))
    ease = face.ease_to_rest()
    assert ease is not None
    for before, after in ((spoken, pause), (again, visemes([ease]))):
        assert largest_step(before, after) < 0.1
        assert after.sum(axis=1) == pytest.approx(1, abs=1e-6)
        assert (np.diff(after[:, SIL]) >= 0).all()
        assert after[-1, SIL] == 1
    assert again[0] == pytest.approx(speech()[0, VISEME_COLUMNS])


def test_visemes_are_silent_before_the_first_utterance() -> None:
    block = chain(idle="always").live(3)
    assert block.visemes is not None
    assert (block.visemes == REST[:, VISEME_COLUMNS]).all()


def test_visemes_are_left_out_where_nobody_asked_for_them() -> None:
    face = chain(idle="always", visemes=False)
    blocks = [*say(face, speech()), face.live(3), *say(face, speech()), face.ease_to_rest()]
    assert all(block is not None and block.visemes is None for block in blocks)


@pytest.mark.parametrize("fps", FPS)
@pytest.mark.parametrize("profile", [Profile.neutral(), SMILING])
def test_an_ease_ends_at_rest_and_goes_on_counting(fps: Fraction, profile: Profile) -> None:
    face = chain(fps, profile=profile)
    spoken = say(face, speech())
    block = face.ease_to_rest()
    assert block is not None
    assert (block.index, block.time_s, block.fps) == (face.frames, face.frames / fps, fps)
    assert block.count == ceil(fps / 4)
    assert (block.weights[-1] == profile.apply(np.zeros((1, COUNT), np.float32))).all()
    assert block.head is not None
    assert not block.head[-1].any()
    jaw = np.concatenate((spoken[-1].weights[-1:, JAW], block.weights[:, JAW]))
    assert jaw[0] > 0.3
    assert (np.diff(jaw) <= 0).all()
    assert face.ease_to_rest() is None


@pytest.mark.parametrize("fps", [Fraction(24), Fraction(30), Fraction(60), Fraction(120)])
def test_there_is_no_jump_from_speech_to_rest(fps: Fraction) -> None:
    face = chain(fps)
    spoken = joined(say(face, speech()))
    block = face.ease_to_rest()
    assert block is not None
    frames = np.concatenate((spoken[-1:], block.weights))
    assert np.abs(np.diff(frames, axis=0)).max() < 8 / float(fps)


def test_where_nothing_was_given_there_is_nothing_to_ease() -> None:
    face = chain(idle="always")
    assert face.ease_to_rest() is None
    face.begin(1)
    assert face.ease_to_rest() is None
    say(face, speech())
    face.live(1)
    assert face.ease_to_rest() is None


@pytest.mark.parametrize("fps", [Fraction(24), Fraction(30), Fraction(60), Fraction(120)])
@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("pause", [1, 5, 100])
def test_there_is_no_jump_into_a_pause_or_out_of_it(fps: Fraction, seed: int, pause: int) -> None:
    face, most = chain(fps, "always"), 7 / float(fps)
    spoken = say(face, speech(150), seed)
    idle = [face.live(1) for _ in range(pause)]
    again = say(face, speech(150), seed + 100)
    assert largest_step(joined(spoken), joined(idle)) < most
    assert largest_step(joined(idle)[:, OTHER_COLUMNS], joined(again)[:, OTHER_COLUMNS]) < most
    assert largest_step(heads(spoken), heads(idle)) < 50 / float(fps)
    assert largest_step(heads(idle), heads(again)) < 50 / float(fps)


def test_there_is_no_jump_between_utterances_without_a_pause() -> None:
    for seed in range(10):
        face = chain(Fraction(30), "always")
        first, second = joined(say(face, speech(130), seed)), joined(say(face, speech(130), seed + 50))
        assert largest_step(first[:, OTHER_COLUMNS], second[:, OTHER_COLUMNS]) < 0.2


def test_the_mouth_is_shut_in_a_pause_while_the_face_lives() -> None:
    face = chain(Fraction(30), "always")
    say(face, speech())
    pause = [face.live(5) for _ in range(120)]
    assert [block.index for block in pause] == list(range(0, 600, 5))
    assert pause[7].time_s == Fraction(35, 30)
    frames = joined(pause)
    assert frames[0, JAW] > 0.5
    assert not frames[8:, MOUTH_COLUMNS].any()
    assert frames[8:, INDEX["eyeBlinkLeft"]].max() > 0.9
    assert np.ptp(heads(pause)[8:]) > 1


def test_a_face_lives_before_the_first_utterance() -> None:
    one, other = chain(idle="always", seed=1), chain(idle="always", seed=2)
    first = one.live(300).weights
    assert first[:, INDEX["eyeBlinkLeft"]].max() > 0.9
    assert not first[0].any()
    assert (first != other.live(300).weights).any()


def test_an_utterance_goes_on_after_a_pause_within_it() -> None:
    rows, face = speech(200), chain(Fraction(60), "always")
    face.begin(4)
    first = face.push(rows[:100])
    pause = [face.live(1) for _ in range(40)]
    second = face.push(rows[100:])
    again = face.live(10)
    assert first is not None
    assert second is not None
    assert second.index == first.count
    assert largest_step(first.weights, joined(pause)) < 0.1
    assert largest_step(joined(pause)[:, OTHER_COLUMNS], second.weights[:, OTHER_COLUMNS]) < 0.1
    assert again.index == 0
    assert largest_step(second.weights, again.weights) < 0.1


def test_pauses_differ_from_each_other() -> None:
    face = chain(idle="always")
    pauses = []
    for seed in range(3):
        say(face, speech(), seed)
        pauses.append(face.live(300).weights.tobytes())
    assert len(set(pauses)) == 3


def test_a_pause_does_not_depend_on_how_it_is_cut() -> None:
    whole, parts = chain(idle="always"), chain(idle="always")
    say(whole, speech())
    say(parts, speech())
    assert joined([parts.live(1 + n % 3) for n in range(150)]).tobytes() == whole.live(300).weights[:300].tobytes()


def test_a_rate_changed_in_an_utterance_goes_on_counting_and_leaves_no_gap() -> None:
    face = chain(Fraction(60))
    face.begin(3)
    first = face.push(speech(26)[:26])
    assert first is not None
    face.set_fps(Fraction(30))
    second = face.push(speech(52)[26:46])
    assert second is not None
    assert second.index == first.count == 31
    assert (second.time_s, second.fps) == (Fraction(31, 60), Fraction(30))
    last = face.finish(Fraction(52, 50))
    assert last is not None
    assert face.frames == 31 + ceil((Fraction(52, 50) - Fraction(31, 60)) * 30)
    assert say(face, speech())[0].fps == 30, "the rate stays for the next utterance"


def test_a_rate_changed_in_a_pause_goes_on_counting() -> None:
    face = chain(Fraction(60), "always")
    face.live(30)
    face.set_fps(Fraction(24))
    block = face.live(1)
    assert (block.index, block.time_s, block.fps) == (30, Fraction(1, 2), Fraction(24))


@pytest.mark.parametrize("mode", ["off", "always"])
def test_another_idle_mode_comes_without_a_jump(mode: str) -> None:
    face = chain(Fraction(60))
    face.begin(2)
    first = face.push(speech(140)[:120])
    face.set_idle(mode)
    second = face.push(speech(140)[120:])
    assert first is not None
    assert second is not None
    assert largest_step(first.weights, second.weights) < 0.1
    if mode == "off":
        assert not second.weights[13:, list(EYES)].any()


def test_life_in_a_pause_can_be_switched_off() -> None:
    face = chain(Fraction(60), "always")
    first = face.live(200).weights
    face.set_idle("off")
    second = face.live(60).weights
    assert first.any()
    assert largest_step(first, second) < 0.2
    assert not second[16:].any()


def test_another_profile_counts_from_the_next_frame_on() -> None:
    face = chain(idle="off")
    face.begin(0)
    assert face.push(np.full((10, ROW_WIDTH), 0.5, np.float32)) is not None
    face.set_profile(Profile(jaw_gain=0.5))
    block = face.push(np.full((10, ROW_WIDTH), 0.5, np.float32))
    assert block is not None
    assert (block.weights[:, JAW] == 0.25).all()


def test_time_is_that_of_the_next_frame() -> None:
    face = chain(Fraction(30000, 1001))
    assert face.time_s == 0
    say(face, speech())
    assert face.time_s == face.frames * Fraction(1001, 30000)


def test_nothing_is_given_before_the_rows_allow_it() -> None:
    face = chain(Fraction(30))
    face.begin(0)
    first = face.push(speech(1))
    assert first is not None
    assert first.count == 1
    assert face.push(speech(1)) is None
    assert face.push(speech(0)) is None
    assert face.frames == 1


def test_prosody_moves_brows_head_and_lids_where_the_engine_gives_it() -> None:
    rows = voice(10.0)
    deaf, hearing = say(chain(), rows), say(chain(engine_channels=["prosody"]), rows)
    unheard = rows.copy()
    unheard[:, PROSODY_COLUMNS] = 0
    assert joined(deaf).tobytes() == joined(say(chain(), unheard)).tobytes()
    assert (joined(hearing)[:, MOUTH_COLUMNS] == joined(deaf)[:, MOUTH_COLUMNS]).all()
    brow = INDEX["browInnerUp"]
    assert joined(hearing)[:, brow].max() > joined(deaf)[:, brow].max() + 0.05
    assert (heads(hearing) != heads(deaf)).any()
    assert not joined(say(chain(idle="off", engine_channels=["prosody"]), rows))[:, OTHER_COLUMNS].any()


def test_an_emotion_shows_in_speech_in_a_pause_and_at_rest() -> None:
    smile, face = INDEX["mouthSmileLeft"], chain(Fraction(30), "always", emotions={"joy": 1.0})
    say(face, voice(2.0))
    rest = face.ease_to_rest()
    assert rest is not None
    assert rest.weights[-1, smile] > 0.4
    pause = joined([face.live(5) for _ in range(4)])
    assert (pause[10:, smile] > 0.4).all()
    assert not pause[10:, JAW].any()
    face.set_emotions({}, False)
    assert not joined([face.live(30)])[-1, smile].any()


@pytest.mark.parametrize("idle", ["off", "speech", "always"])
@pytest.mark.parametrize("emotion", ["joy", "outofbreath"])
def test_emotions_make_no_jump_between_speech_and_pause(idle: str, emotion: str) -> None:
    face, fps = chain(Fraction(60), idle, emotions={emotion: 1.0}, engine_channels=["prosody"]), 60
    spoken = joined(say(face, voice(2.0)))
    pause = joined([face.live(1) for _ in range(100)])
    again = joined(say(face, np.concatenate((np.repeat(REST, 5, axis=0), voice(2.0)))))
    assert largest_step(spoken, pause) < 7 / fps
    if idle == "always":
        assert largest_step(pause, again) < 7 / fps


def test_another_emotion_counts_from_the_next_frame_on_without_a_jump() -> None:
    face, rows = chain(idle="off"), np.repeat(REST, 100, axis=0)
    face.begin(0)
    before = face.push(rows[:50])
    face.set_emotions({"sadness": 1.0}, False)
    after = face.push(rows[50:])
    assert before is not None
    assert after is not None
    brow = np.concatenate((before.weights[-1:], after.weights))[:, INDEX["browInnerUp"]]
    assert brow[0] == 0 < brow[1]
    assert (np.diff(brow) >= 0).all()
    assert np.diff(brow).max() < 0.07
    assert 12 <= np.argmax(brow == brow[-1]) <= 30


def test_an_engine_that_understands_emotions_is_left_to_it() -> None:
    rows = voice(1.0)
    own = chain(engine_channels=["emotions"], emotions={"joy": 1.0}, auto_emotion=True)
    assert joined(say(own, rows)).tobytes() == joined(say(chain(), rows)).tobytes()
    own.set_emotions({"anger": 1.0}, False)
    assert joined(say(own, rows)).tobytes() == joined(say(chain(), rows)).tobytes()


@pytest.mark.parametrize("wishes", [{"emotions": {"grief": 0.8}}, {"auto_emotion": True}])
def test_an_utterance_with_emotions_depends_on_nothing_before_it(wishes: dict[str, Any]) -> None:
    used, fresh = (chain(engine_channels=["prosody"], **wishes) for _ in range(2))
    say(used, voice(7.0, seed=5), seed=9)
    used.ease_to_rest()
    assert joined(say(used, voice(3.0))).tobytes() == joined(say(fresh, voice(3.0))).tobytes()
