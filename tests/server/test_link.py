"""A stream over a real socket: answers, refusals, and what a bad peer costs."""

import asyncio
import socket
from contextlib import suppress
from fractions import Fraction
from math import ceil
from time import monotonic

import aiohttp
import msgpack
import numpy as np
import pytest

from a2f_live import arkit
from a2f_live.config import StreamConfig
from a2f_live.frames import Cleared, Flushed, Frames, Marker, Notice
from a2f_live.server.link import StreamLink
from a2f_live.speech import VISEMES
from a2f_live.wire.messages import (
    JSON,
    MSGPACK,
    SUBPROTOCOLS,
    Audio,
    Bye,
    Clear,
    Configure,
    Configured,
    Error,
    Flush,
    Hello,
    KeepAlive,
    Limits,
    Message,
    Stats,
)
from tests.server.helpers import Peer, numbers, quick, serving, speech, until, weights


@pytest.mark.parametrize("subprotocol", SUBPROTOCOLS)
async def test_speech_comes_back_as_frames_and_flush_gives_them_all(subprotocol: str) -> None:
    async with serving() as served:
        peer = await served.connect(Hello(StreamConfig(fps=Fraction(30))), subprotocol)
        assert peer.socket.protocol == subprotocol
        assert (peer.ready.engine, peer.ready.resumed, len(peer.ready.names)) == ("fake", None, 52)
        pcm = speech(1.25)
        for start in range(0, len(pcm), 640):
            await peer.say(Audio(pcm[start : start + 640]))
        await peer.say(Flush(7))
        heard = await peer.until(Flushed)
        assert heard[-1] == Flushed(7, 0, ceil(1.25 * 30), 1.25)
        assert numbers(heard) == [(0, index) for index in range(38)]
        await peer.say(Bye())
        assert await peer.close_code() == 1000
        await served.settled()
        assert len(served.state.sessions) == 0


async def test_any_cutting_of_the_audio_gives_the_same_frames() -> None:
    pcm = speech(0.5)
    async with serving() as served:
        results = []
        for size in (len(pcm), 640, 333):
            peer = await served.connect()
            for start in range(0, len(pcm), size):
                await peer.say(Audio(pcm[start : start + size]))
            await peer.say(Flush())
            results.append(weights(await peer.until(Flushed)))
        for other in results[1:]:
            np.testing.assert_array_equal(results[0], other)


async def test_clear_marker_configure_keepalive() -> None:
    async with serving() as served:
        peer = await served.connect()
        await peer.say(Audio(speech(0.3)), Marker(5), KeepAlive(), Clear(6))
        assert (await peer.expect(Marker)).id == 5
        assert (await peer.expect(Cleared)).id == 6
        await peer.say(Configure({"fps": Fraction(25), "idle": "off"}))
        config = (await peer.expect(Configured)).config
        assert (config.fps, config.idle) == (Fraction(25), "off")


async def test_text_frames_and_binary_frames_of_json_need_no_library() -> None:
    async with serving() as served, served.http.ws_connect(served.url + "/v1/stream", protocols=(JSON,)) as opened:
        await opened.send_json({"type": "hello", "fps": 30, "unknown": 1})
        ready = await opened.receive_json()
        assert (ready["type"], ready["fps"]) == ("ready", [30, 1])
        await opened.send_json({"type": "from the future"})
        await opened.send_bytes(speech(0.2))
        await opened.send_json({"type": "flush", "id": 1})
        kinds: list[str] = []
        while not kinds or kinds[-1] != "flushed":
            kinds.append((await opened.receive_json())["type"])
        assert set(kinds) == {"frames", "flushed"}


async def closing(peer: Peer) -> tuple[Error, int | None]:
    return await peer.expect(Error), await peer.close_code()


