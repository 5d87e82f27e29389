"""Audio may burst and then come at so many times real time; nothing more."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from a2f_live.config import AudioFormat
from a2f_live.errors import TooFast
from a2f_live.server.limits import AudioRate, Stillness
from a2f_live.wire.messages import Limits

SECOND = 32_000
"""Bytes of a second of the default format."""
NS = 1_000_000_000


def rate() -> AudioRate:
    return AudioRate(AudioFormat(), Limits(burst_s=10, rate=4))


@pytest.mark.parametrize("pieces", [1, 10, 500])
def test_the_burst_may_come_at_once_and_no_more(pieces: int) -> None:
    bucket = rate()
    for _ in range(pieces):
        bucket.take(10 * SECOND // pieces, NS)
    with pytest.raises(TooFast, match="4 times real time beyond a burst of 10 s"):
        bucket.take(SECOND, NS)


def test_what_was_refused_costs_nothing() -> None:
    bucket = rate()
    for _ in range(5):
        with pytest.raises(TooFast):
            bucket.take(11 * SECOND, NS)
    bucket.take(10 * SECOND, NS)


def test_four_times_real_time_may_go_on_for_ever_after_the_burst() -> None:
    bucket = rate()
    bucket.take(10 * SECOND, 0)
    for second in range(1, 100):
        bucket.take(4 * SECOND, second * NS)
        with pytest.raises(TooFast):
            bucket.take(SECOND, second * NS)


@given(st.lists(st.tuples(st.integers(0, 3 * NS), st.integers(0, 4 * SECOND)), max_size=60))
def test_it_never_lets_through_more_than_burst_and_rate(steps: list[tuple[int, int]]) -> None:
    bucket, now_ns, passed = rate(), 0, 0
    for wait_ns, n_bytes in steps:
        now_ns += wait_ns
        try:
            bucket.take(n_bytes, now_ns)
        except TooFast:
            continue
        passed += n_bytes
        assert passed <= (10 + 4 * now_ns / NS) * SECOND + len(steps)


def test_standing_still_is_measured_from_the_first_sight_of_a_value() -> None:
    still = Stillness()
    assert [still.still_s(count, now) for count, now in [(0, 5.0), (0, 7.0), (1, 8.0), (1, 9.5)]] == [0, 2, 0, 1.5]


def test_time_that_is_excused_does_not_count() -> None:
    still = Stillness()
    assert [still.still_s(1, now, excused=now < 5) for now in (0.0, 4.0, 5.0, 7.5)] == [0, 0, 1, 3.5]
