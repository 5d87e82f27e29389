"""The face for pipecat in its own pipelines: harness, output transport and RTVI are pipecat's."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import numpy as np
import pytest

pytest.importorskip(
    "pipecat", reason="pipecat is needed, in an environment of its own: pip install -e '.[pipecat,dev]'"
)

from pipecat.frames.frames import (
    EndFrame,
    InterruptionFrame,
    OutputAudioRawFrame,
    OutputTransportMessageFrame,
    TextFrame,
    TTSAudioRawFrame,
    TTSStartedFrame,
    TTSStoppedFrame,
)
from pipecat.pipeline.pipeline import Pipeline
from pipecat.pipeline.worker import PipelineParams, PipelineWorker
from pipecat.processors.frameworks.rtvi.frames import RTVIServerMessageFrame
from pipecat.tests.utils import SleepFrame, run_test
from pipecat.transports.base_output import BaseOutputTransport
from pipecat.transports.base_transport import TransportParams
from pipecat.workers.runner import WorkerRunner

from a2f_live.config import AudioFormat
from a2f_live.integrations.pipecat import FaceProcessor, pieces
from tests.client.server import FakeServer, obey
from tests.integrations.helpers import FPS, Show, chunks, offset_s, reference, voice
from tests.server.helpers import PATIENCE_S, serving, until

RATE_HZ = 22_050
"""Another one than that of the pipeline, 24 kHz."""
LOOK_S = 0.01


def speech(context: str | None, pcm: bytes, rate_hz: int = RATE_HZ, frame_s: float = 0.5) -> list[Any]:
    size = 2 * round(rate_hz * frame_s)
    audio = [TTSAudioRawFrame(part, rate_hz, 1, context_id=context) for part in chunks(pcm, size)]
    return [TTSStartedFrame(context_id=context), *audio, TTSStoppedFrame(context_id=context)]


class Speaker(BaseOutputTransport):  # type: ignore[misc,unused-ignore]
    """Plays on a clock of its own, which only goes on while audio is heard; the listener looks every 10 ms.

    It plays no audio before the frames of it were told: time stands still while a machine is slow.
    """

    def __init__(self, show: Show) -> None:
        super().__init__(TransportParams(audio_out_enabled=True))
        self.show = show
        self.now_s = 0.0
        self.heard: list[tuple[float, bytes]] = []
        """When each chunk was heard."""
        self.stop_s = np.inf
        self.stopped, self.go_on = asyncio.Event(), asyncio.Event()
        self.waits_for_frames = True

    async def start(self, frame: Any) -> None:
        await super().start(frame)
        await self.set_transport_ready(frame)

    async def send_message(self, frame: Any) -> None:
        message = frame.message
        if message.get("type") == "server-message" and message["data"]["type"] == "a2f":
            self.show.hear(message["data"]["message"], self.now_s)

    async def write_audio_frame(self, frame: OutputAudioRawFrame) -> bool:
        if self.waits_for_frames:
            await until(lambda: self.is_told(frame.num_frames / frame.sample_rate))
        self.heard.append((self.now_s, frame.audio))
        self.pass_s(frame.num_frames / frame.sample_rate)
        if self.now_s >= self.stop_s:
            self.stopped.set()
            await self.go_on.wait()
        return True

    def is_told(self, seconds: float) -> bool:
        turn = max((m["utterance"] for m in self.show.told if m["type"] == "playing"), default=None)
        if turn is None:
            return False
        position_s = self.show.listener.position_s(turn, self.now_s + seconds)
        told = [m for m in self.show.told if m["utterance"] == turn]
        ends_s = max((m["time"] + m["count"] / FPS for m in told if m["type"] == "frames"), default=0.0)
        return any(m["type"] in ("flushed", "cleared") for m in told) or (position_s or 0.0) < ends_s

    def pass_s(self, seconds: float) -> None:
        for _ in range(round(seconds / LOOK_S)):
            self.show.look(self.now_s)
            self.now_s += LOOK_S


@asynccontextmanager
async def agent(processor: FaceProcessor, speaker: Speaker) -> AsyncIterator[PipelineWorker]:
    worker = PipelineWorker(
        Pipeline([processor, speaker]), enable_rtvi=True, params=PipelineParams(), cancel_on_idle_timeout=False
    )
    started = asyncio.Event()
    worker.add_event_handler("on_pipeline_started", lambda *_: started.set())
    runner = WorkerRunner(handle_sigint=False)
    await runner.add_workers(worker)
    running = asyncio.create_task(runner.run())
    try:
        async with asyncio.timeout(PATIENCE_S):
            await started.wait()
        yield worker
        await worker.queue_frame(EndFrame())
        async with asyncio.timeout(PATIENCE_S):
            await running
    finally:
        running.cancel()
        await asyncio.wait({running})


@pytest.mark.parametrize("hold_audio", [False, True], ids=["passed on", "held"])
async def test_a_turn_of_ten_seconds_is_interrupted_after_four(hold_audio: bool) -> None:
    show = Show()
    first, second = voice(10, RATE_HZ), voice(3, RATE_HZ, seed=1)
    async with serving(engine="embedded") as server:
        speaker = Speaker(show)
        speaker.stop_s = 4.0
        processor = FaceProcessor(server.url.replace("http", "ws"), hold_audio=hold_audio, hold_limit_ms=10_000)
        async with agent(processor, speaker) as worker:
            await worker.queue_frames(speech("one", first))
            async with asyncio.timeout(2 * PATIENCE_S):
                await speaker.stopped.wait()
            before = [(at_s, face) for at_s, turn, face in show.faces if turn == 1]
            await worker.queue_frame(InterruptionFrame())
            await until(lambda: "cleared" in show.kinds(1))
            cleared_s, looks, told = speaker.now_s, len(show.faces), len(show.told)
            speaker.stop_s = np.inf
            speaker.go_on.set()
            speaker.pass_s(0.25)
            after = show.faces[looks:]
            at_rest = show.look(cleared_s + 0.25)
            await worker.queue_frames(
                speech("one", voice(0.5, RATE_HZ))
            )  # late, of a text-to-speech that was not quick
            speaker.waits_for_frames = False
            await until(lambda: len(speaker.heard) > 4.5 / 0.04 - 1)
            speaker.pass_s(0.3)
            late = show.told[told:]
            speaker.waits_for_frames = True
            second_s = speaker.now_s
            await worker.queue_frames(speech("two", second))
            await until(lambda: sum(at_s >= second_s for at_s, _ in speaker.heard) >= 3 / 0.04)

    times, weights = reference(first, RATE_HZ)
    assert abs(offset_s([at_s for at_s, _ in before][20:], [face for _, face in before][20:], times, weights)) <= 0.04
    assert len(before) > 380, "the face was shown while the turn was heard"
    assert not [turn for _, turn, _ in after if turn is not None], "nothing of the old turn is shown"
    assert not [message for message in late if message["utterance"] == 1], "nothing of the old turn is told"
    assert max(face.max() for _, _, face in after[:3]) > 0.05, "the mouth was open"
    assert at_rest.max() == 0.0
    times, weights = reference(second, RATE_HZ)
    shown = [(at_s - second_s, face) for at_s, turn, face in show.faces if turn == 2][20:]
    assert len(shown) > 250
    assert abs(offset_s([at_s for at_s, _ in shown], [face for _, face in shown], times, weights)) <= 0.04


async def test_everything_passes_and_frames_are_told_of_it() -> None:
    async with FakeServer().running() as server:
        sent = [*speech("one", bytes(2 * RATE_HZ)), TextFrame("said")]
        down, up = await run_test(FaceProcessor(server.url), frames_to_send=[*sent, SleepFrame(0.3)])
    messages = [frame.data["message"] for frame in down if isinstance(frame, RTVIServerMessageFrame)]
    marks = [frame.message["data"]["message"] for frame in down if isinstance(frame, OutputTransportMessageFrame)]
    audio = b"".join(frame.audio for frame in down if isinstance(frame, TTSAudioRawFrame))
    assert not up
    assert audio == bytes(2 * RATE_HZ)
    assert server.sessions[-1].config.audio == AudioFormat(sample_rate=RATE_HZ), "that of the frames"
    assert messages[0]["type"] == "turn"
    assert messages[0]["context"] == "one"
    assert sum(m["count"] for m in messages if m["type"] == "frames") == FPS
    assert messages[-1] == {"type": "flushed", "utterance": 1, "frames": FPS, "seconds": 1.0}
    assert [mark["time"] for mark in marks] == pytest.approx([0.0, 0.2, 0.4, 0.6, 0.8])
    assert {mark["type"] for mark in marks} == {"playing"}


async def test_speech_that_may_not_be_interrupted_keeps_its_face() -> None:
    frames = speech("one", bytes(2 * RATE_HZ))[:-1]
    for frame in frames:
        frame.interruptible = False
    async with FakeServer().running() as server:
        down, _ = await run_test(
            FaceProcessor(server.url),
            frames_to_send=[*frames, SleepFrame(0.2), InterruptionFrame(), TTSStoppedFrame(context_id="one")],
        )
    kinds = [frame.data["message"]["type"] for frame in down if isinstance(frame, RTVIServerMessageFrame)]
    assert "cleared" not in kinds
    assert kinds[-1] == "flushed"


async def test_held_audio_comes_behind_its_frames_and_in_order() -> None:
    def silent(server: FakeServer, heard: Any, message: Any) -> Any:
        return [] if not released.is_set() and message.type != "flush" else obey(server, heard, message)

    released = asyncio.Event()
    async with FakeServer(silent).running() as server:
        processor = FaceProcessor(server.url, hold_audio=True, hold_limit_ms=10_000)
        down, _ = await run_test(processor, frames_to_send=[*speech("one", bytes(2 * RATE_HZ)), TextFrame("after")])
    kinds = [type(frame).__name__ for frame in down]
    assert kinds.index("RTVIServerMessageFrame") < kinds.index("TTSAudioRawFrame")
    assert kinds[-1] in ("TextFrame", "RTVIServerMessageFrame")
    assert [kind for kind in kinds if kind in ("TTSStartedFrame", "TTSStoppedFrame", "TextFrame")] == [
        *("TTSStartedFrame", "TTSStoppedFrame", "TextFrame")
    ]


async def test_without_a_server_the_agent_speaks_and_says_so() -> None:
    processor = FaceProcessor("ws://127.0.0.1:9", hold_audio=True, hold_limit_ms=50)
    sent = [*speech("one", bytes(2 * RATE_HZ)), SleepFrame(0.1)]
    down, up = await run_test(processor, frames_to_send=sent)
    assert b"".join(frame.audio for frame in down if isinstance(frame, TTSAudioRawFrame)) == bytes(2 * RATE_HZ)
    assert any("no face" in str(getattr(frame, "error", "")) for frame in up)


@pytest.mark.parametrize("sizes", [[3000], [1], [4410, 2, 8820, 100], [44_100]])
def test_audio_is_cut_where_marks_belong(sizes: list[int]) -> None:
    audio, said, marks, out = AudioFormat(sample_rate=RATE_HZ), 0, [], b""
    for size in sizes * 3:
        pcm = bytes(range(256)) * 400
        frame = TTSAudioRawFrame(pcm[: 2 * size], RATE_HZ, 1, context_id="one")
        frame.transport_destination = "there"
        for mark, piece in pieces(frame, said, audio):
            if mark is not None:
                assert mark == said
                marks.append(mark)
            assert piece.transport_destination == "there"
            said += len(piece.audio)
            out += piece.audio
    assert marks == list(range(0, said, 2 * RATE_HZ // 5))
    assert len(out) == said
