"""Files that are whole or not there: a run may be killed at any time, and the next one goes on from what is there."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from assets.lipnet.training.trouble import TroubleError


def _clear(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """A path to write a file or a folder to; it becomes `path` when all of it has been written."""
    part = path.with_name(path.name + ".part")
    path.parent.mkdir(parents=True, exist_ok=True)
    _clear(part)
    yield part
    _clear(path)
    os.replace(part, path)


def write_text(path: Path, text: str) -> None:
    """Write a whole text file."""
    with whole(path) as part:
        part.write_text(text, "utf-8")


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Keeps a second run out of `folder`; the system lifts this when a run ends, however it ends."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise TroubleError(f"Another run is at work in {folder}: wait for it, or name another --folder.") from error
        yield
