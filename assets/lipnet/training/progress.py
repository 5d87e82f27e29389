"""Shows how far a step is: a bar on a terminal, else a line now and then."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

EVERY_S: Final = 60.0
"""Between lines where there is no terminal."""

Advance = Callable[[float], None]


@contextmanager
def shown(step: str, total_s: float, console: Console | None = None) -> Iterator[Advance]:
    """Gives a function that takes the seconds of speech made since it was last called."""
    console = console or Console(stderr=True)
    if console.is_terminal:
        columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:.0f} %"))
        with Progress(*columns, TimeRemainingColumn(), console=console) as bar:
            task = bar.add_task(step, total=total_s)
            yield lambda seconds: bar.advance(task, seconds)
    else:
        lines = Lines(step, total_s, lambda line: console.print(line, highlight=False), monotonic)
        yield lines.advance
        lines.tell()


class Lines:
    """A line every minute, and one at the end."""

    def __init__(self, step: str, total_s: float, tell: Callable[[str], None], clock: Callable[[], float]) -> None:
        self._step, self._total_s, self._tell, self._clock = step, total_s, tell, clock
        self._made_s, self._due_s = 0.0, clock() + EVERY_S

    def advance(self, seconds: float) -> None:
        """Count seconds made, and tell when a line is due."""
        self._made_s += seconds
        if self._clock() >= self._due_s:
            self.tell()

    def tell(self) -> None:
        """Tell how much there is."""
        self._due_s = self._clock() + EVERY_S
        self._tell(f"{self._step}: {self._made_s / 60:.1f} of {self._total_s / 60:.1f} min")
