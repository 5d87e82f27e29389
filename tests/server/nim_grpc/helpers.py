"""The front door on a free port, and a client made of NVIDIA's own types."""

import asyncio
import threading
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Any

import grpc
import numpy as np
from nvidia_ace.audio_pb2 import AudioHeader
from nvidia_audio2face_3d import messages_pb2 as messages
from nvidia_audio2face_3d.audio2face_pb2_grpc import A2FControllerServiceStub

from a2f_live import arkit
from a2f_live.dispatch.policy import PoolSettings
from a2f_live.dispatch.pool import Pool
from a2f_live.engine.registry import create, parse_spec
from a2f_live.frames import Array
from a2f_live.motion.profile import Profile
from a2f_live.server.nim_grpc.limits import NimLimits
from a2f_live.server.nim_grpc.server import NimOptions, nim_door
from a2f_live.server.options import ServerOptions, ServerParts
from a2f_live.server.state import ServerState

PATIENCE_S = 30.0


@dataclass
class Door:
    """One that is open."""

    port: int
    state: ServerState

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"


@asynccontextmanager
async def door(
    engine: str = "fake",
    limits: NimLimits | None = None,
    options: ServerOptions | None = None,
    profile: Profile | None = None,
    give_up_s: float = PATIENCE_S,
    **tls: Any,
) -> AsyncIterator[Door]:
    """Open it for a test."""
    async with pool_of(engine, give_up_s) as pool:
        options = options or ServerOptions(drain_s=0.2, tick_s=0.02)
        state = ServerState(ServerParts({pool.name: pool}, {"only": profile or Profile.neutral()}, options))
        async with nim_door(state, NimOptions(port=0, limits=limits or NimLimits(), **tls)) as port:
            yield Door(port, state)


@asynccontextmanager
async def pool_of(engine: str, give_up_s: float = PATIENCE_S) -> AsyncIterator[Pool]:
    """A pool of one, started. A busy machine is no reason to give a window up."""
    spec = parse_spec(engine)
    pool = Pool(spec.name, lambda: create(spec), PoolSettings(give_up_s=give_up_s))
    await pool.start()
    try:
        yield pool
    finally:
        await pool.close()


@contextmanager
def door_in_a_thread(engine: str = "embedded", idle_s: float = 30.0, **tls: Any) -> Iterator[int]:
    """The front door on an event loop of its own; gives the port."""
    ports: list[int] = []
    ready, leave = threading.Event(), asyncio.Event()
    loop = asyncio.new_event_loop()

    async def serve() -> None:
        options = ServerOptions(drain_s=0.1, tick_s=0.05)
        async with door(engine, NimLimits(streams=500, idle_s=idle_s), options, **tls) as served:
            ports.append(served.port)
            ready.set()
            await leave.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),), daemon=True)
    thread.start()
    assert ready.wait(20)
    try:
        yield ports[0]
    finally:
        loop.call_soon_threadsafe(leave.set)
        thread.join(20)
        loop.close()


@dataclass
class Answer:
    """All that a call gave."""

    kinds: list[str] = field(default_factory=list)
    header: Any = None
    times: list[float] = field(default_factory=list)
    rows: list[list[float]] = field(default_factory=list)
    audio: bytes = b""
    audio_times: list[float] = field(default_factory=list)
    metadata: list[dict[str, Any]] = field(default_factory=list)
    statuses: list[tuple[int, str]] = field(default_factory=list)

    @property
    def weights(self) -> Array:
        """(frames, 52) in our order, by the names of the header."""
        names = list(self.header.skel_animation_header.blend_shapes)
        order = [names.index(name[0].upper() + name[1:]) for name in arkit.NAMES]
        return np.array(self.rows, np.float32)[:, order]

    @property
    def status(self) -> int:
        return self.statuses[-1][0]

    def take(self, message: Any) -> None:
        kind = message.WhichOneof("stream_part")
        self.kinds.append(kind)
        if kind == "animation_data_stream_header":
            self.header = message.animation_data_stream_header
        elif kind == "status":
            self.statuses.append((message.status.code, message.status.message))
        elif kind == "animation_data":
            for frame in message.animation_data.skel_animation.blend_shape_weights:
                self.times.append(frame.time_code)
                self.rows.append(list(frame.values))
                self.metadata.append(dict(message.animation_data.metadata))
            self.audio += message.animation_data.audio.audio_buffer
            self.audio_times.append(message.animation_data.audio.time_code)


def header(rate_hz: int = 16_000, channels: int = 1, bits: int = 16, **parameters: Any) -> Any:
    audio = AudioHeader(
        audio_format=AudioHeader.AUDIO_FORMAT_PCM,
        channel_count=channels,
        samples_per_second=rate_hz,
        bits_per_sample=bits,
    )
    return messages.AudioWithEmotionStream(
        audio_stream_header=messages.AudioWithEmotionStreamHeader(audio_header=audio, **parameters)
    )


def audio(pcm: bytes, emotions: Sequence[tuple[float, Mapping[str, float]]] = ()) -> Any:
    timed = [messages.EmotionWithTimeCode(time_code=time_s, emotion=emotion) for time_s, emotion in emotions]
    return messages.AudioWithEmotionStream(
        audio_with_emotion=messages.AudioWithEmotion(audio_buffer=pcm, emotions=timed)
    )


def end() -> Any:
    return messages.AudioWithEmotionStream(end_of_audio=messages.AudioWithEmotionStream.EndOfAudio())


def clip(pcm: bytes, part: int = 3200, emotions: Sequence[tuple[float, Mapping[str, float]]] = (), **head: Any) -> Any:
    """The messages of one clip."""
    parts = [audio(pcm[at : at + part], emotions if at == 0 else ()) for at in range(0, len(pcm), part)]
    return [header(**head), *parts, end()]


async def ask(address: str, said: Iterable[Any], metadata: Sequence[tuple[str, str]] = ()) -> Answer:
    """Say all of it, and hear all of it."""
    answer = Answer()
    async with asyncio.timeout(PATIENCE_S), grpc.aio.insecure_channel(address) as channel:
        stub: Any = A2FControllerServiceStub(channel)  # type: ignore[no-untyped-call]
        async for message in stub.ProcessAudioStream(iter(said), metadata=metadata):
            answer.take(message)
    return answer
