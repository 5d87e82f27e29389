"""Many live streams at once against one server, and how late their frames come: the load of `a2f-live bench`.

Every stream sends 20 ms messages by the clock, each when its audio would have been spoken. The *added latency* of a
frame at `t` is the time from the sending of the message that holds the last sample which it needs (`t` + look-ahead) to
the arrival of the frame: all that server, engine and network add to the look-ahead.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import ceil, isnan, nan
from time import perf_counter
from typing import Any, Final

import aiohttp
from msgpack import unpackb

from a2f_live.client.link import refusal
from a2f_live.config import AudioFormat, StreamConfig
from a2f_live.errors import A2FError, ConnectionLost, RemoteProtocolError
from a2f_live.frames import Flushed, Frames
from a2f_live.wire.connection import Connection, Role
from a2f_live.wire.messages import MSGPACK, Audio, Bye, Error, Flush, Hello, Limits, Ready

MESSAGES_HZ: Final = 50
MESSAGE_S: Final = Fraction(1, MESSAGES_HZ)
"""Seconds of audio in one message."""
RATE_HZ: Final = 16_000
MESSAGE_SAMPLES: Final = int(RATE_HZ * MESSAGE_S)
ANSWER_LIMIT_S: Final = 10.0
"""How long a server may take over the last frames before a stream counts as lost."""


@dataclass(frozen=True, slots=True)
class LoadPlan:
    """What to put on a server."""

    url: str
    streams: int
    seconds: float
    fps: Fraction
    pcm: bytes
    """16 kHz mono s16 that the streams speak, each from another place."""
    lookahead_ms: int = 40
    engine: str | None = None
    token: str | None = None


@dataclass(slots=True)
class StreamReport:
    """What one stream saw."""

    first_frame_s: float = nan
    latencies_s: list[float] = field(default_factory=list)
    frames: int = 0
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class LoadReport:
    """What all streams saw together."""

    streams: int
    held: int
    """Streams that got every frame."""
    frames: int
    frames_lost: int
    first_frame_ms: tuple[float, float, float]
    """p50, p95, p99 of the first frame's added latency."""
    latency_ms: tuple[float, float, float]
    """p50, p95, p99 of the added latency of all frames."""
    server_cpu_ms: float
    """Milliseconds of server CPU for one second of one stream."""
    server_memory_kib: float
    """KiB of server memory that one stream added."""
    problems: tuple[str, ...]


async def run(plan: LoadPlan) -> LoadReport:
    """Hold all streams of the plan at once. Raises `ConnectionLost` if there is no server at the address."""
    headers = {"Authorization": f"Bearer {plan.token}"} if plan.token else {}
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector, headers=headers) as http:
        idle = await _server_figures(http, plan.url)
        halfway: asyncio.Future[_ServerFigures] = asyncio.ensure_future(_look_halfway(http, plan))
        reports = await asyncio.gather(*(_Stream(plan, number).run(http) for number in range(plan.streams)))
        busy = await _server_figures(http, plan.url)
        full = await halfway
    cpu_s = busy.cpu_s - idle.cpu_s
    return _sum_up(plan, reports, cpu_s, full.memory_bytes - idle.memory_bytes)


