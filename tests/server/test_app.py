"""Drain, headers and the shape of refusals."""

import asyncio

import pytest
from aiohttp import ClientError, ClientResponse, WSServerHandshakeError

from a2f_live.server.app import drain
from a2f_live.wire.messages import Audio, Bye, GoAway
from tests.server.helpers import quick, serving, speech, until


async def test_a_drain_tells_waits_refuses_and_closes() -> None:
    async with serving(quick(drain_s=0.6)) as served:
        finishes, stays, silent = await served.connect(), await served.connect(), await served.attach()
        draining = asyncio.create_task(drain(served.app))
        assert await silent.close_code() == 1001
        for peer in (finishes, stays):
            assert 0 < (await peer.expect(GoAway)).time_left_ms <= 600
        async with served.http.get(served.url + "/ready") as answer:
            assert answer.status == 503
            assert (await answer.json())["reasons"] == ["the server drains"]
        async with served.http.get(served.url + "/health") as answer:
            assert (answer.status, (await answer.json())["status"]) == (200, "draining")
        with pytest.raises(WSServerHandshakeError) as refusal:
            await served.attach()
        assert refusal.value.status == 503
        await finishes.say(Audio(speech(0.2)), Bye())
        assert await finishes.close_code() == 1000
        assert await stays.close_code() == 1001
        await draining
        assert not served.state.links
        assert len(served.state.sessions) == 0


async def test_a_drain_is_over_as_soon_as_nobody_is_left() -> None:
    async with serving(quick(drain_s=60)) as served:
        peer, lost = await served.connect(), await served.connect()
        lost.cut()
        await until(lambda: served.state.sessions.parked == 1)
        draining = asyncio.create_task(drain(served.app))
        await peer.expect(GoAway)
        await peer.say(Bye())
        await peer.close_code()
        async with asyncio.timeout(5):
            await draining
        assert len(served.state.sessions) == 0


async def error_of(answer: ClientResponse) -> str:
    document = await answer.json()
    assert set(document) == {"error"}
    assert set(document["error"]) == {"code", "message"}
    assert "Traceback" not in str(document)
    return str(document["error"]["code"])


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nothing", 404, "not_found"),
        ("GET", "/v1/tokens", 404, "not_found"),
        ("DELETE", "/health", 405, "method_not_allowed"),
        ("GET", "/v1/stream", 400, "bad_request"),
    ],
)
async def test_every_refusal_has_one_shape(method: str, path: str, status: int, code: str) -> None:
    async with serving() as served, served.http.request(method, served.url + path) as answer:
        assert (answer.status, await error_of(answer)) == (status, code)
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


async def test_a_mistake_of_the_server_is_logged_and_told_plainly(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async with serving() as served:
        monkeypatch.setattr(type(served.state.sessions), "parked", property(lambda _: 1 / 0))
        async with served.http.get(served.url + "/v1/info") as answer:
            assert (answer.status, await error_of(answer)) == (500, "internal")
    assert "ZeroDivisionError" in caplog.text


async def test_a_peer_that_is_gone_before_its_answer_is_no_mistake(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async with serving() as served:
        monkeypatch.setattr(type(served.state), "require_token", lambda _, request: request.transport.abort())
        with pytest.raises(ClientError):
            await served.attach()
        await served.settled()
    assert not caplog.records


async def test_strange_hosts_and_pages_get_nothing_at_all() -> None:
    async with serving(quick(origins=("http://app.example",))) as served:
        for headers in ({"Host": "evil.example"}, {"Origin": "http://evil.example"}):
            for path in ("/", "/health", "/metrics"):
                async with served.http.get(served.url + path, headers=headers) as answer:
                    assert (answer.status, await error_of(answer)) == (403, "not_allowed")


async def test_listed_pages_may_ask_from_a_browser() -> None:
    async with serving(quick(origins=("http://app.example",))) as served:
        asking = {"Origin": "http://app.example", "Access-Control-Request-Method": "POST"}
        async with served.http.options(served.url + "/process-audio/", headers=asking) as answer:
            assert answer.status == 204
            assert answer.headers["Access-Control-Allow-Origin"] == "http://app.example"
            assert "POST" in answer.headers["Access-Control-Allow-Methods"]
        async with served.http.get(served.url + "/health", headers={"Origin": "http://app.example"}) as answer:
            assert answer.headers["Access-Control-Allow-Origin"] == "http://app.example"