@pytest.mark.parametrize(
    ("raw", "code", "close_code"),
    [
        (msgpack.packb({"type": "audio", "pcm": b"12"}), "protocol", 4400),
        (msgpack.packb({"type": "hello", "audio": {"encoding": "mp3"}}), "bad_audio", 1007),
        (msgpack.packb({"type": "hello", "audio": {"sample_rate": 1}}), "bad_audio", 1007),
        (msgpack.packb({"type": "hello", "audio": {"channels": 9}}), "bad_audio", 1007),
        (msgpack.packb({"type": "hello", "engine": "warp"}), "engine_unavailable", 1008),
        (msgpack.packb({"type": "hello", "profile": "nobody"}), "bad_setting", 1008),
        (b"\xc1", "unreadable", 1007),
        ("text", "wrong_frame", 1003),
    ],
)
async def test_a_bad_hello_is_answered_by_one_sentence_and_a_close_code(
    raw: bytes | str, code: str, close_code: int
) -> None:
    async with serving() as served:
        peer = await served.attach()
        peer.connection.send(Hello())  # the peer's own state machine has to expect an answer
        await peer.send_raw(raw)
        error, closed = await closing(peer)
        assert (error.code, error.fatal, closed) == (code, True, close_code)
        assert error.ref in (None, "hello", "audio")
        await served.settled()
        assert len(served.state.sessions) == 0


async def test_who_says_nothing_is_told_so() -> None:
    async with serving(quick(first_message_s=0.05)) as served:
        peer = await served.attach()
        peer.connection.send(Hello())
        error, closed = await closing(peer)
        assert (error.code, closed) == ("idle_timeout", 4431)


async def test_who_falls_silent_is_told_so_and_keepalive_helps() -> None:
    async with serving(quick(heartbeat_s=10_000)) as served:
        peer = await served.connect()
        (link,) = served.state.links
        (session,) = served.state.sessions
        idle_s, now_s = served.state.options.limits.idle_s, monotonic()
        heard = session.tally.messages_received
        for _ in range(3):
            link.check(now_s)
            now_s += 0.9 * idle_s
            link.check(now_s)
            await peer.say(KeepAlive())
            heard += 1
            await until(lambda heard=heard: session.tally.messages_received == heard)  # type: ignore[misc]
        link.check(now_s)
        link.check(now_s + 1.1 * idle_s)
        error, closed = await closing(peer)
        assert (error.code, closed) == ("idle_timeout", 4431)
        await served.settled()
        assert len(served.state.sessions) == 0


async def test_live_audio_may_not_come_too_fast_and_a_file_may() -> None:
    second, limits = speech(1), Limits(burst_s=2, rate=4)
    async with serving(quick(limits=limits)) as served:
        peer = await served.connect()
        for _ in range(4):
            await peer.say(Audio(second))
        error, closed = await closing(peer)
        assert (error.code, error.ref, closed) == ("too_fast", "audio", 4429)
        peer = await served.connect(Hello(StreamConfig(pace="file", fps=Fraction(30))))
        for _ in range(20):
            await peer.say(Audio(second))
        await peer.say(Flush())
        assert numbers(await peer.until(Flushed))[-1] == (0, 599)


@pytest.mark.parametrize("extra", [1, 500, 100_000])
async def test_too_big_a_message_closes(extra: int) -> None:
    async with serving(quick(limits=Limits(message_bytes=4096))) as served:
        peer = await served.connect()
        await peer.socket.send_bytes(bytes(4096 + extra))
        assert await peer.close_code() == 1009
        await served.settled()
        assert len(served.state.sessions) == 0


async def test_a_256_mib_message_is_refused_when_its_header_has_come() -> None:
    async with serving() as served:
        peer = await served.connect()
        transport = peer.socket._response.connection.transport  # type: ignore[union-attr]
        assert transport is not None
        transport.write(b"\x82\xff" + (2**28).to_bytes(8, "big") + bytes(4))
        assert await peer.close_code() == 1009


@pytest.mark.parametrize(
    ("raw", "code", "ref"),
    [
        (msgpack.packb({"type": "configure", "fps": 500}), None, "configure"),
        (msgpack.packb({"type": "configure", "profile": "nobody"}), "bad_setting", "configure"),
        (msgpack.packb({"type": "audio", "pcm": 7}), None, "audio"),
        (msgpack.packb({"type": "hello"}), "protocol", "hello"),
    ],
)
async def test_a_refused_message_does_not_end_the_stream(raw: bytes, code: str | None, ref: str) -> None:
    async with serving() as served:
        peer = await served.connect()
        await peer.send_raw(raw)
        error = await peer.expect(Error)
        assert (error.fatal, error.ref) == (False, ref)
        assert code in (None, error.code)
        await peer.say(Audio(speech(0.1)), Flush())
        assert await peer.expect(Flushed)


