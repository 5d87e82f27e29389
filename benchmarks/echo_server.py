"""A bare aiohttp echo and nothing behind it: what a server of live streams costs at the least.

It sends every binary message back, or, with `--frames`, sends messages of the size of one frame at 30 a second, three
for every five that come. It prints its address and serves until it is stopped.
"""

import asyncio
import sys

import uvloop
from aiohttp import WSMsgType, web

FRAME = bytes(250)
"""About the size of one msgpack message with one frame of 52 float32."""
DUE = (False, True, True, False, True)
"""Which of five messages are answered with a frame: 30 frames for 50 messages."""


async def echo(request: web.Request) -> web.WebSocketResponse:
    """Send every message back."""
    socket = web.WebSocketResponse(compress=False)
    await socket.prepare(request)
    async for message in socket:
        if message.type is WSMsgType.BINARY:
            await socket.send_bytes(message.data)
    return socket


async def frames(request: web.Request) -> web.WebSocketResponse:
    """Answer three of five messages with a frame of zeros."""
    socket = web.WebSocketResponse(compress=False)
    await socket.prepare(request)
    number = 0
    async for message in socket:
        if message.type is WSMsgType.BINARY:
            if DUE[number % 5]:
                await socket.send_bytes(FRAME)
            number += 1
    return socket


async def serve() -> None:
    """Serve on a free port and print its address."""
    app = web.Application()
    app.router.add_get("/v1/stream", frames if "--frames" in sys.argv else echo)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    print(f"echo http://127.0.0.1:{runner.addresses[0][1]}", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    uvloop.run(serve())
