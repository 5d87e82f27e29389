"""The handshake: who comes in, by which subprotocol, and what others are told."""

import asyncio
import base64
from typing import Any

import pytest
from aiohttp import WSServerHandshakeError

from a2f_live.wire.messages import (
    MSGPACK,
    Bye,
)
from tests.server.helpers import Peer, quick, serving

TOKEN = "a-token-that-is-good"
ENTRY = "a2f.token." + base64.urlsafe_b64encode(TOKEN.encode()).decode().rstrip("=")


async def test_msgpack_is_spoken_when_nothing_is_asked_for() -> None:
    async with serving() as served:
        peer = await served.connect(protocols=())
        assert peer.socket.protocol is None


@pytest.mark.parametrize(
    ("arguments", "path"),
    [
        ({"headers": {"Authorization": f"Bearer {TOKEN}"}}, "/v1/stream"),
        ({"protocols": (ENTRY, MSGPACK)}, "/v1/stream"),
        ({}, f"/v1/stream?token={TOKEN}"),
    ],
)
async def test_a_token_lets_in_by_three_ways(arguments: dict[str, Any], path: str) -> None:
    async with serving(quick(tokens=("other-token", TOKEN))) as served:
        opened = await served.http.ws_connect(served.url + path, **arguments)
        assert opened.protocol in (MSGPACK, None)
        await opened.close()


@pytest.mark.parametrize(
    ("headers", "path", "status", "code"),
    [
        ({}, "", 401, "bad_token"),
        ({"Authorization": "Bearer wrong"}, "", 401, "bad_token"),
        ({}, "?token=wrong", 401, "bad_token"),
        ({"Origin": "http://evil.example", "Authorization": f"Bearer {TOKEN}"}, "", 403, "not_allowed"),
        ({"Host": "evil.example", "Authorization": f"Bearer {TOKEN}"}, "", 403, "not_allowed"),
        ({"Sec-WebSocket-Protocol": "soap", "Authorization": f"Bearer {TOKEN}"}, "", 400, "protocol"),
        ({"Sec-WebSocket-Protocol": ENTRY}, "", 400, "protocol"),
    ],
)
async def test_others_are_told_why_before_the_upgrade(
    headers: dict[str, str], path: str, status: int, code: str, caplog: pytest.LogCaptureFixture
) -> None:
    upgrade = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13"}
    key = {"Sec-WebSocket-Key": base64.b64encode(bytes(16)).decode()}
    async with serving(quick(tokens=(TOKEN,))) as served:
        async with served.http.get(served.url + "/v1/stream" + path, headers={**upgrade, **key, **headers}) as answer:
            assert answer.status == status
            assert (await answer.json())["error"]["code"] == code
            assert ("WWW-Authenticate" in answer.headers) is (status == 401)
        assert TOKEN not in caplog.text
        assert ENTRY not in caplog.text


async def test_own_and_listed_pages_come_in() -> None:
    async with serving(quick(origins=("http://app.example",))) as served:
        for origin in (served.url, "http://app.example"):
            await served.connect(origin=origin)
        with pytest.raises(WSServerHandshakeError) as refusal:
            await served.connect(origin="http://evil.example")
        assert refusal.value.status == 403


async def test_a_full_server_refuses_before_the_upgrade_and_says_when_to_come_again() -> None:
    async with serving(quick(max_sessions=1, retry_after_s=7)) as served:
        await served.connect()
        with pytest.raises(WSServerHandshakeError) as refusal:
            await served.connect()
        assert refusal.value.status == 503
        assert refusal.value.headers is not None
        assert refusal.value.headers["Retry-After"] == "7"
        await served.peers[0].say(Bye())
        await served.settled()
        await served.connect()


async def test_500_connections_that_say_nothing_cost_little() -> None:
    async with serving(quick(max_silent=20, first_message_s=600)) as served:
        outcomes = await asyncio.gather(*(served.attach() for _ in range(500)), return_exceptions=True)
        refusals = [one for one in outcomes if not isinstance(one, Peer)]
        assert {getattr(one, "status", one) for one in refusals} == {503}
        assert len(served.peers) == served.state.silent == 20
        await asyncio.gather(*(peer.socket.close() for peer in served.peers))
        await served.settled()
        assert served.state.silent == 0


async def test_connections_that_say_nothing_leave() -> None:
    async with serving(quick(first_message_s=0.1)) as served:
        for _ in range(20):
            await served.attach()
        assert {await peer.close_code() for peer in served.peers} == {4431}
        await served.settled()
        assert served.state.silent == 0
