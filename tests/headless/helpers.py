"""A headless server on port 0, and a client that says little."""

import json
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web

from a2f_live.engine.base import Engine
from a2f_live.engine.fake import FakeEngine, FakeOptions
from a2f_live.headless.app import Access, build_app
from a2f_live.headless.folders import Folders
from a2f_live.headless.scene import FACE, LIVELINK, PLAYER, SOLVER, Cast, Scene
from a2f_live.headless.studio import Studio
from a2f_live.server.arrivals import Runner
from tests.cli.audio import voice

NODES = {"a2f_player": PLAYER, "a2f_instance": FACE, "solver_node": SOLVER, "a2f_node": FACE, "node_path": LIVELINK}
PATIENCE_S = 30.0


@dataclass
class Door:
    """A server that runs, and where it finds its files."""

    http: aiohttp.ClientSession
    url: str
    scene: Scene
    folder: Path

    async def get(self, path: str, **arguments: Any) -> tuple[int, Any]:
        async with self.http.get(self.url + path, **arguments) as answer:
            return answer.status, await answer.json()

    async def post(self, path: str, node: str = "", **body: Any) -> tuple[int, Any]:
        """Call with a body; `node` names the field that holds the node which the call is for."""
        named = {node: NODES[node]} if node else {}
        return await self.send(path, json.dumps(named | body).encode())

    async def send(self, path: str, body: bytes, **arguments: Any) -> tuple[int, Any]:
        async with self.http.post(self.url + path, data=body, **arguments) as answer:
            return answer.status, await answer.json()

    async def ask(self, path: str, node: str = "", **body: Any) -> Any:
        """The result of a call that goes well."""
        status, document = await self.post(path, node, **body)
        assert (status, document["status"]) == (200, "OK"), document
        return document.get("result")

    async def refused(self, path: str, node: str = "", **body: Any) -> str:
        """The message of a call that goes wrong."""
        status, document = await self.post(path, node, **body)
        assert (status, document["status"]) == (200, "ERROR"), document
        assert document.keys() == {"status", "message"}
        return str(document["message"])

    async def load(self) -> None:
        """A scene."""
        (self.folder / "face.usd").write_bytes(b"#usda 1.0")
        await self.ask("/A2F/USD/Load", file_name=str(self.folder / "face.usd"))

    async def track(self, seconds: float = 1.0, name: str = "speak.wav") -> Path:
        """A scene with a track of a hum."""
        path = voice(self.folder / "sound" / name, seconds)
        await self.load()
        await self.ask("/A2F/Player/SetRootPath", "a2f_player", dir_path=str(path.parent))
        await self.ask("/A2F/Player/SetTrack", "a2f_player", file_name=name, time_range=[0, -1])
        return path

    async def export(self, name: str = "out", **body: Any) -> dict[str, Any]:
        """What an export writes."""
        folder = self.folder / "made"
        await self.ask(
            "/A2F/Exporter/ExportBlendshapes",
            "solver_node",
            **({"export_directory": str(folder), "file_name": name, "format": "json", "fps": 30} | body),
        )
        return read(folder / f"{name}_bsweight.json")


@dataclass
class Clock:
    """A clock that tests turn."""

    now_s: float = 100.0

    def __call__(self) -> float:
        return self.now_s


@asynccontextmanager
async def opened(
    folder: Path,
    engine: Engine | None = None,
    *,
    folders: Sequence[Path] = (),
    access: Access | None = None,
    cast: Cast | None = None,
    clock: Callable[[], float] | None = None,
) -> AsyncIterator[Door]:
    """Serve a scene that has not loaded anything."""
    studio = Studio(engine or FakeEngine(FakeOptions()))
    scene = Scene(studio, cast or Cast(), Folders.of(folders), clock or Clock())
    runner = Runner(build_app(scene, access or Access()), shutdown_timeout=0.1)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(PATIENCE_S)) as http:
            yield Door(http, url, scene, folder)
    finally:
        await studio.close()
        await runner.cleanup()


def read(path: Path) -> dict[str, Any]:
    """A JSON document of a file."""
    document: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return document


def files(folder: Path) -> list[Path]:
    """Everything below a folder."""
    return sorted(folder.rglob("*"))
