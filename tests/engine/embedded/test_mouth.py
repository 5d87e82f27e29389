import numpy as np
import pytest

from a2f_live import arkit
from a2f_live.engine.base import Array
from a2f_live.engine.embedded.mouth import Mouth
from a2f_live.engine.embedded.network import Told
from a2f_live.engine.embedded.tiles import filled_up
from tests.engine.embedded.helpers import small_weights

WEIGHTS = small_weights()
JAW, SMILES = arkit.INDEX["jawOpen"], [arkit.INDEX["mouthSmileLeft"], arkit.INDEX["mouthSmileRight"]]


def move(controls: list[list[float]], phones: list[list[float]] | None = None, head: int = 0) -> Array:
    """Weights of the hops of one window at the start of a stream, (hops, 52)."""
    mouth = Mouth(WEIGHTS)
    said = np.array(phones or [[0, 0, 1]] * len(controls), np.float32)
    told = Told(filled_up(said), filled_up(np.array(controls, np.float32)))
    past = np.zeros((1, mouth.notes), np.float32)
    weights, _ = mouth.move(told, len(controls), past, np.array([head]))
    return np.asarray(weights[0])


def test_a_control_without_a_side_moves_both_and_nothing_else() -> None:
    weights = move([[0.5, 0.25]] * 3)[-1]
    assert weights[JAW] == pytest.approx(0.5)
    assert weights[SMILES] == pytest.approx([0.25, 0.25])
    assert np.delete(weights, [JAW, *SMILES]).max() == 0


@pytest.mark.parametrize("head", [0, 1, 2])
def test_what_is_shown_is_a_mean_of_the_newest_and_those_before(head: int) -> None:
    jaw = move([[1, 0], [0, 0], [0, 0], [0, 0]], head=head)[:, JAW]
    assert jaw == pytest.approx([*WEIGHTS.smoothing[head], 0])


def test_the_past_of_a_window_is_that_of_the_one_before() -> None:
    mouth, heads = Mouth(WEIGHTS), np.array([1])
    controls = filled_up(np.random.default_rng(0).uniform(0, 1, (6, 2)).astype(np.float32))
    phones = filled_up(np.full((6, 3), 1 / 3, np.float32))
    past = np.zeros((1, mouth.notes), np.float32)
    whole, _ = mouth.move(Told(phones, controls), 6, past, heads)
    parts = []
    for first, hops in ((0, 1), (1, 3), (4, 2)):
        told = Told(filled_up(phones[first : first + hops]), filled_up(controls[first : first + hops]))
        weights, past = mouth.move(told, hops, past, heads)
        parts.append(weights[0])
    assert np.concatenate(parts).tobytes() == whole[0].tobytes()


def test_weights_end_at_1() -> None:
    assert move([[7, 0]] * 3)[-1, JAW] == 1


@pytest.mark.parametrize(("likely", "share"), [(0.4, 0), (0.65, 0.5), (0.9, 1), (1, 1)])
def test_a_gate_puts_its_pose_in_the_place_of_what_is_moved(likely: float, share: float) -> None:
    weights = move([[0.6, 0.05]] * 3, [[0, likely, 1 - likely]] * 3)[-1]
    assert weights[JAW] == pytest.approx(0.6 * (1 - share), abs=1e-6)
    assert weights[SMILES[0]] == pytest.approx(0.05 + share * 0.2, abs=1e-6)


def test_silence_shuts_the_mouth() -> None:
    assert move([[0.1, 0.1]] * 3, [[0.95, 0.03, 0.02]] * 3)[-1].max() == 0
