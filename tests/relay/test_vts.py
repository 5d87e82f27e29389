"""VTube Studio over a real WebSocket: the token is kept, a lost connection comes back, a refusal is final."""

import asyncio
import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from a2f_live.outputs.vts import OWN
from a2f_live.relay import vts
from a2f_live.relay.building import build
from a2f_live.relay.relay import Relay
from tests.relay.helpers import RATE, said, smooth_weights
from tests.relay.vtube_studio import VTubeStudio


async def until(reached: Callable[[], object]) -> None:
    async with asyncio.timeout(20):
        while not reached():  # noqa: ASYNC110
            await asyncio.sleep(0.01)


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vts, "RETRY_S", 0.05)


def address(studio: VTubeStudio, folder: Path) -> str:
    return f"vts://{studio.url}?token_file={folder / 'kept' / 'token'}"


async def test_a_face_is_shown_and_the_token_is_kept(tmp_path: Path) -> None:
    weights = smooth_weights(3000)
    async with VTubeStudio().running() as studio:
        for _ in range(2):
            async with Relay([build(address(studio, tmp_path), RATE)], RATE) as relay:
                relay.hear(said(weights, 0, 3000))
                seen = len(studio.injected)
                await until(lambda seen=seen: len(studio.injected) > seen + 5)  # type: ignore[misc]
        assert (studio.asked, studio.connections, studio.refused) == (1, 2, [])
    kept = tmp_path / "kept" / "token"
    assert kept.read_text() in studio.tokens
    if os.name == "posix":
        assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    known = {tuple(round(float(value), 5) for value in row) for row in weights}
    exact = [tuple(values[name] for name in OWN) in known for values in studio.injected]
    assert sum(exact) > len(exact) / 2  # the others are eased


async def test_one_that_is_away_is_found_when_it_comes(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    studio = VTubeStudio()
    async with studio.running():
        port = int(studio.url.rpartition(":")[2])
        target = build(address(studio, tmp_path), RATE)
    async with Relay([target], RATE):
        await until(lambda: "trying again" in caplog.text)
        for _ in range(2):  # it comes, goes, and comes again
            seen = len(studio.injected)
            async with studio.running(port):
                await until(lambda seen=seen: len(studio.injected) > seen)  # type: ignore[misc]
    assert studio.asked == 1
    assert caplog.text.count("trying again") <= 3


async def test_a_user_who_denies_is_asked_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async with VTubeStudio(allows=False).running() as studio:
        async with Relay([build(address(studio, tmp_path), RATE)], RATE):
            await until(lambda: "given up" in caplog.text)
            await asyncio.sleep(0.2)
        assert (studio.asked, studio.connections) == (1, 1)


async def test_one_whose_user_is_asked_already_is_asked_again(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async with VTubeStudio(asking=2).running() as studio:
        async with Relay([build(address(studio, tmp_path), RATE)], RATE):
            await until(lambda: studio.injected)
        assert (studio.asked, studio.refused) == (1, [51, 51])
    assert caplog.text.count("answer there") == 1


async def test_a_slow_one_gets_the_newest_pose_and_no_pile(tmp_path: Path) -> None:
    async with VTubeStudio(answers=False).running() as studio:
        async with Relay([build(address(studio, tmp_path), RATE)], RATE):
            await until(lambda: len(studio.injected) == 3)
            await asyncio.sleep(0.2)
        assert len(studio.injected) == 3


async def test_a_token_that_cannot_be_kept_is_no_reason_to_stop(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "kept").write_text("a file, no folder")
    async with VTubeStudio().running() as studio, Relay([build(address(studio, tmp_path), RATE)], RATE):
        await until(lambda: studio.injected)
    assert "cannot keep the token" in caplog.text
