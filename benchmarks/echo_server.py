"""A bare aiohttp server with the traffic of a live stream and nothing behind it: what a server costs at the least.

It takes 20 ms messages and answers with messages of the size of one frame at 30 a second, that is three for every five.
It prints its address and serves until it is stopped.
"""

import asyncio

import uvloop
from aiohttp import WSMsgType, web

FRAME = bytes(250)
"""About the size of one msgpack message with one frame of 52 float32."""
DUE = (False, True, True, False, True)
"""Which of five messages are answered: 30 frames for 50 messages."""


async def stream(request: web.Request) -> web.WebSocketResponse:
    """Answer three of five binary messages."""
    socket = web.WebSocketResponse(compress=False, protocols=("echo",))
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
    app.router.add_get("/v1/stream", stream)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    print(f"echo http://127.0.0.1:{runner.addresses[0][1]}", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    uvloop.run(serve())
