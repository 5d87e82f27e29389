import numpy as np
import pytest

from a2f_live.engine.base import Array, Window
from a2f_live.engine.embedded import EmbeddedEngine
from a2f_live.engine.embedded.tiles import MAX_ROWS
from a2f_live.errors import EngineFailed
from tests.engine.helpers import Utterance, speechlike, whole_answer


def samples(count: int) -> Array:
    return np.zeros(count, np.float32)


def test_it_offers_three_lookaheads_at_50_rows_a_second() -> None:
    info = EmbeddedEngine().info
    assert info.lookaheads_ms == (0, 40, 80)
    assert info.row_rate == 50
    assert info.stateful
    assert info.max_hops <= MAX_ROWS


def test_a_state_is_small_and_holds_on_to_nothing_else() -> None:
    engine = EmbeddedEngine()
    batch = [Utterance(engine.info, speechlike(seed), 40).window(2) for seed in range(8)]
    for result in engine.infer(batch):
        assert result.state.nbytes <= 32 * 1024
        assert result.state.base is None or result.state.base.nbytes == result.state.nbytes


def test_batches_of_many_lengths_are_answered_in_order() -> None:
    engine = EmbeddedEngine()
    batch = [Utterance(engine.info, speechlike(seed), (0, 40, 80)[seed % 2]).window(1 + seed % 3) for seed in range(9)]
    for window, result in zip(batch, engine.infer(batch), strict=True):
        alone = engine.infer([window])[0]
        assert result.rows.tobytes() == alone.rows.tobytes()
        assert result.state.tobytes() == alone.state.tobytes()


def test_a_batch_of_more_rows_than_one_pass_takes_is_answered_whole() -> None:
    engine = EmbeddedEngine()
    batch = [Utterance(engine.info, speechlike(seed, 2.0), 40).window(50) for seed in range(7)]
    for window, result in zip(batch, engine.infer(batch), strict=True):
        assert result.rows.tobytes() == engine.infer([window])[0].rows.tobytes()


def test_instances_answer_alike_and_take_over_from_each_other() -> None:
    one, other = EmbeddedEngine(), EmbeddedEngine()
    utterance = Utterance(one.info, speechlike(2), 40)
    engines = [one, other]
    while not utterance.done:
        window = utterance.window(3)
        utterance.take(window, engines[window.first_hop % 2].infer([window])[0])
    assert np.concatenate(utterance.rows).tobytes() == whole_answer(one, utterance.samples, 40).tobytes()


@pytest.mark.parametrize(
    "windows",
    [
        [Window(0, 0, 1, samples(639), 0)],
        [Window(0, 0, 1, samples(630), 0), Window(0, 0, 1, samples(650), 0)],
        [Window(0, 0, 1, samples(640), 123)],
        [Window(0, 0, MAX_ROWS + 1, samples(640 + MAX_ROWS * 320), 0)],
    ],
)
def test_windows_that_do_not_fit_are_refused(windows: list[Window]) -> None:
    with pytest.raises(EngineFailed, match="does not fit the embedded engine: cut it as its info says"):
        EmbeddedEngine().infer(windows)
