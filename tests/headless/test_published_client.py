"""The published package `a2f-client` 0.1.3, untouched, against our script: its own tests, its own start, its example.

It needs scipy, librosa and numba, half a gigabyte, so it has a virtual environment of its own outside this repository.
`A2F_LIVE_TEST_A2F_CLIENT` says which Python has it (with pytest), or `make` to have one made for this run.
"""

import json
import os
import signal
import subprocess
import sys
import venv
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from a2f_live.cli.listening import open_port
from tests.cli.helpers import SCALE, clean_environment

VARIABLE = "A2F_LIVE_TEST_A2F_CLIENT"
ASKED = os.environ.get(VARIABLE, "")
SCRIPT = Path(__file__).parents[2] / "assets" / "headless" / "a2f_headless.sh"
WANTED = ("a2f-client==0.1.3", "scipy", "pytest")  # it imports scipy and does not say so

EXAMPLE = """
import json, os, sys
from a2f_client import A2FClient, settings
client = A2FClient(port=int(sys.argv[1]))
client.set_audio(os.path.join(settings.DIR_PATH, "samples", "sample-0.wav"))
client.set_emotions({"joy": 0.8, "sadness": 0.2})
blendshapes = client.generate_blendshapes(start=0.5, end=1.0, fps=30)
print(f"Generated {blendshapes['blendshapes']['numFrames']} frames")
print(json.dumps(blendshapes))
"""
"""The quick start of its README, with a port and a file that are there."""

pytestmark = [
    pytest.mark.skipif(
        not ASKED,
        reason=f"{VARIABLE}=make installs the published a2f-client (half a gigabyte) and runs it against this server",
    ),
    pytest.mark.skipif(not Path("/proc").is_dir(), reason="finds the server that the client leaves running in /proc"),
]


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python that has the package."""
    if ASKED != "make":
        return Path(ASKED)
    folder = tmp_path_factory.mktemp("published")
    venv.create(folder, with_pip=True)
    python = folder / "bin" / "python"
    subprocess.run([python, "-m", "pip", "install", "--quiet", *WANTED], check=True, timeout=900 * SCALE)
    return python


@contextmanager
def environment(folder: Path) -> Iterator[tuple[dict[str, str], int]]:
    """Variables for the client, and its port; the server that it starts and leaves is ended."""
    with open_port("127.0.0.1", 0) as door:
        port = int(door.getsockname()[1])
    mark = {"A2F_LIVE_HEADLESS_SEED": str(port)}
    told = {"A2F_HEADLESS_SCRIPT": str(SCRIPT), "A2F_PORT": str(port), "A2F_LIVE_PYTHON": sys.executable}
    clean = {name: value for name, value in clean_environment().items() if name != "PYTHONPATH"}
    try:
        yield clean | told | mark | {"A2F_DEFAULT_OUTPUT_DIR": str(folder / "blendshapes")}, port
    finally:
        for server in servers(port):
            os.kill(server, signal.SIGTERM)


def servers(port: int) -> list[int]:
    """Processes of servers that were started for this port by the arguments of Omniverse."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            arguments = (process / "cmdline").read_bytes().split(b"\0")
            if f"--/exts/omni.services.transport.server.http/port={port}".encode() in arguments:
                found.append(int(process.name))
    return found


def run(python: Path, folder: Path, variables: dict[str, str], *arguments: str) -> str:
    """What it prints; it must go well."""
    result = subprocess.run(
        [python, *arguments],
        cwd=folder,
        env=variables,
        capture_output=True,
        text=True,
        timeout=180 * SCALE,
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


def test_the_tests_of_its_own_wheel_pass(python: Path, tmp_path: Path) -> None:
    place = "import importlib.util as u; print(u.find_spec('a2f_client').submodule_search_locations[0])"
    found = subprocess.run([python, "-c", place], capture_output=True, text=True, check=True).stdout.strip()
    with environment(tmp_path) as (variables, port):
        assert not servers(port)
        tests = str(Path(found) / "tests")
        said = run(python, tmp_path, variables, "-m", "pytest", "-p", "no:cacheprovider", "-s", tests)
        assert "2 passed" in said
        assert "Started Audio2Face headless" in said
        assert "Equivalence test passed." in said
        assert len(servers(port)) == 1, "it started our server by itself"


def test_the_example_of_its_readme_prints_frames(python: Path, tmp_path: Path) -> None:
    with environment(tmp_path) as (variables, port):
        said = run(python, tmp_path, variables, "-c", EXAMPLE, str(port))
    assert "Generated 15 frames" in said
    document = json.loads(said.splitlines()[-1])
    assert document["status"] == "OK"
    assert len(document["blendshapes"]["weightMat"]) == 15
