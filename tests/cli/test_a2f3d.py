"""The engine a2f3d as its user meets it: doctor, convert, serve, with a model that is made here."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest
import soundfile

from a2f_live.client import connect_sync
from a2f_live.config import AudioFormat
from tests.cli.audio import voice
from tests.cli.helpers import a2f_live, assert_one_sentence
from tests.cli.test_serve import served
from tests.engine.a2f3d.made_models import make_diffusion, make_regression

FPS = 30


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A voice, and two models; one of them in a folder whose name is hard to write into a spec."""
    folder = tmp_path_factory.mktemp("a2f3d")
    voice(folder / "voice.wav", 1.5)
    make_regression(folder / "Claire, v2.3.1")
    make_diffusion(folder / "v3.0")
    return folder


def finding(folder: Path, *arguments: str, **environment: str) -> dict[str, str]:
    document = json.loads(a2f_live("doctor", "--json", "--port", "0", *arguments, folder=folder, **environment).stdout)
    (found,) = (each for each in document["findings"] if each["name"] == "a2f3d")
    return {key: str(value) for key, value in found.items()}


def test_the_doctor_says_where_a_model_is_to_be_had_and_what_of_one_is_missing(folder: Path, tmp_path: Path) -> None:
    without = finding(folder)
    assert without["state"] == "missing"
    assert "hf download nvidia/Audio2Face-3D-v2.3.1-Claire" in without["detail"]
    assert "x real time" in finding(folder, "--model-dir", "Claire, v2.3.1")["detail"]
    assert "x real time" in finding(folder, A2F_LIVE_MODEL_DIR="v3.0")["detail"]

    make_regression(tmp_path)
    (tmp_path / "bs_tongue.npz").unlink()
    partial = finding(tmp_path, "--model-dir", ".")
    assert partial["state"] == "missing"
    assert "lacks bs_tongue.npz" in partial["detail"]


def test_a_stream_is_the_file_frame_by_frame(folder: Path) -> None:
    done = a2f_live(
        *("convert", "voice.wav", "-o", "out", "--engine", "a2f3d", "--model-dir", "Claire, v2.3.1"),
        *("--format", "plain", "--fps", str(FPS), "--idle", "off", "--emotion", "joy=0.5"),
        folder=folder,
    )
    assert done.returncode == 0, done.stderr
    with (folder / "out" / "voice.csv").open(newline="") as file:
        converted = np.array(list(csv.reader(file))[1:], float)[:, 1:]

    sound, rate_hz = soundfile.read(folder / "voice.wav", dtype="float32")
    options = {"fps": FPS, "idle": "off", "emotions": {"joy": 0.5}, "audio": AudioFormat("pcm_f32le", rate_hz)}
    with served(folder, "--engine", "a2f3d", "--model-dir", "Claire, v2.3.1") as server:
        assert "engine a2f3d (look-ahead 327 ms)" in server.banner
        with connect_sync(server.url.replace("http", "ws"), **options) as face:  # type: ignore[arg-type]
            streamed = np.concatenate([each.weights for each in face.stream(sound.tobytes())])
    assert streamed.shape == converted.shape == (45, 52)
    assert np.abs(streamed - converted).max() < 1e-4
    assert converted.std(axis=0).max() > 0.1


def test_a_diffusion_model_converts_files(folder: Path) -> None:
    spec = "a2f3d:identity=Mark,eye_degrees=30"
    done = a2f_live(
        "convert", "voice.wav", "-o", "v3", "--engine", spec, "--format", "bsweight", folder=folder,
        A2F_LIVE_MODEL_DIR="v3.0",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert json.loads((folder / "v3" / "voice_bsweight.json").read_text())["numFrames"] == 90


@pytest.mark.parametrize("command", [("convert", "voice.wav", "-o", "none"), ("serve", "--port", "0")])
def test_without_a_model_it_does_not_start_and_says_why(command: tuple[str, ...], folder: Path) -> None:
    result = a2f_live(*command, "--engine", "a2f3d", folder=folder)
    result.stderr = result.stderr.splitlines()[-1]  # before it, serve logs what became of the instance
    assert_one_sentence(result, 2, "needs a model", "hf download", "--model-dir")


def test_emotions_that_the_voice_sounds_like_need_another_engine(folder: Path) -> None:
    command = ("convert", "voice.wav", "-o", "none", "--engine", "a2f3d", "--auto-emotion")
    result = a2f_live(*command, folder=folder, A2F_LIVE_MODEL_DIR="Claire, v2.3.1")
    assert_one_sentence(result, 2, "--auto-emotion", "a2f3d")
