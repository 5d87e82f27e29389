"""Emotions with time codes, and the echo of the audio."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from a2f_live import arkit
from a2f_live.server.nim_grpc.echo import Echo
from a2f_live.server.nim_grpc.feelings import Feelings

REST = np.zeros(arkit.COUNT, np.float32)


def test_what_is_told_for_the_begin_is_felt_from_the_first_frame() -> None:
    feelings = Feelings({}, 0.5, ours=True)
    feelings.tell(0.0, {"joy": 1.0})
    worn, told = feelings.wear(REST, 0)
    assert told == [(0.0, {"joy": 1.0})]
    assert feelings.felt()["joy"] == 0.5
    assert worn[arkit.INDEX["mouthSmileLeft"]] > 0.05
    assert not REST.any()


def test_an_emotion_begins_with_the_frame_at_its_time_code() -> None:
    feelings = Feelings({}, 1.0, ours=True)
    feelings.tell(2.0, {"anger": 1.0})
    feelings.tell(1.0, {"joy": 1.0})
    felt = []
    for frame in range(90):
        _, told = feelings.wear(REST, frame)
        assert [time_s for time_s, _ in told] == {30: [1.0], 60: [2.0]}.get(frame, [])
        felt.append(feelings.felt())
    assert all(not any(each.values()) for each in felt[:30])
    assert 0 < felt[30]["joy"] < 0.1
    assert felt[45]["joy"] == pytest.approx(1)
    assert felt[89]["anger"] == pytest.approx(1)
    assert felt[89]["joy"] == pytest.approx(0)


def test_a_beginning_emotion_passes_into_what_is_told() -> None:
    feelings = Feelings({"fear": 1.0}, 1.0, ours=True)
    feelings.tell(0.0, {"joy": 1.0})
    feelings.wear(REST, 0)
    assert feelings.felt()["fear"] > 0.5
    for frame in range(1, 20):
        feelings.wear(REST, frame)
    assert feelings.felt()["joy"] == pytest.approx(1)


def test_an_engine_with_emotions_of_its_own_wears_them_itself() -> None:
    feelings = Feelings({"joy": 1.0}, 1.0, ours=False)
    worn, _ = feelings.wear(REST, 0)
    assert not worn.any()
    assert feelings.felt()["joy"] == 1


def test_an_engine_hears_of_each_emotion_once() -> None:
    feelings = Feelings({}, 1.0, ours=False)
    feelings.tell(0.5, {"joy": 1.0})
    feelings.tell(1.5, {"fear": 1.0})
    assert feelings.between(0.0, 1.0) == [(0.5, {"joy": 1.0})]
    assert feelings.between(1.0, 2.0) == [(1.5, {"fear": 1.0})]
    feelings.tell(0.2, {"pain": 1.0})
    assert feelings.between(2.0, 3.0) == [(2.0, {"pain": 1.0})]


@given(
    rate_hz=st.sampled_from([16_000, 22_050, 44_100, 144_000]),
    pieces=st.lists(st.integers(0, 9_001), min_size=1, max_size=20),
)
def test_the_audio_comes_back_whole_whatever_the_pieces(rate_hz: int, pieces: list[int]) -> None:
    echo, said, heard = Echo(rate_hz), b"", b""
    frame = 0
    for number, size in enumerate(pieces):
        pcm = bytes((number + at) % 256 for at in range(size))
        said += pcm
        echo.push(pcm)
        while (frame + 1) * rate_hz // 30 * 2 <= len(said):
            begin_s, part = echo.part(frame)
            assert begin_s == len(heard) / 2 / rate_hz
            heard += part
            frame += 1
            assert len(heard) == frame * rate_hz // 30 * 2
    heard += echo.rest()[1]
    assert heard == said[: len(said) - len(said) % 2]


def test_what_an_engine_shows_by_itself_is_felt_all_the_same_and_not_worn_twice() -> None:
    ours, theirs = (Feelings({}, 1.0, ours=mine) for mine in (True, False))
    for each in (ours, theirs):
        each.tell(1.0, {"joy": 1.0})
    for frame in range(60):
        ours.wear(REST, frame)
        worn, _ = theirs.wear(REST, frame)
        assert not worn.any()
        assert theirs.felt() == ours.felt()
    assert theirs.felt()["joy"] == pytest.approx(1)
