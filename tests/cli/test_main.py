"""The command itself: help at once, one sentence for whatever goes wrong, the right exit status."""

import argparse
import importlib
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import a2f_live as package
from a2f_live.cli import main
from a2f_live.errors import A2FError, ConfigError
from tests.cli.helpers import a2f_live, assert_one_sentence, clean_environment


def run_with(monkeypatch: pytest.MonkeyPatch, error: BaseException | None, status: int = 0) -> int:
    """Exit status of a command that ends so."""

    def run(options: argparse.Namespace) -> int:
        if error is not None:
            raise error
        return status

    def add_parser(subparsers: Any) -> None:
        subparsers.add_parser("doctor").set_defaults(run=run)

    monkeypatch.setattr(importlib, "import_module", lambda name: SimpleNamespace(add_parser=add_parser))
    return main.main(["doctor"])


@pytest.mark.parametrize(
    ("error", "status", "told"),
    [
        (ConfigError("no such thing"), 2, "a2f-live: no such thing\n"),
        (A2FError("it broke"), 1, "a2f-live: it broke\n"),
        (KeyboardInterrupt(), 130, ""),
    ],
)
def test_errors_become_a_sentence_and_a_status(
    error: BaseException, status: int, told: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_with(monkeypatch, error) == status
    assert capsys.readouterr().err == told


def test_a_bug_asks_to_be_reported(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.delenv("A2F_LIVE_DEBUG", raising=False)
    assert run_with(monkeypatch, ZeroDivisionError("x\ny")) == 70
    told = capsys.readouterr().err
    assert "ZeroDivisionError: x y" in told
    assert "A2F_LIVE_DEBUG=1" in told
    assert told.count("\n") == 1


def test_debugging_shows_the_traceback(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("A2F_LIVE_DEBUG", "1")
    assert run_with(monkeypatch, ZeroDivisionError()) == 70
    assert "Traceback" in capsys.readouterr().err


def test_the_status_of_the_command_is_that_of_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    assert run_with(monkeypatch, None, status=3) == 3


def test_nothing_asked_shows_the_help(tmp_path: Path) -> None:
    result = a2f_live(folder=tmp_path)
    assert result.returncode == 2
    for name, summary in main.COMMANDS.items():
        assert name in result.stdout
        assert summary in result.stdout


def test_version(tmp_path: Path) -> None:
    assert a2f_live("--version", folder=tmp_path).stdout == f"a2f-live {package.__version__}\n"


@pytest.mark.parametrize("name", main.COMMANDS)
def test_every_command_has_help_with_a_description(name: str, tmp_path: Path) -> None:
    if not (Path(main.__file__).parent / f"{name}.py").exists():
        pytest.skip(f"{name} is not built yet")
    result = a2f_live(name, "--help", folder=tmp_path)
    assert result.returncode == 0
    assert result.stdout.startswith(f"usage: a2f-live {name} ")


def test_help_imports_nothing_heavy(tmp_path: Path) -> None:
    code = (
        "import sys; from a2f_live.cli.main import main; assert main([]) == 2;"
        "heavy = {'aiohttp', 'websockets', 'rich', 'soundfile'} & set(sys.modules);"
        "print(sorted(heavy), file=sys.stderr)"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], env=clean_environment(), cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert result.stderr == "[]\n"


def test_a_reader_that_goes_away_is_no_error(tmp_path: Path) -> None:
    command = f"{sys.executable} -m a2f_live --help | true; exit ${{PIPESTATUS[0]}}"
    result = subprocess.run(
        ["bash", "-c", command], env=clean_environment(), cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert result.returncode in (0, 141)
    assert result.stderr == ""


@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&- <&-"])
def test_closed_output_is_no_error(closed: str, tmp_path: Path) -> None:
    command = f"{sys.executable} -m a2f_live --version {closed}"
    assert subprocess.run(["bash", "-c", command], env=clean_environment(), cwd=tmp_path, check=False).returncode == 0


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["dance"], "invalid choice: 'dance'"),
        (["--nonsense"], "unrecognized arguments: --nonsense"),
        (["doctor", "--nonsense"], "unrecognized arguments: --nonsense"),
        (["doctor", "--js"], "unrecognized arguments: --js"),
        (["doctor", "--port"], "expected one argument"),
        (["doctor", "--port", "x"], "--port: 'x'"),
    ],
)
def test_wrong_usage(arguments: list[str], told: str, tmp_path: Path) -> None:
    assert_one_sentence(a2f_live(*arguments, folder=tmp_path), 2, told)
