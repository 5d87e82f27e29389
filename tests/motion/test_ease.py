import numpy as np
import pytest

from a2f_live.arkit import COUNT
from a2f_live.motion.ease import Fade, smooth

ALL = np.ones(COUNT, np.float32)


def fade(level: float = 0.8, turn: float = 3.0, columns: np.ndarray = ALL) -> Fade:
    weights = np.full((1, COUNT), level, np.float32)
    return Fade(weights, np.full((1, 3), turn, np.float32), start_s=1.0, length_s=0.25, columns=columns)


@pytest.mark.parametrize(("progress", "expected"), [(-1, 0), (0, 0), (0.5, 0.5), (1, 1), (7, 1)])
def test_smooth_goes_from_0_to_1(progress: float, expected: float) -> None:
    assert smooth(np.array([progress]))[0] == expected


def test_smooth_has_no_corner_and_never_turns_back() -> None:
    steps = np.diff(smooth(np.linspace(-0.2, 1.2, 1000)))
    assert steps.min() >= 0
    assert np.abs(np.diff(steps)).max() < 1e-4


def test_a_fade_begins_at_the_held_shape_and_ends_at_the_new_one_to_the_bit() -> None:
    held = fade().held(np.array([1.0, 1.1, 1.25]))
    new = np.full((3, COUNT), 0.3, np.float32)
    mixed = fade().mix(new, held)
    assert mixed[0, 0] == pytest.approx(0.8)
    assert 0.3 < mixed[1, 0] < 0.8
    assert (mixed[2] == new[2]).all()
    turned = fade().turn(np.zeros((3, 3), np.float32), held)
    assert turned[0, 0] == pytest.approx(3.0)
    assert not turned[2].any()


def test_only_the_columns_asked_for_fade() -> None:
    columns = np.zeros(COUNT, np.float32)
    columns[7] = 1
    mixed = fade(columns=columns).mix(np.zeros((1, COUNT), np.float32), fade().held(np.array([1.0])))
    assert np.flatnonzero(mixed[0]).tolist() == [7]


@pytest.mark.parametrize(("seconds", "over"), [(0.9, False), (1.2, False), (1.25, True), (9.0, True)])
def test_a_fade_knows_when_it_is_over(seconds: float, over: bool) -> None:
    assert fade().over(seconds) is over


@pytest.mark.parametrize("level", [0.0, 1.0])
@pytest.mark.parametrize("new", [0.0, 1.0, 0.3])
def test_a_mix_stays_in_range(level: float, new: float) -> None:
    held = fade().held(np.linspace(0.9, 1.4, 200))
    mixed = fade(level).mix(np.full((200, COUNT), new, np.float32), held)
    assert ((mixed >= 0) & (mixed <= 1)).all()
