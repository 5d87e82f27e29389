"""The page: whole, self-contained, and within its own content security policy."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from a2f_live import arkit
from a2f_live.server.page import KINDS

PAGE = Path(__file__).parents[2] / "web_demo"
SCRIPTS = sorted(PAGE.glob("*.js"))
HTML = (PAGE / "index.html").read_text("utf-8")


def test_everything_that_is_named_is_there() -> None:
    named = set(re.findall(r'(?:src|href)="([^"]+)"', HTML))
    for script in SCRIPTS:
        source = script.read_text("utf-8")
        named |= set(re.findall(r'(?:from|import|addModule\(|fetch\()\s*"(?:\./)?([^"]+)"', source))
    assert {"main.js", "style.css", "stream.js", "capture-worklet.js", "sample/hello.wav"} <= named
    for name in named:
        assert (PAGE / name).is_file(), name
        assert Path(name).suffix in KINDS, f"{name} would not be served"


def test_nothing_is_inline_and_nothing_comes_from_elsewhere() -> None:
    assert not re.search(r"<script(?![^>]*\bsrc=)|\son\w+=|\sstyle=|<style", HTML)
    for path in (PAGE / "index.html", PAGE / "style.css", *SCRIPTS):
        addresses = re.findall(r"https?://[^\s\"'`]+", path.read_text("utf-8"))
        assert set(addresses) <= {"http://www.w3.org/2000/svg"}, path.name


def test_the_face_knows_only_real_shapes() -> None:
    source = (PAGE / "face.js").read_text("utf-8")
    sided = {f"{name}{side}" for name in re.findall(r'both\("(\w+)"\)', source) for side in ("Left", "Right")}
    sided |= {f"{name}{side}" for name in re.findall(r"at\(`(\w+)\$\{side\}`\)", source) for side in ("Left", "Right")}
    assert sided | set(re.findall(r'\bat\("(\w+)"\)', source)) <= set(arkit.NAMES)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_scripts_parse(script: Path, tmp_path: Path) -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("Node is not installed: scripts of the page are not parsed")
    module = tmp_path / f"{script.stem}.mjs"
    module.write_text(script.read_text("utf-8"), "utf-8")
    checked = subprocess.run([node, "--check", str(module)], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr
