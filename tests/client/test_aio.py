import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from fractions import Fraction
from math import ceil
from typing import Any

import numpy as np
import pytest

from a2f_live.client import Face, connect
from a2f_live.client.link import LinkLost
from a2f_live.errors import (
    A2FError,
    AudioError,
    BadToken,
    ConfigError,
    ConnectionLost,
    LocalProtocolError,
    NotAllowed,
    ServerFull,
    SessionExpired,
    TooFast,
)
from a2f_live.frames import Frames, Notice
from a2f_live.speech import VISEMES
from a2f_live.wire.messages import (
    Audio,
    Clear,
    ClientMessage,
    Error,
    Flush,
    GoAway,
    KeepAlive,
    Limits,
    ServerMessage,
)
from tests.client.server import FakeServer, Heard, frames, obey

RATE_HZ = 16_000
MESSAGE_BYTES = 640


@asynccontextmanager
async def talking(server: FakeServer, **options: Any) -> AsyncIterator[Face]:
    before = asyncio.all_tasks()
    async with server.running(), asyncio.timeout(20):
        with_server = asyncio.all_tasks()
        async with connect(server.url, **options) as face:
            yield face
        assert not {task.get_name() for task in asyncio.all_tasks() - with_server if "a2f" in task.get_name()}
    assert asyncio.all_tasks() == before


def speech(seconds: float, seed: int = 0) -> bytes:
    return np.random.default_rng(seed).integers(-9999, 9999, int(seconds * RATE_HZ), np.int16).tobytes()


def messages(pcm: bytes) -> list[bytes]:
    return [pcm[at : at + MESSAGE_BYTES] for at in range(0, len(pcm), MESSAGE_BYTES)]


def indices(blocks: Sequence[Frames]) -> list[tuple[int, int]]:
    return [(block.utterance, block.index + i) for block in blocks for i in range(block.count)]


def marks(blocks: Sequence[Frames]) -> list[int]:
    """What the weights say which frames they are."""
    return [round(float(row[0]) * 4096) for block in blocks for row in block.weights]


async def test_speech_goes_in_and_frames_come_out() -> None:
    pcm = speech(1.01)
    async with talking(FakeServer(), fps=30) as face:
        blocks = [block async for block in face.stream(messages(pcm))]
    assert indices(blocks) == [(0, i) for i in range(ceil(1.01 * 30))]
    assert marks(blocks) == [i for _, i in indices(blocks)]
    assert blocks[-1].time == pytest.approx(blocks[-1].index / 30)
    assert len(face.names) == 52


@pytest.mark.parametrize("asked", [True, False])
async def test_visemes_come_with_their_names_where_asked_for(asked: bool) -> None:
    async with talking(FakeServer(cuts=(7,)), fps=30, visemes=asked) as face:
        blocks = [block async for block in face.stream(messages(speech(1.0)))]
        assert face.viseme_names == (VISEMES if asked else ())
    assert marks(blocks) == list(range(30))
    for block in blocks:
        assert (block.visemes is not None) == asked
        assert block.visemes is None or (block.visemes == block.weights[:, :15]).all()


async def test_one_task_sends_while_another_iterates() -> None:
    server = FakeServer()
    async with talking(server) as face:

        async def speak() -> None:
            for utterance in range(3):
                await face.send(speech(0.5, utterance))
                flushed = await face.flush()
                assert flushed is not None
                assert (flushed.utterance, flushed.frames) == (utterance, 30)
            await face.close()

        speaker = asyncio.create_task(speak())
        blocks = [block async for block in face]
        await speaker
    assert indices(blocks) == [(u, i) for u in range(3) for i in range(30)]
    assert {u: bytes(pcm) for u, pcm in server.sessions[0].audio.items()} == {u: speech(0.5, u) for u in range(3)}


