from fractions import Fraction

import numpy as np
import pytest
from numpy.typing import NDArray

from a2f_live.arkit import EYES, INDEX, MOUTH
from a2f_live.frames import Array
from a2f_live.motion.idle import ALIVE, BROWS, LOOP_RATE_HZ, LOOP_S, Life, life_loop
from a2f_live.motion.timeline import FrameTimes

LEFT, RIGHT = INDEX["eyeBlinkLeft"], INDEX["eyeBlinkRight"]
LOOKS = [index for index in EYES if index not in (LEFT, RIGHT)]
SEEDS = range(10)


def minute(seed: int, fps: int = 60, seconds: int = 60, amount: float = 1.2) -> tuple[Array, Array]:
    return both(Life(seed, amount), FrameTimes(Fraction(fps)), 0, seconds * fps)


def both(life: Life, times: FrameTimes, first: int, count: int) -> tuple[Array, Array]:
    return life.weights(times, first, count), life.head(times, first, count)


def blink_starts(weights: Array, fps: int) -> NDArray[np.float64]:
    """Seconds at which the left lid passes half-way down."""
    shut = weights[:, LEFT] > 0.5
    starts: NDArray[np.float64] = (np.flatnonzero(shut[1:] & ~shut[:-1]) + 1) / fps
    return starts


@pytest.mark.parametrize("seed", SEEDS)
def test_blinks_are_as_often_and_as_long_as_people_blink(seed: int) -> None:
    weights, _ = minute(seed)
    starts = blink_starts(weights, 60)
    assert 8 <= len(starts) <= 30
    gaps = np.diff(starts)
    assert gaps.min() > 0.3
    assert (gaps < 1.0).sum() <= 5, "two within a second are rare"
    assert gaps.max() < 6.5
    shut_s = (weights[:, LEFT] > 0.5).sum() / 60 / len(starts)
    assert 0.08 < shut_s < 0.2


@pytest.mark.parametrize("fps", [30, 60])
def test_both_eyes_close_fully_and_together(fps: int) -> None:
    weights, _ = minute(3, fps)
    for start in blink_starts(weights, fps)[:-1]:
        first = round(float(start) * fps)
        left, right = weights[first : first + fps // 4, [LEFT, RIGHT]].max(axis=0)
        assert min(left, right) > 0.9
        assert abs(left - right) < 0.06


def test_lids_close_faster_than_they_open() -> None:
    speed = np.diff(life_loop()[:, 0])
    assert 1.3 * (speed > 0.05).sum() < (speed < -0.05).sum()


@pytest.mark.parametrize("seed", SEEDS)
def test_eyes_rest_and_then_jump(seed: int) -> None:
    weights, _ = minute(seed)
    looks = weights[60:, LOOKS]
    assert 0.05 < looks.max() <= 0.25
    moving = (np.abs(np.diff(looks, axis=0)).max(axis=1) > 1e-4).astype(int)
    assert moving.mean() < 0.2, "eyes are held most of the time"
    assert 20 < (np.diff(moving) == 1).sum() < 80


@pytest.mark.parametrize("seed", SEEDS)
def test_eyes_look_one_way_at_a_time(seed: int) -> None:
    weights, _ = minute(seed)
    left, right = weights[:, INDEX["eyeLookOutLeft"]], weights[:, INDEX["eyeLookInLeft"]]
    assert (left * right).max() < 1e-6
    assert (left == weights[:, INDEX["eyeLookInRight"]]).all()
    assert (right == weights[:, INDEX["eyeLookOutRight"]]).all()


@pytest.mark.parametrize("seed", SEEDS)
def test_the_head_moves_a_little_and_slowly(seed: int) -> None:
    _, head = minute(seed)
    assert np.abs(head).max() < 4.0
    assert (np.ptp(head, axis=0) > 0.8).all()
    power = np.abs(np.fft.rfft((head - head.mean(axis=0)) * np.hanning(len(head))[:, None], axis=0)) ** 2
    hz = np.fft.rfftfreq(len(head), 1 / 60)
    assert power[hz > 1.0].sum() < 0.02 * power.sum()


def test_only_eyes_and_brows_live() -> None:
    weights, _ = minute(1)
    assert set(np.flatnonzero(weights.any(axis=0))) <= set(ALIVE)
    assert not weights[:, list(MOUTH)].any()
    assert np.isfinite(weights).all()
    assert ((weights >= 0) & (weights <= 1)).all()
    assert 0.01 < weights[:, list(BROWS)].max() < 0.1


def test_a_face_begins_neutral_and_smoothly() -> None:
    for seed in SEEDS:
        weights, head = minute(seed, seconds=1)
        assert not weights[0].any()
        assert not head[0].any()
        assert weights[1].max() < 0.05
        assert np.abs(np.diff(head, axis=0)).max() < 0.25


def test_people_move_more_while_they_speak() -> None:
    assert np.abs(minute(5, amount=1.2)[1]).max() > 1.2 * np.abs(minute(5, amount=0.8)[1]).max()


def test_seeds_differ_and_a_seed_repeats() -> None:
    faces = {minute(seed, 30, 10)[0].tobytes() for seed in SEEDS}
    assert len(faces) == len(SEEDS)
    assert minute(2, 30, 10)[0].tobytes() in faces


@pytest.mark.parametrize("fps", [Fraction(1), Fraction(25), Fraction(30000, 1001), Fraction(60), Fraction(120)])
def test_any_grouping_of_the_frames_gives_the_same_life(fps: Fraction) -> None:
    times, count = FrameTimes(fps).changed(fps, 7), 300
    weights, head = both(Life(9, 1.0), times, 7, count)
    life, at, parts = Life(9, 1.0), 7, []
    for size in np.random.default_rng(0).integers(1, 90, 100):
        size = min(int(size), 7 + count - at)
        if size:
            parts.append(both(life, times, at, size))
            at += size
    assert np.concatenate([part[0] for part in parts]).tobytes() == weights.tobytes()
    assert np.concatenate([part[1] for part in parts]).tobytes() == head.tobytes()


def test_the_same_moment_is_the_same_at_any_frame_rate() -> None:
    fast, fast_head = minute(4, 60, 20)
    slow, slow_head = minute(4, 30, 20)
    assert np.abs(fast[::2] - slow).max() < 1e-3
    assert np.abs(fast_head[::2] - slow_head).max() < 1e-3


def test_what_the_engine_moves_is_left_to_it() -> None:
    weights = Life(1, 1.2, ("eyes", "visemes")).weights(FrameTimes(Fraction(60)), 0, 600)
    assert not weights[:, list(EYES)].any()
    assert weights[:, list(BROWS)].any()


def test_the_loop_closes_without_a_jump() -> None:
    loop = life_loop()
    assert len(loop) == LOOP_S * LOOP_RATE_HZ + 1
    assert (loop[-1] == loop[0]).all()
    steps = np.abs(np.diff(loop, axis=0))
    assert (steps[-1] <= steps[:-1].max(axis=0)).all()
    assert steps[-1, -3:].max() < 0.1
