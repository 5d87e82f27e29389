"""The page is built where it must be and can be, and otherwise it is said what is missing."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "web_demo" / "build.py"
NPM = """#!/bin/sh
echo "$@" >> ../calls
[ "$1" = ci ] && mkdir -p node_modules && touch node_modules/.package-lock.json
[ "$1" = run ] && mkdir -p dist/client && touch dist/index.html dist/client/a2f-live.js
exit ${FAIL:-0}
"""


@pytest.fixture
def page(tmp_path: Path) -> Path:
    page = tmp_path / "web_demo"
    (page / "src").mkdir(parents=True)
    shutil.copy(SCRIPT, page)
    for name in ("package-lock.json", "index.html", "src/main.ts"):
        (page / name).touch()
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in ("npm", "node"):
        (programs / name).write_text(NPM)
        (programs / name).chmod(0o755)
    return page


def build(page: Path, *, node: bool = True, fail: int = 0) -> subprocess.CompletedProcess[str]:
    path = f"{page.parent / 'bin'}:/usr/bin:/bin" if node else ""
    return subprocess.run(
        [sys.executable, page / "build.py"],
        env={"PATH": path, "FAIL": str(fail)},
        capture_output=True,
        text=True,
        check=False,
    )


def calls(page: Path) -> list[str]:
    """What was asked of npm."""
    told = page.parent / "calls"
    return [line.split()[0] for line in told.read_text("utf-8").splitlines()] if told.exists() else []


def age(path: Path, seconds: float) -> None:
    """Make a file so much older than it is."""
    at = path.stat().st_mtime - seconds
    os.utime(path, (at, at))


def test_it_is_built_once(page: Path) -> None:
    assert build(page).returncode == 0
    assert calls(page) == ["ci", "run"]
    assert build(page).returncode == 0
    assert calls(page) == ["ci", "run"]


@pytest.mark.parametrize("changed", ["src/main.ts", "src/new.ts", "../assets/faces/face.glb"])
def test_what_is_newer_than_it_is_built_in(page: Path, changed: str) -> None:
    build(page)
    for built in ("index.html", "client/a2f-live.js"):
        age(page / "dist" / built, 10)
    for path in (page / "index.html", page / "src" / "main.ts", page / "package-lock.json", page / "build.py"):
        age(path, 20)
    assert build(page).returncode == 0
    assert calls(page) == ["ci", "run"]
    (page / changed).parent.mkdir(parents=True, exist_ok=True)
    (page / changed).touch()
    assert build(page).returncode == 0
    assert calls(page) == ["ci", "run", "run"]


@pytest.mark.parametrize("lost", ["index.html", "client/a2f-live.js"])
def test_a_part_that_is_missing_is_built(page: Path, lost: str) -> None:
    build(page)
    (page / "dist" / lost).unlink()
    build(page)
    assert (page / "dist" / lost).is_file()


def test_what_it_is_not_made_of_does_not_count(page: Path) -> None:
    build(page)
    for path in (page / "test" / "a.ts", page / "node_modules" / "b.js", page / "dist" / "c.js"):
        path.parent.mkdir(exist_ok=True)
        path.touch()
    build(page)
    assert calls(page) == ["ci", "run"]


def test_a_build_that_fails_fails(page: Path) -> None:
    assert build(page, fail=1).returncode == 1


def test_without_node_it_says_how_to_get_it_and_goes_on(page: Path) -> None:
    told = build(page, node=False)
    assert told.returncode == 0
    assert "apt install nodejs npm" in told.stderr
    assert not (page / "dist").exists()
