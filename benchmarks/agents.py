"""The face of a voice agent in real time: how far it is off its voice, and how soon it rests after an interruption.

    python -m benchmarks.agents pipecat|livekit [--hold]

A turn of 10 s is interrupted after 4 s, then comes one of 5 s. The server is a process of its own; the output is the
framework's: pipecat's WebSocket transport, heard by a client, and LiveKit's output of a room with its native audio
source, whose room is a stand-in. Off is the second of the voice that the face shows, less the one that is heard. The
last line is one JSON document.
"""

import argparse
import asyncio
import json
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from types import SimpleNamespace
from typing import Any

import numpy as np

from a2f_live.cli.bench import voice
from a2f_live.integrations.listener import Listener
from benchmarks.live import SERVE
from benchmarks.process import running

RATE_HZ = 16_000
LOOK_S = 0.005


class Watch:
    """A listener, looked at all the time, beside the second of the voice that is heard."""

    def __init__(self) -> None:
        self.listener = Listener()
        self.turn = 0
        self.heard_s: Callable[[], float | None] = lambda: None
        self.off_s: dict[int, list[float]] = {1: [], 2: []}
        self.looks: list[tuple[float, int | None, float]] = []
        """Time, turn shown, largest weight."""

    def hear(self, message: dict[str, Any]) -> None:
        """Take a message."""
        self.listener.hear(message, time.monotonic())

    async def look(self) -> None:
        """Until cancelled."""
        while True:
            now_s = time.monotonic()
            largest = float(self.listener.face(now_s).max())
            self.looks.append((now_s, self.listener.turn, largest))
            heard_s, turn = self.heard_s(), self.listener.turn
            if turn and heard_s is not None and heard_s > 0.3:
                self.off_s[turn].append((self.listener.position_s(turn, now_s) or 0.0) - heard_s)
            await asyncio.sleep(LOOK_S)


def pcm(seconds: float) -> bytes:
    """A voice."""
    return (voice(seconds) * 32767).astype("<i2").tobytes()


def since(began_s: float) -> float:
    """Seconds."""
    return time.monotonic() - began_s


