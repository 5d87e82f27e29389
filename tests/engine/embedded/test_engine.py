import numpy as np
import pytest

from a2f_live.engine.base import Window
from a2f_live.engine.embedded import EmbeddedEngine
from a2f_live.errors import EngineFailed
from tests.engine.helpers import Utterance, speechlike


def test_it_offers_three_lookaheads_at_50_rows_a_second() -> None:
    info = EmbeddedEngine().info
    assert info.lookaheads_ms == (0, 40, 80)
    assert info.row_rate == 50
    assert info.stateful


def test_a_state_is_small_and_holds_on_to_nothing_else() -> None:
    engine = EmbeddedEngine()
    batch = [Utterance(engine.info, speechlike(seed), 40).window(2) for seed in range(8)]
    for result in engine.infer(batch):
        assert result.state.base is None
        assert result.state.nbytes <= 256


def test_batches_of_many_lengths_are_answered_in_order() -> None:
    engine = EmbeddedEngine()
    batch = [Utterance(engine.info, speechlike(seed), 40).window(1 + seed % 3) for seed in range(9)]
    for window, result in zip(batch, engine.infer(batch), strict=True):
        alone = engine.infer([window])[0]
        assert result.rows.tobytes() == alone.rows.tobytes()
        assert result.state.tobytes() == alone.state.tobytes()


@pytest.mark.parametrize(
    "windows",
    [
        [Window(0, 0, 1, np.zeros(511, np.float32), 0)],
        [Window(0, 0, 1, np.zeros(500, np.float32), 0), Window(0, 0, 1, np.zeros(524, np.float32), 0)],
        [Window(0, 0, 1, np.zeros(512, np.float32), 123)],
    ],
)
def test_windows_that_do_not_fit_are_refused(windows: list[Window]) -> None:
    with pytest.raises(EngineFailed, match="does not fit the embedded engine: cut it as its info says"):
        EmbeddedEngine().infer(windows)
