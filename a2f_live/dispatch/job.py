"""A window on its way through the pool, and the batch that it travels in."""

from collections.abc import Callable, Sequence

from a2f_live.engine.base import Result, Window
from a2f_live.errors import EngineError

Done = Callable[[Window, Result | EngineError], None]
"""Told once, on the event loop, what became of a window."""

UNLIMITED = 2**31


class Job:
    """One window to answer. Times are seconds of the clock of the pool."""

    __slots__ = (
        "attempts",
        "avoid",
        "deadline_s",
        "done",
        "engine_s",
        "finished_s",
        "max_batch",
        "started_s",
        "submitted_s",
        "window",
    )

    def __init__(self, window: Window, done: Done, deadline_s: float, submitted_s: float) -> None:
        self.window = window
        self.done: Done | None = done
        """None once it has been told or is no longer wanted."""
        self.deadline_s = deadline_s
        """Seconds that one attempt may take."""
        self.submitted_s = submitted_s
        self.started_s = 0.0
        """Start of the latest attempt."""
        self.finished_s = 0.0
        self.engine_s = 0.0
        """Its share of the time that the engine worked on its batch."""
        self.attempts = 0
        """Attempts that failed."""
        self.avoid = -1
        """Index of the instance that failed it last, -1 for none."""
        self.max_batch = UNLIMITED
        """The largest batch that it may travel in: small after a failure, to part it from whatever caused that."""

    def cancel(self) -> None:
        """Forget it: `done` will not be called."""
        self.done = None


class Batch:
    """What one call of an engine answers. A probe holds a window and no job."""

    __slots__ = ("deadline_s", "jobs", "started_s", "windows")

    def __init__(self, jobs: Sequence[Job], windows: Sequence[Window], started_s: float, deadline_s: float) -> None:
        self.jobs = jobs
        self.windows = windows
        self.started_s = started_s
        self.deadline_s = deadline_s
        """The moment at which the instance counts as hung."""


def launch(jobs: Sequence[Job], now: float) -> Batch:
    """The batch of these jobs, started now; the least patient of them sets its deadline."""
    windows = []
    patience_s = jobs[0].deadline_s
    for job in jobs:
        job.started_s = now
        windows.append(job.window)
        patience_s = min(patience_s, job.deadline_s)
    return Batch(jobs, windows, now, now + patience_s)
