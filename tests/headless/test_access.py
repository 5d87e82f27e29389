"""Who may come in, and what of the disk is open to them."""

import asyncio
import base64
import hmac
from contextlib import suppress
from pathlib import Path
from time import time

import pytest

from a2f_live.headless import app
from a2f_live.headless.app import Access
from tests.cli.audio import voice
from tests.headless.helpers import PATIENCE_S, Door, files, opened

TOKEN = "secret-token"


async def test_foreign_pages_stay_out(tmp_path: Path) -> None:
    async with opened(tmp_path) as door:
        assert (await door.get("/status", headers={"Origin": "https://evil.example"}))[0] == 403
        status, document = await door.get("/status", headers={"Host": "evil.example"})
        assert status == 403
        assert set(document) == {"detail"}
        port = door.url.rpartition(":")[2]
        for host in (f"localhost:{port}", f"127.0.0.1:{port}"):
            assert await door.get("/status", headers={"Host": host}) == (200, "OK")
        assert (await door.send("/A2F/USD/Load", b'{"file_name": "/etc/passwd"}', headers={"Origin": "null"}))[0] == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"Authorization": f"Bearer {TOKEN}"},
        {"Authorization": "Basic " + base64.b64encode(f"a2f:{TOKEN}".encode()).decode()},
    ],
)
async def test_a_token_lets_in(tmp_path: Path, headers: dict[str, str]) -> None:
    async with opened(tmp_path, access=Access(tokens=(TOKEN,))) as door:
        assert await door.get("/status", headers=headers) == (200, "OK")
        assert await door.get(f"/status?token={TOKEN}") == (200, "OK")


async def test_the_address_of_an_old_client_can_carry_the_token(tmp_path: Path) -> None:
    async with opened(tmp_path, access=Access(tokens=(TOKEN,))) as door:
        door.url = door.url.replace("//", f"//a2f:{TOKEN}@")
        assert await door.get("/status") == (200, "OK")


@pytest.mark.parametrize(
    "authorization", ["", "Bearer wrong", "Basic !!", "Basic " + base64.b64encode(b"x:y").decode()]
)
async def test_without_it_nobody_comes_in(tmp_path: Path, authorization: str) -> None:
    async with opened(tmp_path, access=Access(tokens=(TOKEN,))) as door:
        for path in ("/status", "/docs", "/openapi.json", "/A2F/GetInstances", "/nowhere"):
            async with door.http.get(door.url + path, headers={"Authorization": authorization}) as answer:
                assert answer.status == 401
                assert "Basic" in answer.headers["WWW-Authenticate"]


async def test_nobody_can_sign_a_token_for_it(tmp_path: Path) -> None:
    forged = forged_token(b"")
    async with opened(tmp_path, access=Access(tokens=(TOKEN,))) as door:
        assert (await door.get("/status", headers={"Authorization": f"Bearer {forged}"}))[0] == 401
        assert (await door.get(f"/status?token={forged}"))[0] == 401


def forged_token(secret: bytes) -> str:
    """As `Keys` signs them, with a secret that anybody could guess."""
    expiry = str(int(time()) + 1_000_000)
    return f"{expiry}.{hmac.digest(secret, expiry.encode(), 'sha256').hex()}"


@pytest.mark.parametrize("said", [b"", b"GET /status HTTP/1.1\r\nHost: loc"])
async def test_who_connects_and_does_not_ask_does_not_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: bytes
) -> None:
    monkeypatch.setattr(app, "FIRST_REQUEST_S", 0.05)
    monkeypatch.setattr(app, "LOOK_EVERY_S", 0.02)
    async with opened(tmp_path) as door, asyncio.timeout(PATIENCE_S):
        reader, writer = await asyncio.open_connection("127.0.0.1", int(door.url.rpartition(":")[2]))
        writer.write(said)
        with suppress(ConnectionResetError):
            assert await reader.read() == b""
        writer.close()
        assert await door.get("/status") == (200, "OK")