async def test_10_000_random_messages_hurt_nobody_else() -> None:
    random = np.random.default_rng(1)
    async with serving() as served:
        healthy = await served.connect(Hello(StreamConfig(fps=Fraction(30))))
        sent = 0
        while sent < 10_000:
            peer = await served.connect()
            try:
                for _ in range(500):
                    await peer.socket.send_bytes(random.bytes(int(random.integers(0, 60))))
                    sent += 1
            except ConnectionError:
                pass
            await peer.close_code()
        await healthy.say(Audio(speech(0.5)), Flush())
        assert len(numbers(await healthy.until(Flushed))) == 15


@pytest.mark.parametrize(
    ("engine", "missing"),
    [
        ("fake", ["visemes", "prosody"]),
        ("fake:visemes=true", ["prosody"]),
        ("fake:prosody=true", ["visemes"]),
        ("fake:visemes=true,prosody=true", []),
    ],
)
async def test_what_the_engine_cannot_do_is_said_and_the_stream_goes_on(engine: str, missing: list[str]) -> None:
    config = StreamConfig(visemes=True, emotions={"joy": 0.5}, auto_emotion=True)
    async with serving(engine=engine) as served:
        peer = await served.connect(Hello(config))
        await peer.say(Flush(1))
        *notices, flushed = await peer.until(Flushed)
        assert [notice.code for notice in notices if isinstance(notice, Notice)] == ["not_supported"] * len(missing)
        for notice, what in zip(notices, missing, strict=True):
            assert isinstance(notice, Notice)
            assert f"no {what}" in notice.message
        assert isinstance(flushed, Flushed)
        assert flushed.id == 1
        await peer.say(Configure({"emotions": {"grief": 1.0}}), Flush(2))
        told = [message.type for message in await peer.until(Flushed)]
        assert told == ["configured", "flushed"], "emotions are no matter of the engine"


@pytest.mark.parametrize(
    ("subprotocol", "format_"), [(MSGPACK, "f32"), (MSGPACK, "f16"), (MSGPACK, "list"), (JSON, "list")]
)
async def test_visemes_travel_as_the_weights_do(subprotocol: str, format_: str) -> None:
    config = StreamConfig(visemes=True, weights=format_, idle="off", fps=Fraction(50))
    async with serving(engine="fake:visemes=true") as served:
        peer = await served.connect(Hello(config), subprotocol)
        assert peer.ready.viseme_names == VISEMES
        await peer.say(Audio(speech(0.5)), Flush())
        heard = await peer.until(Flushed)
    visemes = np.concatenate([m.visemes for m in heard if isinstance(m, Frames) and m.visemes is not None])
    jaw = np.concatenate([m.weights[:, arkit.INDEX["jawOpen"]] for m in heard if isinstance(m, Frames)])
    assert visemes.shape == (25, 15)
    assert jaw.max() > 0.5
    assert 1 - visemes[:, VISEMES.index("sil")] == pytest.approx(jaw, abs=1e-3)


async def test_visemes_stay_away_where_they_are_not_wanted() -> None:
    async with serving(engine="fake:visemes=true") as served:
        peer = await served.connect()
        assert peer.ready.viseme_names is None
        await peer.say(Audio(speech(0.2)), Flush())
        heard = await peer.until(Flushed)
    assert all(message.visemes is None for message in heard if isinstance(message, Frames))


async def test_stats_come_where_they_are_asked_for() -> None:
    async with serving() as served:
        peer = await served.connect(Hello(StreamConfig(stats=True, fps=Fraction(30))))
        await peer.say(Audio(speech(0.5)), Flush())
        await peer.expect(Flushed)
        stats = await peer.expect(Stats)
        assert (stats.received_s, stats.frames_sent, stats.frames_dropped) == (0.5, 15, 0)


async def test_a_client_that_never_reads_costs_bounded_memory_and_is_disconnected() -> None:
    limits, pcm = Limits(burst_s=10_000), speech(4)
    options = quick(outbox_bytes=20_000, send_buffer_bytes=4096, send_deadline_s=1, limits=limits)
    async with serving(options) as served, narrow() as http:
        peer = await served.connect(Hello(StreamConfig(fps=Fraction(120), weights="list")), http=http)
        stop_reading(peer)
        (link,) = served.state.links
        assert isinstance(link, StreamLink)
        largest = 0
        with suppress(ConnectionError):
            for _ in range(2_000):
                await peer.say(Audio(pcm))
                await asyncio.sleep(0.002)
                largest = max(largest, link._outbox.bytes)
        await served.settled()
        assert 10_000 < largest <= 4 * 20_000
        assert served.state.totals.closed[4408] == 1
        assert served.state.totals.ended.dropped_frames > 0


