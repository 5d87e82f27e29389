import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from a2f_live import arkit
from a2f_live.engine.base import Window
from a2f_live.engine.fake import CHECKSUM, HEARD, LOUDNESS, ORDER, STEPS, FakeEngine, FakeOptions
from a2f_live.errors import EngineFailed
from a2f_live.speech import PROSODY, VISEMES
from tests.engine.helpers import Utterance, answer, speechlike


def window(first_hop: int = 0, level: float = 0.0) -> Window:
    return Window(0, first_hop, 1, np.full(320, level, np.float32), 0)


class Naps:
    """A sleep that only remembers."""

    def __init__(self) -> None:
        self.seconds: list[float | None] = []

    def __call__(self, seconds: float | None) -> bool:
        self.seconds.append(seconds)
        return False


def test_the_jaw_follows_the_loudness() -> None:
    jaws = [FakeEngine().infer([window(level=level)])[0].rows[0, LOUDNESS] for level in (0.0, 0.1, 0.2, 0.9)]
    assert jaws == pytest.approx([0.0, 0.4, 0.8, 1.0])


def test_the_signature_tells_order_and_content() -> None:
    engine = FakeEngine(FakeOptions(rows_per_hop=3))
    rows = answer(engine, speechlike(1), groups=[4, 7])
    assert (rows[:, ORDER] * STEPS).tolist() == list(range(len(rows)))
    changed = answer(engine, speechlike(2), groups=[4, 7])
    assert not np.array_equal(rows[:, CHECKSUM], changed[:, CHECKSUM])


def test_a_lost_state_shows() -> None:
    engine = FakeEngine(FakeOptions(stateful=True))
    heard = answer(engine, speechlike(1))[:, HEARD] * STEPS
    assert heard.tolist() == list(range(20))
    utterance = Utterance(engine.info, speechlike(1), 0, state=None, hop=5)
    assert engine.infer([utterance.window(1)])[0].rows[0, HEARD] == 0


def test_the_options_show_in_the_info() -> None:
    options = FakeOptions(hop_ms=40, context_ms=60, lookahead_ms=80, max_batch=3, max_hops=2, batch_interval_ms=5)
    info = FakeEngine(options).info
    assert (info.hop_samples, info.context_samples, info.lookaheads_ms) == (640, 960, (80,))
    assert (info.max_batch, info.max_hops, info.batch_interval_s) == (3, 2, 0.005)


def test_it_tells_of_visemes_and_prosody_where_told_to() -> None:
    engine = FakeEngine(FakeOptions(rows_per_hop=2, prosody=True, visemes=True))
    assert engine.info.channels == ("prosody", "visemes")
    for level, voiced in ((0.0, 0), (0.1, 1)):
        (result,) = engine.infer([window(level=level)])
        jaw = result.rows[:, LOUDNESS]
        assert result.visemes is not None
        assert result.prosody is not None
        assert result.visemes.shape == (2, len(VISEMES))
        assert result.visemes[:, VISEMES.index("sil")] == pytest.approx(1 - jaw)
        assert result.visemes.sum(axis=1) == pytest.approx(1)
        assert result.prosody.shape == (2, len(PROSODY))
        assert (result.prosody[:, 0] == jaw).all()
        assert np.abs(result.prosody[:, 1]).max() <= 12
        assert (result.prosody[:, 2] == voiced).all()
        assert (result.prosody[:, 3] == 1 - voiced).all()


def test_it_tells_of_nothing_else_as_a_rule() -> None:
    (result,) = FakeEngine().infer([window(level=0.1)])
    assert (result.visemes, result.prosody, FakeEngine().info.channels) == (None, None, ())


def test_a_call_takes_the_time_that_it_is_told() -> None:
    naps = Naps()
    engine = FakeEngine(FakeOptions(delay_ms=50, window_delay_ms=10), naps)
    engine.infer([window()])
    engine.infer([window(), window(), window()])
    assert naps.seconds == pytest.approx([0.06, 0.08])


def test_a_quick_one_does_not_wait_at_all() -> None:
    naps = Naps()
    FakeEngine(sleep=naps).infer([window()])
    assert naps.seconds == []


def outcomes(engine: FakeEngine, calls: int) -> list[str]:
    def outcome() -> str:
        try:
            rows = engine.infer([window(level=0.1)])[0].rows
        except EngineFailed:
            return "failed"
        if rows.shape != (1, arkit.COUNT):
            return "shape"
        return "nan" if np.isnan(rows).any() else "range" if rows.max() > 1 else "good"

    return [outcome() for _ in range(calls)]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (FakeOptions(), ["good"] * 4),
        (FakeOptions(fail_every=3), ["good", "good", "failed", "good", "good", "failed"]),
        (FakeOptions(fail_every=1), ["failed", "failed"]),
        (FakeOptions(nonsense_every=2), ["good", "nan", "good", "shape", "good", "range", "good", "nan"]),
        (FakeOptions(die_after=2), ["good", "good", "failed", "failed"]),
    ],
)
def test_it_misbehaves_as_told(options: FakeOptions, expected: list[str]) -> None:
    assert outcomes(FakeEngine(options), len(expected)) == expected


def test_an_abort_ends_a_hang_and_the_next_calls_are_good_again() -> None:
    hanging = threading.Event()
    ended = threading.Event()

    def sleep(seconds: float | None) -> bool:
        hanging.set()
        return ended.wait(seconds)

    engine = FakeEngine(FakeOptions(hang_after=1), sleep)
    assert outcomes(engine, 1) == ["good"]
    with ThreadPoolExecutor(1) as pool:
        call = pool.submit(outcomes, engine, 1)
        assert hanging.wait(10)
        assert not call.done()
        engine.abort()
        ended.set()
        assert call.result(10) == ["failed"]
    assert outcomes(engine, 1) == ["good"]


def test_its_own_sleep_ends_with_an_abort() -> None:
    engine = FakeEngine(FakeOptions(delay_ms=60_000))
    with ThreadPoolExecutor(1) as pool:
        call = pool.submit(outcomes, engine, 1)
        while not call.done():
            engine.abort()
        assert call.result() == ["failed"]


def test_a_window_of_the_wrong_length_is_refused() -> None:
    with pytest.raises(EngineFailed, match=r"instead of 320: cut it as info says"):
        FakeEngine().infer([Window(0, 0, 1, np.zeros(319, np.float32), 0)])
