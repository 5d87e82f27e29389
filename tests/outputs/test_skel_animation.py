"""The USD file of weights."""

import re
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from a2f_live import arkit
from a2f_live.frames import Array, Frames
from a2f_live.outputs.base import Clip
from a2f_live.outputs.skel_animation import SkelAnimation

FPS = Fraction(30)
WEIGHTS = np.random.default_rng(1).random((5, 52), np.float32)


def text_of(weights: Array, fps: Fraction, track: str) -> str:
    """The file, written in two blocks."""
    usd = SkelAnimation(len(weights))
    blocks = (Frames(0, at, at / fps, fps, block) for at, block in ((0, weights[:2]), (2, weights[2:])))
    return "".join((usd.begin(Clip(track, fps)), *map(usd.rows, blocks), usd.end()))


def test_it_holds_every_weight_at_its_time() -> None:
    text = text_of(WEIGHTS, FPS, "/a.wav")
    assert text.startswith("#usda 1.0\n")
    assert "timeCodesPerSecond = 30\n" in text
    assert "endTimeCode = 4\n" in text
    assert tuple(re.findall(r'"(\w+)"', text.split("blendShapes = ")[1].split("]")[0])) == arkit.NAMES
    rows = re.findall(r"^ +(\d+): \[(.*)\],$", text, re.MULTILINE)
    assert [int(code) for code, _ in rows] == [0, 1, 2, 3, 4]
    values = np.array([[float(value) for value in row.split(",")] for _, row in rows])
    assert np.abs(values - WEIGHTS).max() < 1e-6


@pytest.mark.parametrize("track", ['"; def "x', "a\nb", "\\", "\0", "ü 你"])
def test_no_name_of_a_track_breaks_out(track: str) -> None:
    lines = text_of(WEIGHTS, FPS, track).splitlines()
    assert len(lines) == len(text_of(WEIGHTS, FPS, "").splitlines())
    assert re.fullmatch(r' {4}doc = "[^"\\]*"', lines[2])


@pytest.mark.parametrize("frames", [0, 5])
def test_a_reader_of_usd_understands_it(tmp_path: Path, frames: int) -> None:
    usd = pytest.importorskip("pxr.Usd", reason="usd-core reads USD: pip install usd-core")
    usd_skel = pytest.importorskip("pxr.UsdSkel")
    path = tmp_path / "x_bsweight.usd"
    path.write_text(text_of(WEIGHTS[:frames], Fraction(30000, 1001), '/ü".wav'), "utf-8")
    stage = usd.Stage.Open(str(path))
    assert stage.GetTimeCodesPerSecond() == pytest.approx(29.97002997)
    animation = usd_skel.Animation(stage.GetPrimAtPath("/World/anim_a2f_export"))
    assert tuple(animation.GetBlendShapesAttr().Get()) == arkit.NAMES
    weights = animation.GetBlendShapeWeightsAttr()
    assert weights.GetTimeSamples() == list(range(frames))
    for frame in range(frames):
        assert np.array(weights.Get(frame)) == pytest.approx(WEIGHTS[frame], abs=1e-6)
