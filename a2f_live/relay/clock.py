"""The clock that a relay goes by; tests bring another."""

import asyncio
from typing import Protocol


class Clock(Protocol):
    """Seconds that only ascend, and sleep."""

    def now_s(self) -> float:
        """Seconds from any start."""
        ...

    async def sleep_until(self, due_s: float) -> None:
        """Wait until that time; where it has passed, let others run once."""
        ...


class SystemClock:
    """The clock of the event loop."""

    def now_s(self) -> float:
        """Seconds of the loop."""
        return asyncio.get_running_loop().time()

    async def sleep_until(self, due_s: float) -> None:
        """Wait until then."""
        await asyncio.sleep(max(0.0, due_s - self.now_s()))
