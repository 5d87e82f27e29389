"""What is packed: page and network come along in the wheel, a checkout uses its own, and nothing else is picked up."""

import re
import tomllib
from pathlib import Path

import pytest

import a2f_live
from a2f_live.engine.embedded.weights import PLACES, find
from a2f_live.server.page import page_dir

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))

wheel = pytest.importorskip("hatchling.builders.wheel", reason="hatchling is needed to see what would be packed")


@pytest.fixture(scope="module")
def packed() -> set[str]:
    """Names of what the wheel would hold, as it would be installed."""
    return {file.distribution_path for file in wheel.WheelBuilder(str(ROOT)).recurse_included_files()}


def files_below(folder: str) -> set[str]:
    return {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def test_the_wheel_holds_the_package_the_page_and_the_network_and_nothing_else(packed: set[str]) -> None:
    page = {f"a2f_live/{name}" for name in files_below("web_demo")}
    assert packed == files_below("a2f_live") | page | {"a2f_live/engine/embedded/lipnet.npz"}
    assert {"a2f_live/py.typed", "a2f_live/web_demo/index.html", "a2f_live/web_demo/sample/hello.wav"} <= packed


def test_a_checkout_uses_its_own_page_and_network() -> None:
    assert page_dir() == ROOT / "web_demo"
    assert find() == ROOT / "assets" / "lipnet" / "lipnet.npz"


def test_the_network_is_looked_for_where_the_wheel_puts_it(packed: set[str]) -> None:
    assert PLACES[0].relative_to(ROOT).as_posix() in packed


def test_an_editable_install_gets_no_copies() -> None:
    builder = wheel.WheelBuilder(str(ROOT))
    assert not builder.config.get_force_include(), "forced files are copied by editable installs too, and go stale"


def test_the_source_package_can_be_tested() -> None:
    sdist = pytest.importorskip("hatchling.builders.sdist")
    names = {file.relative_path for file in sdist.SdistBuilder(str(ROOT)).recurse_included_files()}
    assert {"Makefile", "README.md", "CHANGELOG.md", "LICENSE", ".ci/run", "tests/test_packaging.py"} <= names
    assert not [name for name in names if name.startswith((".venv", ".git/")) or "__pycache__" in name]


def test_the_version_is_told_once_and_the_change_log_knows_it() -> None:
    assert "version" in PROJECT["project"]["dynamic"]
    assert f"## [{a2f_live.__version__}]" in (ROOT / "CHANGELOG.md").read_text("utf-8")


def test_the_oldest_python_is_the_same_everywhere() -> None:
    oldest = PROJECT["project"]["requires-python"].removeprefix(">=")
    assert PROJECT["tool"]["ruff"]["target-version"] == f"py{oldest.replace('.', '')}"
    assert "python_version" not in PROJECT["tool"]["mypy"], "types of a newer numpy cannot be read as an older Python's"
    assert f"({oldest.replace('.', ', ')})" in (ROOT / "Makefile").read_text("utf-8")


def test_every_extra_that_a_message_names_exists() -> None:
    named = {
        extra
        for path in (ROOT / "a2f_live").rglob("*.py")
        for extra in re.findall(r"a2f-live\[([a-z0-9]+)\]", path.read_text("utf-8"))
    }
    assert named <= set(PROJECT["project"]["optional-dependencies"])
    assert "mic" in named
