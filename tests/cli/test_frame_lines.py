"""Frames that were made before: lines of `stream --json`, and tracks."""

import json
from collections.abc import Iterator
from fractions import Fraction

import numpy as np
import pytest

from a2f_live import arkit
from a2f_live.cli.frame_lines import frames_of_lines, frames_of_track
from a2f_live.errors import FileError
from a2f_live.frames import Frames
from a2f_live.outputs.track import Track
from tests.relay.helpers import smooth_weights

WEIGHTS = smooth_weights(8)
FPS = Fraction(30)


def lines(names: list[str], fps: float = 30.0) -> Iterator[bytes]:
    yield json.dumps({"type": "ready", "engine": "x", "fps": fps, "names": names}).encode() + b"\n"
    for index, row in enumerate(WEIGHTS):
        told = dict(zip(arkit.NAMES, map(float, row), strict=True))
        place = {"utterance": 2, "index": index, "time": round(index / 30, 6)}
        yield json.dumps({"type": "frame", **place, "weights": [told[name] for name in names]}).encode() + b"\n"
    yield b'{"type": "figures", "frames": 8}\n'


async def taken(source: Iterator[bytes]) -> list[Frames]:
    return [frames async for frames in frames_of_lines(source)]


@pytest.mark.parametrize("names", [list(arkit.NAMES), sorted(arkit.NAMES)])
async def test_lines_in_any_order_of_names(names: list[str]) -> None:
    frames = await taken(lines(names))
    assert [(each.utterance, each.index, each.time_s, each.fps) for each in frames] == [
        (2, index, index / FPS, FPS) for index in range(8)
    ]
    assert np.array_equal(np.concatenate([each.weights for each in frames]), WEIGHTS)


async def test_frames_that_came_slower_keep_their_time() -> None:
    frames = await taken(lines(list(arkit.NAMES), fps=60.0))
    assert [float(each.time_s) for each in frames] == pytest.approx([index / 30 for index in range(8)], abs=1e-6)


@pytest.mark.parametrize("line", [b"RIFF....", b"[]", b'{"type": "frame"}', b'{"type": "ready", "names": ["x"]}'])
async def test_what_are_no_lines_is_told(line: bytes) -> None:
    with pytest.raises(FileError, match="stream --json"):
        await taken(iter([line]))


async def test_a_track() -> None:
    track = Track(np.arange(8) / 30, WEIGHTS, head=WEIGHTS[:, :3], visemes=WEIGHTS[:, :15])
    frames = [each async for each in frames_of_track(track)]
    assert [float(each.time_s) for each in frames] == pytest.approx(list(track.times_s), abs=1e-6)
    assert {round(float(each.fps)) for each in frames} == {30}
    assert np.array_equal(np.concatenate([each.weights for each in frames]), WEIGHTS)
    assert all(each.head is not None and each.visemes is not None for each in frames)
