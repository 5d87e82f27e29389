"""Servers in processes of their own, and what they cost: processor time and memory as the kernel counts them."""

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

ROOT = Path(__file__).parents[1]


class Server:
    """A server under way."""

    def __init__(self, process: subprocess.Popen[str], url: str) -> None:
        self._stat = Path(f"/proc/{process.pid}/stat")
        self._statm = Path(f"/proc/{process.pid}/statm")
        self.url = url

    @property
    def cpu_s(self) -> float:
        """Seconds of processor time since its start, user and system."""
        fields = self._stat.read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    @property
    def memory_kib(self) -> float:
        """Resident memory."""
        return int(self._statm.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1024


@contextmanager
def running(arguments: Sequence[str], first_line: str) -> Iterator[Server]:
    """Start `python ARGUMENTS`, wait for the line that begins so and ends with the address, stop it afterwards."""
    command = [sys.executable, *arguments]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield Server(process, _address(process.stdout, first_line))
        finally:
            process.terminate()


def _address(lines: IO[str], first_line: str) -> str:
    for line in lines:
        if line.startswith(first_line):
            return next(word for word in line.split() if word.startswith("http"))
    raise SystemExit("the server did not start: see its messages above")
