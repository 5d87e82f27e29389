"""Animation JSON parses back to the frames that went in."""

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from a2f_live import arkit
from a2f_live.frames import Frames
from a2f_live.outputs.animation_json import AnimationJson
from a2f_live.outputs.base import Clip
from a2f_live.speech import VISEMES
from tests.outputs.helpers import FPS, clip


def written(blocks: list[Frames], *, visemes: bool = False) -> dict[str, Any]:
    document = AnimationJson()
    text = document.begin(Clip('a "voice".wav', FPS, visemes)) + "".join(map(document.rows, blocks)) + document.end()
    return json.loads(text)  # type: ignore[no-any-return]


@pytest.mark.parametrize("cuts", [(), (1,), (2, 2, 5)])
def test_it_parses_back(cuts: tuple[int, ...]) -> None:
    parsed = written(clip(7, cuts=cuts))
    assert parsed["name"] == 'a "voice".wav'
    assert parsed["fps"] == [30000, 1001]
    assert parsed["names"] == list(arkit.NAMES)
    assert parsed["count"] == len(parsed["frames"]) == 7
    weights = np.array([frame["weights"] for frame in parsed["frames"]])
    assert np.allclose(weights, clip(7)[0].weights, atol=5.1e-7)
    assert [frame["time"] for frame in parsed["frames"]] == [round(float(i / FPS), 6) for i in range(7)]
    assert parsed["frames"][0].keys() == {"time", "weights"}
    assert "viseme_names" not in parsed


def test_a_head_that_turns_is_written() -> None:
    blocks = clip(3, head=True)
    assert blocks[0].head is not None
    assert np.allclose([frame["head"] for frame in written(blocks)["frames"]], blocks[0].head, atol=1e-5)


def test_visemes_are_written_with_their_names() -> None:
    blocks = [replace(block, visemes=block.weights[:, :15]) for block in clip(5, cuts=(2,))]
    parsed = written(blocks, visemes=True)
    assert parsed["viseme_names"] == list(VISEMES)
    visemes = np.array([frame["visemes"] for frame in parsed["frames"]])
    assert np.allclose(visemes, clip(5)[0].weights[:, :15], atol=5.1e-7)


def test_a_clip_without_frames_is_a_document_too() -> None:
    assert written([])["frames"] == []
