"""The health service, as NVIDIA's own and other people's clients ask for it."""

import asyncio

import grpc
import pytest

pytest.importorskip("nvidia_audio2face_3d", reason="needs the extra nim: pip install 'a2f-live[nim]'")

from a2f_live.server.nim_grpc.health import read_request
from a2f_live.server.nim_grpc.server import CONTROLLER
from a2f_live.server.options import ServerOptions
from tests.server.nim_grpc.helpers import PATIENCE_S, door

CHECK = "/grpc.health.v1.Health/Check"
WATCH = "/grpc.health.v1.Health/Watch"


@pytest.mark.parametrize(
    ("data", "name"),
    [(b"", ""), (b"\n\x03abc", "abc"), (b"\n\x00", ""), (b"\n\x04abc", "?"), (b"\x12\x03abc", "?"), (b"\n", "?")],
)
def test_a_request_is_read(data: bytes, name: str) -> None:
    assert read_request(data) == name


async def test_a_server_that_takes_calls_is_serving_without_a_token() -> None:
    options = ServerOptions(tokens=("secret-token",), drain_s=0.2)
    async with door(options=options) as served, grpc.aio.insecure_channel(served.address) as channel:
        check = channel.unary_unary(CHECK)
        assert await check(b"") == b"\x08\x01"
        assert await check(b"\n" + bytes([len(CONTROLLER)]) + CONTROLLER.encode()) == b"\x08\x01"
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await check(b"\n\x04else")
        assert refused.value.code() is grpc.StatusCode.NOT_FOUND
        served.state.draining = True
        assert await check(b"") == b"\x08\x02"


async def test_who_watches_hears_of_every_change() -> None:
    async with asyncio.timeout(PATIENCE_S), door() as served, grpc.aio.insecure_channel(served.address) as channel:
        watched = channel.unary_stream(WATCH)(b"")
        assert await watched.read() == b"\x08\x01"
        served.state.draining = True
        assert await watched.read() == b"\x08\x02"
        watched.cancel()
        unknown = channel.unary_stream(WATCH)(b"\n\x04else")
        assert await unknown.read() == b"\x08\x03"
        unknown.cancel()
