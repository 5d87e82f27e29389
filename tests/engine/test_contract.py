"""What every engine promises, checked on all of them."""

import pickle
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from a2f_live import arkit
from a2f_live.engine.base import Engine, Result, Window
from a2f_live.engine.check import check
from a2f_live.engine.registry import EngineSpec, create
from a2f_live.errors import EngineError
from a2f_live.lips import gap_mm
from a2f_live.speech import VISEMES, WEIGHTS_COLUMNS
from tests.engine.a2f3d.made_models import small_model
from tests.engine.helpers import Utterance, answer, speechlike, whole_answer

SPECS = {
    "fake": EngineSpec("fake"),
    "fake_stateful": EngineSpec("fake", {"stateful": True, "lookahead_ms": 40, "context_ms": 60, "rows_per_hop": 2}),
    "embedded": EngineSpec("embedded"),
    "fake_telling": EngineSpec("fake", {"prosody": True, "visemes": True}),
    "isolated_fake": EngineSpec("fake", {"stateful": True}, isolated=True),
    "isolated_embedded": EngineSpec("embedded", isolated=True),
    "a2f3d_regression": EngineSpec("a2f3d", {"model_dir": str(small_model("regression").folder), "fps": 60}),
    "a2f3d_diffusion": EngineSpec("a2f3d", {"model_dir": str(small_model("diffusion").folder)}),
}
REAL = ("embedded", "isolated_embedded")
SAMPLE = Path(__file__).parents[2] / "web_demo" / "sample" / "hello.wav"


@pytest.fixture(params=SPECS, scope="module")
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    engine = create(SPECS[request.param])
    yield engine
    engine.close()


@pytest.fixture(params=REAL, scope="module")
def real_engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    engine = create(SPECS[request.param])
    yield engine
    engine.close()


def test_the_info_makes_sense(engine: Engine) -> None:
    info = engine.info
    assert info.name
    assert info.context_samples >= info.hop_samples > 0
    assert min(info.rows_per_hop, info.max_batch, info.max_hops) >= 1
    assert list(info.lookaheads_ms) == sorted(set(info.lookaheads_ms))
    assert info.lookaheads_ms[0] >= 0
    assert info.row_rate > 0
    assert pickle.loads(pickle.dumps(info)) == info
    assert engine.info == info


def test_rows_are_many_enough_finite_and_within_0_and_1(engine: Engine) -> None:
    for hops in {1, 2, engine.info.max_hops}:
        window = Utterance(engine.info, speechlike(1, seconds=2), engine.info.lookaheads_ms[-1]).window(hops)
        (result,) = engine.infer([window])
        assert result.rows.shape == (window.hops * engine.info.rows_per_hop, arkit.COUNT)
        assert result.rows.dtype == np.float32
        assert np.isfinite(result.rows).all()
        assert result.rows.min() >= 0
        assert result.rows.max() <= 1


def test_it_tells_of_what_its_channels_name_and_of_nothing_else(engine: Engine) -> None:
    window = Utterance(engine.info, speechlike(1, seconds=2), engine.info.lookaheads_ms[-1]).window(2)
    (result,) = engine.infer([window])
    assert (result.visemes is not None) == ("visemes" in engine.info.channels)
    assert (result.prosody is not None) == ("prosody" in engine.info.channels)
    if result.visemes is not None:
        assert result.visemes.shape == (len(result.rows), len(VISEMES))
        assert result.visemes.min() >= 0
        assert result.visemes.sum(axis=1) == pytest.approx(1, abs=1e-4)
    if result.prosody is not None:
        loudness, _, voiced, pause = result.prosody.T
        for figure in (loudness, voiced, pause):
            assert 0 <= figure.min() <= figure.max() <= 1
    assert isinstance(check([result], [window], engine.info.rows_per_hop, engine.info.name)[0], Result)


def test_an_empty_batch_has_no_answers(engine: Engine) -> None:
    assert engine.infer([]) == []


SOUNDS = {
    "zeros": np.zeros(6400, np.float32),
    "full scale": np.sign(np.sin(np.arange(6400, dtype=np.float32) / 7)).astype(np.float32),
    "direct current": np.ones(6400, np.float32),
    "a click": np.eye(1, 6400, 3000, dtype=np.float32)[0],
    "the smallest numbers": np.full(6400, 1e-45, np.float32),
    "noise": np.random.default_rng(0).uniform(-1, 1, 6400).astype(np.float32),
}