@pytest.fixture
def world(tmp_path: Path) -> Path:
    """A folder that is open, with links out of it, beside one that is not."""
    voice(tmp_path / "open" / "in.wav", 0.5)
    voice(tmp_path / "closed" / "out.wav", 0.5)
    (tmp_path / "open" / "link.wav").symlink_to(tmp_path / "closed" / "out.wav")
    (tmp_path / "open" / "way").symlink_to(tmp_path / "closed")
    (tmp_path / "open" / "late_bsweight.json").symlink_to(tmp_path / "closed" / "late.json")
    return tmp_path


async def inside(door: Door, world: Path) -> None:
    (world / "open" / "face.usd").write_bytes(b"x")
    await door.ask("/A2F/USD/Load", file_name=str(world / "open" / "face.usd"))
    await door.ask("/A2F/Player/SetRootPath", "a2f_player", dir_path=str(world / "open"))
    await door.ask("/A2F/Player/SetTrack", "a2f_player", file_name="in.wav")


async def test_what_lies_in_an_allowed_folder_is_served(world: Path) -> None:
    async with opened(world, folders=[world / "open"]) as door:
        await inside(door, world)
        where = {"export_directory": str(world / "open" / "new"), "file_name": "x"}
        await door.ask("/A2F/Exporter/ExportBlendshapes", "solver_node", **where)
        assert (world / "open" / "new" / "x_bsweight.json").is_file()


async def test_nothing_else_is_opened_read_or_told_of(world: Path) -> None:
    async with opened(world, folders=[world / "open"]) as door:
        await inside(door, world)
        before = files(world)
        export, keys = "/A2F/Exporter/ExportBlendshapes", "/A2F/Exporter/ExportEmotionKeys"
        attempts = [
            ("/A2F/USD/Load", "", {"file_name": "/etc/passwd"}),
            ("/A2F/USD/Load", "", {"file_name": str(world / "nothing.usd")}),
            ("/A2F/Player/SetRootPath", "a2f_player", {"dir_path": str(world / "closed")}),
            ("/A2F/Player/SetRootPath", "a2f_player", {"dir_path": str(world / "open" / "way")}),
            ("/A2F/Player/SetRootPath", "a2f_player", {"dir_path": str(world / "open" / "..")}),
            ("/A2F/Player/SetTrack", "a2f_player", {"file_name": "link.wav"}),
            ("/A2F/Player/SetTrack", "a2f_player", {"file_name": "../closed/out.wav"}),
            ("/A2F/Player/SetTrack", "a2f_player", {"file_name": str(world / "closed" / "out.wav")}),
            (export, "solver_node", {"export_directory": str(world / "closed"), "file_name": "x"}),
            (export, "solver_node", {"export_directory": str(world / "open"), "file_name": "../x"}),
            (export, "solver_node", {"export_directory": str(world / "open"), "file_name": "late"}),
            (export, "solver_node", {"export_directory": str(world / "open" / "way"), "file_name": "x"}),
            (keys, "a2f_node", {"export_directory": str(world / "closed"), "file_name": "x"}),
        ]
        for path, node, body in attempts:
            status, document = await door.post(path, node, **body)
            assert status == 403, (path, body, document)
            assert "outside the folders" in document["detail"]
        assert files(world) == before
        assert await door.ask("/A2F/Player/GetCurrentTrack", "a2f_player") == "in.wav"
        assert await door.ask("/A2F/Player/GetRootPath", "a2f_player") == str(world / "open")


async def test_a_batch_stays_within_too(world: Path) -> None:
    async with opened(world, folders=[world / "open"]) as door:
        await inside(door, world)
        where = {"export_directory": str(world / "open" / "new"), "file_name": "x", "batch": True}
        assert (await door.post("/A2F/Exporter/ExportBlendshapes", "solver_node", **where))[0] == 403
        assert not (world / "closed" / "new").exists()
