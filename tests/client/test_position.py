from dataclasses import replace
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from a2f_live.client.position import Position
from a2f_live.frames import Frames
from tests.client.server import frames

FPS = Fraction(30)


def block(utterance: int, first: int, end: int) -> Frames:
    return replace(frames(utterance, first, end, FPS), head=None)


@given(st.lists(st.tuples(st.integers(1, 6), st.integers(0, 9)), min_size=1, max_size=30))
def test_whatever_is_repeated_every_frame_is_given_once(blocks: list[tuple[int, int]]) -> None:
    position, given_, end = Position(), list[int](), 0
    for count, back in blocks:
        first = max(0, end - back)
        fresh = position.fresh(block(0, first, first + count))
        end = max(end, first + count)
        if fresh:
            assert fresh.time_s == Fraction(fresh.index) / FPS
            given_ += [fresh.index + i for i in range(fresh.count)]
            assert round(float(fresh.weights[0, 0]) * 4096) == fresh.index
    assert given_ == list(range(end))


def test_a_new_utterance_begins_at_its_first_frame() -> None:
    position = Position()
    assert position.fresh(block(0, 0, 9)) is not None
    assert position.fresh(block(1, 0, 3)) is not None
    assert position.fresh(block(0, 5, 12)) is None
    assert (position.utterance, position.index) == (1, 2)


def test_frames_between_utterances_are_counted_apart() -> None:
    position, idle = Position(), replace(block(0, 0, 4), idle=True)
    assert position.fresh(idle) is not None
    assert position.fresh(idle) is None
    assert position.fresh(block(0, 0, 2)) is not None
    assert position.fresh(idle) is not None
    assert (position.utterance, position.index) == (0, 1)


def test_head_and_visemes_go_with_the_weights() -> None:
    position = Position()
    whole = block(0, 0, 6)
    position.fresh(block(0, 0, 4))
    fresh = position.fresh(replace(whole, head=whole.weights[:, :3], visemes=whole.weights[:, :15]))
    assert fresh is not None
    assert fresh.head is not None
    assert fresh.visemes is not None
    assert len(fresh.head) == len(fresh.visemes) == fresh.count == 2
    assert (fresh.visemes == whole.weights[4:, :15]).all()
