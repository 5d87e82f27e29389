"""The page in a real Chromium: what it does is told by the tests in `web_demo/test/browser`, which this runs.

Shorter or stricter: `A2F_SYNC_SECONDS=12` plays for so long, `A2F_STRICT_TIME=1` asks for the first picture within 2 s
and for lips that shut within 300 ms of live sound.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from a2f_live import arkit
from a2f_live.frames import Frames
from a2f_live.outputs.base import Clip
from a2f_live.outputs.table import LiveLinkTable
from a2f_live.wire.codec import MsgpackCodec
from tests.web_demo.avatars import avatar

PAGE = Path(__file__).parents[2] / "web_demo"
TIMEOUT_S = 900
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
VISEMES = ("sil", "PP", "FF", "TH", "DD", "kk", "CH", "SS", "nn", "RR", "aa", "E", "I", "O", "U")
VOWELS = ("aa", "E", "I", "O", "U")
LIDS = {"blinkLeft": "eyeBlinkLeft", "blinkRight": "eyeBlinkRight"}


def missing() -> str:
    """What the tests need and is not there, with how to get it."""
    if CHROMIUM is None:
        return "Chromium is missing (Debian: apt install chromium)"
    if shutil.which("node") is None:
        return "Node is missing (Debian: apt install nodejs npm)"
    if not (PAGE / "node_modules" / "playwright-core").is_dir() or not (PAGE / "dist" / "index.html").is_file():
        return "the page is not built: run make page"
    return ""


pytestmark = pytest.mark.skipif(bool(missing()), reason=missing())


def run_tests(name: str, **environment: str) -> None:
    """Run one file of tests; its output is shown if it fails."""
    runner = [str(PAGE / "node_modules" / ".bin" / "vitest"), "run", "--config", "vitest.browser.config.ts", name]
    more = {"A2F_PYTHON": sys.executable, "A2F_CHROMIUM": CHROMIUM or "", "CI": "1", "NO_COLOR": "1", **environment}
    done = subprocess.run(
        runner, cwd=PAGE, env={**os.environ, **more}, capture_output=True, text=True, timeout=TIMEOUT_S, check=False
    )
    assert done.returncode == 0, f"{done.stdout[-8000:]}\n{done.stderr[-4000:]}"


@pytest.mark.parametrize("name", ["speech", "control", "sync", "microphone", "house"])
def test_page(name: str) -> None:
    run_tests(name)


def test_own_avatars(tmp_path: Path) -> None:
    for name, content in avatars().items():
        (tmp_path / name).write_bytes(content)
    run_tests("avatar", A2F_AVATARS=str(tmp_path))


def avatars() -> dict[str, bytes]:
    """Files by name: what readers of the page may drop on it."""
    opaque = {name: f"m{number}" for number, name in enumerate(arkit.NAMES)}
    visemes = {(f"jawOpen {name}" if name in VOWELS else f"nothing {name}"): f"viseme_{name}" for name in VISEMES}
    return {
        "prefixed.glb": avatar({name: f"Head.blendShape1.{name}" for name in arkit.NAMES}),
        "sided.glb": avatar({name: sided(name) for name in arkit.NAMES}),
        "perfect_sync.vrm": avatar(opaque, vrm={name[0].upper() + name[1:]: name for name in arkit.NAMES}),
        "presets.vrm": avatar(opaque, vrm=dict.fromkeys(("aa", "ih", "ou", "ee", "oh"), "jawOpen") | LIDS),
        "visemes.glb": avatar(visemes | {name: name for name in ("eyeBlinkLeft", "eyeBlinkRight")}),
        "few.glb": avatar({name: name for name in ("jawOpen", "mouthClose")}),
        "outside.glb": avatar({"jawOpen": "jawOpen"}, image="https://example.org/skin.png"),
        "broken.glb": b"this is no model",
    }


def sided(name: str) -> str:
    """`eyeBlinkLeft` as `eyeBlink_L`; where a side is a direction, it stays."""
    if name in ("jawLeft", "jawRight", "mouthLeft", "mouthRight"):
        return name
    return name.replace("Left", "_L").replace("Right", "_R")


def test_exported_table_is_what_the_server_sent(tmp_path: Path) -> None:
    run_tests("take", A2F_OUT=str(tmp_path))
    speech = [block for block in received(tmp_path / "received.bin") if not (block.idle or block.final)]
    table = LiveLinkTable()
    clip = Clip("hello", speech[0].fps)
    expected = table.begin(clip) + "".join(table.rows(block) for block in speech) + table.end()
    assert (tmp_path / "hello.csv").read_text("utf-8") == expected


def received(path: Path) -> Iterator[Frames]:
    """The frames among the messages of a server, in their order."""
    raw, codec = path.read_bytes(), MsgpackCodec()
    while raw:
        length = int.from_bytes(raw[:4], "little")
        payload, raw = raw[4 : 4 + length], raw[4 + length :]
        message = codec.decode(payload)
        if isinstance(message, Frames):
            yield message
