"""What is packed: page and network come along in the wheel, a checkout uses its own, and nothing else is picked up."""

import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

import a2f_live
from a2f_live.engine.embedded.weights import PLACES, find
from a2f_live.server.page import page_dir

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))

wheel = pytest.importorskip("hatchling.builders.wheel", reason="hatchling is needed to see what would be packed")


@pytest.fixture(scope="module")
def page() -> set[str]:
    """Names of the files of the built page, which is built where it can be."""
    subprocess.run([sys.executable, ROOT / "web_demo" / "build.py"], check=True)
    built = files_below("web_demo/dist")
    if not built:
        pytest.skip("the page is not built: install Node and npm (Debian: apt install nodejs npm) and run make page")
    return built


@pytest.fixture(scope="module")
def packed(page: set[str]) -> set[str]:
    """Names of what the wheel would hold, as it would be installed."""
    return {file.distribution_path for file in wheel.WheelBuilder(str(ROOT)).recurse_included_files()}


def files_below(folder: str) -> set[str]:
    return {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def test_the_wheel_holds_the_package_the_page_and_the_network_and_nothing_else(
    packed: set[str], page: set[str]
) -> None:
    as_installed = {name.replace("web_demo/dist", "a2f_live/web_demo", 1) for name in page}
    scripts = {
        name.replace("assets/headless", "a2f_live/headless/scripts", 1) for name in files_below("assets/headless")
    }
    assert packed == files_below("a2f_live") | as_installed | scripts | {"a2f_live/engine/embedded/lipnet.npz"}
    assert "a2f_live/headless/scripts/a2f_headless.sh" in packed
    assert {"a2f_live/py.typed", "a2f_live/web_demo/index.html", "a2f_live/web_demo/sample/hello.wav"} <= packed


def test_a_wheel_that_is_built_shows_its_page_without_node(packed: set[str], tmp_path: Path) -> None:
    built = next(iter(wheel.WheelBuilder(str(ROOT)).build(directory=str(tmp_path), versions=["standard"])))
    with zipfile.ZipFile(built) as archive:
        archive.extractall(tmp_path / "installed")
        assert packed <= set(archive.namelist())
    script = (
        "from a2f_live.server.page import find_file, page_dir\n"
        "print(*(find_file(page_dir(), name) for name in ('index.html', 'client/a2f-live.js')))"
    )
    told = subprocess.run(
        [sys.executable, "-c", script],
        env={"PYTHONPATH": str(tmp_path / "installed"), "PATH": ""},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert [Path(name).is_relative_to(tmp_path) for name in told.stdout.split()] == [True, True], told.stdout


def test_a_checkout_uses_its_own_page_and_network() -> None:
    assert page_dir() in (ROOT / "web_demo" / "dist", None)
    assert find() == ROOT / "assets" / "lipnet" / "lipnet.npz"


def test_the_network_is_looked_for_where_the_wheel_puts_it(packed: set[str]) -> None:
    assert PLACES[0].relative_to(ROOT).as_posix() in packed


def test_an_editable_install_gets_no_copies() -> None:
    builder = wheel.WheelBuilder(str(ROOT))
    assert not builder.config.get_force_include(), "forced files are copied by editable installs too, and go stale"


def test_the_source_package_can_be_tested(page: set[str]) -> None:
    sdist = pytest.importorskip("hatchling.builders.sdist")
    names = {file.relative_path for file in sdist.SdistBuilder(str(ROOT)).recurse_included_files()}
    assert {"Makefile", "README.md", "CHANGELOG.md", "LICENSE", ".ci/run", "tests/test_packaging.py"} <= names
    assert {"hatch_build.py", "web_demo/build.py", "web_demo/package-lock.json", "web_demo/index.html"} <= names
    assert page <= names, "what is installed from the source package needs no Node either"
    assert not [name for name in names if name.startswith((".venv", ".git/")) or "__pycache__" in name]
    assert not [name for name in names if "node_modules" in name]


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
