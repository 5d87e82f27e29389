"""Health, readiness, information, figures and tokens, as a client sees them."""

import re

import pytest

from a2f_live import arkit
from a2f_live.frames import Flushed
from a2f_live.observe.metrics import METRICS
from a2f_live.speech import VISEMES
from a2f_live.wire.messages import Audio, Flush
from tests.server.helpers import quick, serving, speech

TOKEN = "a-token-that-is-good"


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("text/html,application/xhtml+xml;q=0.9", "text/html"),
        ("application/json", "application/json"),
        ("*/*", "application/json"),
        ("", "application/json"),
    ],
)
async def test_home_is_a_page_for_browsers_and_a_status_for_programs(accept: str, kind: str) -> None:
    async with serving() as served, served.http.get(served.url, headers={"Accept": accept}) as answer:
        assert (answer.status, answer.content_type) == (200, kind)
        if kind == "text/html":
            assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
        else:
            assert (await answer.json())["status"] == "ok"


@pytest.mark.parametrize("path", ["/health", "/ready"])
async def test_probes_need_no_token(path: str) -> None:
    async with serving(quick(tokens=(TOKEN,))) as served, served.http.get(served.url + path) as answer:
        assert answer.status == 200
        assert (await answer.json())["status"] == "ok"


@pytest.mark.parametrize("path", ["/v1/info", "/metrics", "/v1/tokens"])
async def test_what_tells_more_needs_the_token(path: str) -> None:
    async with serving(quick(tokens=(TOKEN,))) as served:
        async with served.http.get(served.url + path) as answer:
            assert answer.status == 401
        async with served.http.get(served.url + path, headers={"Authorization": f"Bearer {TOKEN}"}) as answer:
            assert answer.status == 200


async def test_a_browser_can_be_given_a_token_that_does_not_last() -> None:
    async with serving(quick(tokens=(TOKEN,), token_s=60)) as served:
        async with served.http.get(served.url + f"/v1/tokens?token={TOKEN}") as answer:
            document = await answer.json()
        assert document["expires_in_s"] == 60
        assert TOKEN not in document["token"]
        async with served.http.ws_connect(served.url + f"/v1/stream?token={document['token']}"):
            pass


async def test_information_tells_what_a_client_has_to_know() -> None:
    async with serving(engine="fake:lookahead_ms=40") as served, served.http.get(served.url + "/v1/info") as answer:
        document = await answer.json()
    assert document["names"] == list(arkit.NAMES)
    assert document["viseme_names"] == list(VISEMES)
    assert document["protocol"] == "a2f.v1"
    assert document["fps"] == {"min": 1, "max": 120}
    assert document["default_engine"] == "fake"
    assert document["engines"]["fake"]["lookaheads_ms"] == [40]
    assert document["engines"]["fake"]["pool"]["healthy"] == 1
    assert document["limits"]["message_bytes"] == 256 * 1024
    assert document["sessions"] == {"live": 0, "parked": 0, "silent": 0, "uploads": 0, "calls": 0}


async def test_figures_tell_what_happened() -> None:
    async with serving() as served:
        peer = await served.connect()
        await peer.say(Audio(speech(0.5)), Flush())
        await peer.until(Flushed)
        async with served.http.get(served.url + "/nothing"), served.http.get(served.url + "/metrics") as answer:
            assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
            text = await answer.text()
    values = dict(re.findall(r"^(\S+) (\S+)$", text, re.MULTILINE))
    assert float(values["a2f_live_audio_seconds_total"]) == 0.5
    assert float(values["a2f_live_frames_total"]) == 30
    assert float(values['a2f_live_sessions{state="live"}']) == 1
    assert float(values["process_cpu_seconds_total"]) > 0
    assert float(values["process_resident_memory_bytes"]) > 0
    named = {re.split(r"[{ ]", line)[0] for line in text.splitlines() if line.startswith("a2f_live_")}
    assert named <= set(METRICS)
    rare = {"a2f_live_refused_total", "a2f_live_closed_total", "a2f_live_errors_total"}
    assert set(METRICS) - named <= rare
