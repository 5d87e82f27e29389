"""The wire without our client: websockets and msgpack are enough. A WAV file goes out in real time."""

import asyncio
import sys
import wave

from msgpack import packb, unpackb
from websockets.asyncio.client import ClientConnection, connect


async def main(path: str, url: str = "ws://localhost:8000/v1/stream") -> None:
    with wave.open(path) as wav:
        async with connect(url, subprotocols=["a2f.v1.msgpack"], compression=None) as socket:
            audio = {"encoding": "pcm_s16le", "sample_rate": wav.getframerate(), "channels": wav.getnchannels()}
            await socket.send(packb({"type": "hello", "audio": audio, "fps": 30}))
            names = unpackb(await socket.recv())["names"]
            speaker = asyncio.create_task(speak(socket, wav))
            while (message := unpackb(await socket.recv()))["type"] != "flushed":
                if message["type"] == "frames":
                    print(f"{message['count']} frames of {len(names)} weights from {message['time']:.3f} s")
            print(f"{message['frames']} frames for {message['seconds']:.3f} s")
            await speaker


async def speak(socket: ClientConnection, wav: wave.Wave_read) -> None:
    due = asyncio.get_running_loop().time()
    while pcm := wav.readframes(wav.getframerate() // 50):
        await socket.send(packb({"type": "audio", "pcm": pcm}))
        due += 0.02
        await asyncio.sleep(due - asyncio.get_running_loop().time())
    await socket.send(packb({"type": "flush", "id": 1}))


asyncio.run(main(*sys.argv[1:]))
