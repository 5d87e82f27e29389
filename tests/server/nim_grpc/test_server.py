"""The front door from outside: what a client of the NIM sees."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from fractions import Fraction
from typing import Any

import aiohttp
import grpc
import numpy as np
import pytest

pytest.importorskip("nvidia_audio2face_3d", reason="needs the extra nim: pip install 'a2f-live[nim]'")

from nvidia_audio2face_3d import a2x_export_config_pb2 as export
from nvidia_audio2face_3d import a2x_export_config_pb2_grpc as export_services
from nvidia_audio2face_3d import messages_pb2 as messages
from nvidia_audio2face_3d.audio2face_pb2_grpc import A2FControllerServiceStub

from a2f_live import arkit
from a2f_live.config import AudioFormat, StreamConfig
from a2f_live.engine.registry import EngineSpec, create
from a2f_live.errors import A2FError, ConfigError
from a2f_live.frames import Array
from a2f_live.motion.profile import Profile
from a2f_live.offline import render
from a2f_live.server.nim_grpc import clip as clips
from a2f_live.server.nim_grpc import server, stream
from a2f_live.server.nim_grpc.animation import AGGREGATE_URL
from a2f_live.server.nim_grpc.limits import NimLimits
from a2f_live.server.nim_grpc.server import NimOptions, nim_door
from a2f_live.server.options import ServerOptions
from a2f_live.wire.messages import Bye
from tests.engine.nim.helpers import scripted
from tests.server.helpers import Served, quick, serving, speech, until
from tests.server.nim_grpc.helpers import PATIENCE_S, Answer, ask, audio, clip, door, end, header, pool_of

SUCCESS, INFO, WARNING, ERROR = range(4)
EMBEDDED = "embedded"


def direct(pcm: bytes, rate_hz: int = 16_000, engine: str = EMBEDDED, **config: Any) -> Array:
    """What the engine gives to the product itself."""
    made = create(EngineSpec(engine))
    wanted = StreamConfig(
        audio=AudioFormat("pcm_s16le", rate_hz), fps=Fraction(30), idle="off", lookahead_ms=260, **config
    )
    try:
        return np.concatenate([frames.weights for frames in render(made, wanted, Profile.neutral(), [pcm])])
    finally:
        made.close()


@pytest.mark.parametrize("rate_hz", [16_000, 44_100, 144_000])
@pytest.mark.parametrize("part", [160, 3_200, 32_000])
async def test_frames_are_those_of_the_engine_itself(rate_hz: int, part: int) -> None:
    pcm = speech(1.11, rate_hz)
    async with door(EMBEDDED) as served:
        answer = await ask(served.address, clip(pcm, part, rate_hz=rate_hz))
    assert answer.weights.tobytes() == direct(pcm, rate_hz).tobytes()
    assert answer.times == pytest.approx([frame / 30 for frame in range(34)])


async def test_an_answer_has_the_order_and_the_fields_of_the_nim() -> None:
    pcm = speech(1.0, 22_050)
    async with door(EMBEDDED) as served:
        answer = await ask(served.address, clip(pcm, rate_hz=22_050))
    assert answer.kinds == ["animation_data_stream_header", *["animation_data"] * 30, "event", "status"]
    assert list(answer.header.skel_animation_header.blend_shapes) == list(arkit.LIVE_LINK_NAMES)
    assert answer.header.audio_header.samples_per_second == 22_050
    assert answer.header.start_time_code_since_epoch > 1.7e9
    assert answer.audio == pcm
    assert answer.audio_times == pytest.approx([frame / 30 for frame in range(30)], abs=1e-4)
    assert answer.statuses == [(SUCCESS, "the audio was processed")]
    assert answer.metadata[0]["emotion_aggregate"].type_url == AGGREGATE_URL


async def test_with_no_look_ahead_the_audio_still_comes_back_whole() -> None:
    pcm = speech(0.52)
    async with door("fake:hop_ms=20,lookahead_ms=0") as served:
        answer = await ask(served.address, clip(pcm, 640))
    assert answer.audio == pcm
    assert len(answer.rows) == 16


async def test_emotions_are_worn_from_their_time_code_on_and_told() -> None:
    pcm = speech(2.0)
    async with door(EMBEDDED) as served:
        told = await ask(served.address, clip(pcm, emotions=[(0.0, {"joy": 1.0}), (1.0, {"anger": 0.5})]))
    assert told.weights[:30].tobytes() == direct(pcm, emotions={"joy": 0.3})[:30].tobytes()
    assert not np.array_equal(told.weights[30:], direct(pcm, emotions={"joy": 0.3})[30:])
    aggregates = [messages.EmotionAggregate.FromString(each["emotion_aggregate"].value) for each in told.metadata]
    inputs = [(each.time_code, dict(each.emotion)) for one in aggregates for each in one.input_emotions]
    assert inputs == [(0.0, {"joy": 1.0}), (1.0, {"anger": 0.5})]
    assert not any(one.a2e_output for one in aggregates)
    smoothed = [one.a2f_smoothed_output[0] for one in aggregates]
    assert [each.time_code for each in smoothed] == pytest.approx(told.times)
    assert smoothed[0].emotion["joy"] == pytest.approx(0.3)
    assert smoothed[59].emotion["anger"] == pytest.approx(0.15)
    assert set(smoothed[0].emotion) == set(arkit.EMOTIONS)


async def test_parameters_are_honoured_or_named_in_an_info_status() -> None:
    pcm = speech(1.0)
    asked: dict[str, Any] = {
        "blendshape_params": messages.BlendShapeParameters(
            bs_weight_multipliers={"JawOpen": 2.0}, bs_weight_offsets={"BrowInnerUp": 0.5}
        ),
        "face_params": messages.FaceParameters(float_params={"tongueStrength": 1.3, "lowerFaceStrength": 1.0}),
    }
    async with door(EMBEDDED) as served:
        answer = await ask(served.address, clip(pcm, **asked))
    plain = direct(pcm)
    jaw, brow = arkit.INDEX["jawOpen"], arkit.INDEX["browInnerUp"]
    assert np.array_equal(answer.weights[:, jaw], plain[:, jaw] * 2)
    assert np.array_equal(answer.weights[:, brow], plain[:, brow] + np.float32(0.5))
    assert answer.statuses[0] == (INFO, "without effect here: tongueStrength")
    assert answer.status == SUCCESS


async def test_the_profile_of_the_server_holds_here_too() -> None:
    pcm = speech(1.0)
    async with door(EMBEDDED, profile=Profile.from_map({"gain": {"jawOpen": 0.5}})) as served:
        answer = await ask(served.address, clip(pcm))
    jaw = arkit.INDEX["jawOpen"]
    assert np.allclose(answer.weights[:, jaw], direct(pcm)[:, jaw] * 0.5)


SMALL = NimLimits(message_s=0.5, clip_s=1.0)
BAD = {
    "no header": ([audio(speech(0.1)), end()], "the first message must be"),
    "nothing": ([], "the first message must be"),
    "empty": ([messages.AudioWithEmotionStream()], "the first message must be"),
    "two headers": ([header(), header()], "only audio and EndOfAudio"),
    "two channels": ([header(channels=2)], "2 channels cannot be heard"),
    "24 bits": ([header(bits=24)], "24 bits a sample"),
    "8 kHz": ([header(rate_hz=8_000)], "8000 Hz cannot be heard"),
    "192 kHz": ([header(rate_hz=192_000)], "192000 Hz cannot be heard"),
    "no audio": ([header(), end()], "there was no audio"),
    "a long message": ([header(), audio(speech(0.6)), end()], "send at most 0.5 s in one"),
    "a long clip": (clip(speech(1.1)), "longer than 1 s"),
}


@pytest.mark.parametrize("name", BAD)
async def test_what_cannot_be_answered_is_told_in_an_error_status(name: str) -> None:
    said, text = BAD[name]
    async with door(limits=SMALL) as served:
        answer = await ask(served.address, said)
    assert answer.status == ERROR
    assert text in answer.statuses[-1][1]


async def said_slowly(*said: Any) -> AsyncIterator[Any]:
    """A client that stays, and says no more."""
    for message in said:
        yield message
    await asyncio.sleep(PATIENCE_S)


async def hear_all(address: str, said: AsyncIterator[Any], metadata: Any = ()) -> list[Any]:
    async with asyncio.timeout(PATIENCE_S), grpc.aio.insecure_channel(address) as channel:
        stub: Any = A2FControllerServiceStub(channel)  # type: ignore[no-untyped-call]
        return [message async for message in stub.ProcessAudioStream(said, metadata=metadata)]


async def test_a_client_that_says_nothing_is_told_so() -> None:
    async with door(limits=NimLimits(idle_s=0.05)) as served:
        last = (await hear_all(served.address, said_slowly(header(), audio(speech(0.1)))))[-1]
    assert last.status.code == ERROR
    assert "nothing came for 0.05 s" in last.status.message


async def test_a_call_that_takes_too_long_is_cut() -> None:
    async with door(limits=NimLimits(processing_s=0.05)) as served:
        with pytest.raises(grpc.aio.AioRpcError) as cut:
            await hear_all(served.address, said_slowly(header(), audio(speech(0.1))))
    assert cut.value.code() is grpc.StatusCode.DEADLINE_EXCEEDED


async def test_a_stream_that_is_closed_without_an_end_is_answered_with_a_warning() -> None:
    pcm = speech(0.5)
    async with door(EMBEDDED) as served:
        answer = await ask(served.address, clip(pcm)[:-1])
    assert answer.weights.tobytes() == direct(pcm).tobytes()
    assert [code for code, _ in answer.statuses] == [WARNING, SUCCESS]


async def test_an_engine_that_fails_for_good_is_told_in_a_warning() -> None:
    async with door("fake:fail_every=1", give_up_s=0.5) as served:
        answer = await ask(served.address, clip(speech(0.3)))
    assert len(answer.rows) == 9
    assert answer.statuses[0][0] == WARNING
    assert "the face was carried on" in answer.statuses[0][1]


KEYED = ServerOptions(tokens=("right-token",), drain_s=0.2)


@pytest.mark.parametrize(
    "metadata",
    [
        (("authorization", "Bearer right-token"),),
        (("authorization", "bearer right-token"), ("function-id", "any")),
    ],
)
async def test_a_token_lets_a_client_in(metadata: Any) -> None:
    async with door(options=KEYED) as served:
        assert (await ask(served.address, clip(speech(0.1)), metadata)).status == SUCCESS
        assert len(await configs(served.address, 0, metadata)) == 3


@pytest.mark.parametrize("metadata", [(), (("authorization", "Bearer wrong-token"),), (("authorization", ""),)])
async def test_without_a_good_token_nothing_is_answered(metadata: Any) -> None:
    async with door(options=KEYED) as served:
        assert await refusal(served.address, metadata) is grpc.StatusCode.UNAUTHENTICATED
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await configs(served.address, 0, metadata)
        assert refused.value.code() is grpc.StatusCode.UNAUTHENTICATED
        assert served.state.totals.refused["bad_token"] == 1


FULL = NimLimits(streams=0)
WRONG = (("authorization", "Bearer wrong-token"),)
FOREVER = dict.fromkeys(server.HEARD_OUT_S, 10 * PATIENCE_S)

refusals = pytest.mark.parametrize(
    ("reason", "options", "limits", "metadata", "code"),
    [
        ("bad_token", KEYED, NimLimits(), WRONG, grpc.StatusCode.UNAUTHENTICATED),
        ("server_full", ServerOptions(), FULL, (), grpc.StatusCode.RESOURCE_EXHAUSTED),
    ],
)


@refusals
async def test_a_client_that_is_refused_while_it_sends_hears_why(
    monkeypatch: pytest.MonkeyPatch, reason: str, options: ServerOptions, limits: NimLimits, metadata: Any, code: Any
) -> None:
    monkeypatch.setattr(server, "HEARD_OUT_S", FOREVER)
    async with door(options=options, limits=limits) as served:
        for _ in range(2 * server.MOST_HEARD_OUT):
            with pytest.raises(grpc.aio.AioRpcError) as refused:
                await ask(served.address, clip(speech(2.0)), metadata)
            assert refused.value.code() is code


@refusals
async def test_few_of_those_who_are_refused_are_heard_out_at_a_time(
    monkeypatch: pytest.MonkeyPatch, reason: str, options: ServerOptions, limits: NimLimits, metadata: Any, code: Any
) -> None:
    monkeypatch.setattr(server, "HEARD_OUT_S", FOREVER)
    async with door(options=options, limits=limits) as served, grpc.aio.insecure_channel(served.address) as channel:
        stub: Any = A2FControllerServiceStub(channel)  # type: ignore[no-untyped-call]
        calls = [
            stub.ProcessAudioStream(said_slowly(header()), metadata=metadata) for _ in range(server.MOST_HEARD_OUT)
        ]
        await until(lambda: served.state.totals.refused[reason] == len(calls))
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await hear_all(served.address, said_slowly(header()), metadata)
        assert refused.value.code() is code
        assert not any(call.done() for call in calls)
        for call in calls:
            call.cancel()


async def test_who_brings_no_good_token_is_heard_for_a_moment_only() -> None:
    async with door(options=KEYED) as served:
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await hear_all(served.address, said_slowly(header()), WRONG)
        assert refused.value.code() is grpc.StatusCode.UNAUTHENTICATED
        assert server.HEARD_OUT_S["bad_token"] < 1.0


async def refusal(address: str, metadata: Any = ()) -> grpc.StatusCode:
    """Why a call is refused."""
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await hear_all(address, said_slowly(end()), metadata)
    code: grpc.StatusCode = refused.value.code()
    return code


async def test_no_more_calls_than_streams_and_none_while_draining() -> None:
    async with door(limits=NimLimits(streams=1)) as served:
        async with grpc.aio.insecure_channel(served.address) as channel:
            stub: Any = A2FControllerServiceStub(channel)  # type: ignore[no-untyped-call]
            first = stub.ProcessAudioStream(said_slowly(header()))
            assert (await first.read()).WhichOneof("stream_part") == "animation_data_stream_header"
            assert await refusal(served.address) is grpc.StatusCode.RESOURCE_EXHAUSTED
            first.cancel()
        served.state.draining = True
        assert await refusal(served.address) is grpc.StatusCode.UNAVAILABLE


async def test_calls_and_sessions_take_the_same_places() -> None:
    async with (
        asyncio.timeout(PATIENCE_S),
        serving(quick(max_sessions=1)) as served,
        nim_door(served.state, NimOptions(port=0)) as port,
        grpc.aio.insecure_channel(address := f"127.0.0.1:{port}") as channel,
    ):
        stub: Any = A2FControllerServiceStub(channel)  # type: ignore[no-untyped-call]
        call = stub.ProcessAudioStream(said_slowly(header()))
        await call.read()
        assert await places(served) == {"live": 0, "parked": 0, "silent": 0, "uploads": 0, "calls": 1}
        with pytest.raises(aiohttp.WSServerHandshakeError) as turned_away:
            await served.attach()
        assert turned_away.value.status == 503
        async with served.http.post(f"{served.url}/process-audio/") as answer:
            assert answer.status == 503
        call.cancel()
        await until(lambda: served.state.calls == 0)
        peer = await served.connect()
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await ask(address, clip(speech(0.1)))
        assert refused.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
        assert await places(served) == {"live": 1, "parked": 0, "silent": 0, "uploads": 0, "calls": 0}
        await peer.say(Bye())
        await peer.close_code()
        await until(lambda: not served.state.links)
        assert (await ask(address, clip(speech(0.1)))).status == SUCCESS
        assert len(served.state.places) == 0


async def places(served: Served) -> dict[str, int]:
    """Who takes them, as /v1/info says; the metrics have to say the same."""
    async with served.http.get(f"{served.url}/v1/info") as answer:
        counts: dict[str, int] = (await answer.json())["sessions"]
    async with served.http.get(f"{served.url}/metrics") as answer:
        metrics = await answer.text()
    assert all(f'a2f_live_sessions{{state="{kind}"}} {count}.0\n' in metrics for kind, count in counts.items())
    return counts


async def test_a_client_that_leaves_leaves_nothing_behind(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "a2f_live")
    tasks, failures = asyncio.all_tasks(), []
    async with door(EMBEDDED) as served:
        for _ in range(3):
            caplog.clear()
            async with grpc.aio.insecure_channel(served.address) as channel:
                stub: Any = A2FControllerServiceStub(channel)  # type: ignore[no-untyped-call]
                call = stub.ProcessAudioStream(said_slowly(header(), audio(speech(2.0))))
                for _ in range(3):
                    await call.read()
                call.cancel()
            await until(lambda: "NIM call ended" in caplog.text)
            failures += [record for record in caplog.records if record.levelno >= logging.ERROR]
    await until(lambda: not [each for each in asyncio.all_tasks() - tasks if "nim_grpc" in repr(each.get_coro())])
    assert not failures


async def test_a_client_that_does_not_read_is_not_heard_either(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clips, "MOST_WAITING", 30)
    heard, reads, answer = 0, asyncio.Event(), Answer()

    async def say() -> AsyncIterator[Any]:
        nonlocal heard
        for message in clip(speech(20.0)):
            heard += 1
            yield message

    async def send(message: Any) -> None:
        if answer.rows:
            await reads.wait()
        answer.take(message)

    async with pool_of("fake") as pool, asyncio.timeout(PATIENCE_S):
        call = stream.NimStream(pool, Profile.neutral(), NimLimits())
        running = asyncio.create_task(call.run(say(), send))
        await until(lambda: heard > 5)
        for _ in range(100):
            await asyncio.sleep(0)
        assert heard < 100
        reads.set()
        await running
    assert len(answer.rows) == 600
    assert answer.status == SUCCESS


async def test_a_client_that_reads_late_is_not_taken_for_a_slow_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clips, "MOST_WAITING", 30)
    now_s, answer = 0.0, Answer()

    async def send(message: Any) -> None:
        nonlocal now_s
        now_s += 1.0
        answer.take(message)

    async def say() -> AsyncIterator[Any]:
        for message in clip(speech(20.0)):
            yield message

    async with pool_of("fake") as pool, asyncio.timeout(PATIENCE_S):
        await stream.NimStream(pool, Profile.neutral(), NimLimits(), lambda: now_s).run(say(), send)
    assert answer.status == SUCCESS
    assert len(answer.rows) == 600


async def configs(address: str, kind: Any, metadata: Any = ()) -> dict[str, str]:
    async with asyncio.timeout(PATIENCE_S), grpc.aio.insecure_channel(address) as channel:
        stub: Any = export_services.A2XExportConfigServiceStub(channel)  # type: ignore[no-untyped-call]
        request = export.ConfigsTypeRequest(config_type=kind)
        return {file.name: file.content async for file in stub.GetConfigs(request, metadata=metadata)}


async def test_the_configuration_is_that_of_the_server() -> None:
    async with door(EMBEDDED, limits=NimLimits(streams=7, clip_s=60.0)) as served:
        files = await configs(served.address, export.ConfigsTypeRequest.JSON)
        written = await configs(served.address, export.ConfigsTypeRequest.YAML)
    assert set(files) == {"stylization_config.json", "deployment_config.json", "advanced_config.json"}
    assert set(written) == {"stylization_config.yaml", "deployment_config.yaml", "advanced_config.yaml"}
    deployment, advanced = json.loads(files["deployment_config.json"]), json.loads(files["advanced_config.json"])
    assert deployment["common"]["stream_number"] == 7
    assert advanced["input_sanitization"]["max_audio_clip_size_second"] == 60
    assert "  stream_number: 7\n" in written["deployment_config.yaml"]
    assert len(json.loads(files["stylization_config.json"])["a2f"]["blendshape_params"]["weight_offsets"]) == 52


async def test_a_port_that_is_taken_is_told() -> None:
    async with door() as served:
        with pytest.raises(A2FError, match="choose another port with --nim-port"):
            async with nim_door(served.state, NimOptions(port=served.port)):
                pass


@pytest.mark.parametrize(
    "options", [{"certificate": "a.pem"}, {"private_key": "a.key"}, {"client_certificates": "a.pem"}]
)
def test_half_of_a_certificate_is_refused(options: dict[str, Any]) -> None:
    with pytest.raises(ConfigError, match="give both or none"):
        NimOptions(**options)


async def test_a_certificate_that_is_not_there_is_told() -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        async with door(certificate="/no/such.pem", private_key="/no/such.key"):
            pass


async def test_emotions_of_a_nim_client_reach_a_nim_behind_at_their_time() -> None:
    pcm = speech(3.0)
    with scripted() as nim:
        async with door(f"nim:url=127.0.0.1:{nim.port},lookahead_ms=400") as served:
            nim.calls.clear()
            emotions = [(0.0, {"fear": 1.0}), (2.0, {"joy": 1.0})]
            answer = await ask(served.address, clip(pcm, 32_000, emotions=emotions))
        assert len(answer.rows) == 90
        (call,) = nim.calls
    told = [
        (time_s, {name: round(value, 3) for name, value in felt.items() if value}) for time_s, felt in call.emotions
    ]
    assert [felt for _, felt in told] == [{"fear": 0.3}, {"joy": 0.3}]
    assert [time_s for time_s, _ in told] == pytest.approx([0.0, 2.0], abs=0.5)
