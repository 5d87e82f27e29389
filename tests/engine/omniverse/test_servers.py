"""`a2f-live serve --engine omniverse` and the instances that it starts: streams, faults, two servers at once."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from aiohttp import ClientSession

from a2f_live.client.aio import Face, connect
from a2f_live.engine.omniverse.ports import Ports
from a2f_live.frames import Frames, Notice
from tests.cli.helpers import SCALE, clean_environment
from tests.engine.omniverse.helpers import ROOT, free_ports, go_on, patient, script

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="finds the instances in /proc, and stops them by signals"
)

PATIENCE_S = 60 * SCALE
INSTANCES = 4
STREAMS = 3
PORTS = 12
FPS = 15
HOP_S = 0.5
FIRST_S, WHOLE_S = 1.5, 4.0
MESSAGE_BYTES = 640


@dataclass
class Place:
    """A folder for locks and tracks, ports that nobody has, and a script that starts instances which can be spoilt."""

    folder: Path
    first_port: int

    @property
    def locks(self) -> Path:
        return self.folder / "locks"

    def spoil(self, port: int) -> None:
        (self.folder / str(port)).touch()

    def heal(self, port: int) -> None:
        (self.folder / str(port)).unlink()

    def instances(self) -> dict[int, int]:
        """Port to process id of every instance that lives."""
        found = {}
        for process in Path("/proc").glob("[0-9]*"):
            try:
                words = (process / "cmdline").read_bytes().decode().split("\0")
            except OSError:
                continue
            for port in range(self.first_port, self.first_port + PORTS):
                if f"--/exts/omni.services.transport.server.http/port={port}" in words and "-I" not in words:
                    found[port] = int(process.name)
        return found

    def left(self) -> list[str]:
        return [path.name for path in self.locks.iterdir() if path.suffix != ".lock"]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("servers")
    script(folder, f'FAULTS={folder} PYTHONPATH={ROOT} exec {sys.executable} -m tests.engine.omniverse.front_door "$@"')
    place = Place(folder, free_ports(PORTS))
    yield place
    end_s = time.monotonic() + PATIENCE_S  # for those whose server was killed by a test that failed
    while place.instances() or place.left():
        assert time.monotonic() < end_s, "instances or files were left behind"
        time.sleep(0.1)


@dataclass
class Server:
    process: "subprocess.Popen[str]"
    url: str

    async def pool(self) -> dict[str, Any]:
        async with ClientSession() as http, http.get(f"{self.url}/v1/info") as answer:
            described: dict[str, Any] = (await answer.json())["engines"]["omniverse"]["pool"]
            return described

    async def until(self, condition: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        async with asyncio.timeout(PATIENCE_S):
            while not condition(pool := await self.pool()):  # noqa: ASYNC110 - it is another process
                await asyncio.sleep(0.1)
        return pool

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE_S)


@contextmanager
def begun(place: Place, instances: int) -> Iterator["subprocess.Popen[str]"]:
    told = {
        "script": place.folder / "start.sh",
        "folder": place.locks,
        "usd_model": ROOT / "assets" / "headless" / "arkit_solved.usda",
        "ports": PORTS,
        "hop_ms": int(HOP_S * 1000),
        "min_fps": 30,
        "timeout_s": 3 * SCALE,
    }
    engine = "omniverse:" + ",".join(f"{name}={value}" for name, value in told.items())
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "a2f_live", "serve", "--port", "0", "--log-level", "error"),
            *("--engine", engine, "--instances", str(instances), "--a2f-port", str(place.first_port)),
        ],
        cwd=place.folder,
        env=clean_environment(),
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        try:
            yield process
        finally:
            process.kill()


def ready(process: "subprocess.Popen[str]") -> Server:
    assert process.stdout is not None
    banner = process.stdout.readline()
    assert " · http://" in banner
    return Server(process, banner.split(" · ")[1])


def said(stream: int) -> bytes:
    """Another piece of the recording for every stream, 16 bit."""
    samples, _ = soundfile.read(ROOT / "web_demo" / "sample" / "hello.wav", dtype="int16")
    start = stream * 24_000
    return np.ascontiguousarray(samples[start : start + int(WHOLE_S * 16_000)]).tobytes()


@asynccontextmanager
async def face(server: Server, notices: list[Notice]) -> AsyncIterator[Face]:
    url = server.url.replace("http", "ws", 1)
    async with connect(url, fps=FPS, seed=7, on_warning=notices.append) as opened:
        yield opened


async def spoken(server: Server, stream: int, heard: Callable[[], Any]) -> np.ndarray[Any, Any]:
    """All frames of an utterance that is spoken live, checked to be whole and in order.

    `heard` is awaited once the first frames have come and before the rest is said.
    """
    notices: list[Notice] = []
    frames: list[Frames] = []
    first = asyncio.Event()
    async with face(server, notices) as opened:

        async def listen() -> None:
            async for some in opened:
                frames.append(some)
                first.set()

        listening = asyncio.create_task(listen())
        pcm = said(stream)
        split = int(FIRST_S * 32_000)
        await opened.send(pcm[:split])
        await asyncio.wait_for(first.wait(), PATIENCE_S)
        await heard()
        for start in range(split, len(pcm), MESSAGE_BYTES):
            await opened.send(pcm[start : start + MESSAGE_BYTES])
        async with asyncio.timeout(PATIENCE_S):
            flushed = await opened.flush()
        assert opened.dropped == 0
    await listening
    assert flushed is not None
    assert flushed.frames == ceil(WHOLE_S * FPS)
    assert [notice for notice in notices if notice.code in ("frames_held", "audio_skipped")] == []
    assert [some.index for some in frames] == list(np.cumsum([0, *(len(some.weights) for some in frames)])[:-1])
    return np.concatenate([some.weights for some in frames])


async def all_spoken(server: Server, meanwhile: Callable[[], None] = lambda: None) -> list[np.ndarray[Any, Any]]:
    """What all streams get; `meanwhile` is done once, when all have their first frames."""
    barrier = asyncio.Barrier(STREAMS)

    async def heard() -> None:
        if await barrier.wait() == 0:
            meanwhile()

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(spoken(server, stream, heard)) for stream in range(STREAMS)]
    return [task.result() for task in tasks]


def well(pool: dict[str, Any]) -> bool:
    return [one["state"] for one in pool["instances"]] == ["healthy"] * INSTANCES


def equal(some: list[np.ndarray[Any, Any]], others: list[np.ndarray[Any, Any]]) -> bool:
    return [one.tobytes() for one in some] == [one.tobytes() for one in others]


async def test_instances_are_killed_stopped_and_spoilt_and_no_frame_is_lost_or_other(place: Place) -> None:
    with begun(place, INSTANCES) as process:
        server = ready(process)
        assert len(place.instances()) == INSTANCES
        undisturbed = await all_spoken(server)
        assert max(one[:, 17].max() for one in undisturbed) > 0.1

        victims = place.instances()
        killed, stopped, spoilt = sorted(victims)[:3]

        def disturb() -> None:
            os.kill(victims[killed], signal.SIGKILL)
            os.kill(victims[stopped], signal.SIGSTOP)
            place.spoil(spoilt)

        assert equal(await all_spoken(server, disturb), undisturbed)
        after = await server.until(lambda pool: sum(one["failures"] > 0 for one in pool["instances"]) >= 2)
        assert after["totals"]["given_up"] == 0

        await server.until(well)
        assert victims[stopped] not in place.instances().values()
        assert victims[killed] not in place.instances().values()
        assert len(place.instances()) == INSTANCES
        assert equal(await all_spoken(server), undisturbed)
        assert server.stop() == 0
    place.heal(spoilt)
    assert place.instances() == {}
    assert place.left() == []


async def test_two_servers_share_the_ports_and_one_that_is_killed_leaves_nothing(place: Place) -> None:
    with begun(place, 2) as first, begun(place, 2) as second:
        servers = [ready(first), ready(second)]
        assert len(place.instances()) == 4
        one, other = await asyncio.gather(*map(all_spoken, servers))
        assert equal(one, other)
        first.kill()
        async with asyncio.timeout(PATIENCE_S):
            while len(place.instances()) != 2 or len(place.left()) != 2:  # noqa: ASYNC110 - it is another process
                await asyncio.sleep(0.05)
        assert equal(await all_spoken(servers[1]), one)
        assert servers[1].stop() == 0
    ports = Ports(range(place.first_port, place.first_port + PORTS), place.locks, go_on)
    claims = [ports.claim(attach=True, start=True, deadline=patient()) for _ in range(PORTS)]
    assert all(claim is not None and not claim.running for claim in claims)
    for claim in claims:
        if claim is not None:
            claim.release()
