"""NVIDIA's published client of the NIM, untouched, where a checkout of it is at hand.

`A2F_LIVE_NIM_SAMPLES` names a checkout of NVIDIA/Audio2Face-3D-Samples with the `.venv` of its README in it.
"""

import csv
import os
import shutil
import subprocess
import wave
from pathlib import Path

import pytest

pytest.importorskip("nvidia_audio2face_3d", reason="needs the extra nim: pip install 'a2f-live[nim]'")

from tests.server.nim_grpc.helpers import door_in_a_thread

VARIABLE = "A2F_LIVE_NIM_SAMPLES"
SAMPLES = Path(os.environ.get(VARIABLE, "/nowhere"))
pytestmark = pytest.mark.skipif(
    not SAMPLES.is_dir(), reason=f"{VARIABLE} names no checkout of NVIDIA/Audio2Face-3D-Samples"
)
CLIP = SAMPLES / "example_audio" / "Claire_neutral.wav"


def run(app: str, folder: Path, *arguments: str) -> str:
    """One of its scripts, in a copy of its folder: it writes beside itself."""
    copy = folder / app
    shutil.copytree(SAMPLES / "scripts" / app, copy, dirs_exist_ok=True)
    python = SAMPLES / ".venv" / "bin" / "python"
    done = subprocess.run([str(python), *arguments], cwd=copy, capture_output=True, text=True, timeout=120, check=True)
    return done.stdout


def test_the_interaction_app_finds_the_service_and_saves_a_clip(tmp_path: Path) -> None:
    app = "audio2face_3d_microservices_interaction_app"
    with door_in_a_thread() as port:
        address = f"127.0.0.1:{port}"
        assert "ONLINE" in run(app, tmp_path, "a2f_3d.py", "health_check", "--url", address)
        for config in ("claire", "mark", "james"):
            clip = (str(CLIP), f"config/config_{config}.yml", "-u", address)
            told = run(app, tmp_path, "a2f_3d.py", "run_inference", *clip)
            assert "Status code: SUCCESS" in told
            assert "without effect here" in told
    with (tmp_path / app / "output_000001" / "animation_frames.csv").open() as file:
        rows = list(csv.DictReader(file))
    with wave.open(str(CLIP)) as said, wave.open(str(tmp_path / app / "output_000001" / "out.wav")) as heard:
        assert heard.readframes(heard.getnframes()) == said.readframes(said.getnframes())
        assert len(rows) == -(-said.getnframes() * 30 // said.getframerate())
    assert len([name for name in rows[0] if name.startswith("blendShapes.")]) == 52
    assert max(float(row["blendShapes.JawOpen"]) for row in rows) > 0.1


def test_the_configuration_app_writes_the_files(tmp_path: Path) -> None:
    with door_in_a_thread() as port:
        run("config_fetching_app", tmp_path, "fetch_deployment_configs.py", f"127.0.0.1:{port}")
    written = tmp_path / "config_fetching_app" / "output_yaml_000001"
    assert {file.name for file in written.iterdir()} == {
        *("stylization_config.yaml", "deployment_config.yaml", "advanced_config.yaml")
    }
