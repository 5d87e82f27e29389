"""Chunks of an export become one document."""

from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from a2f_live.errors import ConfigError
from a2f_live.outputs.bsweight import document, exported
from a2f_live.outputs.merging import merge_blendshape_list, merge_blendshapes

WEIGHTS = np.random.default_rng(0).random((7, 52), np.float32)
FPS = Fraction(15)


def test_chunks_make_the_whole() -> None:
    chunks = [exported(WEIGHTS[start:end], FPS, "/a.wav") for start, end in [(0, 3), (3, 3), (3, 7)]]
    assert merge_blendshape_list(chunks) == exported(WEIGHTS, FPS, "/a.wav")
    assert merge_blendshapes(chunks[0], chunks[2]) == exported(WEIGHTS, FPS, "/a.wav")
    assert merge_blendshape_list(chunks[:1]) == chunks[0]
    assert len(chunks[0]["weightMat"]) == 3


def test_chunks_without_joints_are_merged_too() -> None:
    chunks = [document(WEIGHTS[:3], FPS), document(WEIGHTS[3:], FPS, "/b.wav")]
    assert merge_blendshape_list(chunks) == document(WEIGHTS, FPS, "/b.wav")


@pytest.mark.parametrize(
    "change", [{"exportFps": 30}, {"numPoses": 46}, {"facsNames": ["jawOpen"]}, {"joints": ["jaw"]}]
)
def test_chunks_of_two_kinds_are_refused(change: dict[str, Any]) -> None:
    chunk = exported(WEIGHTS, FPS)
    with pytest.raises(ConfigError, match=next(iter(change))):
        merge_blendshapes(chunk, chunk | change)


def test_nothing_cannot_be_merged() -> None:
    with pytest.raises(ConfigError, match="no chunks"):
        merge_blendshape_list([])
