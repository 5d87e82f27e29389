from fractions import Fraction

import pytest

from a2f_live.client.inbox import Inbox
from tests.client.server import frames


def fill(inbox: Inbox, blocks: int) -> None:
    for number in range(blocks):
        inbox.put(frames(0, number * 6, number * 6 + 6, Fraction(60)))


def test_live_the_oldest_leave() -> None:
    inbox = Inbox(1.0, drop=True)
    fill(inbox, 50)
    assert not inbox.full
    assert inbox.dropped == 40 * 6
    first = inbox.take()
    assert first is not None
    assert first.index == 40 * 6


def test_otherwise_it_says_that_it_is_full_and_drops_nothing() -> None:
    inbox = Inbox(1.0, drop=False)
    full = []
    for _ in range(12):
        full.append(inbox.full)
        fill(inbox, 1)
    assert full[:10] == [False] * 10
    assert full[-1]
    while inbox.take():
        pass
    assert not inbox.full
    assert inbox.dropped == 0


def test_nothing_is_kept_for_a_reader_who_has_left() -> None:
    inbox = Inbox(1.0, drop=False)
    fill(inbox, 20)
    inbox.close()
    fill(inbox, 20)
    assert inbox.take() is None
    assert not inbox.full


async def test_a_wait_ends_with_frames_or_when_woken() -> None:
    inbox = Inbox(1.0, drop=True)
    fill(inbox, 1)
    await inbox.wait()
    inbox.wake()
    await inbox.wait()


@pytest.mark.parametrize("blocks", [1, 3])
def test_one_block_is_always_kept(blocks: int) -> None:
    inbox = Inbox(0.01, drop=True)
    fill(inbox, blocks)
    assert inbox.take() is not None
    assert inbox.take() is None
