"""The Audio2Face export: its keys, its shape, and the same document from a stream and from memory."""

import json
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from a2f_live import arkit
from a2f_live.frames import Frames
from a2f_live.outputs.base import Clip
from a2f_live.outputs.bsweight import BsWeight, ExportedWeight, document, exported
from tests.outputs.helpers import clip


def written(blocks: list[Frames], fps: Fraction) -> dict[str, Any]:
    export = BsWeight()
    text = export.begin(Clip("voice.wav", fps)) + "".join(map(export.rows, blocks)) + export.end()
    return json.loads(text)  # type: ignore[no-any-return]


@pytest.mark.parametrize("cuts", [(), (0, 1), (2, 2, 5)])
@pytest.mark.parametrize("fps", [Fraction(30), Fraction(30000, 1001)])
def test_stream_and_memory_give_the_same_document(cuts: tuple[int, ...], fps: Fraction) -> None:
    whole = clip(7, fps=fps)[0].weights
    assert written(clip(7, cuts=cuts, fps=fps), fps) == document(whole, fps, "voice.wav")


def test_the_keys_of_audio2face() -> None:
    parsed = written(clip(3, fps=Fraction(30)), Fraction(30))
    assert set(parsed) == {"exportFps", "trackPath", "numPoses", "numFrames", "facsNames", "weightMat"}
    assert (parsed["exportFps"], parsed["numPoses"], parsed["numFrames"]) == (30, 52, 3)
    assert parsed["facsNames"] == list(arkit.NAMES)
    assert [len(row) for row in parsed["weightMat"]] == [52] * 3


def test_a_clip_without_frames_is_a_document_too() -> None:
    assert written([], Fraction(60))["weightMat"] == []


def test_an_export_with_joints_is_the_same_written_at_once_or_in_pieces() -> None:
    weights, fps = np.random.default_rng(2).random((5, 52), np.float32), Fraction(15)
    export = ExportedWeight()
    pieces = (Frames(0, at, at / fps, fps, weights[at:end]) for at, end in ((0, 2), (2, 5)))
    text = export.begin(Clip("/a.wav", fps)) + "".join(map(export.rows, pieces)) + export.end()
    assert json.loads(text) == exported(weights, fps, "/a.wav")
    assert json.loads(text)["rotations"] == [[]] * 5
