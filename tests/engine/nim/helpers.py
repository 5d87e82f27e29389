"""A NIM that is scripted: its frames tell what they were heard from, and it can fail in every way."""

import threading
import zlib
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import grpc
import numpy as np
from nvidia_ace import animation_pb2 as animation
from nvidia_ace import status_pb2 as status
from nvidia_audio2face_3d import audio2face_pb2_grpc as services
from nvidia_audio2face_3d import messages_pb2 as messages

from a2f_live import arkit
from a2f_live.engine.base import Array

NAMES_52 = tuple(name[0].upper() + name[1:] for name in arkit.NAMES)
NAMES_55 = (*NAMES_52, "HeadRoll", "HeadPitch", "HeadYaw")
NAMES_68 = (*NAMES_52, *(f"Tongue{number}" for number in range(16)))
SIGNED = arkit.INDEX["jawOpen"]
PATIENCE_S = 30.0


def signature(pcm: bytes) -> float:
    """What a frame says of its own thirtieth of a second, and of nothing else."""
    return zlib.crc32(pcm) % 1024 / 1024


def signatures(samples: Array, rate_hz: int = 30) -> Array:
    """Of every whole frame of 16 kHz samples."""
    pcm = np.rint(samples * 32768).astype("<i2")
    count = len(pcm) * rate_hz // 16_000
    parts = [pcm[i * 16_000 // rate_hz : (i + 1) * 16_000 // rate_hz] for i in range(count)]
    return np.array([signature(part.tobytes()) for part in parts], np.float32)


@dataclass
class Heard:
    """What one call has heard."""

    header: Any
    metadata: dict[str, str]
    pcm: bytes = b""
    largest: int = 0
    """Bytes of the largest message."""
    emotions: list[tuple[float, dict[str, float]]] = field(default_factory=list)
    ended: bool = False
    cancelled: threading.Event = field(default_factory=threading.Event)
    over: threading.Event = field(default_factory=threading.Event)

    def finish(self) -> None:
        if not self.ended:
            self.cancelled.set()
        self.over.set()


@dataclass
class Script:
    """How it behaves. Faults strike `times` calls, then it is well."""

    names: Sequence[str] = NAMES_52
    rate_hz: int = 30
    lag_frames: int = 8
    """Frames that it hears beyond the one that it gives."""
    times: int = 0
    fault: str = ""
    """One of `refuse`, `cut`, `nan`, `skip`, `few`, `width`, `error`, `hang`, `nameless`, `names`, `full`."""
    after_frames: int = 10
    streams: int = 100


class ScriptedNim(services.A2FControllerServiceServicer):
    """Jaw by the checksum of the audio of the frame itself, so that frames are equal in whatever call they come."""

    def __init__(self, script: Script) -> None:
        self.script = script
        self.calls: list[Heard] = []
        self.begun = threading.Condition()
        self.stopped = threading.Event()
        self.port = 0

    @property
    def running(self) -> int:
        return sum(not call.over.is_set() for call in self.calls)

    def ProcessAudioStream(self, request_iterator: Any, context: Any) -> Iterator[Any]:  # noqa: N802
        fault = self._fault()
        if fault == "refuse":
            context.abort(grpc.StatusCode.UNAVAILABLE, "not there")
        if fault == "full" or self.running >= self.script.streams:
            context.abort(grpc.StatusCode.RESOURCE_EXHAUSTED, "no room")
        first = next(request_iterator)
        heard = Heard(first.audio_stream_header, dict(context.invocation_metadata()))
        with self.begun:
            self.calls.append(heard)
            self.begun.notify_all()
        context.add_callback(heard.finish)
        yield from self._answers(heard, request_iterator, context, fault)

    def _fault(self) -> str:
        if self.script.fault and self.script.times > 0:
            self.script.times -= 1
            return self.script.fault
        return ""

    def _answers(self, heard: Heard, requests: Iterator[Any], context: Any, fault: str) -> Iterator[Any]:
        names = self.script.names
        if fault != "nameless":
            header = animation.SkelAnimationHeader(blend_shapes=names if fault != "names" else ("Happy", "Sad"))
            yield _stream(
                animation_data_stream_header=messages.A2F3DAnimationDataStreamHeader(skel_animation_header=header)
            )
        given = 0
        for request in requests:
            _note(heard, request)
            behind = 0 if heard.ended else self.script.lag_frames
            ready = len(heard.pcm) // 2 * self.script.rate_hz // 16_000 - behind
            while given < ready:
                if fault and given >= self.script.after_frames:
                    yield from self._misbehave(fault, context, given)
                    if fault != "skip":
                        return
                    given, fault = given + 1, ""
                    continue
                yield self._frame(heard, given, len(names))
                given += 1
            if heard.ended:
                break
        yield _stream(event=messages.Event(event_type=messages.END_OF_A2F_AUDIO_PROCESSING))
        yield _stream(status=status.Status(code=status.Status.SUCCESS, message="done"))

    def _misbehave(self, fault: str, context: Any, given: int) -> Iterator[Any]:
        if fault in ("cut", "refuse"):
            context.abort(grpc.StatusCode.INTERNAL, "the stream was cut")
        elif fault == "hang":
            self.stopped.wait(PATIENCE_S)
        elif fault == "nan":
            yield _frame(given / self.script.rate_hz, [float("nan")] * len(self.script.names))
        elif fault == "width":
            yield _frame(given / self.script.rate_hz, [0.0] * 7)
        elif fault == "error":
            yield _stream(status=status.Status(code=status.Status.ERROR, message="it does not like the audio"))

    def _frame(self, heard: Heard, index: int, width: int) -> Any:
        rate = self.script.rate_hz
        part = heard.pcm[index * 16_000 // rate * 2 : (index + 1) * 16_000 // rate * 2]
        values = [0.0] * width
        values[list(self.script.names).index("JawOpen") if "JawOpen" in self.script.names else 0] = signature(part)
        return _frame(index / rate, values)

    def wait_calls(self, count: int) -> None:
        with self.begun:
            assert self.begun.wait_for(lambda: len(self.calls) >= count, PATIENCE_S)


def _note(heard: Heard, request: Any) -> None:
    audio = request.audio_with_emotion
    heard.pcm += audio.audio_buffer
    heard.largest = max(heard.largest, len(audio.audio_buffer))
    heard.emotions += [(each.time_code, dict(each.emotion)) for each in audio.emotions]
    heard.ended = heard.ended or request.HasField("end_of_audio")


def _frame(time_code: float, values: Sequence[float]) -> Any:
    weights = animation.FloatArrayWithTimeCode(time_code=time_code, values=values)
    return _stream(
        animation_data=animation.AnimationData(skel_animation=animation.SkelAnimation(blend_shape_weights=[weights]))
    )


def _stream(**parts: Any) -> Any:
    return messages.A2F3DAnimationDataStream(**parts)


@contextmanager
def scripted(**script: Any) -> Iterator[ScriptedNim]:
    """Serve one on a free port."""
    nim = ScriptedNim(Script(**script))
    server = grpc.server(ThreadPoolExecutor(32), options=[("grpc.so_reuseport", 0)])
    services.add_A2FControllerServiceServicer_to_server(nim, server)  # type: ignore[no-untyped-call]
    nim.port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    try:
        yield nim
    finally:
        nim.stopped.set()
        server.stop(0).wait()
