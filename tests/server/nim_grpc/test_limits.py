"""The limits of the NIM, on a clock of our own."""

import pytest

from a2f_live.config import AudioFormat
from a2f_live.errors import AudioError
from a2f_live.server.nim_grpc.limits import Feed, NimLimits

AUDIO = AudioFormat("pcm_s16le", 16_000, 1)
SECOND = 32_000


def test_a_message_and_a_clip_have_a_longest() -> None:
    feed = Feed(AUDIO, NimLimits())
    with pytest.raises(AudioError, match="at most 10 s in one"):
        feed.take(10 * SECOND + 2, 0.0)
    for number in range(30):
        feed.take(10 * SECOND, float(number))
    assert feed.seconds == 300
    with pytest.raises(AudioError, match="longer than 300 s"):
        feed.take(2, 30.0)


@pytest.mark.parametrize(
    ("every_s", "audio_s"),
    [(1 / 30, 0.035), (0.1, 0.1), (1.0, 1.0), (6.0, 6.0), (10.0, 10.0), (0.5, 0.4899), (7.0, 7.0)],
)
def test_audio_as_it_is_spoken_is_never_too_slow(every_s: float, audio_s: float) -> None:
    feed, now_s = Feed(AUDIO, NimLimits()), 0.0
    while now_s < 100:
        feed.take(round(audio_s * 16_000) * 2, now_s)
        now_s += every_s


@pytest.mark.parametrize(("share", "at_most_s"), [(0.0, 9), (0.5, 9), (0.9, 20)])
def test_audio_that_comes_too_slowly_is_ended_after_seven_seconds(share: float, at_most_s: float) -> None:
    feed, steps = Feed(AUDIO, NimLimits()), iter(range(10_000))

    def go_on() -> None:
        for step in steps:
            feed.take(round(share * 1_600) * 2, step / 10)

    with pytest.raises(AudioError, match="fewer than 29 frames"):
        go_on()
    assert 7 < next(steps) / 10 < at_most_s


def test_a_stall_that_is_made_up_for_is_forgiven() -> None:
    feed, now_s = Feed(AUDIO, NimLimits()), 0.0
    for _ in range(20):
        feed.take(5 * SECOND, now_s)
        now_s += 5
    assert feed.seconds == 100
