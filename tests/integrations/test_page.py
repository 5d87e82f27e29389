"""The module for pages shows what the listener of Python shows: run in Node on the player of the JavaScript client."""

import json
import shutil
import subprocess
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from a2f_live import arkit
from a2f_live.frames import Cleared, Flushed, Frames
from a2f_live.integrations.listener import Listener
from a2f_live.integrations.telling import Paused, Played, Playing, TurnBegan, told, told_frames

ROOT = Path(__file__).parents[2]
FPS = Fraction(30)
PROGRAM = """
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
const [page, client, steps] = JSON.parse(readFileSync(0, "utf-8"));
const { faceOfAgent } = await import(pathToFileURL(page));
const { FramePlayer } = await import(pathToFileURL(client));
let nowS = 0;
const player = new FramePlayer({ now: () => nowS });
const hear = faceOfAgent(player, { now: () => nowS });
const shown = [];
for (const [atS, messages] of steps) {
  nowS = atS;
  messages.forEach(hear);
  shown.push([...player.sample().weights]);
}
console.log(JSON.stringify(shown));
"""


def turn(number: int, seconds: float) -> list[dict[str, Any]]:
    times = np.arange(round(seconds * 30)) / 30
    weights = (0.5 + 0.4 * np.sin(times[:, None] * np.arange(1, arkit.COUNT + 1))).astype(np.float32)
    frames = told_frames(Frames(0, 0, Fraction(0), FPS, weights), number)
    ended = told(Flushed(None, number, len(weights), seconds))
    return [told(TurnBegan(number, FPS, arkit.NAMES)), *frames, ended]


def steps() -> list[tuple[float, list[dict[str, Any]]]]:
    """60 looks a second: a turn that is paused and interrupted, something late of it, and one that plays to its end."""
    said: dict[int, list[dict[str, Any]]] = {
        10: turn(1, 10.0),
        20: [told(Playing(1, 0.0))],
        80: [told(Playing(1, 1.05))],
        120: [told(Paused(1, 1.6))],
        150: [told(Playing(1, 1.6))],
        260: [told(Cleared(None, 1, 0)), *turn(1, 10.0), told(Playing(1, 4.0))],
        320: [told(Playing(2, 0.0)), *turn(2, 1.0)],
        390: [told(Played(2, 1.0))],
    }
    return [(look / 60, said.get(look, [])) for look in range(420)]


def test_a_page_shows_the_same_face() -> None:
    node, client = shutil.which("node"), ROOT / "web_demo" / "dist" / "client" / "a2f-live.js"
    if node is None or not client.is_file():
        pytest.skip("Node and the built client are needed: apt install nodejs npm, and make page")
    program = json.dumps([str(ROOT / "docs" / "examples" / "agent_face.js"), str(client), steps()])
    done = subprocess.run(
        [node, "--input-type=module", "--eval", PROGRAM], input=program, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    listener, mine = Listener(), []
    for at_s, messages in steps():
        for message in messages:
            listener.hear(message, at_s)
        mine.append(listener.face(at_s))
    page = np.array(json.loads(done.stdout))
    assert np.abs(page - np.array(mine)).max() < 1e-3
    assert page[275].max() == 0.0, "at rest 250 ms after the interruption"
    assert page[300:320].max() == 0.0
    assert page[340].max() > 0.5
    assert page[-1].max() == 0.0
