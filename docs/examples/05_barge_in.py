"""A voice agent is interrupted: what it had yet to say is forgotten, the face eases to rest, the next answer begins.

The voice is espeak-ng, where it is installed, else a hum. As every text-to-speech it is far ahead of what is heard.
"""

import asyncio
import io
import shutil
import subprocess
import sys

import numpy as np
import soundfile

import a2f_live


def synthesize(text: str) -> np.ndarray:
    if not shutil.which("espeak-ng"):
        return (np.sin(np.arange(22_050 * 5) * 0.05) * 9000).astype(np.int16)
    wav = subprocess.run(["espeak-ng", "--stdout", text], capture_output=True, check=True).stdout
    return soundfile.read(io.BytesIO(wav), dtype="int16")[0]  # 22,050 Hz, mono


async def main(url: str = "ws://localhost:8000") -> None:
    async with a2f_live.connect(url, sample_rate=22_050, fps=30) as face:
        shower = asyncio.create_task(show(face))
        await face.send(synthesize("Let me tell you the whole long story of how this came to be, from the beginning."))
        await asyncio.sleep(1.0)  # the listener begins to speak
        cleared = await face.clear()
        print(f"turn {cleared.utterance} interrupted, {cleared.dropped_ms} ms of audio forgotten")
        await face.send(synthesize("Sure, the short one."))
        await face.flush()
        await face.close()
        await shower


async def show(face: a2f_live.Face) -> None:
    async for frames in face:
        print(f"turn {frames.utterance}", "ease to rest" if frames.final else "speech", f"{frames.time:.2f} s")


asyncio.run(main(*sys.argv[1:]))
