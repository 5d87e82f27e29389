"""What onnxruntime is asked for, and what is made of its answers; there is no graphics card, so by a stand-in."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from a2f_live.engine.a2f3d import network
from a2f_live.engine.a2f3d.network import Network
from a2f_live.engine.a2f3d.options import A2F3DOptions
from a2f_live.errors import EngineFailed, EngineUnavailable

TENSORS = {"input": (None, 1, 8320)}
RESULTS = {"result": (None, 1, 169)}
CUDA, TENSORRT, CPU = "CUDAExecutionProvider", "TensorrtExecutionProvider", "CPUExecutionProvider"


class StandIn:
    """onnxruntime with these providers, of which these start."""

    def __init__(self, available: tuple[str, ...], starting: tuple[str, ...]) -> None:
        self._available, self._starting = available, starting
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.preloaded = False
        self.SessionOptions = self.RunOptions = lambda: SimpleNamespace(terminate=False)

    def get_available_providers(self) -> list[str]:
        return list(self._available)

    def preload_dlls(self) -> None:
        print("Failed to load libcublas.so.13")
        self.preloaded = True

    def InferenceSession(self, path: str, settings: Any, providers: list[tuple[str, dict[str, str]]]) -> Any:  # noqa: N802
        self.asked = providers
        started = [name for name, _ in providers if name in self._starting] or [CPU]
        return SimpleNamespace(
            get_providers=lambda: started,
            get_inputs=lambda: [SimpleNamespace(name="input", shape=["B", 1, 8320])],
            get_outputs=lambda: [SimpleNamespace(name="result", shape=["B", 1, 169])],
            run=self.run,
        )

    def run(self, names: list[str], inputs: dict[str, Any], options: Any) -> list[Any]:
        raise RuntimeError("CUDA failure 2: out of memory\nmore of it")


def opened(stand_in: StandIn, provider: str, monkeypatch: pytest.MonkeyPatch, cache: Path) -> Network:
    monkeypatch.setattr(network, "onnxruntime", stand_in)
    monkeypatch.setenv("XDG_CACHE_HOME", str(cache))
    return Network(Path("network.onnx"), A2F3DOptions(provider=provider, device=1), TENSORS, RESULTS)


def test_cuda_is_asked_for_alone_and_its_libraries_are_loaded_before(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stand_in = StandIn((CUDA, CPU), (CUDA,))
    opened(stand_in, "cuda", monkeypatch, tmp_path)
    assert stand_in.asked == [(CUDA, {"device_id": "1"})]
    assert stand_in.preloaded
    assert capsys.readouterr().out == ""


def test_what_tensorrt_has_built_is_kept_and_cuda_takes_the_rest(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    stand_in = StandIn((TENSORRT, CUDA, CPU), (TENSORRT, CUDA))
    opened(stand_in, "tensorrt", monkeypatch, tmp_path)
    (first, settings), second = stand_in.asked
    assert (first, second) == (TENSORRT, (CUDA, {"device_id": "1"}))
    assert settings["trt_engine_cache_path"] == str(tmp_path / "a2f-live" / "tensorrt")
    assert (tmp_path / "a2f-live" / "tensorrt").is_dir()


@pytest.mark.parametrize("provider", ["cuda", "tensorrt"])
def test_it_does_not_go_on_slowly_where_the_card_does_not_start(
    provider: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """onnxruntime itself falls back to the processor, and says so only in its log."""
    with pytest.raises(EngineUnavailable, match="could not start it here"):
        opened(StandIn((TENSORRT, CUDA, CPU), ()), provider, monkeypatch, tmp_path)


def test_a_run_that_fails_is_told_in_one_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    made = opened(StandIn((CPU,), (CPU,)), "cpu", monkeypatch, tmp_path)
    with pytest.raises(EngineFailed, match=r"out of memory$"):
        made.run()
