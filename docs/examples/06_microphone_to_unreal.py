"""The microphone moves a face in Unreal Engine until Ctrl-C, as the app Live Link Face does: 60 packets a second."""

import asyncio
import sys
from fractions import Fraction

import sounddevice

import a2f_live
from a2f_live.relay import Relay, build


async def main(url: str = "ws://localhost:8000", output: str = "livelink://localhost?subject=a2f-live") -> None:
    loop = asyncio.get_running_loop()
    heard: asyncio.Queue[bytes] = asyncio.Queue()

    def hear(data: bytes, *_: object) -> None:
        loop.call_soon_threadsafe(heard.put_nowait, bytes(data))

    async def speak(face: a2f_live.Face) -> None:
        while True:
            await face.send(await heard.get())

    microphone = sounddevice.RawInputStream(samplerate=16_000, blocksize=320, channels=1, dtype="int16", callback=hear)
    rate = Fraction(60)
    relay = Relay([build(output, rate)], rate, live=True)
    async with relay, a2f_live.connect(url, fps=rate, idle="always") as face:
        with microphone:
            speaker = asyncio.create_task(speak(face))
            async for frames in face:
                relay.hear(frames)
            speaker.cancel()


asyncio.run(main(*sys.argv[1:]))
