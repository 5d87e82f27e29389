"""Packets of a server's outputs while speech comes in bursts: do they leave at the rate, and do they tell the frames?

    python -m benchmarks.relay [--seconds 60]

A server shows its face by Live Link Face, VMC and iFacialMocap at 60 poses a second. A client speaks as a
text-to-speech service does: 1.5 s of audio at once, then nothing until they are nearly over. Packets are stamped as
they arrive and read by the readers of the tests. The last line is one JSON document.
"""

import argparse
import asyncio
import json
import socket
from contextlib import ExitStack
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from a2f_live.cli.bench import voice
from a2f_live.client import Face, connect
from benchmarks.process import running
from tests.outputs.reading import live_link, mocap, osc

SERVE = ("-m", "a2f_live", "serve", "--port", "0", "--log-level", "warning")
RATE_HZ = 60
BURST_S = 1.5
BURSTS_A_SENTENCE = 4
OUTPUTS = {
    "livelink": "livelink://127.0.0.1:{}",
    "vmc": "vmc://127.0.0.1:{}",
    "ifacialmocap": "ifacialmocap://127.0.0.1:{}",
}
PACKETS_A_POSE = {"vmc": 2}
Weights = NDArray[np.float32]


class Capture(asyncio.DatagramProtocol):
    """Datagrams and when they came."""

    def __init__(self) -> None:
        self.times_s: list[float] = []
        self.datagrams: list[bytes] = []

    def forget(self) -> None:
        """Begin anew."""
        self.times_s.clear()
        self.datagrams.clear()

    def datagram_received(self, data: bytes, addr: Any) -> None:
        """One came."""
        self.times_s.append(perf_counter())
        self.datagrams.append(data)


async def speak(url: str, pcm: NDArray[np.int16], seconds: float) -> Weights:
    """Speak in bursts; gives every frame that the client got, (n, 52)."""
    samples = round(BURST_S * 16_000)
    rows: list[Weights] = []

    async def hear(face: Face) -> None:
        async for frames in face:
            rows.append(frames.weights)

    async with connect(url, fps=RATE_HZ) as face:
        hearing = asyncio.create_task(hear(face))
        ends_s, burst = perf_counter() + seconds, 0
        while perf_counter() < ends_s:
            start = burst * samples % (len(pcm) - samples)
            await face.send(pcm[start : start + samples])
            burst += 1
            await asyncio.sleep(BURST_S * 0.9)
            if burst % BURSTS_A_SENTENCE == 0:
                await face.flush()
                await asyncio.sleep(1.0)  # the other one speaks
        await face.flush()
        await asyncio.sleep(2 * BURST_S)  # what is not shown when a session ends never is
        await face.close()
        await hearing
    return np.concatenate(rows)


def told(name: str, datagrams: list[bytes]) -> Weights:
    """The weights of every pose, (n, 52)."""
    if name == "livelink":
        return np.array([live_link(data).values[:52] for data in datagrams], np.float32)
    if name == "ifacialmocap":
        hundredths = [list(mocap(data, "-").shapes.values())[1:] for data in datagrams]
        return np.array(hundredths, np.float32) / np.float32(100)
    blends = [values[1] for data in datagrams for address, values in osc(data) if address == "/VMC/Ext/Blend/Val"]
    return np.array(blends[: len(blends) // 52 * 52], np.float32).reshape(-1, 52)


def report(name: str, capture: Capture, frames: Weights) -> dict[str, float]:
    """Rate and intervals; how many of the frames that were said were shown, to the bit (or the hundredth)."""
    step = PACKETS_A_POSE.get(name, 1)
    times_s = np.array(capture.times_s[::step])
    poses = told(name, capture.datagrams)
    digits = 2 if name == "ifacialmocap" else 9
    shown = {row.tobytes() for row in np.round(poses, digits)}
    said = [row.tobytes() for row in np.round(frames, digits)]
    intervals_ms = np.diff(times_s) * 1000
    return {
        "packets": len(capture.datagrams),
        "poses_per_s": round((len(times_s) - 1) / (times_s[-1] - times_s[0]), 3),
        "interval_p50_ms": round(float(np.median(intervals_ms)), 2),
        "interval_p99_ms": round(float(np.percentile(intervals_ms, 99)), 2),
        "interval_max_ms": round(float(intervals_ms.max()), 2),
        "frames_shown_exactly": round(sum(row in shown for row in said) / len(said), 4),
    }


async def measure(seconds: float) -> dict[str, dict[str, float]]:
    """Run server and client, and read what came."""
    loop = asyncio.get_running_loop()
    pcm = (voice(30.0) * 32767).astype(np.int16)  # at once: while this loop works it stamps nothing
    captures: dict[str, Capture] = {}
    outputs: list[str] = []
    with ExitStack() as stack:
        for name, address in OUTPUTS.items():
            udp = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
            udp.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8 * 1024 * 1024)
            udp.bind(("127.0.0.1", 0))
            transport, captures[name] = await loop.create_datagram_endpoint(Capture, sock=udp)
            stack.callback(transport.close)
            outputs += ["--output", address.format(udp.getsockname()[1])]
        with running((*SERVE, *outputs), "a2f-live") as server:
            await asyncio.sleep(0.2)
            for capture in captures.values():
                capture.forget()  # those that waited while the server was waited for
            frames = await speak(server.url, pcm, seconds)
            await asyncio.sleep(0.5)
            # Before the server ends, for which this loop waits and stamps nothing.
            return {name: report(name, capture, frames) for name, capture in captures.items()}


def main() -> None:
    """Measure and report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60.0)
    figures = asyncio.run(measure(parser.parse_args().seconds))
    for name, each in figures.items():
        print(f"{name:>13}: " + ", ".join(f"{what} {value:g}" for what, value in each.items()))
    print(json.dumps({"benchmark": "relay", "rate": RATE_HZ, **figures}))


if __name__ == "__main__":
    main()
