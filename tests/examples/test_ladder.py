"""The examples of `docs/examples`, each run as its first line says, with a real server.

Those of the browser, `page.html` and `talkinghead.html`, are run by `web_demo/examples/test`.
"""

import csv
import io
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from a2f_live import arkit
from tests.cli.audio import voice
from tests.cli.helpers import SCALE, clean_environment
from tests.cli.test_serve import Server, served
from tests.outputs.reading import live_link
from tests.relay.helpers import receiver

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
SOUND = Path(__file__).parent / "sound"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with served(tmp_path_factory.mktemp("server")) as running:
        yield running


@pytest.fixture
def url(server: Server) -> str:
    return server.url.replace("http://localhost", "ws://127.0.0.1")


def environment(speech: Path, **more: str) -> dict[str, str]:
    paths = [clean_environment()["PYTHONPATH"], str(SOUND)]
    return clean_environment() | {"PYTHONPATH": os.pathsep.join(paths), "A2F_LIVE_TEST_WAV": str(speech)} | more


def run(name: str, *arguments: str, **more: str) -> str:
    done = subprocess.run(
        [sys.executable, str(EXAMPLES / name), *arguments],
        env=environment(Path(), **more),
        capture_output=True,
        text=True,
        timeout=60 * SCALE,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@contextmanager
def begun(name: str, speech: Path, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    """An example that goes on until Ctrl-C."""
    command = [sys.executable, str(EXAMPLES / name), *arguments]
    process = subprocess.Popen(command, env=environment(speech), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        yield process
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=20 * SCALE)
    finally:
        process.kill()
        process.communicate()


def test_file_to_csv(tmp_path: Path, url: str) -> None:
    speech = voice(tmp_path / "speech.wav", seconds=1.0, rate_hz=44_100)
    header, *rows = csv.reader(io.StringIO(run("01_file.py", str(speech), url)))
    assert header == ["time_s", *arkit.NAMES]
    values = np.array(rows, float)
    assert values[:, 0] == pytest.approx(np.arange(30) / 30)
    assert values[:, 1:].max() > 0.05


def test_microphone_to_a_terminal(tmp_path: Path, url: str) -> None:
    speech = voice(tmp_path / "speech.wav", seconds=3.0)
    with begun("02_microphone.py", speech, url) as process:
        assert process.stdout is not None
        told = b""
        while b"#" not in told:
            told = process.stdout.read(40)
            assert told, "it has ended"


def test_microphone_to_unreal(tmp_path: Path, url: str) -> None:
    speech = voice(tmp_path / "speech.wav", seconds=3.0)
    with receiver() as (udp, port):
        udp.settimeout(30 * SCALE)
        with begun("06_microphone_to_unreal.py", speech, url, f"livelink://127.0.0.1:{port}?subject=Ana"):
            frames, moved = [], 0.0
            while moved < 0.1:
                face = live_link(udp.recv(4096))
                frames.append(face.frame)
                moved = max(face.values[14:41])  # jaw and mouth
                assert len(frames) < 60 * 60, "the mouth does not move"
        assert (face.subject, face.rate, len(face.values)) == ("Ana", (60, 1), 61)
        assert frames == sorted(set(frames))


@pytest.mark.parametrize("speaks", [True, False], ids=["espeak-ng", "a hum"])
def test_barge_in(speaks: bool, url: str, tmp_path: Path) -> None:
    if speaks and not shutil.which("espeak-ng"):
        pytest.skip("espeak-ng is not installed (Debian: apt install espeak-ng)")
    told = run("05_barge_in.py", url, **({} if speaks else {"PATH": str(tmp_path)})).splitlines()
    interrupted = next(at for at, line in enumerate(told) if "interrupted" in line)
    assert any(line.startswith("turn 0 speech") for line in told[:interrupted])
    assert any("ease to rest" in line for line in told)
    eased = [at for at, line in enumerate(told) if "ease to rest" in line][-1]
    assert all(line.startswith("turn 1 speech") for line in told[eased + 1 :] if "interrupted" not in line)
    assert told[-1].startswith("turn 1 speech")
