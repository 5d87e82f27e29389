"""One headless instance as a process: started, watched and ended, under a keeper that ends it when we are killed."""

import contextlib
import os
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Final, cast

from a2f_live.engine.omniverse import keeper
from a2f_live.errors import EngineUnavailable

END_S: Final = keeper.GRACE_S + 1.0
LOG_BYTES: Final = 1 << 20
"""A log that has grown larger is cut, so that a server can run for months."""
TAIL_BYTES: Final = 4096
LAST_PORT: Final = 65_535
MOVED: Final = re.compile(rb"taken[^\r\n]*starting on port (\d{1,5})")
"""What Omniverse writes, and no more, where its port was taken."""


class Process:
    """A headless instance that was started here. Raises `EngineUnavailable` where it cannot be run."""

    def __init__(self, command: Sequence[str], folder: Path) -> None:
        self._log = folder / "output.log"
        self._read_bytes = 0
        """How much of the log has been looked through."""
        self._begun = b""
        """The line that was not whole when it was looked at."""
        self._moved_to: int | None = None
        self._keeper = self._start_keeper(
            [sys.executable, "-I", "-S", keeper.__file__, str(folder), str(self._log), *command]
        )
        self._leash = cast(IO[bytes], self._keeper.stdin)
        try:
            said = self._first_line()
        except BaseException:
            self._leash.close()
            self._keeper.wait()
            raise
        if not said.isdigit():
            self._keeper.wait()
            self._leash.close()
            raise EngineUnavailable(f"Audio2Face could not be started: {said or 'its keeper ended'}")
        self.pid = int(said)
        """Of the program that was run."""
        self._ended = False

    def poll(self) -> int | None:
        """Its exit status; None while it runs."""
        return self._keeper.poll()

    @property
    def moved_to(self) -> int | None:
        """The port that it took because its own was taken; it says so in its log alone."""
        with contextlib.suppress(OSError):
            self._read_on()
        return self._moved_to

    def last_words(self) -> str:
        """The last line of its output."""
        with contextlib.suppress(OSError), self._log.open("rb") as log:
            log.seek(max(0, os.fstat(log.fileno()).st_size - TAIL_BYTES))
            lines = log.read().decode("utf-8", "replace").split("\n")
            return next((line.strip()[:300] for line in reversed(lines) if line.strip()), "")
        return ""

    def trim_log(self) -> None:
        """Keep its output from filling the disk; what it says of its port is read before."""
        with contextlib.suppress(OSError):
            if self._log.stat().st_size > LOG_BYTES:
                self._read_on()
                os.truncate(self._log, 0)
                self._read_bytes = 0

    def kill(self) -> None:
        """End it at once; safe from any thread and at any time before `end`."""
        if self._keeper.poll() is None:
            keeper.kill_all(self.pid)

    def end(self) -> None:
        """End it in order, or by force where it does not. Safe to call twice."""
        with contextlib.suppress(OSError):
            self._leash.close()
        try:
            killed = self._keeper.wait(END_S) < 0
        except subprocess.TimeoutExpired:
            self._keeper.kill()
            killed = self._keeper.wait() < 0
        if killed and not self._ended:
            keeper.kill_all(self.pid)
        self._ended = True

    @staticmethod
    def _start_keeper(command: Sequence[str]) -> "subprocess.Popen[bytes]":
        try:
            return subprocess.Popen(  # noqa: S603 - the script that the user named
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                start_new_session=True,  # so that Ctrl-C in the terminal reaches the server alone
            )
        except OSError as error:
            raise EngineUnavailable(f"the keeper of Audio2Face cannot be run: {error}") from error

    def _read_on(self) -> None:
        """Look through what it has said since the last time."""
        with self._log.open("rb") as log:
            log.seek(self._read_bytes)
            while block := log.read(LOG_BYTES):
                self._read_bytes += len(block)
                lines, _, begun = (self._begun + block).rpartition(b"\n")
                self._begun = begun[-TAIL_BYTES:]
                for port in map(int, MOVED.findall(lines)):
                    if 0 < port <= LAST_PORT:
                        self._moved_to = port

    def _first_line(self) -> str:
        with cast(IO[bytes], self._keeper.stdout) as answers:
            return answers.readline().decode("utf-8", "replace").strip()