def free_port() -> int:
    """One that nobody has."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


Act = Callable[[bytes], Awaitable[None]]


@asynccontextmanager
async def pipecat(url: str, watch: Watch, *, hold: bool) -> AsyncIterator[tuple[Act, Callable[[], Awaitable[None]]]]:
    """An agent of pipecat, and a client of its transport that plays what comes as it comes."""
    from pipecat.frames.frames import EndFrame, InterruptionFrame, TTSAudioRawFrame, TTSStartedFrame, TTSStoppedFrame
    from pipecat.frames.protobufs import frames_pb2
    from pipecat.pipeline.pipeline import Pipeline
    from pipecat.pipeline.worker import PipelineWorker
    from pipecat.serializers.protobuf import ProtobufFrameSerializer
    from pipecat.transports.websocket import server
    from pipecat.workers.runner import WorkerRunner
    from websockets.asyncio.client import connect

    from a2f_live.integrations.pipecat import FaceProcessor

    port = free_port()
    params = server.SingleClientWebsocketServerParams(audio_out_enabled=True, serializer=ProtobufFrameSerializer())
    transport = server.SingleClientWebsocketServerTransport(params, host="localhost", port=port)
    agent = PipelineWorker(
        Pipeline([transport.input(), FaceProcessor(url, hold_audio=hold), transport.output()]), enable_rtvi=True
    )
    ready, connected = asyncio.Event(), asyncio.Event()
    transport.add_event_handler("on_websocket_ready", lambda *_: ready.set())
    transport.add_event_handler("on_client_connected", lambda *_: connected.set())
    runner = WorkerRunner(handle_sigint=False)
    await runner.add_workers(agent)
    done = asyncio.create_task(runner.run())

    async def listen() -> None:
        plays_until_s = began_s = 0.0
        async with connect(f"ws://localhost:{port}") as client:
            async for data in client:
                frame = frames_pb2.Frame.FromString(data)
                kind, now_s = frame.WhichOneof("frame"), time.monotonic()
                if kind == "audio":
                    if now_s > plays_until_s + 0.3:
                        began_s = plays_until_s = now_s
                        watch.heard_s = partial(since, began_s)
                    plays_until_s += len(frame.audio.audio) / 2 / frame.audio.sample_rate
                elif kind == "interruption":
                    watch.heard_s, plays_until_s = lambda: None, 0.0
                elif kind == "message":
                    message = json.loads(frame.message.data)
                    if message["type"] == "server-message" and message["data"]["type"] == "a2f":
                        watch.hear(message["data"]["message"])

    async def say(sound: bytes) -> None:
        context, step = f"turn of {len(sound)}", RATE_HZ
        parts = [TTSAudioRawFrame(sound[i : i + step], RATE_HZ, 1, context) for i in range(0, len(sound), step)]
        await agent.queue_frames([TTSStartedFrame(context), *parts, TTSStoppedFrame(context)])

    async def interrupt() -> None:
        await agent.queue_frame(InterruptionFrame())

    await ready.wait()
    listening = asyncio.create_task(listen())
    await connected.wait()
    yield say, interrupt
    await agent.queue_frame(EndFrame())
    await done
    listening.cancel()


@asynccontextmanager
async def livekit(url: str, watch: Watch, *, hold: bool) -> AsyncIterator[tuple[Act, Callable[[], Awaitable[None]]]]:
    """The output of LiveKit for a room, in front of which the face stands, driven as a session drives it."""
    from livekit import rtc
    from livekit.agents.voice.room_io._output import _ParticipantAudioOutput

    from a2f_live.integrations.livekit import FaceOutput

    async def publish_data(payload: str, **_: object) -> None:
        watch.hear(json.loads(payload))

    async def subscribed() -> None: ...

    async def publish_track(*_: object) -> object:
        return SimpleNamespace(sid="track", wait_for_subscription=subscribed)

    room: Any = SimpleNamespace(
        local_participant=SimpleNamespace(publish_data=publish_data, publish_track=publish_track)
    )
    speaker = _ParticipantAudioOutput(
        room, sample_rate=RATE_HZ, num_channels=1, track_publish_options=rtc.TrackPublishOptions()
    )
    await speaker.start()
    face = FaceOutput(url, room=room, next_in_chain=speaker, hold_audio=hold)
    face.on_attached()

    def heard_s() -> float | None:
        pushed_s = speaker._source_pushed_duration
        return pushed_s - speaker._audio_source.queued_duration if pushed_s else None

    watch.heard_s = heard_s

    async def say(sound: bytes) -> None:
        for start in range(0, len(sound), 3200):
            part = sound[start : start + 3200]
            await face.capture_frame(rtc.AudioFrame(part, RATE_HZ, 1, len(part) // 2))
        face.flush()

    async def interrupt() -> None:
        face.clear_buffer()
        await face.wait_for_playout()

    yield say, interrupt
    await face.aclose()
    await speaker.aclose()


async def measure(framework: str, url: str, *, hold: bool) -> dict[str, Any]:
    """The figures."""
    watch = Watch()
    looking = asyncio.create_task(watch.look())
    make = {"pipecat": pipecat, "livekit": livekit}[framework]
    async with make(url.replace("http", "ws"), watch, hold=hold) as (say, interrupt):
        await asyncio.sleep(0.5)
        await say(pcm(10.0))
        while not watch.off_s[1]:  # noqa: ASYNC110
            await asyncio.sleep(LOOK_S)
        await asyncio.sleep(4.0)
        interrupted_s = time.monotonic()
        await interrupt()
        await asyncio.sleep(1.0)
        await say(pcm(5.0))
        await asyncio.sleep(5.5)
    looking.cancel()
    await asyncio.wait({looking})
    after = [(at_s - interrupted_s, turn, largest) for at_s, turn, largest in watch.looks if at_s >= interrupted_s]
    return {
        "framework": framework,
        "hold": hold,
        "off_first_ms": spread(watch.off_s[1]),
        "off_second_ms": spread(watch.off_s[2]),
        "last_of_old_turn_ms": round(1000 * max((at_s for at_s, turn, _ in after if turn == 1), default=0.0), 1),
        "rest_ms": round(1000 * next(at_s for at_s, _, largest in after if largest == 0.0), 1),
    }


def spread(seconds: list[float]) -> list[float]:
    """Least, middle and most, in milliseconds, of what was off."""
    return [round(1000 * float(np.quantile(seconds, share)), 1) for share in (0.0, 0.5, 1.0)]


def main() -> None:
    """Measure and report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("framework", choices=("pipecat", "livekit"))
    parser.add_argument("--hold", action="store_true")
    options = parser.parse_args()
    with running(SERVE, "a2f-live") as server:
        figures = asyncio.run(measure(options.framework, server.url, hold=options.hold))
    for name, value in figures.items():
        print(f"{name}: {value}")
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
