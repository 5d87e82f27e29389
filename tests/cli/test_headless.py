"""`a2f-live headless`: what it is told, in three ways, and what it does."""

import argparse
import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from a2f_live.cli import headless
from a2f_live.cli.headless import Options, read_options
from a2f_live.errors import ConfigError, EngineUnavailable
from tests.cli.audio import voice
from tests.cli.helpers import SCALE, a2f_live, assert_one_sentence, clean_environment

PORT_SETTING = "--/exts/omni.services.transport.server.http/port"
SCRIPT = Path(__file__).parents[2] / "assets" / "headless" / "a2f_headless.sh"


def options(*kit: str, flags: Mapping[str, Any] | None = None, **environment: str) -> Options:
    return read_options(flags or {}, kit, {f"A2F_LIVE_HEADLESS_{name}": text for name, text in environment.items()})


def test_by_default_it_stands_where_audio2face_stood() -> None:
    assert options() == Options(host="127.0.0.1", port=8011, engine="embedded")


@pytest.mark.parametrize(
    "kit",
    [
        (f"{PORT_SETTING}=8190",),
        (f'{PORT_SETTING}="8190"',),
        ("-" + PORT_SETTING[2:] + "=8190",),
        ("--no-window", "--ext-folder", "/x", "--/log/level=error", f"{PORT_SETTING}=8190", "--/app/fastShutdown"),
        ("--port", "8190", f"{PORT_SETTING}=1"),
        ("--enable", "omni.x", "--port=8190"),
    ],
)
def test_arguments_of_omniverse_are_taken_or_ignored(kit: tuple[str, ...]) -> None:
    assert options(*kit) == Options(port=8190)


@pytest.mark.parametrize("name", ["--token", "--port", "--engine"])
@pytest.mark.parametrize("after", [(), ("--no-window",), (f"{PORT_SETTING}=8190",), ("-secret-token",)])
def test_an_option_of_ours_among_them_needs_its_value(name: str, after: tuple[str, ...]) -> None:
    with pytest.raises(ConfigError, match=f"{name}: expected one argument, write {name}=VALUE"):
        options("--no-window", name, *after)


def test_flags_win_over_omniverse_and_that_over_the_environment() -> None:
    assert options(f"{PORT_SETTING}=2", PORT="3").port == 2
    assert options(f"{PORT_SETTING}=2", flags={"port": "1"}, PORT="3").port == 1
    told = options(ENGINE="fake", PORT="3", LEAD_MS="240", IDLE="speech", SEED="7", TOKEN="12345678")
    assert (told.engine, told.port, told.tokens) == ("fake", 3, ("12345678",))
    assert (told.cast.lead_s, told.cast.idle, told.cast.seed) == (0.24, "speech", 7)