@pytest.mark.parametrize("pace", ["live", "file"])
@pytest.mark.parametrize("deaf_at_cut", [True, False])
@pytest.mark.parametrize("cuts", [(0,), (1,), (7, 3), (20, 0, 0, 4), (60,)])
async def test_a_cut_connection_loses_and_doubles_nothing(cuts: tuple[int, ...], deaf_at_cut: bool, pace: str) -> None:
    server = FakeServer(cuts=cuts, deaf_at_cut=deaf_at_cut)
    spoken = [speech(0.61, seed) for seed in range(3)]
    blocks: list[Frames] = []
    async with talking(server, pace=pace, fps=Fraction(30000, 1001)) as face:
        for pcm in spoken:
            blocks += [block async for block in face.stream(messages(pcm))]
    due = ceil(Fraction(len(spoken[0]) // 2, RATE_HZ) * Fraction(30000, 1001))
    assert indices(blocks) == [(u, i) for u in range(3) for i in range(due)]
    assert marks(blocks) == [i for _, i in indices(blocks)]
    assert [bytes(server.sessions[0].audio[u]) for u in range(3)] == spoken
    assert len(server.hellos) == len(cuts) + 1


async def test_every_wait_ends_when_the_server_forgets_the_session() -> None:
    server = FakeServer(script=lambda *_: (), cuts=(3,), forgets=True)
    async with talking(server) as face:
        await face.send(bytes(640))
        waits = [face.flush(), face.marker(), face.configure(idle="off"), face.clear(), anext(face)]
        results = await asyncio.gather(*waits, return_exceptions=True)
        assert [type(result) for result in results] == [SessionExpired] * len(waits)
        with pytest.raises(SessionExpired):
            await face.send(bytes(640))


async def test_a_connection_that_does_not_come_back_is_lost() -> None:
    server = FakeServer(cuts=(0,), refusals=[], limits=Limits(resume_s=0.3))
    async with talking(server) as face:
        server.refusals = [503] * 100
        with pytest.raises(ConnectionLost, match=r"within 0\.3 s"):
            await face.flush()


async def test_leaving_while_the_connection_is_away_takes_no_time() -> None:
    server = FakeServer(cuts=(0,))
    async with talking(server) as face:
        server.refusals = [503] * 100
        await face.send(bytes(640))
        while face._stream.connected:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        left_s = asyncio.get_running_loop().time()
    assert asyncio.get_running_loop().time() - left_s < 5


async def test_a_full_server_is_tried_again() -> None:
    server = FakeServer(cuts=(1,))
    async with talking(server) as face:
        server.refusals = [503, 503]
        await face.send(bytes(640))
        flushed = await face.flush()
    assert flushed is not None
    assert flushed.seconds == pytest.approx(0.02)


@pytest.mark.parametrize(
    ("status", "expected"), [(401, BadToken), (403, NotAllowed), (503, ServerFull), (404, ConfigError)]
)
async def test_a_refusal_before_the_upgrade_is_one_error(status: int, expected: type[A2FError]) -> None:
    with pytest.raises(expected):
        async with talking(FakeServer(refusals=[status])):
            pass


async def test_no_server_is_a_lost_connection() -> None:
    with socket.socket() as bound:  # and not listening
        bound.bind(("127.0.0.1", 0))
        with pytest.raises(ConnectionLost, match="a2f-live serve"):
            async with connect(f"ws://127.0.0.1:{bound.getsockname()[1]}"):
                pass


async def test_a_connection_cut_before_the_upgrade_is_lost_and_may_come_back() -> None:
    async def cut(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.transport.abort()

    async with await asyncio.start_server(cut, "127.0.0.1", 0) as server:
        with pytest.raises(LinkLost):
            async with connect(f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}"):
                pass


@pytest.mark.parametrize("url", ["ftp://x", "ws://", "http://a b", "ws://a:port", "ws://[::1"])
async def test_a_bad_address_is_a_setting_that_cannot_be_used(url: str) -> None:
    with pytest.raises(ConfigError, match="no address"):
        async with connect(url):
            pass


async def test_a_fatal_error_ends_everything_with_its_class() -> None:
    def script(server: FakeServer, heard: Heard, message: ClientMessage) -> Sequence[ServerMessage]:
        return [Error("too_fast", "slow down", fatal=True, ref="audio")]

    async with talking(FakeServer(script, close_code=4429)) as face:
        await face.send(bytes(640))
        with pytest.raises(TooFast, match="slow down"):
            await face.flush()
        with pytest.raises(TooFast):
            await anext(face)


async def test_a_recoverable_error_belongs_to_the_call_that_it_answers() -> None:
    refused = {"configure": "bad_setting", "marker": "engine_failed"}

    def script(server: FakeServer, heard: Heard, message: ClientMessage) -> Sequence[ServerMessage]:
        if message.type in refused:
            return [Error(refused[message.type], "no", ref=message.type)]
        return [Error("bad_audio", "odd", ref="audio")] if isinstance(message, Audio) else heard.hear(message)

    warnings: list[Notice] = []
    async with talking(FakeServer(script), on_warning=warnings.append) as face:
        with pytest.raises(ConfigError, match="no"):
            await face.configure(profile="nobody")
        with pytest.raises(A2FError):
            await face.marker()
        await face.send(bytes(640))
        await face.flush()
    assert warnings == [Notice("bad_audio", "odd")]


async def test_warnings_are_logged_where_nobody_asks_for_them(caplog: pytest.LogCaptureFixture) -> None:
    def script(server: FakeServer, heard: Heard, message: ClientMessage) -> Sequence[ServerMessage]:
        return [Notice("odd_bytes", "one byte too many"), *heard.hear(message)]

    async with talking(FakeServer(script)) as face:
        await face.flush()
    assert "odd_bytes: one byte too many" in caplog.text


async def test_a_clear_ends_the_wait_of_flushes_before_it() -> None:
    def script(server: FakeServer, heard: Heard, message: ClientMessage) -> Sequence[ServerMessage]:
        return () if isinstance(message, Flush) else heard.hear(message)

    async with talking(FakeServer(script)) as face:
        await face.send(bytes(640))
        flush = asyncio.create_task(face.flush())
        await asyncio.sleep(0)
        cleared = await face.clear()
        assert await flush is None
        assert cleared.utterance == 0


async def test_a_clear_withdraws_what_was_not_sent() -> None:
    server = FakeServer(limits=Limits(burst_s=1.0, rate=0.01))
    async with talking(server) as face:
        await face.send(speech(20.0))
        await face.clear()
        await face.send(bytes(640))
        await face.flush()
    assert [type(m) for m in server.sessions[0].messages if not isinstance(m, Audio | KeepAlive)] == [Clear, Flush]
    assert sum(map(len, server.sessions[0].audio.values())) < RATE_HZ * 2


async def test_live_audio_keeps_within_the_limits_of_the_server() -> None:
    server = FakeServer(limits=Limits(burst_s=2.0, rate=20.0))
    loop = asyncio.get_running_loop()
    async with talking(server) as face:
        started_s = loop.time()
        await face.send(speech(6.0))
        await face.flush()
        took_s = loop.time() - started_s
    assert took_s >= (6.0 - 2.0) / 20.0


async def test_in_file_pace_a_reader_that_lags_holds_the_sender() -> None:
    server = FakeServer()
    async with talking(server, pace="file", buffer_s=2.0) as face:
        sender = asyncio.create_task(face.send(speech(60.0)))
        await asyncio.sleep(0.3)
        assert not sender.done()
        held_s = len(server.sessions[0].audio[0]) / 2 / RATE_HZ
        assert held_s < 12
        flush = asyncio.create_task(face.flush())
        total = 0
        async for block in face:
            total += block.count
            if total == 3600:
                break
        await sender
        assert await flush is not None


async def test_in_live_pace_the_oldest_frames_are_dropped() -> None:
    async with talking(FakeServer(), buffer_s=1.0) as face:
        for part in messages(speech(3.0)):
            await face.send(part)
        await face.flush()
        assert face.dropped > 100
        block = await anext(face)
        assert block.index == face.dropped


async def test_a_drained_server_is_left_when_all_is_answered() -> None:
    def script(server: FakeServer, heard: Heard, message: ClientMessage) -> Sequence[ServerMessage]:
        answers = obey(server, heard, message)
        return [GoAway(5000), *answers] if len(server.hellos) == 1 and isinstance(message, Flush) else answers

    server = FakeServer(script)
    async with talking(server) as face:
        for _ in range(2):
            await face.send(bytes(640))
            await face.flush()
    assert len(server.hellos) == 2
    assert server.hellos[1].resume is not None


async def test_an_idle_stream_is_kept() -> None:
    seen = asyncio.Event()

    def script(server: FakeServer, heard: Heard, message: ClientMessage) -> Sequence[ServerMessage]:
        if isinstance(message, KeepAlive):
            seen.set()
        return heard.hear(message)

    async with talking(FakeServer(script, limits=Limits(idle_s=0.1))):
        await seen.wait()


async def test_frames_between_utterances_are_never_taken_for_doubled() -> None:
    idle = [frames(0, 0, 3, Fraction(60)), frames(0, 3, 5, Fraction(60))]

    def script(server: FakeServer, heard: Heard, message: ClientMessage) -> Sequence[ServerMessage]:
        return [*(replace(block, idle=True) for block in idle), *heard.hear(message)]

    async with talking(FakeServer(script)) as face:
        blocks = [block async for block in face.stream(bytes(64_000))]
    assert [block.idle for block in blocks][:2] == [True, True]
    assert len([block for block in blocks if block.idle]) == 2 * 5


async def test_arrays_are_sent_in_the_type_of_the_encoding() -> None:
    server = FakeServer()
    samples = np.linspace(-1, 1, 320, dtype=np.float32)
    async with talking(server, encoding="pcm_f32le") as face:
        await face.send(samples)
        await face.send(samples.reshape(-1, 1))
        for wrong in (samples.astype(np.int16), samples.reshape(-1, 2), samples.reshape(1, -1, 1)):
            with pytest.raises(AudioError):
                await face.send(wrong)
        await face.flush()
    assert bytes(server.sessions[0].audio[0]) == samples.tobytes() * 2


async def test_token_and_options_reach_the_server() -> None:
    server = FakeServer()
    async with talking(server, token="abc", fps=29.97, head=True, seed=7, sample_rate=48_000, channels=2):
        pass
    config = server.hellos[0].config
    assert server.requests[0].headers["Authorization"] == "Bearer abc"
    assert server.requests[0].path == "/v1/stream"
    assert (config.fps, config.head, config.seed) == (Fraction(2997, 100), True, 7)
    assert (config.audio.sample_rate, config.audio.channels) == (48_000, 2)


async def test_configure_gives_the_effective_configuration() -> None:
    async with talking(FakeServer()) as face:
        assert await face.configure(fps="30000/1001") == face.config
        for wrong in ({"engine": "x"}, {"fps": 1000}, {"fps": "x"}, {"emotions": {"joy": 2}}):
            with pytest.raises(ConfigError):
                await face.configure(**wrong)


async def test_nothing_can_be_said_before_or_after() -> None:
    face = connect("ws://127.0.0.1:1")
    with pytest.raises(LocalProtocolError):
        await face.send(b"")
    async with talking(FakeServer()) as face:
        await face.close()
        with pytest.raises(ConnectionLost):
            await face.flush()
        assert [block async for block in face] == []


async def test_close_lets_everything_be_answered() -> None:
    server = FakeServer(cuts=(3,))
    async with talking(server) as face:
        for part in messages(speech(1.0)):
            await face.send(part)
        await face.close()
        blocks = [block async for block in face]
    assert indices(blocks) == [(0, i) for i in range(60)]


@pytest.mark.parametrize("ask", [Face.flush, Face.clear, Face.marker, lambda face: face.configure(idle="off")])
async def test_a_cancelled_wait_harms_nothing(ask: Callable[[Face], Any]) -> None:
    async with talking(FakeServer()) as face:
        await face.send(bytes(640))
        wait = asyncio.ensure_future(ask(face))
        await asyncio.sleep(0)
        wait.cancel()
        with pytest.raises(asyncio.CancelledError):
            await wait
        assert await face.marker() > 0
        assert await face.flush() is not None


async def test_leaving_by_an_exception_ends_the_stream_at_once() -> None:
    server = FakeServer(script=lambda *_: ())

    async def fail(face: Face) -> None:
        await face.send(bytes(64_000))
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        async with talking(server) as face:
            await fail(face)
    with pytest.raises(ConnectionLost):
        await face.flush()


async def test_a_warning_handler_that_fails_is_not_swallowed() -> None:
    def fail(_: Notice) -> None:
        raise ZeroDivisionError

    def script(server: FakeServer, heard: Heard, message: ClientMessage) -> Sequence[ServerMessage]:
        return [Notice("x", "y")]

    async with talking(FakeServer(script), on_warning=fail) as face:
        with pytest.raises(ZeroDivisionError):
            await face.flush()
