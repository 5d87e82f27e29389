"""Shows a stream of frames on any number of targets, in steady time however it comes."""

import asyncio
import logging
from collections.abc import Sequence
from contextlib import AsyncExitStack
from fractions import Fraction
from types import TracebackType
from typing import Final, Self

from a2f_live.errors import A2FError
from a2f_live.frames import Frames
from a2f_live.relay.clock import Clock, SystemClock
from a2f_live.relay.playback import Playback
from a2f_live.relay.target import Target
from a2f_live.relay.timetable import ZERO

MADE_UP: Final = 6
"""So many ticks that a busy machine missed are shown at once, to keep the rate; those before them are left out."""

logger = logging.getLogger(__name__)


class Relay:
    """A context manager that opens the targets, shows a pose on them at each tick, and closes them.

    A target that fails is given up: the others go on, and `error` tells what was first.
    """

    def __init__(
        self,
        targets: Sequence[Target],
        rate: Fraction,
        *,
        delay_s: Fraction = ZERO,
        live: bool = False,
        clock: Clock | None = None,
    ) -> None:
        self._targets = list(targets)
        self._rate = rate
        self._playback = Playback(rate, delay_s, live=live)
        self._clock = clock or SystemClock()
        self._tick = 0
        self._rested = asyncio.Event()
        self._resources = AsyncExitStack()
        self.ticks = 0
        """Poses shown."""
        self.error: A2FError | None = None

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as opening:
            for target in self._targets:
                opening.push_async_callback(target.close)
                await target.open()
            task = asyncio.create_task(self._run(), name="a2f-live relay")
            opening.push_async_callback(_ended, task)
            self._resources = opening.pop_all()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._resources.aclose()

    def hear(self, frames: Frames) -> None:
        """Take frames; files keep them at once, the rest is shown when it is due."""
        self._rested.clear()
        self._playback.hear(frames, self._tick)
        for target in tuple(self._targets):
            self._tell(target, frames)

    def interrupt(self) -> None:
        """Forget what is not shown yet: the face comes to rest."""
        self._playback.interrupt(self._tick)

    async def rested(self) -> None:
        """Wait until everything has been shown and the face is at rest."""
        await self._rested.wait()

    async def _run(self) -> None:
        start_s = self._clock.now_s()
        try:
            while True:
                await self._clock.sleep_until(start_s + float(self._tick / self._rate))
                missed = int(Fraction(self._clock.now_s() - start_s) * self._rate) - self._tick
                self._tick += max(0, missed - MADE_UP)
                self._show()
                self._tick += 1
        finally:
            self._rested.set()  # whoever waits shall not wait for ever; what went wrong is raised at the end

    def _show(self) -> None:
        pose = self._playback.pose(self._tick)
        for target in self._targets:
            target.show(pose, self._tick)
        self.ticks += 1
        if self._playback.resting(self._tick):
            self._rested.set()

    def _tell(self, target: Target, frames: Frames) -> None:
        try:
            target.write(frames)
        except A2FError as error:
            logger.warning("an output is given up: %s", error.message)
            self._targets.remove(target)
            self.error = self.error or error


async def _ended(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.wait({task})
    if not task.cancelled() and (error := task.exception()) is not None:
        raise error
