"""What is shown at each tick: bursts, lateness, pauses, interruptions."""

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from a2f_live import arkit
from a2f_live.frames import Array, Frames
from a2f_live.outputs.pose import REST
from a2f_live.relay.playback import HOLD_S, REST_S, Playback
from tests.relay.helpers import RATE, said, smooth_weights

JAW = arkit.INDEX["jawOpen"]
HOLD, EASE = int(HOLD_S * RATE), int(REST_S * RATE)


def shown(playback: Playback, ticks: range) -> Array:
    return np.array([playback.pose(tick).weights for tick in ticks])


def opened(amount: float, count: int = 60) -> Array:
    weights = np.zeros((count, 52), np.float32)
    weights[:, JAW] = np.minimum(np.arange(count) * 0.05, amount)
    return weights


@given(cuts=st.lists(st.integers(1, 119), max_size=12), fps=st.sampled_from([Fraction(60), Fraction(60000, 1001)]))
def test_frames_of_the_same_rate_are_each_shown_once_to_the_bit_however_they_are_cut(
    cuts: list[int], fps: Fraction
) -> None:
    weights, playback = smooth_weights(120), Playback(fps)
    edges = sorted({0, *cuts, 120})
    for first, end in pairwise(edges):
        playback.hear(said(weights, first, end, fps=fps), 0)
    assert np.array_equal(shown(playback, range(120)), weights)


def test_a_burst_now_and_then_is_shown_as_steadily() -> None:
    weights, playback, all_shown = smooth_weights(600), Playback(RATE), []
    for tick in range(600):
        if tick % 24 == 0:  # 400 ms at once
            playback.hear(said(weights, tick, tick + 24), tick)
        all_shown.append(playback.pose(tick).weights)
    assert np.array_equal(np.array(all_shown), weights)


def test_half_the_rate_is_drawn_between_its_frames() -> None:
    weights, playback = smooth_weights(30), Playback(RATE)
    playback.hear(said(weights, 0, 7, fps=Fraction(30)), 0)
    playback.hear(said(weights, 7, 30, fps=Fraction(30)), 0)
    seen = shown(playback, range(59))
    assert np.array_equal(seen[::2], weights)
    assert seen[1::2] == pytest.approx((weights[:-1] + weights[1:]) / 2, abs=1e-6)


def test_a_delay_is_kept() -> None:
    weights, playback = smooth_weights(30), Playback(RATE, Fraction(1, 20))
    playback.hear(said(weights, 0, 30), 4)
    seen = shown(playback, range(4, 37))
    assert not seen[:3].any()
    assert np.array_equal(seen[3:], weights)


def test_the_last_pose_is_held_then_eased_to_rest() -> None:
    weights, playback = opened(0.6), Playback(RATE)
    playback.hear(said(weights, 0, 60), 0)
    jaw = shown(playback, range(60 + HOLD + EASE + 5))[:, JAW]
    assert set(jaw[59 : 60 + HOLD]) == {np.float32(0.6)}
    falling = jaw[59 + HOLD : 60 + HOLD + EASE]
    assert (np.diff(falling) < 0).all()
    assert np.abs(np.diff(falling)).max() < 0.1
    assert not jaw[59 + HOLD + EASE :].any()
    assert playback.resting(60 + HOLD + EASE)


def test_late_frames_are_all_shown_later_and_what_follows_too() -> None:
    weights, playback = opened(0.6), Playback(RATE)
    playback.hear(said(weights, 0, 20), 0)
    jaw = list(shown(playback, range(27))[:, JAW])
    playback.hear(said(weights, 20, 40), 27)  # 7 ticks too late
    playback.hear(said(weights, 40, 60), 27)
    jaw += list(shown(playback, range(27, 67))[:, JAW])
    expected = [*weights[:20, JAW], *[weights[19, JAW]] * 7, *weights[20:, JAW]]
    assert jaw == expected


def test_a_live_face_takes_its_delay_back() -> None:
    """One hiccup of 200 ms must not make a microphone late for ever."""
    count = 60 * 8
    weights, live, patient = smooth_weights(count), Playback(RATE, live=True), Playback(RATE)
    for tick in range(count):
        for playback in (live, patient):
            if tick < 100 or tick >= 112:
                playback.hear(said(weights, tick, tick + 1), tick)
            if tick == 112:  # what the network had held back
                for late in range(100, 112):
                    playback.hear(said(weights, late, late + 1), tick)
            playback.pose(tick)
    assert np.array_equal(patient.pose(count).weights, weights[count - 12])
    assert np.array_equal(live.pose(count).weights, weights[count - 1])


def test_speech_that_comes_ahead_of_its_time_is_not_hurried() -> None:
    weights, playback = smooth_weights(600), Playback(RATE)
    seen = []
    for tick in range(600):
        first = tick * 4
        if first < 600:  # four times real time
            playback.hear(said(weights, first, first + 4), tick)
        seen.append(playback.pose(tick).weights)
    assert np.array_equal(np.array(seen), weights)


