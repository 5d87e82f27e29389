"""The file of an export: whole, cut, late or nonsense."""

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from a2f_live import arkit
from a2f_live.engine.omniverse.deadline import Deadline
from a2f_live.engine.omniverse.export import await_export, parse
from a2f_live.errors import EngineFailed, EngineTimeout


def document(**others: Any) -> dict[str, Any]:
    matrix = np.full((3, 52), 0.25).tolist()
    return {"exportFps": 30, "numPoses": 52, "facsNames": list(arkit.NAMES), "weightMat": matrix, **others}


class Clock:
    """Passes only while somebody waits, and does something then."""

    def __init__(self, meanwhile: Callable[[int], object] = lambda _: None) -> None:
        self.now = 0.0
        self.waits = 0
        self._meanwhile = meanwhile

    def __call__(self) -> float:
        return self.now

    def wait(self, seconds: float) -> None:
        assert seconds > 0
        self.now += seconds
        self.waits += 1
        self._meanwhile(self.waits)


def test_weights_names_and_rate_are_read() -> None:
    export = parse(document())
    assert export.fps == 30
    assert export.names == arkit.NAMES
    assert export.weights.shape == (3, 52)
    assert export.weights.dtype == np.float32
    assert export.track == ""


@pytest.mark.parametrize("path", ["/tmp/a b/track1.wav", "C:\\a b\\track1.wav", "track1.wav"])
def test_the_track_is_named(path: str) -> None:
    assert parse(document(trackPath=path)).track == "track1.wav"


@pytest.mark.parametrize(
    ("others", "said"),
    [
        ({"facsNames": None}, "is none"),
        ({"exportFps": "fast"}, "is none"),
        ({"weightMat": [[0.0] * 52, [0.0] * 51]}, "is none"),
        ({"exportFps": 10**400}, "is none"),
        ({"weightMat": [[10**400] * 52]}, "is none"),
        ({"weightMat": [[], []], "facsNames": []}, "does not fit itself"),
        ({"weightMat": [[0.0] * 46]}, r"does not fit itself: \(1, 46\) weights, 52 names"),
        ({"exportFps": 0}, "does not fit itself"),
        ({"weightMat": []}, "has no frames"),
        ({"weightMat": None}, "does not fit itself"),
        ({"weightMat": 0.5}, "does not fit itself"),
        ({"weightMat": [[math.nan] * 52]}, "no face can have"),
        ({"weightMat": [[math.inf] * 52]}, "no face can have"),
        ({"weightMat": [[40.0] * 52]}, "no face can have"),
    ],
)
def test_nonsense_is_refused(others: dict[str, Any], said: str) -> None:
    with pytest.raises(EngineFailed, match=said):
        parse(document(**others))


@pytest.mark.parametrize("other", [[1, 2], "OK", {}, None])
def test_what_is_no_export_is_refused(other: Any) -> None:
    with pytest.raises(EngineFailed, match="is none"):
        parse(other)


def test_a_file_that_grows_is_awaited(tmp_path: Path) -> None:
    path = tmp_path / "x_bsweight.json"
    text = json.dumps(document())
    clock = Clock(lambda waits: path.write_text(text[: waits * len(text) // 60]))
    assert await_export(path, Deadline("it", 10, clock), clock.wait).weights.shape == (3, 52)
    assert clock.waits == 60  # it has stood still at no time


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, "is missing or empty"),
        ("", "is missing"),
        ('{"a": [1,', "is cut off"),
        ("[" * 100_000 + "}", "is cut off"),
    ],
)
def test_a_file_that_stays_half_is_given_up_before_the_deadline(tmp_path: Path, text: str | None, said: str) -> None:
    path = tmp_path / "x_bsweight.json"
    if text is not None:
        path.write_text(text)
    clock = Clock()
    with pytest.raises(EngineFailed, match=said):
        await_export(path, Deadline("it", 100, clock), clock.wait)
    assert clock.now < 1


def test_a_file_that_grows_for_too_long_is_a_timeout(tmp_path: Path) -> None:
    path = tmp_path / "x_bsweight.json"
    clock = Clock(lambda waits: path.write_text("x" * waits))
    with pytest.raises(EngineTimeout, match="it took longer than 2 s"):
        await_export(path, Deadline("it", 2, clock), clock.wait)
