"""Shows how far a conversion is: a bar on a terminal, else a line a file."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from a2f_live.cli.conversion import Outcome

Show = Callable[[Outcome], None]


@contextmanager
def progress(total: int, *, quiet: bool) -> Iterator[Show]:
    """Give what is to be called with each outcome. Failures are always shown, on standard error."""
    if quiet:
        yield _complain
    elif sys.stderr.isatty():
        with _bar(total) as show:
            yield show
    else:
        yield _Lines(total).show


def _complain(outcome: Outcome) -> None:
    if outcome.error:
        print(_complaint(outcome), file=sys.stderr)


def _complaint(outcome: Outcome) -> str:
    named = str(outcome.path) in outcome.error
    return f"a2f-live: {outcome.error}" if named else f"a2f-live: {outcome.path}: {outcome.error}"


class _Lines:
    def __init__(self, total: int) -> None:
        self._total = total
        self._done = 0

    def show(self, outcome: Outcome) -> None:
        self._done += 1
        line = _complaint(outcome) if outcome.error else f"[{self._done}/{self._total}] {outcome.path}"
        print(line, file=sys.stderr)


@contextmanager
def _bar(total: int) -> Iterator[Show]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), TextColumn("{task.description}"))
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=total)

        def show(outcome: Outcome) -> None:
            bar.update(task, advance=1, description=outcome.path.name.replace("[", r"\["))
            if outcome.error:
                bar.console.print(_complaint(outcome), markup=False, highlight=False, soft_wrap=True)

        yield show
