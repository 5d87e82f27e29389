"""A LiveKit agent with a face, with no cloud and no key: espeak-ng speaks, and is interrupted after 4 s.

Needs `pip install 'a2f-live[livekit]'`, `apt install espeak-ng`, and `a2f-live serve` running. In a room:
`python livekit_agent.py dev`, with a server of your own (`livekit-server --dev`, and LIVEKIT_URL=ws://localhost:7880
LIVEKIT_API_KEY=devkey LIVEKIT_API_SECRET=secret). With no room at all, `python livekit_agent.py here` prints the jaw.
"""

import asyncio
import json
import sys
import time
from types import SimpleNamespace

from livekit import rtc
from livekit.agents import Agent, AgentServer, AgentSession, APIConnectOptions, JobContext, cli, tts
from livekit.agents.voice.io import AudioOutput, AudioOutputCapabilities

from a2f_live.integrations.listener import Listener
from a2f_live.integrations.livekit import FaceOutput

STORY = (
    "A north wind and the sun were arguing which of them was the stronger, when a man came along in a warm cloak. " * 2
)
ONCE = APIConnectOptions(max_retry=0)


class Espeak(tts.TTS):
    def __init__(self) -> None:
        super().__init__(capabilities=tts.TTSCapabilities(streaming=False), sample_rate=22_050, num_channels=1)

    def synthesize(self, text: str, *, conn_options: APIConnectOptions = ONCE) -> tts.ChunkedStream:
        return Spoken(tts=self, input_text=text, conn_options=conn_options)


class Spoken(tts.ChunkedStream):
    async def _run(self, output: tts.AudioEmitter) -> None:
        output.initialize(request_id="espeak", sample_rate=22_050, num_channels=1, mime_type="audio/pcm")
        espeak = await asyncio.create_subprocess_exec(
            "espeak-ng", "--stdout", self.input_text, stdout=asyncio.subprocess.PIPE
        )
        wav, _ = await espeak.communicate()
        output.push(wav[44:])
        output.flush()


async def talk(session: AgentSession, room: rtc.Room, url: str = "ws://localhost:8000") -> None:
    FaceOutput.attach(session, room, url, hold_audio=True)
    session.say(STORY)
    await asyncio.sleep(4)
    print("interrupted", flush=True)
    await session.interrupt()
    await asyncio.sleep(1)
    await session.say("Yes? What did you say?")


server = AgentServer()


@server.rtc_session()
async def entrypoint(context: JobContext) -> None:
    session = AgentSession(tts=Espeak())
    await session.start(Agent(instructions="Speak."), room=context.room)
    await context.connect()
    await talk(session, context.room)


class Nowhere(AudioOutput):
    """Plays to nobody, in the time that it takes."""

    def __init__(self) -> None:
        super().__init__(label="nowhere", capabilities=AudioOutputCapabilities(pause=False))
        self.began_s, self.length_s = 0.0, 0.0

    async def capture_frame(self, frame: rtc.AudioFrame) -> None:
        await super().capture_frame(frame)
        if not self.length_s:
            self.began_s = time.time()
            self.on_playback_started(created_at=self.began_s)
        self.length_s += frame.duration

    def flush(self) -> None:
        super().flush()
        left_s = self.began_s + self.length_s - time.time()
        self.end = asyncio.get_running_loop().call_later(left_s, self.finish, False)

    def clear_buffer(self) -> None:
        if self.length_s:
            self.end.cancel()
            self.finish(True)

    def finish(self, interrupted: bool) -> None:
        position_s, self.length_s = min(self.length_s, time.time() - self.began_s), 0.0
        self.on_playback_finished(playback_position=position_s, interrupted=interrupted)


async def here(url: str = "ws://localhost:8000") -> None:
    async def hear(text: str, **_: object) -> None:
        listener.hear(json.loads(text), time.monotonic())

    async def look() -> None:
        while True:
            jaw = listener.face(time.monotonic())[listener.names.index("jawOpen")]
            print(f"turn {listener.turn or '-'} jaw {jaw:.2f} {'#' * int(60 * jaw)}", flush=True)
            await asyncio.sleep(1 / 30)

    listener = Listener()
    session = AgentSession(tts=Espeak())
    session.output.audio = Nowhere()
    await session.start(Agent(instructions="Speak."))
    looking = asyncio.create_task(look())
    await talk(session, SimpleNamespace(local_participant=SimpleNamespace(publish_data=hear)), url)
    looking.cancel()
    await session.aclose()


if __name__ == "__main__":
    if sys.argv[1:2] == ["here"]:
        asyncio.run(here(*sys.argv[2:]))
    else:
        cli.run_app(server)
