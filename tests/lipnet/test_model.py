"""The whole way from nothing to a model, small: where what it needs is there."""

import importlib.util
from pathlib import Path

import pytest

from a2f_live import arkit
from a2f_live.engine.embedded import EmbeddedEngine
from a2f_live.engine.embedded.engine import LOOKAHEADS_MS
from a2f_live.engine.embedded.weights import load
from assets.lipnet.training.settings import default_folder
from tests.engine.helpers import answer, speechlike
from tests.lipnet.test_material import missing


def also_missing() -> str | None:
    """Why a small run is not possible here."""
    for module in ("torch", "onnx"):
        if importlib.util.find_spec(module) is None:
            return f"{module} is not installed: it comes with the extra `train`"
    return missing()


@pytest.mark.skipif(also_missing() is not None, reason=also_missing() or "")
def test_a_small_run_makes_a_model_and_goes_on_where_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from assets.lipnet.training import learn, model
    from assets.lipnet.training.settings import parse

    (tmp_path / "models").symlink_to(default_folder() / "models")
    settings = parse(["--small", "--folder", str(tmp_path), "--processes", "1"], "")
    folder = model.make(settings)
    engine = EmbeddedEngine(learned=load(folder / "lipnet.npz", LOOKAHEADS_MS))
    assert answer(engine, speechlike(2), 40).shape[1] == arkit.COUNT
    assert (folder / "lipnet.onnx").stat().st_size > 0

    def nothing_to_do(*_: object) -> None:
        raise AssertionError("a whole course was gone already")

    monkeypatch.setattr(learn.Learner, "one_step", nothing_to_do)
    first = (folder / "lipnet.npz").read_bytes()
    model.make(settings)
    assert (folder / "lipnet.npz").read_bytes() == first
