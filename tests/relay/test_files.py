"""Lines of visemes, as they are written while a stream goes on."""

import json
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from a2f_live import speech
from a2f_live.errors import FileError
from a2f_live.frames import Frames
from a2f_live.relay.building import build
from a2f_live.relay.relay import Relay
from tests.relay.helpers import RATE, smooth_weights

WEIGHTS = smooth_weights(60)
VISEMES = np.eye(15, dtype=np.float32)[np.arange(60) // 4]


def block(first: int, end: int, *, utterance: int = 0, idle: bool = False, visemes: bool = True) -> Frames:
    told = VISEMES[first:end] if visemes else None
    return Frames(utterance, first, first / RATE, RATE, WEIGHTS[first:end], visemes=told, idle=idle)


async def written(target: str, blocks: list[Frames]) -> None:
    async with Relay([build(target, RATE)], RATE) as relay:
        for frames in blocks:
            relay.hear(frames)


async def test_oculus(tmp_path: Path) -> None:
    path = tmp_path / "visemes.jsonl"
    await written(
        f"oculus-visemes:{path}", [block(0, 8), block(8, 12), block(0, 3, idle=True), block(0, 4, utterance=1)]
    )
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    assert [(line["utterance"], line["index"]) for line in lines] == [
        *((0, index) for index in range(12)),
        *((1, index) for index in range(4)),
    ]
    assert [line["viseme"] for line in lines[:12]] == ["sil"] * 4 + ["PP"] * 4 + ["FF"] * 4
    assert list(lines[0]["weights"]) == list(speech.VISEMES)
    assert lines[9] == {**lines[9], "time": 0.15, "weights": {**dict.fromkeys(speech.VISEMES, 0.0), "FF": 1.0}}


async def test_azure(tmp_path: Path) -> None:
    path = tmp_path / "visemes.jsonl"
    await written(f"azure-visemes:{path}", [block(0, 8), block(8, 60), block(0, 4, utterance=1)])
    events = [json.loads(line) for line in path.read_text().splitlines()]
    assert all(list(event) == ["audioOffset", "visemeId", "animation"] for event in events)
    animations = [json.loads(event["animation"]) for event in events if event["animation"]]
    assert [(each["FrameIndex"], len(each["BlendShapes"])) for each in animations] == [(0, 8), (8, 52), (0, 4)]
    rows = np.array([row for each in animations[:2] for row in each["BlendShapes"]])
    assert rows.shape == (60, 55)
    assert rows[:, :52] == pytest.approx(WEIGHTS, abs=5.1e-7)
    assert not rows[:, 52:].any()
    begun = [(event["audioOffset"], event["visemeId"]) for event in events if not event["animation"]]
    numbers = [0, 21, 18, 17, 19, 20, 16, 15, 19, 13, 2, 4, 6, 8, 7]
    assert begun[:15] == [(int(Fraction(4 * i, 60) * 10_000_000), numbers[i]) for i in range(15)]
    assert begun[15:] == [(0, 0)]


async def test_a_stream_without_visemes_is_told_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "visemes.jsonl"
    await written(f"oculus-visemes:{path}", [block(0, 8, visemes=False), block(8, 9, visemes=False)])
    assert (path.read_text(), caplog.text.count("no visemes")) == ("", 1)


async def test_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    await written("oculus-visemes:-", [block(0, 5)])
    assert len(capsys.readouterr().out.splitlines()) == 5


async def test_a_line_is_there_as_soon_as_it_is_said(tmp_path: Path) -> None:
    path = tmp_path / "visemes.jsonl"
    async with Relay([build(f"oculus-visemes:{path}", RATE)], RATE) as relay:
        relay.hear(block(0, 5))
        assert len(path.read_text().splitlines()) == 5


async def test_a_file_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="nowhere"):
        await written(f"oculus-visemes:{tmp_path / 'nowhere' / 'x'}", [])


async def test_a_rate_that_changes_ends_the_file_of_azure_only(tmp_path: Path) -> None:
    slow = Frames(0, 8, Fraction(8, 60), Fraction(30), WEIGHTS[8:9])
    path, other = tmp_path / "a.jsonl", tmp_path / "b.jsonl"
    targets = [build(f"azure-visemes:{path}", RATE), build(f"oculus-visemes:{other}", RATE)]
    async with Relay(targets, RATE) as relay:
        relay.hear(block(0, 8))
        relay.hear(slow)
    assert relay.error is not None
    assert "60 frames a second" in relay.error.message
    assert len(other.read_text().splitlines()) == 8
