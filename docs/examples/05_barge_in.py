"""A voice agent is interrupted: what it had yet to say is forgotten, and the face eases to rest."""

import asyncio

import numpy as np

import a2f_live


async def main() -> None:
    answer = (np.sin(np.arange(16_000 * 5) * 0.05) * 9000).astype(np.int16)
    async with a2f_live.connect("ws://localhost:8000") as face:
        speaker = asyncio.create_task(speak(face, answer))
        shower = asyncio.create_task(show(face))
        await asyncio.sleep(1.0)  # the listener begins to speak
        speaker.cancel()
        cleared = await face.clear()
        print(f"utterance {cleared.utterance} interrupted, {cleared.dropped_ms} ms of audio forgotten")
        await face.close()
        await shower


async def speak(face: a2f_live.Face, speech: np.ndarray) -> None:
    for start in range(0, len(speech), 320):
        await face.send(speech[start : start + 320])
        await asyncio.sleep(0.02)
    await face.flush()


async def show(face: a2f_live.Face) -> None:
    async for frames in face:
        print("ease to rest" if frames.final else "speech", frames.index, f"{frames.time:.2f} s")


asyncio.run(main())
