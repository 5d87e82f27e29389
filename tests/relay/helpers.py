"""A clock that jumps, frames that say where they stand, and receivers of packets."""

import asyncio
import heapq
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from fractions import Fraction

import numpy as np

from a2f_live import arkit
from a2f_live.frames import Array, Frames
from a2f_live.outputs.pose import Pose
from a2f_live.relay.target import Target

RATE = Fraction(60)


class FakeClock:
    """Time passes only while all sleep: then it is that of the first who wakes."""

    def __init__(self) -> None:
        self._now_s = 0.0
        self._sleepers: list[tuple[float, int, asyncio.Event]] = []
        self._count = 0
        self._task: asyncio.Task[None] | None = None

    def now_s(self) -> float:
        return self._now_s

    async def sleep_until(self, due_s: float) -> None:
        wake, self._count = asyncio.Event(), self._count + 1
        heapq.heappush(self._sleepers, (due_s, self._count, wake))
        await wake.wait()

    @asynccontextmanager
    async def running(self) -> AsyncIterator["FakeClock"]:
        task = asyncio.create_task(self._run())
        try:
            yield self
        finally:
            task.cancel()
            await asyncio.wait({task})

    async def _run(self) -> None:
        while True:
            for _ in range(20):  # whoever was woken runs until it sleeps again
                await asyncio.sleep(0)
            if self._sleepers:
                due_s, _, wake = heapq.heappop(self._sleepers)
                self._now_s = max(self._now_s, due_s)
                wake.set()


def smooth_weights(count: int, seed: int = 3) -> Array:
    """(count, 52) weights that begin at rest and move slowly, each in its own way."""
    random = np.random.default_rng(seed)
    pace, phase = random.uniform(0.02, 0.08, arkit.COUNT), random.uniform(0, 6, arkit.COUNT)
    steps = np.arange(count)[:, None]
    grown = np.minimum(steps / 20, 1.0)
    return (grown * (0.5 + 0.5 * np.sin(steps * pace + phase))).astype(np.float32)


def said(weights: Array, first: int, end: int, *, fps: Fraction = RATE, utterance: int = 0, **more: bool) -> Frames:
    """Frames `first` to `end` of an utterance."""
    return Frames(utterance, first, first / fps, fps, weights[first:end], **more)  # type: ignore[arg-type]


class Kept(Target):
    """Keeps what it is shown, and what it is told."""

    def __init__(self) -> None:
        self.poses: list[Pose] = []
        self.ticks: list[int] = []
        self.frames: list[Frames] = []
        self.open_now = False
        self.opened = 0

    async def open(self) -> None:
        self.open_now = True
        self.opened += 1

    def show(self, pose: Pose, tick: int) -> None:
        self.poses.append(pose)
        self.ticks.append(tick)

    def write(self, frames: Frames) -> None:
        self.frames.append(frames)

    async def close(self) -> None:
        self.open_now = False


@contextmanager
def receiver() -> Iterator[tuple[socket.socket, int]]:
    """A UDP socket on this machine, and its port."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        udp.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 * 1024 * 1024)
        udp.bind(("127.0.0.1", 0))
        udp.setblocking(False)
        yield udp, udp.getsockname()[1]


def received(udp: socket.socket) -> list[bytes]:
    """All datagrams that have come."""
    datagrams = []
    while True:
        try:
            datagrams.append(udp.recv(65536))
        except BlockingIOError:
            return datagrams
