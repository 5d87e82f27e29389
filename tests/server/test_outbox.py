"""A peer that does not read costs bounded memory; answers are never dropped, frames are, oldest first."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from a2f_live.errors import SlowReader
from a2f_live.server.outbox import HARD_FACTOR, Outbox


def drain(outbox: Outbox) -> list[bytes | str]:
    taken = []
    while (item := outbox.pop()) is not None:
        taken.append(item.data)
    return taken


def test_first_in_first_out() -> None:
    outbox = Outbox("drop_oldest_frames", 10, 1000)
    for data in (b"a", "b", b"c"):
        assert outbox.put(data, frames=1) == 0
    assert (len(outbox), outbox.bytes) == (3, 3)
    assert drain(outbox) == [b"a", "b", b"c"]
    assert (len(outbox), outbox.bytes) == (0, 0)


@pytest.mark.parametrize(("messages", "n_bytes"), [(3, 1000), (100, 3)])
def test_oldest_frames_go_and_answers_stay_in_order(messages: int, n_bytes: int) -> None:
    outbox = Outbox("drop_oldest_frames", messages, n_bytes)
    dropped = [outbox.put(data, frames) for data, frames in [(b"A", 0), (b"1", 2), (b"B", 0), (b"2", 5), (b"3", 1)]]
    assert dropped == [0, 0, 0, 2, 5]
    assert outbox.dropped_frames == 7
    assert drain(outbox) == [b"A", b"B", b"3"]


def test_block_drops_nothing_and_says_when_to_stop_and_when_to_go_on() -> None:
    outbox = Outbox("block", 4, 1000)
    seen = []
    for _ in range(5):
        outbox.put(b"x", frames=1)
        seen.append(outbox.full)
    assert seen == [False, False, False, False, True]
    lows = []
    while outbox.pop():
        lows.append(outbox.low)
    assert lows == [False, False, True, True, True]


def test_answers_that_are_not_read_end_the_connection() -> None:
    outbox = Outbox("drop_oldest_frames", 4, 1000)
    for _ in range(HARD_FACTOR * 4):
        outbox.put(b"answer")
    with pytest.raises(SlowReader, match="not read"):
        outbox.put(b"answer")


@given(st.lists(st.tuples(st.integers(1, 400), st.integers(0, 3)), max_size=200))
def test_memory_is_bounded_whatever_comes(puts: list[tuple[int, int]]) -> None:
    outbox = Outbox("drop_oldest_frames", 16, 2000)
    for size, frames in puts:
        try:
            outbox.put(bytes(size), frames)
        except SlowReader:
            outbox.clear()
        assert len(outbox) <= HARD_FACTOR * 16
        assert outbox.bytes <= HARD_FACTOR * 2000
    rest = drain(outbox)
    assert not rest or outbox.bytes == 0
