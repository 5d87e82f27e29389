"""What the streams of a load saw, and what that comes to."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import ceil, isnan, nan

from msgpack import unpackb

from a2f_live.client.load.speech import MESSAGES_HZ, LoadPlan


@dataclass(slots=True)
class Heard:
    """What one stream heard, and when it spoke."""

    sent_s: list[float] = field(default_factory=list)
    """When each message went out."""
    behind_s: list[float] = field(default_factory=list)
    """How long after its time that was: the load's own fault."""
    frames: list[tuple[float, bytes]] = field(default_factory=list)
    """When each `frames` message came, and the message."""
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class ServerFigures:
    """CPU seconds and resident bytes that a server tells; nan where it does not."""

    cpu_s: float
    memory_bytes: float


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
    behind_ms: tuple[float, float, float]
    """p50, p95, p99 of how late the load itself was with its messages; beyond some ms it measures itself."""
    server_cpu_ms: float
    """Milliseconds of server CPU for one second of one stream, connecting left out."""
    server_memory_kib: float
    """KiB of server memory that one stream added."""
    problems: tuple[str, ...]


@dataclass(slots=True)
class _Stream:
    """What one stream's frames say."""

    frames: int = 0
    first_frame_s: float = nan
    latencies_s: list[float] = field(default_factory=list)


def sum_up(
    plan: LoadPlan, streams: Sequence[Heard], lookahead_s: float, cpu_s: float, memory_bytes: float
) -> LoadReport:
    """The figures of a load, with the CPU and the memory that it cost its server."""
    read = [_read(plan, heard, lookahead_s) for heard in streams]
    lost = [max(0, plan.frames - stream.frames) for stream in read]
    return LoadReport(
        streams=plan.streams,
        held=sum(not (missing or heard.problem) for heard, missing in zip(streams, lost, strict=True)),
        frames=sum(stream.frames for stream in read),
        frames_lost=sum(lost),
        first_frame_ms=percentiles_ms([one.first_frame_s for one in read if not isnan(one.first_frame_s)]),
        latency_ms=percentiles_ms([latency_s for one in read for latency_s in one.latencies_s]),
        behind_ms=percentiles_ms([behind_s for heard in streams for behind_s in heard.behind_s]),
        server_cpu_ms=1000 * cpu_s / (plan.streams * plan.seconds),
        server_memory_kib=memory_bytes / 1024 / plan.streams,
        problems=tuple(sorted({heard.problem for heard in streams if heard.problem})),
    )


def _read(plan: LoadPlan, heard: Heard, lookahead_s: float) -> _Stream:
    """Each frame is as late as the last of its message."""
    stream = _Stream()
    for came_s, payload in heard.frames:
        message = unpackb(payload)
        count = message["count"]
        last_s = message["time"] + (count - 1) / plan.fps
        needed = ceil((last_s + lookahead_s) * MESSAGES_HZ - 1e-6) - 1
        if 0 <= needed < len(heard.sent_s):
            late_s = came_s - heard.sent_s[needed]
            stream.latencies_s.extend([late_s] * count)
            if not stream.frames:
                stream.first_frame_s = late_s
        stream.frames += count
    return stream


def percentiles_ms(values_s: Sequence[float]) -> tuple[float, float, float]:
    """p50, p95 and p99 in milliseconds; nan where there is nothing."""
    ordered = sorted(values_s)
    if not ordered:
        return (nan, nan, nan)
    p50, p95, p99 = (1000 * ordered[min(len(ordered) - 1, int(len(ordered) * p))] for p in (0.5, 0.95, 0.99))
    return (p50, p95, p99)
