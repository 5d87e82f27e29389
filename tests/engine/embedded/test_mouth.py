import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from a2f_live import arkit
from a2f_live.engine.base import Array
from a2f_live.engine.embedded.grid import Grid
from a2f_live.engine.embedded.mouth import RIGHT_SHARE, Mouth
from a2f_live.engine.embedded.tiles import filled_up
from tests.engine.embedded.helpers import small_weights

WEIGHTS = small_weights()
JAW, SMILES = arkit.INDEX["jawOpen"], [arkit.INDEX["mouthSmileLeft"], arkit.INDEX["mouthSmileRight"]]
SIL, P, AA = np.eye(3, dtype=np.float32)
BOTH: Array = (P + AA) * np.float32(0.5)


def after_silence(mouth: Mouth) -> Array:
    """What it remembers then."""
    silence = filled_up(np.array([SIL] * 3))
    _, past = mouth.move(silence, Grid([3]), np.ones((1, mouth.notes), np.float32), np.array([0]))
    return past


def move(phones: list[Array], head: int = 0) -> Array:
    """Weights of the hops of one window, (hops, 52), after hops of silence."""
    mouth = Mouth(WEIGHTS)
    grid = Grid([len(phones)])
    weights, _ = mouth.move(filled_up(np.array(phones)), grid, after_silence(mouth), np.array([head]))
    return weights[: len(phones)]


def test_a_phone_that_is_held_has_its_pose_and_both_sides_move_nearly_alike() -> None:
    weights = move([AA] * 3 + [P] * 3)
    assert weights[2, JAW] == pytest.approx(0.5)
    assert weights[5, SMILES] == pytest.approx([0.25, 0.25 * RIGHT_SHARE])
    assert np.delete(weights, [JAW, *SMILES], axis=1).max() == 0


def test_what_is_likely_is_weighed_by_how_much_it_insists() -> None:
    jaw = move([BOTH] * 3)[-1, JAW]
    assert jaw == pytest.approx(0.5 * 1 / (1 + 2))
    smile = move([BOTH] * 3)[-1, SMILES[0]]
    assert smile == pytest.approx(0.25 * 1 / (1 + 1))


@pytest.mark.parametrize("head", [0, 1, 2])
def test_hops_before_count_by_their_share_and_dominance(head: int) -> None:
    jaw = move([AA, SIL, SIL, SIL], head=head)[:, JAW]
    shares = WEIGHTS.smoothing[head, 0]
    assert jaw[:3] == pytest.approx([0.5 * share / (share + (1 - share) * 0.5) for share in shares])
    assert jaw[3] == 0


def test_a_group_has_a_kernel_of_its_own() -> None:
    weights = move([P, SIL], head=2)
    assert weights[0, SMILES[0]] == pytest.approx(0.25)
    assert weights[1, SMILES[0]] == 0
    assert move([AA, SIL], head=2)[1, JAW] > 0


likely = st.lists(st.lists(st.floats(0.01, 1), min_size=3, max_size=3), min_size=6, max_size=6)


@given(likely, st.integers(0, 2))
def test_the_past_of_a_window_is_that_of_the_one_before(likely: list[list[float]], head: int) -> None:
    mouth, heads = Mouth(WEIGHTS), np.array([head])
    phones = np.array(likely, np.float32)
    past = after_silence(mouth)
    whole, _ = mouth.move(filled_up(phones), Grid([6]), past, heads)
    whole = whole[:6]
    parts = []
    for first, hops in ((0, 1), (1, 3), (4, 2)):
        weights, past = mouth.move(filled_up(phones[first : first + hops]), Grid([hops]), past, heads)
        parts.append(weights[:hops])
    assert np.concatenate(parts).tobytes() == whole.tobytes()
    assert 0 <= whole.min() <= whole.max() <= WEIGHTS.poses.max() + 1e-6
