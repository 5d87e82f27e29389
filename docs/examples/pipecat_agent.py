"""A voice agent of pipecat with a face, with no cloud and no key: espeak-ng speaks, and is interrupted after 4 s.

Needs `pip install 'a2f-live[pipecat]' 'pipecat-ai[websocket]'`, `apt install espeak-ng`, and `a2f-live serve` running.
The agent waits for one client on ws://localhost:8765; here that is this program too, and it prints the jaw it shows.
"""

import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator

from pipecat.frames.frames import EndFrame, Frame, InterruptionFrame, TTSAudioRawFrame, TTSSpeakFrame
from pipecat.frames.protobufs import frames_pb2
from pipecat.pipeline.pipeline import Pipeline
from pipecat.pipeline.worker import PipelineWorker
from pipecat.serializers.protobuf import ProtobufFrameSerializer
from pipecat.services.settings import TTSSettings
from pipecat.services.tts_service import TTSService
from pipecat.transports.websocket.server import (
    SingleClientWebsocketServerParams,
    SingleClientWebsocketServerTransport,
)
from pipecat.workers.runner import WorkerRunner
from websockets.asyncio.client import connect

from a2f_live.integrations.listener import Listener
from a2f_live.integrations.pipecat import FaceProcessor

STORY = (
    "A north wind and the sun were arguing which of them was the stronger, when a man came along in a warm cloak. " * 2
)


class Espeak(TTSService):
    def __init__(self) -> None:
        nothing = TTSSettings(model=None, voice=None, language=None)
        super().__init__(sample_rate=22_050, push_start_frame=True, push_stop_frames=True, settings=nothing)

    async def run_tts(self, text: str, context_id: str) -> AsyncIterator[Frame]:
        espeak = await asyncio.create_subprocess_exec("espeak-ng", "--stdout", text, stdout=asyncio.subprocess.PIPE)
        wav, _ = await espeak.communicate()
        for start in range(44, len(wav), 22_050):
            yield TTSAudioRawFrame(wav[start : start + 22_050], 22_050, 1, context_id=context_id)


async def listen(port: int) -> None:
    """What a page does: hear the messages, and look at the face for every picture."""
    listener = Listener()
    async with connect(f"ws://localhost:{port}") as socket:
        show = asyncio.create_task(look(listener))
        async for data in socket:
            frame = frames_pb2.Frame.FromString(data)
            if frame.WhichOneof("frame") == "message":
                message = json.loads(frame.message.data)
                if message["type"] == "server-message" and message["data"]["type"] == "a2f":
                    listener.hear(message["data"]["message"], time.monotonic())
        show.cancel()


async def look(listener: Listener) -> None:
    while True:
        jaw = listener.face(time.monotonic())[listener.names.index("jawOpen")]
        print(f"turn {listener.turn or '-'} jaw {jaw:.2f} {'#' * int(60 * jaw)}", flush=True)
        await asyncio.sleep(1 / 30)


async def main(url: str = "ws://localhost:8000", port: str = "8765") -> None:
    params = SingleClientWebsocketServerParams(audio_out_enabled=True, serializer=ProtobufFrameSerializer())
    transport = SingleClientWebsocketServerTransport(params, host="localhost", port=int(port))
    pipeline = Pipeline([transport.input(), Espeak(), FaceProcessor(url, hold_audio=True), transport.output()])
    agent = PipelineWorker(pipeline, enable_rtvi=True)
    connected = asyncio.Event()
    transport.add_event_handler("on_client_connected", lambda *_: connected.set())
    transport.add_event_handler("on_websocket_ready", lambda *_: asyncio.ensure_future(listen(int(port))))
    runner = WorkerRunner()
    await runner.add_workers(agent)
    running = asyncio.create_task(runner.run())
    await connected.wait()
    await agent.queue_frame(TTSSpeakFrame(STORY))
    await asyncio.sleep(4)
    print("interrupted", flush=True)
    await agent.queue_frame(InterruptionFrame())
    await asyncio.sleep(1)
    await agent.queue_frames([TTSSpeakFrame("Yes? What did you say?"), EndFrame()])
    await running


asyncio.run(main(*sys.argv[1:]))