@pytest.mark.parametrize("sound", SOUNDS)
def test_no_sound_makes_nonsense(engine: Engine, sound: str) -> None:
    whole = whole_answer(engine, SOUNDS[sound])
    assert np.isfinite(whole).all()
    rows = whole[:, WEIGHTS_COLUMNS]
    assert rows.min() >= 0
    assert rows.max() <= 1


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 99), groups=st.lists(st.integers(1, 60)), data=st.data())
def test_rows_do_not_depend_on_the_hops_of_a_window(
    engine: Engine, seed: int, groups: list[int], data: st.DataObject
) -> None:
    lookahead_ms = data.draw(st.sampled_from(engine.info.lookaheads_ms))
    samples = speechlike(seed, seconds=1.5)
    whole = whole_answer(engine, samples, lookahead_ms, groups)
    assert whole.tobytes() == whole_answer(engine, samples, lookahead_ms).tobytes()


@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_rows_do_not_depend_on_the_company_in_a_batch(engine: Engine, data: st.DataObject) -> None:
    streams = [
        Utterance(engine.info, speechlike(seed), data.draw(st.sampled_from(engine.info.lookaheads_ms)))
        for seed in range(data.draw(st.sampled_from([2, 3, 9, 40, engine.info.max_batch])))
    ]
    rng = np.random.default_rng(data.draw(st.integers(0, 2**32 - 1)))
    while waiting := [stream for stream in streams if not stream.done]:
        chosen = rng.permutation(len(waiting))[: rng.integers(1, len(waiting) + 1)]
        batch = [(waiting[i], waiting[i].window(int(rng.integers(1, 4)))) for i in chosen]
        results = engine.infer([window for _, window in batch])
        for (stream, window), result in zip(batch, results, strict=True):
            stream.take(window, result)
    for stream in streams:
        alone = whole_answer(engine, stream.samples, stream.lookahead_ms, [engine.info.max_hops])
        assert np.concatenate(stream.rows).tobytes() == alone.tobytes()


def test_a_state_travels_as_a_pickle_and_is_never_changed(engine: Engine) -> None:
    utterance = Utterance(engine.info, speechlike(3), engine.info.lookaheads_ms[0])
    first = utterance.window(2)
    utterance.take(first, engine.infer([first])[0])
    packed = pickle.dumps(utterance.state)
    assert (utterance.state is not None) == engine.info.stateful

    once = engine.infer([utterance.window(3)])[0]
    assert pickle.dumps(utterance.state) == packed
    utterance.state = pickle.loads(packed)
    again = engine.infer([utterance.window(3)])[0]
    assert once.rows.tobytes() == again.rows.tobytes()


def test_samples_are_left_as_they_are(engine: Engine) -> None:
    window = Utterance(engine.info, speechlike(4), engine.info.lookaheads_ms[0]).window(1)
    before = window.samples.copy()
    engine.infer([window])
    assert np.array_equal(window.samples, before)


def test_a_window_that_does_not_fit_is_refused_as_an_engine_error(engine: Engine) -> None:
    with pytest.raises(EngineError):
        engine.infer([Window(0, 0, 1, np.zeros(7, np.float32), 0)])


def test_the_mouth_is_shut_in_silence(real_engine: Engine) -> None:
    room = (1e-3 * np.random.default_rng(5).standard_normal(32_000)).astype(np.float32)
    for silence in (np.zeros(32_000, np.float32), room):
        for lookahead_ms in real_engine.info.lookaheads_ms:
            rows = answer(real_engine, silence, lookahead_ms, [50, 50])
            assert gap_mm(rows).max() < 1
            assert rows[:, arkit.MOUTH].max() < 0.1


def test_the_mouth_moves_in_speech_and_shuts_after_it(real_engine: Engine) -> None:
    said = np.asarray(soundfile.read(SAMPLE, dtype="float32")[0], np.float32)
    lips_mm = gap_mm(answer(real_engine, np.concatenate((said, np.zeros(16_000, np.float32))), groups=[50] * 20))
    assert lips_mm[:-50].max() > 4
    assert lips_mm[-35:].max() < 0.3


@pytest.mark.parametrize("name", SPECS)
def test_closing_twice_is_safe(name: str) -> None:
    engine = create(SPECS[name])
    engine.close()
    engine.close()


def test_an_abort_between_calls_costs_no_more_than_one_call(engine: Engine) -> None:
    window = Utterance(engine.info, speechlike(7), engine.info.lookaheads_ms[0]).window(1)
    engine.abort()
    with suppress(EngineError):
        engine.infer([window])
    assert len(engine.infer([window])) == 1
