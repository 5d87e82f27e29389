"""Live streams on one server process, beside a bare aiohttp echo of the same traffic in the same run.

    python -m benchmarks.live [--streams 100] [--seconds 10] [--rounds 3]

All servers get 50 messages of 20 ms a second from each stream, from the same kind of client on the same machine. The
echo sends each of them back; a second echo sends as many and as large messages as ours does, 30 a second. What they
cost is the floor that the web server, the event loop and the kernel set; the ratio is what decoding, windows, engine,
motion and encoding add. Rounds take turns, and the cheapest of each counts: what else the machine does only ever adds.
The last line is one JSON document.
"""

import argparse
import asyncio
import json
from fractions import Fraction
from time import perf_counter

import aiohttp
import uvloop

from a2f_live.cli.bench import document, show, voice
from a2f_live.client.load import MESSAGES_HZ, LoadPlan, LoadReport, run
from benchmarks.process import Server, running

MESSAGE = bytes(660)
"""About the size of one msgpack message with 20 ms of 16 kHz s16."""
SERVE = ("-m", "a2f_live", "serve", "--port", "0", "--log-level", "warning")


async def echo_load(server: Server, streams: int, seconds: float) -> float:
    """Microseconds of server CPU for a message in, with its share of the messages out."""

    async def speak(http: aiohttp.ClientSession, number: int) -> None:
        async with http.ws_connect(f"{server.url}/v1/stream", compress=0) as socket:
            hearing = asyncio.create_task(hear(socket))
            began_s = perf_counter() + number * 0.02 / streams
            for message in range(round(seconds * 50)):
                await asyncio.sleep(began_s + message * 0.02 - perf_counter())
                await socket.send_bytes(MESSAGE)
            hearing.cancel()

    async def hear(socket: aiohttp.ClientWebSocketResponse) -> None:
        async for _ in socket:
            pass

    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as http:
        before_s = server.cpu_s
        await asyncio.gather(*(speak(http, number) for number in range(streams)))
        return (server.cpu_s - before_s) / (streams * seconds * 50) * 1e6


def stream_load(server: Server, streams: int, seconds: float) -> LoadReport:
    """Hold the streams; the CPU of the report is that of the process."""
    pcm = (voice(20.0) * 32767).astype("<i2").tobytes()
    return uvloop.run(run(LoadPlan(server.url, streams, seconds, Fraction(30), pcm)))


def main() -> None:
    """Measure and report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--streams", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    rounds = [one_round(options.streams, options.seconds) for _ in range(options.rounds)]
    echo_us = min(echo for echo, _, _ in rounds)
    frames_us = min(frames for _, frames, _ in rounds)
    report = min((report for _, _, report in rounds), key=lambda report: report.server_cpu_ms)
    ours_us = report.server_cpu_ms * 1000 / MESSAGES_HZ
    show(report)
    print(f"CPU of a message in and its frames out: {ours_us:.1f} us")
    print(f"bare echo: {echo_us:.1f} us, ratio {ours_us / echo_us:.2f}")
    print(f"bare echo of 30 frames for 50 messages: {frames_us:.1f} us, ratio {ours_us / frames_us:.2f}")
    costs = {"message_us": ours_us, "echo_message_us": echo_us, "echo_frames_us": frames_us}
    print(json.dumps({**document(report), **{name: round(cost, 1) for name, cost in costs.items()}}))


def one_round(streams: int, seconds: float) -> tuple[float, float, LoadReport]:
    """Microseconds a message of both echoes, and how the streams went."""
    costs_us = []
    for option in ([], ["--frames"]):
        with running(("-m", "benchmarks.echo_server", *option), "echo") as server:
            costs_us.append(uvloop.run(echo_load(server, streams, seconds)))
    with running(SERVE, "a2f-live") as server:
        stream_load(server, 5, 1.0)
        return costs_us[0], costs_us[1], stream_load(server, streams, seconds)


if __name__ == "__main__":
    main()
