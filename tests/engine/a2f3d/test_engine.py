"""The engine around its models: windows, faults, ends."""

import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from a2f_live.engine.a2f3d import A2F3DEngine, A2F3DOptions
from a2f_live.engine.base import Result, Window
from a2f_live.engine.check import check
from a2f_live.engine.registry import EngineSpec, create, list_engines, parse_spec
from a2f_live.errors import ConfigError, EngineFailed, EngineUnavailable
from tests.engine.a2f3d.made_models import make_regression, small_model
from tests.engine.helpers import Utterance, speechlike


def engine(kind: str = "regression", **options: float) -> A2F3DEngine:
    return A2F3DEngine(A2F3DOptions(model_dir=str(small_model(kind).folder), **options))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("fps", "rows_per_hop", "hop_samples", "lookahead_ms"),
    [(25, 1, 640, 260), (50, 1, 320, 260), (30, 3, 1600, 327), (60, 3, 800, 294), (100, 1, 160, 260)],
)
def test_a_frame_hears_260_ms_beyond_its_time(fps: int, rows_per_hop: int, hop_samples: int, lookahead_ms: int) -> None:
    info = engine(fps=fps).info
    assert (info.rows_per_hop, info.hop_samples, info.lookaheads_ms) == (rows_per_hop, hop_samples, (lookahead_ms,))
    assert info.context_samples == 4160 + lookahead_ms * 16


def test_a_diffusion_model_has_its_own_rate() -> None:
    info = engine("diffusion").info
    assert info.row_rate == 60
    assert (info.rows_per_hop, info.hop_samples, info.context_samples, info.lookaheads_ms) == (15, 4000, 16000, (750,))


def test_sound_of_no_number_is_refused_for_its_window_alone() -> None:
    made = engine()
    samples = speechlike(1, seconds=1.0)
    utterances = [Utterance(made.info, samples, made.info.lookaheads_ms[0]) for _ in range(3)]
    batch = [utterance.window(2) for utterance in utterances]
    batch[1].samples = np.full_like(batch[1].samples, np.nan)
    checked = check(made.infer(batch), batch, made.info.rows_per_hop, "a2f3d")
    assert isinstance(checked[1], EngineFailed)
    alone = made.infer(batch[:1])[0].rows.tobytes()
    for good in (checked[0], checked[2]):
        assert isinstance(good, Result)
        assert good.rows.tobytes() == alone


@pytest.mark.parametrize("kind", ["regression", "diffusion"])
def test_a_closed_engine_says_so(kind: str) -> None:
    made = engine(kind)
    window = Utterance(made.info, speechlike(1), made.info.lookaheads_ms[0]).window(1)
    made.close()
    with pytest.raises(EngineFailed, match="closed"):
        made.infer([window])


def test_an_abort_ends_a_call_in_another_thread(tmp_path: Path) -> None:
    """The call is as long as a test may be, and ends soon after the abort."""
    made = A2F3DEngine(A2F3DOptions(model_dir=str(make_regression(tmp_path).folder)))
    window = Utterance(made.info, speechlike(1, seconds=2.0), made.info.lookaheads_ms[0]).window(3)
    batch, failed, started = [window] * 300, threading.Event(), threading.Event()

    def infer() -> None:
        started.set()
        try:
            made.infer(batch)
        except EngineFailed:
            failed.set()

    thread = threading.Thread(target=infer)
    thread.start()
    started.wait()
    while thread.is_alive():
        made.abort()
        thread.join(0.01)
    assert failed.is_set()


@pytest.mark.parametrize("hops", [0, 2])
def test_a_window_that_was_cut_otherwise_is_refused(hops: int) -> None:
    made = engine()
    with pytest.raises(EngineFailed, match="does not fit"):
        made.infer([Window(0, 0, hops, np.zeros(made.info.context_samples, np.float32), 0)])


WRONG = {
    "provider=vulkan": "provider is 'vulkan'",
    "fps=29": "seldom fall on whole samples",
    "fps=5": "fps is 5",
    "fps=fast": "must be a whole number",
    "batch=-1": "batch is -1",
    "eye_degrees=-3": "eye_degrees is -3",
    "model=here": "has no option 'model'",
}


@pytest.mark.parametrize("text", WRONG)
def test_options_are_checked(text: str) -> None:
    with pytest.raises(ConfigError, match=WRONG[text]):
        create(parse_spec(f"a2f3d:{text}"))


@pytest.mark.parametrize("provider", ["cuda", "tensorrt"])
def test_a_provider_that_onnxruntime_lacks_is_told(provider: str) -> None:
    onnxruntime = pytest.importorskip("onnxruntime")
    if f"{provider.capitalize()}ExecutionProvider".lower() in map(str.lower, onnxruntime.get_available_providers()):
        pytest.skip(f"onnxruntime has {provider} here")
    with pytest.raises(EngineUnavailable, match="onnxruntime-gpu"):
        create(EngineSpec("a2f3d", {"model_dir": str(small_model("regression").folder), "provider": provider}))


def test_the_registry_knows_it() -> None:
    assert "a2f3d" in [status.name for status in list_engines()]
    with pytest.raises(EngineUnavailable, match="hf download nvidia/Audio2Face-3D"):
        create(parse_spec("a2f3d"))


def test_without_onnxruntime_it_names_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.startswith("a2f_live.engine.a2f3d")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    (status,) = (status for status in list_engines() if status.name == "a2f3d")
    assert not status.ready
    assert "pip install 'a2f-live[a2f3d]'" in status.reason


def test_an_identity_that_the_model_lacks_is_told() -> None:
    with pytest.raises(EngineUnavailable, match="Claire, James, Mark"):
        A2F3DEngine(A2F3DOptions(model_dir=str(small_model("diffusion").folder), identity="Nobody"))
