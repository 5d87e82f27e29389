"""The load of `a2f-live bench` against a real server."""

import argparse
import json
from fractions import Fraction

import numpy as np
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from aiohttp.typedefs import Handler

from a2f_live.cli import bench
from a2f_live.cli.main import main
from a2f_live.client.load import LoadPlan, run
from a2f_live.dispatch.policy import PoolSettings
from a2f_live.dispatch.pool import Pool
from a2f_live.engine.embedded import EmbeddedEngine
from a2f_live.errors import ConfigError, ConnectionLost
from a2f_live.motion.profile import Profile
from a2f_live.server.app import build_app
from a2f_live.server.options import ServerParts
from a2f_live.wire.messages import MSGPACK


def options(**changed: object) -> argparse.Namespace:
    given = {"url": "ws://127.0.0.1:9/", "streams": 2, "seconds": 1.0, "fps": Fraction(30), "lookahead_ms": 40}
    return argparse.Namespace(**given | {"engine": None, "token": None, "audio": None, "json": True} | changed)


async def test_streams_are_held_and_counted() -> None:
    pool = Pool("embedded", EmbeddedEngine, PoolSettings())
    await pool.start()
    server = TestServer(build_app(ServerParts({"embedded": pool}, {"neutral": Profile.neutral()})))
    async with server:
        pcm = (bench.voice(2) * 32767).astype("<i2").tobytes()
        report = await run(LoadPlan(str(server.make_url("")).rstrip("/"), 5, 0.6, Fraction(30), pcm))
    await pool.close()
    assert (report.streams, report.held, report.frames, report.frames_lost) == (5, 5, 90, 0)
    assert report.problems == ()
    assert 0 < report.latency_ms[0] <= report.latency_ms[2]
    assert report.first_frame_ms[0] > 0
    assert report.behind_ms[0] >= 0
    assert json.loads(json.dumps(bench.document(report)))["held"] == 5


async def test_without_a_server_it_says_how_to_start_one() -> None:
    with pytest.raises(ConnectionLost, match="a2f-live serve"):
        await run(bench.plan_of(options()))


async def full(request: web.Request) -> web.StreamResponse:
    return web.Response(status=503)


async def fleeting(request: web.Request) -> web.StreamResponse:
    socket = web.WebSocketResponse(protocols=[MSGPACK])
    await socket.prepare(request)
    await socket.close()
    return socket


@pytest.mark.parametrize(("stream", "told"), [(full, "no room"), (fleeting, "closed the stream")])
async def test_a_stream_that_is_not_held_has_its_reason_in_a_sentence(stream: Handler, told: str) -> None:
    app = web.Application()
    app.add_routes([web.get("/v1/stream", stream), web.get("/metrics", full)])
    async with TestServer(app) as server:
        report = await run(LoadPlan(str(server.make_url("")).rstrip("/"), 1, 0.1, Fraction(30), bytes(640)))
    assert report.held == 0
    assert told in report.problems[0]


@pytest.mark.parametrize("changed", [{"streams": 0}, {"seconds": 0.0}, {"fps": Fraction(500)}])
def test_bad_arguments_are_refused(changed: dict[str, object]) -> None:
    with pytest.raises(ConfigError):
        bench.plan_of(options(**changed))


def test_the_command_fails_in_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "--url", "http://127.0.0.1:9", "--streams", "1", "--seconds", "0.1"]) == 1
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "Traceback" not in said


def test_the_made_up_voice_is_sound_with_pauses() -> None:
    samples = bench.voice(4)
    assert samples.dtype == np.float32
    assert 0.2 < np.abs(samples).max() <= 1
    assert (samples == 0).mean() > 0.2
