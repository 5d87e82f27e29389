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
def shown(step: str, total: float, unit: str = "min", console: Console | None = None) -> Iterator[Advance]:
    """Gives a function that takes how much has been done since it was last called, in that unit."""
    console = console or Console(stderr=True)
    if console.is_terminal:
        columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:.0f} %"))
        with Progress(*columns, TimeRemainingColumn(), console=console) as bar:
            task = bar.add_task(step, total=total)
            yield lambda amount: bar.advance(task, amount)
    else:
        lines = Lines(step, total, unit, lambda line: console.print(line, highlight=False), monotonic)
        yield lines.advance
        lines.tell()


class Lines:
    """A line every minute, and one at the end."""

    def __init__(
        self, step: str, total: float, unit: str, tell: Callable[[str], None], clock: Callable[[], float]
    ) -> None:
        self._step, self._total, self._unit, self._tell, self._clock = step, total, unit, tell, clock
        self._done, self._due_s = 0.0, clock() + EVERY_S

    def advance(self, amount: float) -> None:
        """Count what was done, and tell when a line is due."""
        self._done += amount
        if self._clock() >= self._due_s:
            self.tell()

    def tell(self) -> None:
        """Tell how far it is."""
        self._due_s = self._clock() + EVERY_S
        self._tell(f"{self._step}: {self._done:.1f} of {self._total:.1f} {self._unit}")
