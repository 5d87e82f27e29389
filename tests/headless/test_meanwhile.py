"""What is set while the engine still works is for the next call, and lands on nothing else."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from a2f_live import arkit
from a2f_live.engine.base import EngineInfo, Result, Window
from a2f_live.engine.embedded import EmbeddedEngine
from tests.cli.audio import voice
from tests.headless.helpers import PATIENCE_S, Door, opened, read
from tests.server.helpers import until

JOY = arkit.EMOTIONS.index("joy")
PLAYER, FACE, SOLVER = "a2f_player", "a2f_instance", "solver_node"


class Gated:
    """An engine that answers while its gate is open, and tells when it is asked."""

    def __init__(self) -> None:
        self._engine = EmbeddedEngine()
        self.asked, self.gate = Event(), Event()
        self.gate.set()

    @property
    def info(self) -> EngineInfo:
        return self._engine.info

    def infer(self, batch: Sequence[Window]) -> list[Result]:
        self.asked.set()
        assert self.gate.wait(PATIENCE_S)
        return self._engine.infer(batch)

    def abort(self) -> None:
        self.gate.set()

    def close(self) -> None:
        self._engine.close()

    @asynccontextmanager
    async def shut(self, call: Awaitable[Any]) -> AsyncIterator["asyncio.Future[Any]"]:
        """The call has the engine wait at the gate for as long as this lasts, and then goes well."""
        self.asked.clear()
        self.gate.clear()
        asking = asyncio.ensure_future(call)
        try:
            assert await asyncio.to_thread(self.asked.wait, PATIENCE_S)
            yield asking
        finally:
            self.gate.set()
            await asking


async def waits(door: Door, calls: int, call: Awaitable[Any]) -> "asyncio.Future[Any]":
    """A call that has come to wait for the engine as one of so many."""
    asking = asyncio.ensure_future(call)
    await until(lambda: door.scene.studio._waiting == calls)
    return asking


def batch(door: Door, **body: Any) -> Awaitable[Any]:
    where = {"export_directory": str(door.folder / "made"), "file_name": "all", "batch": True, "fps": 30}
    return door.ask("/A2F/Exporter/ExportBlendshapes", SOLVER, **(where | body))


@pytest.fixture
def engine() -> Gated:
    return Gated()


@pytest.fixture
async def door(tmp_path: Path, engine: Gated) -> AsyncIterator[Door]:
    """A scene with the track b.wav, in a folder with a.wav, c.wav and another one."""
    async with opened(tmp_path, engine) as door:
        for name in ("sound/a.wav", "sound/c.wav", "other/z.wav"):
            voice(tmp_path / name, 2.0)
        await door.track(2.0, "b.wav")
        yield door


async def keys(door: Door) -> list[float]:
    found: list[float] = await door.ask("/A2F/A2E/GetKeys", FACE, as_timestamps=True)
    return found


async def test_keys_that_are_heard_in_one_track_do_not_land_on_another(door: Door, engine: Gated) -> None:
    async with engine.shut(batch(door, file_name="first")):
        other = await waits(door, 2, door.ask("/A2F/Player/SetTrack", PLAYER, file_name="a.wav"))
        heard = await waits(door, 3, door.ask("/A2F/A2E/GenerateKeys", FACE, a2e_stride=1.0))
    await other
    await heard
    assert await door.ask("/A2F/Player/GetCurrentTrack", PLAYER) == "a.wav"
    assert await keys(door) == []
    await door.ask("/A2F/A2E/GenerateKeys", FACE)
    assert await keys(door) == [1.0, 2.0]


async def test_nor_in_another_scene(door: Door, engine: Gated) -> None:
    async with engine.shut(door.ask("/A2F/A2E/GenerateKeys", FACE, a2e_stride=1.0)):
        await door.load()
    assert await keys(door) == []


async def test_keys_are_made_as_was_asked_for(door: Door, engine: Gated) -> None:
    joy = {"preferred_emotion": [float(name == "joy") for name in arkit.EMOTIONS]}
    async with engine.shut(door.ask("/A2F/A2E/GenerateKeys", FACE, a2e_stride=1.0, a2e_preferred_emotion_strength=0.0)):
        await door.ask("/A2F/A2E/SetSettings", FACE, a2e_preferred_emotion_strength=1.0, **joy)
    assert all(felt[JOY] < 0.1 for felt in (await door.ask("/A2F/A2E/GetKeyData", FACE)).values())
    await door.ask("/A2F/A2E/GenerateKeys", FACE)
    assert all(felt[JOY] > 0.5 for felt in (await door.ask("/A2F/A2E/GetKeyData", FACE)).values())


async def test_a_track_does_not_come_into_another_scene(door: Door, engine: Gated) -> None:
    async with engine.shut(batch(door)):
        late = await waits(door, 2, door.ask("/A2F/Player/SetTrack", PLAYER, file_name="a.wav"))
        await door.load()
    await late
    assert await door.ask("/A2F/Player/GetCurrentTrack", PLAYER) == ""


CHANGES: dict[str, Callable[[Door], Awaitable[Any]]] = {
    "range": lambda door: door.ask("/A2F/Player/SetRange", PLAYER, start=0.0, end=0.5),
    "emotion": lambda door: door.ask("/A2F/A2E/SetEmotionByName", FACE, emotions={"joy": 1.0}),
    "face": lambda door: door.ask("/A2F/SetSettings", FACE, settings={"lower_face_strength": 0.2}),
    "scene": lambda door: door.load(),
}


@pytest.mark.parametrize("change", CHANGES)
async def test_a_batch_is_acted_as_it_was_asked_for(door: Door, engine: Gated, change: str) -> None:
    await door.ask("/A2F/A2E/SetEmotionByName", FACE, emotions={"sadness": 1.0})
    await door.ask("/A2F/Player/SetRange", PLAYER, start=0.0, end=1.5)
    await batch(door, file_name="soon")
    voice(door.folder / "sound" / "a.wav", 1.9)  # to be heard anew
    async with engine.shut(batch(door, file_name="late")):
        await CHANGES[change](door)
    for name, frames in (("b", 45), ("c", 60)):
        soon, late = (read(door.folder / "made" / f"{take}_{name}_bsweight.json") for take in ("soon", "late"))
        assert late == soon
        assert late["numFrames"] == frames


async def test_a_batch_has_the_tracks_of_the_folder_for_which_it_was_asked(door: Door, engine: Gated) -> None:
    async with engine.shut(batch(door, file_name="first")):
        second = await waits(door, 2, batch(door, file_name="second"))
        await door.ask("/A2F/Player/SetRootPath", PLAYER, dir_path=str(door.folder / "other"))
    await second
    made = {path.name for path in (door.folder / "made").glob("second*")}
    assert made == {f"second_{name}_bsweight.json" for name in "abc"}
