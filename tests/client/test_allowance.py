import pytest
from hypothesis import given
from hypothesis import strategies as st

from a2f_live.client.allowance import Allowance, Backoff


@given(st.lists(st.tuples(st.floats(0.001, 1.0), st.floats(0.0, 2.0)), max_size=100))
def test_what_is_sent_never_exceeds_the_limits(sends: list[tuple[float, float]]) -> None:
    allowance, now_s, sent_s = Allowance(10.0, 4.0, 0.0), 0.0, 0.0
    for seconds, pause_s in sends:
        now_s += pause_s
        now_s += allowance.wait_s(seconds, now_s)
        allowance.wait_s(seconds, now_s)
        allowance.spend(seconds)
        sent_s += seconds
        assert sent_s <= 10.0 + 4.0 * now_s


def test_speech_in_real_time_never_waits() -> None:
    allowance = Allowance(10.0, 4.0, 0.0)
    for number in range(5000):
        assert allowance.wait_s(0.02, number * 0.02) == 0
        allowance.spend(0.02)


def test_audio_longer_than_the_burst_goes_out_in_the_end() -> None:
    allowance = Allowance(0.1, 4.0, 0.0)
    assert allowance.wait_s(5.0, 100.0) == 0


def test_attempts_come_at_growing_intervals_until_patience_ends() -> None:
    backoff, now_s, delays = Backoff(seed=1), 0.0, list[float]()
    while (delay_s := backoff.delay_s(now_s, 30.0)) is not None:
        delays.append(delay_s)
        now_s += delay_s
    assert delays[0] == 0
    assert delays[1] < delays[3] < delays[5]
    assert max(delays) <= Backoff.LONGEST_S
    assert now_s == pytest.approx(30.0)
    backoff.reset()
    assert backoff.delay_s(now_s, 30.0) == 0


def test_connections_that_break_at_once_do_not_exhaust_patience_nor_make_attempts_dense() -> None:
    backoff, now_s, delays = Backoff(seed=1), 0.0, list[float]()
    for _ in range(40):
        delay_s = backoff.delay_s(now_s, 30.0)
        assert delay_s is not None
        delays.append(delay_s)
        now_s += delay_s
        backoff.connected()
    assert now_s > 60
    assert min(delays[10:]) >= Backoff.LONGEST_S / 2