async def test_a_file_waits_for_a_client_that_reads_slowly_and_loses_nothing() -> None:
    options = quick(outbox_bytes=20_000, send_buffer_bytes=4096)
    async with serving(options) as served, narrow() as http:
        hello = Hello(StreamConfig(fps=Fraction(120), weights="list", pace="file"))
        peer = await served.connect(hello, http=http)
        (link,) = served.state.links
        assert isinstance(link, StreamLink)
        saying = asyncio.create_task(peer.say(*[Audio(speech(4))] * 20, Flush()))
        heard: list[Message] = []
        largest = 0
        while not heard or not isinstance(heard[-1], Flushed):
            message = await peer.hear()
            assert message is not None
            heard.append(message)
            await asyncio.sleep(0.005)
            largest = max(largest, link._outbox.bytes)
        await saying
        assert numbers(heard) == [(0, index) for index in range(80 * 120)]
        assert largest < 4_000_000


def narrow() -> aiohttp.ClientSession:
    """Clients whose system takes little for them."""

    def make(address: aiohttp.AddrInfoType) -> socket.socket:
        made = socket.socket(*address[:3])
        made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        return made

    return aiohttp.ClientSession(connector=aiohttp.TCPConnector(socket_factory=make))


def stop_reading(peer: Peer) -> None:
    """Let the socket fill up."""
    transport = peer.socket._response.connection.transport  # type: ignore[union-attr]
    assert transport is not None
    transport.pause_reading()


async def test_a_mistake_of_the_server_is_told_plainly_and_logged(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async with serving() as served:
        peer = await served.connect()
        (session,) = served.state.sessions

        def fail(pcm: bytes) -> None:
            raise RuntimeError("secret detail")

        monkeypatch.setattr(session.driver, "push_audio", fail)
        await peer.say(Audio(speech(0.1)))
        error, closed = await closing(peer)
        assert (error.code, closed) == ("internal", 1011)
        assert "secret" not in error.message
        assert "secret detail" in caplog.text


async def test_a_session_end_is_one_line_with_figures(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", "a2f_live")
    async with serving() as served:
        peer = await served.connect()
        await peer.say(Audio(speech(0.5)), Bye())
        assert await peer.close_code() == 1000
    (record,) = [record for record in caplog.records if record.getMessage() == "session ended"]
    figures = record.figures  # type: ignore[attr-defined]
    assert (figures["received_s"], figures["frames"], figures["close_code"]) == (0.5, 30, 1000)
    assert peer.ready.token not in str(record.__dict__)


async def test_a_client_that_closes_with_1000_has_finished() -> None:
    async with serving() as served:
        peer = await served.connect()
        await peer.socket.close()
        await until(lambda: len(served.state.sessions) == 0)


async def test_a_ping_is_answered() -> None:
    async with serving() as served:
        peer = await served.attach(autoping=False)
        await peer.socket.ping(b"are you there")
        answer = await peer.socket.receive(timeout=5)
        assert (answer.type, bytes(answer.data)) == (aiohttp.WSMsgType.PONG, b"are you there")


async def test_a_quiet_peer_is_asked_for_life_and_kept_while_it_answers() -> None:
    async with serving(quick(heartbeat_s=0.1)) as served:
        answers, silent = await served.connect(), await served.connect(autoping=False)
        hearing = asyncio.create_task(answers.hear())  # reading is what answers pings
        await until(lambda: served.state.sessions.parked == 1)
        assert silent.ready.session != answers.ready.session
        await asyncio.sleep(0.3)
        (link,) = served.state.links
        assert isinstance(link, StreamLink)
        assert link.session is not None
        assert link.session.id == answers.ready.session
        hearing.cancel()


async def test_frames_come_idle_while_nobody_speaks_if_asked_for() -> None:
    async with serving() as served:
        peer = await served.connect(Hello(StreamConfig(idle="always")))
        frames = await peer.expect(Frames)
        assert frames.idle
