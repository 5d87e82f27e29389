"""The server as a user starts and stops it."""

import json
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgpack
import pytest
import websockets
from aiohttp import ClientSession

from a2f_live.cli import checks, serve
from a2f_live.cli.listening import open_port, page_url
from a2f_live.errors import A2FError, ConfigError
from a2f_live.settings import ServeSettings
from tests.cli.helpers import SCALE, a2f_live, assert_one_sentence, clean_environment


class Server:
    """A server in a process of its own."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        assert process.stdout is not None
        self.banner = process.stdout.readline()
        self.lines = [process.stdout.readline()]
        assert " · http://" in self.banner, process.communicate(timeout=10)
        self.url = self.banner.split(" · ")[1]

    def end(self) -> tuple[int, str, str]:
        """Exit status, and the rest of both outputs."""
        out, err = self.process.communicate(timeout=20 * SCALE)
        return self.process.returncode, out, err


@contextmanager
def served(folder: Path, *arguments: str, **environment: str) -> Iterator[Server]:
    process = subprocess.Popen(
        [sys.executable, "-m", "a2f_live", "serve", "--port", "0", *arguments],
        cwd=folder,
        env=clean_environment() | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield Server(process)
    finally:
        process.kill()
        process.communicate()


@contextmanager
def taken_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as owner:
        yield owner.getsockname()[1]


async def open_stream(server: Server) -> websockets.ClientConnection:
    address = server.url.replace("http://localhost", "ws://127.0.0.1")
    stream = await websockets.connect(f"{address}/v1/stream", subprotocols=["a2f.v1.msgpack"])  # type: ignore[list-item]
    await stream.send(msgpack.packb({"type": "hello"}))
    assert msgpack.unpackb(await stream.recv())["type"] == "ready"
    return stream


async def test_it_says_where_it_is_and_is_there(tmp_path: Path) -> None:
    with served(tmp_path) as server:
        assert server.banner.startswith("a2f-live ")
        assert "engine embedded (look-ahead 0, 40, 80 ms)" in server.banner
        assert server.url in server.lines[0]
        async with ClientSession() as session, session.get(f"{server.url}/health") as answer:
            assert answer.status == 200


def test_the_doctor_knows_a_server(tmp_path: Path) -> None:
    with served(tmp_path) as server:
        (found,) = checks.ports(int(server.url.rpartition(":")[2]))
    assert (found.state, "an a2f-live server" in found.detail) == (checks.OK, True)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_drains(number: signal.Signals, tmp_path: Path) -> None:
    with served(tmp_path, "--idle-s", "60") as server:
        stream = await open_stream(server)
        server.process.send_signal(number)
        assert msgpack.unpackb(await stream.recv())["type"] == "go_away"
        await stream.send(msgpack.packb({"type": "bye"}))
        async for _ in stream:
            pass
        assert stream.close_code in (1000, 1001)
        status, out, err = server.end()
        assert status == 0, err
        assert "second signal" in out
        assert "Traceback" not in err


async def test_a_second_signal_ends_it_at_once(tmp_path: Path) -> None:
    with served(tmp_path, "--drain-s", "600") as server:
        stream = await open_stream(server)
        server.process.terminate()
        assert msgpack.unpackb(await stream.recv())["type"] == "go_away"
        server.process.terminate()
        status, _, err = server.end()
        assert status == 1
        assert "a2f-live: stopped before every session had finished" in err
        assert "Traceback" not in err
        stream.transport.abort()


async def test_a_token_is_made_and_lets_in(tmp_path: Path) -> None:
    with served(tmp_path, "--token", "auto") as server:
        token = server.lines[0].removeprefix("token for this run: ").strip()
        assert len(token) >= 24
        for headers, status in (({}, 401), ({"Authorization": f"Bearer {token}"}, 200)):
            async with ClientSession() as session, session.get(f"{server.url}/v1/info", headers=headers) as answer:
                assert answer.status == status


async def test_file_variables_and_flags_reach_the_server(tmp_path: Path) -> None:
    (tmp_path / "a2f-live.toml").write_text("idle_s = 77\nrate = 2\nmax_sessions = 5")
    with served(tmp_path, "--rate", "3", "--engine", "fake:hop_ms=10", A2F_LIVE_MAX_SESSIONS="6") as server:
        async with ClientSession() as session, session.get(f"{server.url}/v1/info") as answer:
            info = await answer.json()
    assert (info["limits"]["idle_s"], info["limits"]["rate"], info["limits"]["max_sessions"]) == (77, 3, 6)
    assert info["default_engine"] == "fake"


async def test_the_access_log_tells_no_query(tmp_path: Path) -> None:
    with served(tmp_path, "--access-log") as server:
        async with ClientSession() as session, session.get(f"{server.url}/health?token=secret") as answer:
            assert answer.status == 200
        server.process.terminate()
        _, _, err = server.end()
    requests = [line for line in map(json.loads, err.splitlines()) if "status" in line]
    assert [(line["message"], line["status"]) for line in requests] == [("GET /health", 200)]
    assert "secret" not in err


@pytest.mark.parametrize(
    ("arguments", "status", "told"),
    [
        (["--port", "99999"], 2, "--port: '99999'"),
        (["--engine", "nobody"], 2, "engine 'nobody' is not known"),
        (["--engine", "fake", "--engine", "fake:hop_ms=10"], 2, "asked for twice"),
        (["--engine", "fake:nonsense_every=1", "--log-level", "error"], 1, "nonsense"),
        (["--host", "0.0.0.0"], 2, "--token auto"),
        (["--host", "host.invalid", "--insecure"], 1, "--host"),
        (["--token", "short"], 2, "8 or more letters"),
        (["--profiles", "gone.json"], 2, "gone.json"),
        (["--config", "gone.toml"], 2, "gone.toml"),
        (["--idle-s", "soon"], 2, "--idle-s: 'soon'"),
    ],
)
def test_a_wrong_start_is_one_sentence(arguments: list[str], status: int, told: str, tmp_path: Path) -> None:
    assert_one_sentence(a2f_live("serve", "--port", "0", *arguments, folder=tmp_path), status, told)


def test_a_taken_port_is_one_sentence(tmp_path: Path) -> None:
    with taken_port() as port:
        result = a2f_live("serve", folder=tmp_path, A2F_FASTAPI_PORT=str(port))
    assert_one_sentence(result, 1, f"port {port} is taken", "--port")


def test_a_host_that_is_elsewhere_is_told() -> None:
    with pytest.raises(A2FError, match="no address of this machine"):
        open_port("192.0.2.1", 0)


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://localhost:80"),
        ("0.0.0.0", "http://localhost:80"),
        ("[::]", "http://localhost:80"),
        ("192.168.1.2", "http://192.168.1.2:80"),
        ("fe80::1", "http://[fe80::1]:80"),
    ],
)
def test_the_address_for_a_browser(host: str, url: str) -> None:
    assert page_url(host, 80) == url


def test_profiles_of_a_folder(tmp_path: Path) -> None:
    for name in ("soft", "default"):
        (tmp_path / f"{name}.json").write_text('{"jaw_gain": 0.5}')
    assert list(serve.profiles_for(ServeSettings(profiles=str(tmp_path)))) == ["default", "neutral", "soft"]
    assert list(serve.profiles_for(ServeSettings())) == ["neutral"]
    (tmp_path / "bad.json").write_text("{")
    with pytest.raises(ConfigError, match=r"bad\.json"):
        serve.profiles_for(ServeSettings(profiles=str(tmp_path)))


def test_sessions_for_each_instance_limit_the_pool() -> None:
    assert serve.pool_settings_for(ServeSettings(instances=3, sessions_per_instance=4)).max_sessions == 12
    assert serve.pool_settings_for(ServeSettings(max_sessions=7)).max_sessions == 7


@pytest.mark.parametrize(("instances", "retries"), [(1, 2), (2, 2), (4, 4), (100, 5)])
def test_a_window_may_try_every_one_of_a_few_instances(instances: int, retries: int) -> None:
    assert serve.pool_settings_for(ServeSettings(instances=instances)).retries == retries


def test_an_engine_is_told_the_settings_that_are_its_options_and_its_own_text_wins() -> None:
    settings = ServeSettings(engines=("embedded", "omniverse:first_port=9000"), instances=4, engine_start_s=300)
    embedded, omniverse = serve.engine_specs(settings)
    assert embedded.options == {}
    assert omniverse.options == {"first_port": 9000, "instances": 4, "start_timeout_s": 300}
