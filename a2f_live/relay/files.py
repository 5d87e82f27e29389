"""Targets that keep frames as lines of text, in a file or on standard output."""

import logging
import sys
from collections.abc import Callable
from contextlib import suppress
from fractions import Fraction
from pathlib import Path
from typing import IO

from a2f_live.errors import FileError
from a2f_live.frames import Frames
from a2f_live.outputs.base import Clip, Format
from a2f_live.relay.target import Target, Wants

STANDARD_OUTPUT = "-"

logger = logging.getLogger(__name__)


class FileTarget(Target):
    """Writes every frame as it comes, each line whole; frames of pauses and of an ease to rest are left out."""

    def __init__(self, name: str, make: Callable[[], Format], fps: Fraction) -> None:
        self.wants = Wants(visemes=True)
        self._name, self._format, self._fps = name, make(), fps
        self._file: IO[str] | None = None
        self._without = False

    async def open(self) -> None:
        """Begin the file anew. Raises `FileError`."""
        begin = self._format.begin(Clip(self._name, self._fps, visemes=True))
        self._file = sys.stdout if self._name == STANDARD_OUTPUT else self._opened()
        self._put(begin)

    def write(self, frames: Frames) -> None:
        """Add what the frames become. Raises `FileError` or `ConfigError`."""
        if frames.idle or frames.final:
            return
        if frames.visemes is None and not self._without:
            self._without = True
            logger.warning("the stream has no visemes: %s gets none", self._name)
        self._put(self._format.rows(frames))

    async def close(self) -> None:
        """Finish the file."""
        file, self._file = self._file, None
        if file is not None and file is not sys.stdout:
            with suppress(OSError):
                file.close()

    def _opened(self) -> IO[str]:
        try:
            return Path(self._name).open("w", encoding="utf-8", newline="")
        except OSError as error:
            raise self._failed(error) from error

    def _put(self, text: str) -> None:
        if self._file is None or not text:
            return
        try:
            self._file.write(text)
            self._file.flush()
        except OSError as error:
            raise self._failed(error) from error

    def _failed(self, error: OSError) -> FileError:
        return FileError(f"{self._name} cannot be written: {(error.strerror or str(error)).lower()}")