def test_folders_of_the_environment_are_divided(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    told = options(ALLOW_FOLDER=os.pathsep.join((str(tmp_path / "a"), str(tmp_path / "b"))))
    assert told.folders == (tmp_path / "a", tmp_path / "b")


@pytest.mark.parametrize(
    ("flags", "told"),
    [
        ({"port": "x"}, "--port"),
        ({"port": "70000"}, "--port"),
        ({"idle": "always"}, "--idle"),
        ({"lead_ms": "soon"}, "--lead-ms"),
        ({"token": ["short"]}, "--token"),
        ({"allow_folder": ["/nowhere/at/all"]}, "--allow-folder"),
        ({"profile": "/nowhere.json"}, "nowhere.json"),
        ({"host": "0.0.0.0"}, "--token"),
        ({"host": "0.0.0.0", "token": ["12345678"]}, "--allow-folder"),
        ({"host": "::", "allow_folder": ["/"]}, "--token"),
    ],
)
def test_what_cannot_be_is_refused(flags: dict[str, Any], told: str) -> None:
    with pytest.raises(ConfigError, match=told):
        options(flags=flags)


def test_a_token_is_made_and_printed(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    told = options(flags={"host": "0.0.0.0", "token": ["auto"], "allow_folder": [str(tmp_path)]})
    assert told.tokens[0] in capsys.readouterr().out


def test_the_script_is_found(capsys: pytest.CaptureFixture[str]) -> None:
    assert headless.run(argparse.Namespace(script=True)) == 0
    assert Path(capsys.readouterr().out.strip()).samefile(SCRIPT)
    assert os.access(SCRIPT, os.X_OK)


async def test_an_engine_that_cannot_be_made_leaves_nothing_open() -> None:
    with pytest.raises(EngineUnavailable):
        await headless.serve(Options(port=0, engine="magic"))
    assert asyncio.all_tasks() == {asyncio.current_task()}


def test_a_port_that_is_taken_is_said(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        result = a2f_live("headless", "--port", str(taken.getsockname()[1]), folder=tmp_path)
    assert_one_sentence(result, 1, "is taken")


@contextmanager
def started(command: list[str], folder: Path, **environment: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A server, and its address as it prints it."""
    process = subprocess.Popen(
        command,
        cwd=folder,
        env=clean_environment() | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout
        line = process.stdout.readline()
        assert "headless Audio2Face API at " in line, process.communicate(timeout=10 * SCALE)
        yield process, line.split(" at ")[1].split()[0]
    finally:
        process.kill()
        process.communicate()


def post(url: str, **body: Any) -> Any:
    with urllib.request.urlopen(url, json.dumps(body).encode(), timeout=30 * SCALE) as answer:
        return json.load(answer)


@pytest.mark.skipif(sys.platform == "win32", reason="the script for Windows is another one")
def test_the_script_starts_a_server_that_exports_and_ends_when_told(tmp_path: Path) -> None:
    command = ["bash", str(SCRIPT), "--no-window", f"{PORT_SETTING}=0"]
    voice(tmp_path / "speak.wav", 1.0)
    (tmp_path / "face.usd").write_bytes(b"x")
    with started(command, tmp_path, A2F_LIVE_PYTHON=sys.executable, A2F_LIVE_HEADLESS_SEED="3") as (process, url):
        assert json.load(urllib.request.urlopen(f"{url}/status", timeout=30 * SCALE)) == "OK"
        post(f"{url}/A2F/USD/Load", file_name=str(tmp_path / "face.usd"))
        player = {"a2f_player": "/World/audio2face/Player"}
        post(f"{url}/A2F/Player/SetRootPath", **player, dir_path=str(tmp_path))
        post(f"{url}/A2F/Player/SetTrack", **player, file_name="speak.wav", time_range=[0, -1])
        export = {"export_directory": str(tmp_path), "file_name": "out", "format": "json", "batch": False, "fps": 30}
        solver = {"solver_node": "/World/audio2face/BlendshapeSolve"}
        assert post(f"{url}/A2F/Exporter/ExportBlendshapes", **solver, **export) == {"status": "OK"}
        assert json.loads((tmp_path / "out_bsweight.json").read_text())["numFrames"] == 30
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=30 * SCALE)
    assert process.returncode == 0, err
    assert "Traceback" not in out + err


@pytest.mark.skipif(sys.platform == "win32", reason="the script for Windows is another one")
def test_the_script_looks_for_a_python_around_itself(tmp_path: Path) -> None:
    home = tmp_path / "checkout"
    (home / "assets" / "headless").mkdir(parents=True)
    (home / ".venv" / "bin").mkdir(parents=True)
    (home / ".venv" / "bin" / "python").write_text('#!/bin/sh\n[ "$1" = -c ] || echo "started with $*"\n')
    (home / ".venv" / "bin" / "python").chmod(0o755)
    copy = home / "assets" / "headless" / SCRIPT.name
    copy.write_text(SCRIPT.read_text())
    (tmp_path / "link.sh").symlink_to(copy)
    result = subprocess.run(["bash", str(tmp_path / "link.sh"), "--/a=b c"], capture_output=True, text=True, check=True)
    assert result.stdout == "started with -m a2f_live headless --kit --/a=b c\n"


@pytest.mark.skipif(sys.platform == "win32", reason="the script for Windows is another one")
def test_the_script_says_what_is_missing(tmp_path: Path) -> None:
    copy = tmp_path / SCRIPT.name
    copy.write_text(SCRIPT.read_text())
    tools = tmp_path / "tools"
    tools.mkdir()
    for name in ("dirname", "readlink"):
        (tools / name).symlink_to(f"/usr/bin/{name}")
    result = subprocess.run(
        ["/bin/bash", str(copy)], capture_output=True, text=True, env={"PATH": str(tools)}, check=False
    )
    assert result.returncode == 1
    assert "A2F_LIVE_PYTHON" in result.stderr
