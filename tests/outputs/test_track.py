"""What a conversion writes is read back as it was; captures are read; what cannot be read is told."""

import json
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from a2f_live import arkit
from a2f_live.errors import FileError
from a2f_live.frames import Frames
from a2f_live.outputs.base import Clip
from a2f_live.outputs.files import FORMATS, ClipWriter
from a2f_live.outputs.track import Track, read_track
from tests.outputs.helpers import FPS, clip


def written(folder: Path, name: str, frames: list[Frames], fps: Fraction = FPS) -> Path:
    path = folder / f"clip{FORMATS[name].suffix}"
    with ClipWriter(path, FORMATS[name], Clip("clip.wav", fps)) as writer:
        for block in frames:
            writer.write(block)
    return path


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("fps", [FPS, Fraction(60), Fraction(25)])
def test_every_format_is_read_back(name: str, fps: Fraction, tmp_path: Path) -> None:
    frames = clip(100, cuts=(7, 50), fps=fps)
    track, read = Track.of(frames), read_track(written(tmp_path, name, frames, fps))
    assert read.weights == pytest.approx(track.weights, abs=1e-6)
    assert read.times_s == pytest.approx(track.times_s, abs=1e-3)
    assert read.head is None


def test_head_and_visemes_are_read_back(tmp_path: Path) -> None:
    frames = clip(5, head=True)
    assert read_track(written(tmp_path, "json", frames)).head == pytest.approx(Track.of(frames).head, abs=1e-5)
    document = {"names": ["jawOpen"], "frames": [{"time": 0.5, "weights": [1], "visemes": [0.5] * 15}]}
    (tmp_path / "v.json").write_text(json.dumps(document))
    visemes = read_track(tmp_path / "v.json").visemes
    assert visemes is not None
    assert visemes.tolist() == [[0.5] * 15]


def test_a_clip_shorter_than_a_second_of_timecodes_counts_60_frames(tmp_path: Path) -> None:
    read = read_track(written(tmp_path, "csv", clip(10, fps=Fraction(60)), Fraction(60)))
    assert read.times_s == pytest.approx(np.arange(10) / 60, abs=1e-5)


def test_frames_are_gathered_in_order() -> None:
    track = Track.of(clip(10, cuts=(3,), head=True))
    assert track.count == 10
    assert track.times_s == pytest.approx(np.arange(10) / float(FPS))
    assert track.end_s == pytest.approx(10 / float(FPS))
    assert track.head is not None
    assert track.visemes is None


@pytest.mark.parametrize(("time_s", "frame"), [(-1, 0), (0.04, 1), (0.06, 1), (0.16, 2), (9, 2)])
def test_the_nearest_frame_is_found(time_s: float, frame: int) -> None:
    track = Track(np.array([0.0, 0.05, 0.2]), np.zeros((3, arkit.COUNT), np.float32))
    assert track.nearest(time_s) == frame


@pytest.mark.parametrize("header", ["time_s,jawOpen,fun", "Time,JawOpen,fun", "\ufefftime, jawOpen ,fun"])
def test_columns_are_known_by_name(header: str, tmp_path: Path) -> None:
    path = tmp_path / "clip.csv"
    path.write_text(f"{header}\n0.0,0.25,9\n0.5,0.75,9\n\n", "utf-8")
    track = read_track(path)
    assert track.times_s.tolist() == [0.0, 0.5]
    assert track.weights[:, arkit.INDEX["jawOpen"]].tolist() == [0.25, 0.75]
    assert np.count_nonzero(track.weights) == 2


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("a.csv", "", "no table of weights"),
        ("a.csv", "time_s,fun\n0,1\n", "no table of weights"),
        ("a.csv", "second,jawOpen\n0,1\n", "no table of weights"),
        ("a.csv", "time_s,jawOpen\n0,much\n", "no table of weights"),
        ("a.csv", "Timecode,JawOpen\n0.5,1\n", "no table of weights"),
        ("a.csv", "time_s,jawOpen\n", "no frames"),
        ("a.csv", "time_s,jawOpen\n0,nan\n", "no numbers"),
        ("a.csv", "time_s,jawOpen\n1,0\n0,0\n", "do not ascend"),
        ("a.json", "[]", "no table of weights"),
        ("a.json", "{", "no table of weights"),
        ("a.json", '{"frames": [], "names": ["jawOpen"]}', "no frames"),
        ("a.json", '{"facsNames": ["jawOpen"], "weightMat": [[1, 2, 3]], "exportFps": 60}', "no table of weights"),
    ],
)
def test_what_cannot_be_read_is_told_in_one_sentence(name: str, text: str, told: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(FileError, match=told) as caught:
        read_track(tmp_path / name)
    assert name in caught.value.message
    assert "\n" not in caught.value.message


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="cannot be read"):
        read_track(tmp_path / "gone.csv")
