"""After a lost connection every frame comes exactly once, however the messages were cut."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from a2f_live.errors import SessionExpired
from a2f_live.frames import Flushed, Frames
from a2f_live.server.replay import Position, ReplayLog
from a2f_live.wire.codec import codec_for
from a2f_live.wire.messages import SUBPROTOCOLS, Message

FPS = Fraction(30)


def frames(utterance: int, index: int, count: int, fps: Fraction = FPS) -> Frames:
    """Frames whose weights tell their number."""
    rows = np.repeat(np.arange(index, index + count, dtype=np.float32)[:, None], 52, axis=1)
    rows *= np.float32(1 / 128)
    return Frames(utterance, index, index / fps, fps, rows, head=rows[:, :3], visemes=rows[:, :15])


def log_of(cuts: list[list[int]], max_frames: int = 10_000, subprotocol: str = SUBPROTOCOLS[0]) -> ReplayLog:
    """Utterances, each as its message sizes; each is followed by its answer."""
    log, codec = ReplayLog(max_frames, 10_000_000), codec_for(subprotocol)
    for utterance, sizes in enumerate(cuts):
        index = 0
        for size in sizes:
            message = frames(utterance, index, size)
            log.add_frames(codec.encode(message), message)
            index += size
        log.add(codec.encode(Flushed(utterance, utterance, index, index / 30)))
    return log


def told(messages: list[Message]) -> list[str]:
    """Each frame as `utterance:index`, each answer as `flushed utterance`."""
    said: list[str] = []
    for message in messages:
        if isinstance(message, Flushed):
            said.append(f"flushed {message.utterance}")
        else:
            assert isinstance(message, Frames)
            said += [f"{message.utterance}:{message.index + offset}" for offset in range(message.count)]
    return said


def after(log: ReplayLog, position: Position) -> list[str]:
    return told(list(log.after(position)))


UTTERANCES = st.lists(st.lists(st.integers(1, 5), min_size=1, max_size=6), min_size=1, max_size=4)


@given(UTTERANCES, st.sampled_from(SUBPROTOCOLS), st.data())
def test_every_frame_after_the_named_one_once_and_in_order(
    cuts: list[list[int]], subprotocol: str, data: st.DataObject
) -> None:
    said = [(utterance, frame) for utterance, sizes in enumerate(cuts) for frame in range(sum(sizes))]
    named = data.draw(st.integers(-1, len(said) - 1))
    position = (0, -1) if named < 0 else said[named]
    heard = after(log_of(cuts, subprotocol=subprotocol), position)
    assert [word for word in heard if ":" in word] == [f"{u}:{f}" for u, f in said[named + 1 :]]


@pytest.mark.parametrize(
    ("position", "expected"),
    [
        ((0, -1), ["0:0", "0:1", "0:2", "flushed 0", "1:0", "1:1", "flushed 1"]),
        ((0, 1), ["0:2", "flushed 0", "1:0", "1:1", "flushed 1"]),
        ((0, 2), ["flushed 0", "1:0", "1:1", "flushed 1"]),
        ((1, -1), ["flushed 0", "1:0", "1:1", "flushed 1"]),
        ((1, 1), ["flushed 1"]),
        ((7, 0), ["flushed 1"]),
    ],
)
def test_answers_after_the_named_frame_follow_too(position: Position, expected: list[str]) -> None:
    assert after(log_of([[3], [2]]), position) == expected


def test_a_message_that_is_cut_keeps_what_is_in_it() -> None:
    log, codec = ReplayLog(100, 100_000), codec_for(SUBPROTOCOLS[0])
    whole = frames(3, 4, 6, fps=Fraction(30_000, 1001))
    log.add_frames(codec.encode(whole), whole)
    (cut,) = log.after((3, 6))
    assert isinstance(cut, Frames)
    assert (cut.utterance, cut.index, cut.count, cut.fps) == (3, 7, 3, Fraction(30_000, 1001))
    assert float(cut.time_s) == pytest.approx(7 * 1001 / 30_000, abs=1e-9)
    assert cut.head is not None
    assert cut.visemes is not None
    np.testing.assert_array_equal(cut.weights, whole.weights[3:])
    np.testing.assert_array_equal(cut.head, whole.weights[3:, :3])
    np.testing.assert_array_equal(cut.visemes, whole.weights[3:, :15])


def test_each_frame_keeps_the_frame_rate_that_it_had() -> None:
    log, codec, index = ReplayLog(8, 100_000), codec_for(SUBPROTOCOLS[0]), 0
    rates = [Fraction(60), Fraction(30), Fraction(15), Fraction(30)]
    for fps in rates:
        for _ in range(3):
            message = frames(0, index, 1, fps)
            log.add_frames(codec.encode(message), message)
            index += 1
    heard = [message.fps for message in log.after((0, 3)) if isinstance(message, Frames)]
    assert heard == [rates[number // 3] for number in range(4, 12)]
    assert len(log._rates) == 3


def test_a_frame_that_is_no_longer_kept_ends_the_session() -> None:
    log = log_of([[1] * 20], max_frames=5)
    assert after(log, (0, 14)) == [*(f"0:{frame}" for frame in range(15, 20)), "flushed 0"]
    with pytest.raises(SessionExpired, match="begin a new session"):
        log.after((0, 13))


def test_an_answer_that_is_no_longer_kept_ends_the_session() -> None:
    log = ReplayLog(100, 2_000)
    log.add_frames(bytes(300), frames(0, 0, 1))
    log.add(bytes(500))
    log.add_frames(bytes(1_000), frames(0, 1, 1))
    log.add(bytes(300))
    assert list(log._counts) == [1, 0]
    with pytest.raises(SessionExpired):
        log.after((0, 0))


@given(UTTERANCES, st.integers(1, 12))
def test_it_keeps_no_more_frames_than_its_bound(cuts: list[list[int]], bound: int) -> None:
    log, last = log_of(cuts, bound), len(cuts) - 1
    for position in [(last, frame) for frame in range(-1, sum(cuts[last]))]:
        try:
            heard = after(log, position)
        except SessionExpired:
            continue
        assert sum(":" in word for word in heard) == sum(cuts[last]) - 1 - position[1] <= bound
        return
    raise AssertionError("nothing is kept")


def test_many_answers_are_bounded_too() -> None:
    log = ReplayLog(100, 10_000)
    for _ in range(10_000):
        log.add(b"")
    assert len(log) <= 100
