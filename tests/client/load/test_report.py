"""What a load makes of what its streams heard."""

from fractions import Fraction
from math import isnan

import pytest
from msgpack import packb

from a2f_live.client.load.report import Heard, percentiles_ms, sum_up
from a2f_live.client.load.speech import MESSAGE_BYTES, LoadPlan, Speech

PLAN = LoadPlan("http://localhost", 1, 0.2, Fraction(25), bytes(MESSAGE_BYTES))


def frames(index: int, count: int) -> bytes:
    message: bytes = packb({"type": "frames", "index": index, "count": count, "time": index / 25})
    return message


def heard(*came: tuple[float, bytes], problem: str | None = None) -> Heard:
    sent_s = [100 + 0.02 * number for number in range(PLAN.messages)]
    return Heard(sent_s, [0.001] * len(sent_s), list(came), problem)


def test_a_frame_is_as_late_as_the_message_that_it_needs() -> None:
    # With a look-ahead of 40 ms frame 0 needs 40 ms of audio: two messages, the second sent at 100.02.
    report = sum_up(PLAN, [heard((100.03, frames(0, 1)), (100.09, frames(1, 1)))], 0.04, 0.1, 2048.0)
    assert report.first_frame_ms[0] == pytest.approx(10)
    assert report.latency_ms[2] == pytest.approx(30)
    assert report.behind_ms[0] == pytest.approx(1)
    assert (report.frames, report.frames_lost, report.held) == (2, 3, 0)
    assert report.server_cpu_ms == pytest.approx(500)
    assert report.server_memory_kib == 2


def test_a_message_with_many_frames_is_as_late_as_the_last() -> None:
    report = sum_up(PLAN, [heard((100.2, frames(0, 4)), (100.3, frames(4, 1)))], 0.0, 0.0, 0.0)
    assert report.latency_ms[0] == pytest.approx(1000 * (100.2 - 100.1))
    assert (report.held, report.frames_lost) == (1, 0)


def test_a_stream_with_a_problem_is_not_held_and_told_once() -> None:
    whole = ((100.3, frames(0, 5)),)
    broken = [heard(*whole, problem="it broke"), heard(*whole, problem="it broke"), heard(*whole)]
    report = sum_up(PLAN, broken, 0.0, 0.0, 0.0)
    assert (report.held, report.problems) == (1, ("it broke",))


def test_nothing_heard_is_nan() -> None:
    report = sum_up(PLAN, [Heard(problem="no room")], 0.0, 0.0, 0.0)
    assert all(map(isnan, (*report.first_frame_ms, *report.latency_ms, *report.behind_ms)))


def test_percentiles() -> None:
    assert percentiles_ms([0.001 * k for k in range(100)]) == pytest.approx((50, 95, 99))


@pytest.mark.parametrize("size", [0, 1, MESSAGE_BYTES, MESSAGE_BYTES + 1, 10 * MESSAGE_BYTES])
def test_there_is_always_something_to_say(size: int) -> None:
    speech = Speech(bytes(size))
    messages = {len(speech.message(stream, number)) for stream in range(3) for number in range(20)}
    assert len(messages) == 1
    assert messages.pop() > MESSAGE_BYTES
