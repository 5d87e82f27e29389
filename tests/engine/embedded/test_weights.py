from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from a2f_live.engine.embedded import weights
from a2f_live.engine.embedded.engine import LOOKAHEADS_MS, EmbeddedEngine
from a2f_live.engine.embedded.weights import load, save
from a2f_live.errors import EngineUnavailable
from tests.engine.embedded.helpers import small_weights

SMALL = small_weights()


def test_what_was_saved_is_loaded(tmp_path: Path) -> None:
    save(SMALL, tmp_path / "a.npz")
    loaded = load(tmp_path / "a.npz", LOOKAHEADS_MS)
    assert (loaded.phones, loaded.controls, loaded.dilations) == (SMALL.phones, SMALL.controls, SMALL.dilations)
    assert np.array_equal(loaded.blocks, SMALL.blocks)
    assert not loaded.blocks.flags.writeable


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "a shape": ({"hidden": np.zeros((3, 7, 6), np.float32)}, r"hidden is float32 \(3, 7, 6\) but must be"),
    "a type": ({"entry_bias": np.zeros(8)}, "entry_bias is float64"),
    "not numbers": ({"entry_bias": np.full(8, np.nan, np.float32)}, "entry_bias has what is no number"),
    "other heads": ({"lookaheads_ms": (0, 20, 80)}, r"its look-aheads are \(0, 20, 80\) ms"),
    "a control": ({"controls": ("jawOpen", "mouthGrin")}, "no weight of ARKit is called mouthGrin"),
    "a phone": ({"phones": ("SIL", "P", "Q")}, "no viseme is seen for Q"),
    "no silence": ({"phones": ("T", "P", "AA")}, "SIL is not among its phones"),
}


@pytest.mark.parametrize("name", WRONG)
def test_weights_that_do_not_fit_together_are_refused(name: str, tmp_path: Path) -> None:
    changes, message = WRONG[name]
    save(replace(SMALL, **changes), tmp_path / "a.npz")
    with pytest.raises(EngineUnavailable, match=message):
        load(tmp_path / "a.npz", LOOKAHEADS_MS)


def test_objects_are_not_unpickled(tmp_path: Path) -> None:
    save(replace(SMALL, entry=np.array([print], object)), tmp_path / "a.npz")
    with pytest.raises(EngineUnavailable, match="cannot use its weights"):
        load(tmp_path / "a.npz", LOOKAHEADS_MS)


@pytest.mark.parametrize("content", [b"", b"no archive", b"PK\x03\x04 broken"])
def test_a_file_that_is_no_archive_is_refused(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "a.npz").write_bytes(content)
    with pytest.raises(EngineUnavailable, match="cannot use its weights"):
        load(tmp_path / "a.npz", LOOKAHEADS_MS)


def test_an_archive_without_some_of_them_is_refused(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", entry=SMALL.entry)
    with pytest.raises(EngineUnavailable, match="it must hold block_biases, blocks"):
        load(tmp_path / "a.npz", LOOKAHEADS_MS)


def test_where_they_are_missing_it_says_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(weights, "PLACES", (tmp_path / "lipnet.npz",))
    with pytest.raises(EngineUnavailable, match=r"lipnet\.npz: install a2f-live again"):
        EmbeddedEngine()


def test_those_that_ship_are_small() -> None:
    assert weights.find().stat().st_size < 8e6
