"""Writes the frames of a clip to a file that appears only when it is whole."""

import contextlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Final, Self
from uuid import uuid4

from a2f_live.errors import ConfigError, FileError
from a2f_live.frames import Frames
from a2f_live.outputs.animation_json import AnimationJson
from a2f_live.outputs.base import Clip, Format
from a2f_live.outputs.bsweight import BsWeight
from a2f_live.outputs.table import LiveLinkTable, PlainTable

FORMATS: Final[Mapping[str, type[Format]]] = {
    "csv": LiveLinkTable,
    "plain": PlainTable,
    "json": AnimationJson,
    "bsweight": BsWeight,
}
"""Every format by the name that a user gives."""


def choose(names: str) -> tuple[str, ...]:
    """Read names of formats divided by commas; raises `ConfigError` for one unknown or two that share a file."""
    chosen = tuple(dict.fromkeys(name.strip() for name in names.split(",")))
    owners: dict[str, str] = {}
    for name in chosen:
        if name not in FORMATS:
            raise ConfigError(f"--format: {name!r} is not known, use one or more of {', '.join(FORMATS)}")
        other = owners.setdefault(FORMATS[name].suffix, name)
        if other != name:
            raise ConfigError(f"--format: {other} and {name} would be the same file, ask for one of them")
    return chosen


def write_whole(path: Path, text: str) -> None:
    """Write a file that is replaced only when it is whole, its folder made if need be; raises `FileError`."""
    part = path.with_name(f".{uuid4().hex}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_text(text, "utf-8", newline="")
        part.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
        raise FileError(f"{path} cannot be written: {(error.strerror or str(error)).lower()}") from error


class ClipWriter:
    """A file being written; as a context manager it is kept when all went well, else nothing is left of it.

    Raises `FileError` where the file cannot be written.
    """

    def __init__(self, path: Path, make: Callable[[], Format], clip: Clip) -> None:
        self._path = path
        self._format = make()
        self._part = path.with_name(f".{uuid4().hex}.part")
        with self._translated():
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = self._part.open("w", encoding="utf-8", newline="")
        self._put(self._format.begin(clip))

    def write(self, frames: Frames) -> None:
        """Add consecutive frames."""
        self._put(self._format.rows(frames))

    def close(self) -> None:
        """Finish the file and give it its name."""
        self._put(self._format.end())
        with self._translated():
            self._file.close()
            self._part.replace(self._path)

    def discard(self) -> None:
        """Leave nothing behind."""
        with contextlib.suppress(OSError):
            self._file.close()
        self._part.unlink(missing_ok=True)

    def _put(self, text: str) -> None:
        with self._translated():
            self._file.write(text)

    @contextlib.contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise FileError(f"{self._path} cannot be written: {(error.strerror or str(error)).lower()}") from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None:
            self.discard()
            return
        try:
            self.close()
        except FileError:
            self.discard()
            raise
