"""The client and the real server, with a network between them that breaks."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import numpy as np
import pytest

from a2f_live.client import connect
from a2f_live.frames import Frames
from tests.server.helpers import quick, serving

RATE_HZ = 16_000


class BadNetwork:
    """Passes bytes on, and cuts each connection after so many of them."""

    def __init__(self, port: int, cuts: list[int]) -> None:
        self._port = port
        self._cuts = cuts
        self.connections = 0
        self._tasks: set[asyncio.Task[None]] = set()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[str]:
        server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        try:
            yield f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        finally:
            server.close()
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        allowed = self._cuts[self.connections] if self.connections < len(self._cuts) else None
        self.connections += 1
        there, back = await asyncio.open_connection("127.0.0.1", self._port)
        left = [allowed]
        pumps = [asyncio.create_task(self._pump(*pair, left)) for pair in ((reader, back), (there, writer))]
        try:
            await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for pump in pumps:
                pump.cancel()
            await asyncio.gather(*pumps, return_exceptions=True)
            for end in (writer, back):
                end.transport.abort()

    async def _pump(self, source: asyncio.StreamReader, target: asyncio.StreamWriter, left: list[int | None]) -> None:
        with suppress(ConnectionError):
            while data := await source.read(2048):
                if left[0] is not None:
                    data, left[0] = data[: left[0]], max(0, left[0] - len(data))
                target.write(data)
                await target.drain()
                if left[0] == 0:
                    return


def speech(seconds: float) -> bytes:
    generator = np.random.default_rng(3)
    tone = np.sin(np.arange(int(seconds * RATE_HZ)) * 0.05) * generator.normal(size=int(seconds * RATE_HZ))
    return bytes((tone * 6000).clip(-32768, 32767).astype("<i2"))


async def frames_of(url: str, pcm: bytes, **options: Any) -> list[Frames]:
    blocks: list[Frames] = []
    async with asyncio.timeout(60), connect(url, fps=30, **options) as face:
        for utterance in (pcm, pcm[: len(pcm) // 2]):
            parts = [utterance[at : at + 640] for at in range(0, len(utterance), 640)]
            blocks += [block async for block in face.stream(parts)]
    return blocks


def rows(blocks: list[Frames]) -> tuple[list[tuple[int, int]], np.ndarray[Any, Any]]:
    """The place of each frame, and its weights with its visemes beside them."""
    places = [(block.utterance, block.index + i) for block in blocks for i in range(block.count)]
    tables = [(block.weights,) if block.visemes is None else (block.weights, block.visemes) for block in blocks]
    return places, np.concatenate([np.hstack(table) for table in tables])


@pytest.mark.parametrize("engine", ["embedded", "fake:visemes=true"])
@pytest.mark.parametrize("pace", ["live", "file"])
@pytest.mark.parametrize("seed", range(4))
async def test_frames_over_a_bad_network_are_those_of_a_good_one(seed: int, pace: str, engine: str) -> None:
    pcm = speech(3.0)
    cuts = [random.Random(seed * 10 + i).randint(600, 120_000) for i in range(3)]
    async with serving(quick(), engine) as server:
        expected_places, expected = rows(await frames_of(f"ws://127.0.0.1:{server.port}", pcm, pace=pace, visemes=True))
        network = BadNetwork(server.port, cuts)
        async with network.running() as url:
            places, told = rows(await frames_of(url, pcm, pace=pace, visemes=True))
    assert network.connections > 1
    assert places == expected_places
    np.testing.assert_array_equal(told, expected)
