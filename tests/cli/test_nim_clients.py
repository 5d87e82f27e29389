"""`serve` as a stand-in for a NIM, and `serve` in front of one."""

import asyncio
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("nvidia_audio2face_3d", reason="needs the extra nim: pip install 'a2f-live[nim]'")

from aiohttp import web

from a2f_live.cli.nim_clients import nim_clients
from a2f_live.client import connect
from a2f_live.errors import ConfigError
from a2f_live.frames import Array
from a2f_live.settings import ServeSettings
from tests.cli.helpers import a2f_live, assert_one_sentence
from tests.cli.test_serve import Server, served, taken_port
from tests.server.helpers import speech
from tests.server.nim_grpc.helpers import ask, clip


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as owner:
        port: int = owner.getsockname()[1]
    return port


async def streamed(server: Server, pcm: bytes, **wishes: Any) -> Array:
    """All frames of one utterance over the WebSocket."""
    url = server.url.replace("http://localhost", "ws://127.0.0.1")
    async with connect(f"{url}/v1/stream", fps=30, idle="off", pace="file", **wishes) as face:
        return np.concatenate([frames.weights async for frames in face.stream(pcm)])


async def test_a_nim_client_is_answered_and_the_server_ends_in_order(tmp_path: Path) -> None:
    port = free_port()
    with served(tmp_path, "--nim-port", str(port)) as server:
        assert f"clients of the Audio2Face-3D NIM find it at 127.0.0.1:{port}" in server.lines[0]
        answer = await ask(f"127.0.0.1:{port}", clip(speech(1.0)))
        assert len(answer.rows) == 30
        server.process.send_signal(signal.SIGTERM)
        status, _, _ = server.end()
        assert status == 0


async def test_one_server_drives_another_as_if_it_were_a_nim(tmp_path: Path) -> None:
    port, pcm = free_port(), speech(2.0)
    with (
        served(tmp_path, "--nim-port", str(port)) as behind,
        served(tmp_path, "--engine", "nim", "--nim-url", f"127.0.0.1:{port}") as before,
    ):
        assert "engine nim" in before.banner
        through = await streamed(before, pcm)
        assert through.tobytes() == (await streamed(behind, pcm, lookahead_ms=80)).tobytes()
        assert len(through) == 60


async def test_a_nim_that_is_killed_costs_no_frame(tmp_path: Path) -> None:
    ports, pcm = (free_port(), free_port()), speech(4.0)
    with ExitStack() as stack:
        nims = [stack.enter_context(served(tmp_path, "--nim-port", str(port))) for port in ports]
        urls = [part for port in ports for part in ("--nim-url", f"127.0.0.1:{port}")]
        before = stack.enter_context(served(tmp_path, "--engine", "nim", *urls))
        whole = await streamed(nims[1], pcm, lookahead_ms=80)

        async def speak(interrupted: asyncio.Barrier, killed: asyncio.Event) -> Array:
            url = before.url.replace("http://localhost", "ws://127.0.0.1")
            heard: list[Array] = []
            begun = asyncio.Event()

            async def said() -> AsyncIterator[bytes]:
                yield pcm[:64_000]
                await begun.wait()
                await interrupted.wait()
                await killed.wait()
                yield pcm[64_000:]

            async with connect(f"{url}/v1/stream", fps=30, idle="off", pace="file") as face:
                async for frames in face.stream(said()):
                    heard.append(frames.weights)
                    begun.set()
            return np.concatenate(heard)

        barrier, killed = asyncio.Barrier(3), asyncio.Event()
        streams = [asyncio.create_task(speak(barrier, killed)) for _ in range(2)]
        await barrier.wait()
        nims[0].process.kill()
        killed.set()
        for frames in await asyncio.gather(*streams):
            assert len(frames) == 120
            assert (np.abs(frames - whole) > 0.1).mean() < 0.01


def test_a_port_that_is_taken_is_told(tmp_path: Path) -> None:
    with taken_port() as port:
        result = a2f_live("serve", "--port", "0", "--nim-port", str(port), folder=tmp_path)
    assert_one_sentence(result, 1, str(port), "--nim-port")


def test_a_nim_that_is_not_there_is_told(tmp_path: Path) -> None:
    url = f"127.0.0.1:{free_port()}"
    quiet = ("--log-level", "error")
    result = a2f_live("serve", "--port", "0", "--engine", "nim", "--nim-url", url, *quiet, folder=tmp_path)
    assert_one_sentence(result, 2, url, "connection refused")


async def test_without_the_extra_it_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "a2f_live.server.nim_grpc.server", raising=False)
    monkeypatch.setitem(sys.modules, "nvidia_audio2face_3d", None)
    with pytest.raises(ConfigError, match=r"pip install 'a2f-live\[nim\]'"):
        async with nim_clients(ServeSettings(nim_port=1), web.Application()):
            pass
