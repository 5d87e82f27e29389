"""The examples are whole programs that run as they stand, in `docs/examples`."""

import ast
import os
import subprocess
import sys
import wave
from pathlib import Path

import pytest

from tests.client.server import FakeServer, served

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted((ROOT / "docs" / "examples").glob("*.py"))
WITHOUT_US = ("03_bare_websockets", "04_json")
LONGEST = {"01_file": 7, "03_bare_websockets": 25, "04_json": 10, "pipecat_agent": 60, "livekit_agent": 80}
"""Statements, and lines of compound ones, beside imports."""


def run(name: str, folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, str(ROOT / "docs" / "examples" / name), *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def speech(tmp_path: Path) -> Path:
    path = tmp_path / "speech.wav"
    with wave.open(str(path), "wb") as wav:
        wav.setparams((1, 2, 16_000, 0, "NONE", ""))
        wav.writeframes(bytes(2 * 8_161))
    return path


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_examples_compile_say_what_they_are_and_are_short(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))
    assert ast.get_docstring(tree)
    body = [node for node in tree.body[1:] if not isinstance(node, ast.Import | ast.ImportFrom)]
    lines = {node.lineno for statement in body for node in ast.walk(statement) if isinstance(node, ast.stmt)}
    assert len(lines) <= LONGEST.get(path.stem, 40)


@pytest.mark.parametrize("stem", WITHOUT_US)
def test_the_wire_needs_nothing_of_ours(stem: str) -> None:
    tree = ast.parse((ROOT / "docs" / "examples" / f"{stem}.py").read_text("utf-8"))
    imported = {name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}
    imported |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert not any("a2f" in name for name in imported)


def test_the_bare_script_gets_every_frame(speech: Path) -> None:
    with served(FakeServer()) as server:
        told = run("03_bare_websockets.py", speech.parent, speech.name, f"{server.url}/v1/stream")
    assert told.splitlines()[-1].startswith("16 frames for 0.510 s")


def test_the_client_is_imported_only_when_it_is_asked_for() -> None:
    code = "import sys, a2f_live; assert 'websockets' not in sys.modules; a2f_live.connect; print('ok')"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout == "ok\n", done.stderr


def test_the_package_exports_what_it_says() -> None:
    import a2f_live

    assert all(hasattr(a2f_live, name) for name in a2f_live.__all__)
    with pytest.raises(AttributeError):
        a2f_live.nothing  # noqa: B018
