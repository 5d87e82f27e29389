"""The wire as JSON: nothing but a WebSocket. Audio is a binary frame of PCM, all else is text."""

import json
import sys

from websockets.sync.client import connect

url = sys.argv[1] if len(sys.argv) > 1 else "ws://localhost:8000/v1/stream"
with connect(url, subprotocols=["a2f.v1.json"]) as socket:
    socket.send(json.dumps({"type": "hello", "fps": 30, "weights": "list"}))
    socket.send(bytes(32_000))  # one second of silence, 16 kHz, 16 bit, mono
    socket.send(json.dumps({"type": "flush"}))
    while (message := json.loads(socket.recv()))["type"] != "flushed":
        print(message["type"], message.get("index", ""))
    print(message["frames"], "frames")