def test_the_next_utterance_waits_for_the_end_of_the_one_before() -> None:
    first, second, playback = opened(0.05, 30), opened(0.05, 30), Playback(RATE)
    playback.hear(said(first, 0, 30), 0)
    playback.hear(said(second, 0, 30, utterance=1), 0)
    assert np.array_equal(shown(playback, range(60)), np.concatenate([first, second]))


def test_frames_of_a_pause_give_way_to_speech() -> None:
    idle, speech, playback = opened(0.02, 300), opened(0.6, 30), Playback(RATE)
    for tick in range(20):
        playback.hear(said(idle, tick, tick + 1, idle=True), tick)
        playback.pose(tick)
    playback.hear(said(idle, 20, 60, idle=True), 20)
    playback.hear(said(speech, 0, 30, utterance=1), 20)
    assert np.array_equal(shown(playback, range(20, 50)), speech)


def test_a_pause_that_is_not_shown_yet_is_left_out() -> None:
    first, idle, second, playback = opened(0.05, 30), opened(0.02, 300), opened(0.05, 30), Playback(RATE)
    playback.hear(said(first, 0, 30), 0)
    playback.hear(said(idle, 0, 300, idle=True), 0)
    playback.hear(said(second, 0, 30, utterance=1), 0)
    assert np.array_equal(shown(playback, range(60)), np.concatenate([first, second]))


@pytest.mark.parametrize("way", ["final frames", "interrupt"])
def test_an_interruption_forgets_the_rest_and_eases_to_rest_within_250_ms(way: str) -> None:
    weights, playback = opened(0.6, 600), Playback(RATE)
    playback.hear(said(weights, 0, 600), 0)  # ten seconds, come at once
    shown(playback, range(100))
    if way == "interrupt":
        playback.interrupt(100)
    else:
        playback.hear(said(weights, 100, 115, final=True), 100)
    jaw = shown(playback, range(100, 130))[:, JAW]
    assert (np.diff(jaw[:EASE]) < 0).all()
    assert jaw[0] < 0.6
    assert not jaw[EASE - 1 :].any()
    assert playback.resting(130)


def test_being_interrupted_twice_changes_nothing() -> None:
    once, twice = Playback(RATE), Playback(RATE)
    for playback in (once, twice):
        playback.hear(said(opened(0.6), 0, 60), 0)
        shown(playback, range(40))
        playback.interrupt(40)
    before = shown(twice, range(40, 45))
    twice.interrupt(45)
    assert np.array_equal(shown(once, range(40, 60)), np.concatenate([before, shown(twice, range(45, 60))]))


def test_at_rest_an_interruption_is_nothing() -> None:
    playback = Playback(RATE)
    playback.interrupt(0)
    assert playback.pose(0) is REST


def test_speech_right_after_an_interruption_does_not_jump() -> None:
    playback = Playback(RATE)
    playback.hear(said(opened(0.9), 0, 60), 0)
    shown(playback, range(50))
    playback.interrupt(50)
    jaw = list(shown(playback, range(50, 53))[:, JAW])
    playback.hear(said(opened(0.02), 0, 60, utterance=1), 53)
    jaw += list(shown(playback, range(53, 80))[:, JAW])
    assert np.abs(np.diff(jaw)).max() < 0.25
    assert jaw[-1] == np.float32(0.02)


def test_a_tick_that_was_left_out_is_left_out() -> None:
    weights, playback = smooth_weights(60), Playback(RATE)
    playback.hear(said(weights, 0, 60), 0)
    ticks = [0, 1, 2, 10, 11, 20]
    assert np.array_equal([playback.pose(tick).weights for tick in ticks], weights[ticks])


def test_frames_may_begin_in_the_middle_of_an_utterance() -> None:
    weights, playback = smooth_weights(60), Playback(RATE)
    playback.hear(said(weights, 1, 60), 5)
    assert np.array_equal(shown(playback, range(5, 64)), weights[1:])


def test_what_waits_is_bounded() -> None:
    weights = np.zeros((60, 52), np.float32)
    playback = Playback(RATE)
    for second in range(400):
        playback.hear(Frames(0, second * 60, Fraction(second), RATE, weights), 0)
    (stretch,) = playback._timetable._stretches
    assert len(stretch.blocks) <= 122


def test_head_and_visemes_go_the_same_way() -> None:
    weights = smooth_weights(4)
    heads, visemes = np.arange(12, dtype=np.float32).reshape(4, 3), np.eye(4, 15, dtype=np.float32)
    playback = Playback(RATE)
    playback.hear(Frames(0, 0, Fraction(0), Fraction(30), weights, head=heads, visemes=visemes), 0)
    poses = [playback.pose(tick) for tick in range(3)]
    assert [list(pose.head) for pose in poses if pose.head is not None] == [[0, 1, 2], [1.5, 2.5, 3.5], [3, 4, 5]]
    assert all(pose.visemes is not None and pose.visemes.sum() == pytest.approx(1) for pose in poses)
    after = [playback.pose(tick) for tick in range(3, 8 + HOLD + EASE)][-1]
    assert after is REST