class _Stream:
    """One client that speaks in real time."""

    def __init__(self, plan: LoadPlan, number: int) -> None:
        self._plan = plan
        self._phase_s = float(MESSAGE_S) * number / plan.streams
        self._messages = ceil(plan.seconds / MESSAGE_S)
        self._offset = number * 7919 * MESSAGE_SAMPLES * 2 % max(1, len(plan.pcm) - 1) // 2 * 2
        self._frame_s = float(1 / plan.fps)
        self._sent_s: list[float] = []
        self._report = StreamReport()
        self._connection = Connection(Role.CLIENT, MSGPACK, Limits())

    async def run(self, http: aiohttp.ClientSession) -> StreamReport:
        try:
            async with http.ws_connect(
                f"{self._plan.url}/v1/stream", protocols=(MSGPACK,), compress=0, max_msg_size=0
            ) as socket:
                await self._greet(socket)
                sending = asyncio.create_task(self._send(socket))
                try:
                    async with asyncio.timeout(self._plan.seconds + ANSWER_LIMIT_S):
                        await self._receive(socket)
                finally:
                    sending.cancel()
                await socket.send_bytes(_binary(self._connection.send(Bye())))
        except A2FError as error:
            self._report.problem = error.message
        except aiohttp.WSServerHandshakeError as refused:
            self._report.problem = refusal(self._plan.url, refused.status).message
        except aiohttp.WSMessageTypeError:
            self._report.problem = "the server closed the stream before its end: see its log"
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            self._report.problem = f"the stream broke: {error or type(error).__name__}"
        return self._report

    async def _greet(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        plan = self._plan
        config = StreamConfig(
            AudioFormat("pcm_s16le", RATE_HZ, 1), plan.fps, lookahead_ms=plan.lookahead_ms, engine=plan.engine
        )
        await socket.send_bytes(_binary(self._connection.send(Hello(config))))
        answer = self._connection.receive(await socket.receive_bytes())
        if isinstance(answer, Error):
            raise ConnectionLost(answer.message)
        if not isinstance(answer, Ready):
            raise RemoteProtocolError(f"the server answered hello by {answer}")
        self._lookahead_s = answer.lookahead_ms / 1000

    async def _send(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        began_s = perf_counter() + self._phase_s
        for number in range(self._messages):
            message = _binary(self._connection.send(Audio(self._audio(number))))
            await asyncio.sleep(began_s + (number + 1) / MESSAGES_HZ - perf_counter())
            self._sent_s.append(perf_counter())
            await socket.send_bytes(message)
        await socket.send_bytes(_binary(self._connection.send(Flush(1))))

    def _audio(self, number: int) -> bytes:
        pcm = self._plan.pcm
        start = (self._offset + number * MESSAGE_SAMPLES * 2) % len(pcm)
        piece = pcm[start : start + MESSAGE_SAMPLES * 2]
        return piece + pcm[: MESSAGE_SAMPLES * 2 - len(piece)]

    async def _receive(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        """Hear everything until the end; read as maps, for the load must not be what is measured."""
        while True:
            message = unpackb(await socket.receive_bytes())
            if message["type"] == Frames.type:
                self._note(message["time"], message["count"], perf_counter())
            elif message["type"] == Flushed.type:
                return
            elif message["type"] == Error.type and message["fatal"]:
                raise ConnectionLost(message["message"])

    def _note(self, time_s: float, count: int, now_s: float) -> None:
        """Each frame is as late as the last of its message."""
        report = self._report
        last_s = time_s + (count - 1) * self._frame_s
        needed = ceil((last_s + self._lookahead_s) * MESSAGES_HZ - 1e-6) - 1
        if 0 <= needed < len(self._sent_s):
            late_s = now_s - self._sent_s[needed]
            report.latencies_s.extend([late_s] * count)
            if not report.frames:
                report.first_frame_s = late_s
        report.frames += count


@dataclass(frozen=True, slots=True)
class _ServerFigures:
    cpu_s: float
    memory_bytes: float


async def _look_halfway(http: aiohttp.ClientSession, plan: LoadPlan) -> _ServerFigures:
    await asyncio.sleep(plan.seconds * 0.8)
    return await _server_figures(http, plan.url)


async def _server_figures(http: aiohttp.ClientSession, url: str) -> _ServerFigures:
    """CPU seconds and resident bytes that the server tells in its metrics; nan where it does not."""
    try:
        async with http.get(f"{url}/metrics") as answer:
            text = await answer.text()
    except (aiohttp.ClientError, OSError) as error:
        raise ConnectionLost(f"no server answers at {url}: start one with `a2f-live serve` ({error})") from error
    rows = (line.rsplit(" ", 1) for line in text.splitlines() if line and not line.startswith("#"))
    values = {row[0]: row[1] for row in rows if len(row) == 2}
    cpu_s = values.get("process_cpu_seconds_total", "nan")
    memory_bytes = values.get("process_resident_memory_bytes", "nan")
    return _ServerFigures(float(cpu_s), float(memory_bytes))


def _sum_up(plan: LoadPlan, reports: Sequence[StreamReport], cpu_s: float, memory_bytes: float) -> LoadReport:
    due = ceil(ceil(plan.seconds / MESSAGE_S) * MESSAGE_S * plan.fps)
    lost = [max(0, due - report.frames) for report in reports]
    return LoadReport(
        streams=plan.streams,
        held=sum(1 for report, missing in zip(reports, lost, strict=True) if not (missing or report.problem)),
        frames=sum(report.frames for report in reports),
        frames_lost=sum(lost),
        first_frame_ms=percentiles_ms([r.first_frame_s for r in reports if not isnan(r.first_frame_s)]),
        latency_ms=percentiles_ms([latency for report in reports for latency in report.latencies_s]),
        server_cpu_ms=1000 * cpu_s / (plan.streams * plan.seconds),
        server_memory_kib=memory_bytes / 1024 / plan.streams,
        problems=tuple(sorted({report.problem for report in reports if report.problem})),
    )


def percentiles_ms(values_s: Sequence[float]) -> tuple[float, float, float]:
    """p50, p95 and p99 in milliseconds; nan where there is nothing."""
    ordered = sorted(values_s)
    if not ordered:
        return (nan, nan, nan)
    p50, p95, p99 = (1000 * ordered[min(len(ordered) - 1, int(len(ordered) * p))] for p in (0.5, 0.95, 0.99))
    return (p50, p95, p99)


def _binary(data: Any) -> bytes:
    assert isinstance(data, bytes)  # noqa: S101 - the subprotocol is msgpack
    return data
