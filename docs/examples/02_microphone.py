"""The microphone moves a jaw in the terminal until Ctrl-C: speech goes in as it is spoken, frames come out."""

import asyncio
import sys

import sounddevice

import a2f_live


async def main(url: str = "ws://localhost:8000") -> None:
    loop = asyncio.get_running_loop()
    heard: asyncio.Queue[bytes] = asyncio.Queue()

    def hear(data: bytes, *_: object) -> None:
        loop.call_soon_threadsafe(heard.put_nowait, bytes(data))

    async def speak(face: a2f_live.Face) -> None:
        while True:
            await face.send(await heard.get())

    microphone = sounddevice.RawInputStream(samplerate=16_000, blocksize=320, channels=1, dtype="int16", callback=hear)
    async with a2f_live.connect(url, fps=30) as face:
        with microphone:
            speaker = asyncio.create_task(speak(face))
            async for frames in face:
                jaw = frames.weights[-1, face.names.index("jawOpen")]
                print(f"\rjaw {'#' * int(40 * jaw):<40}", end="", flush=True)
            speaker.cancel()


asyncio.run(main(*sys.argv[1:]))
