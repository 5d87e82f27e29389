"""Runs a program and ends it, with all that it started, when the process that asked for it is gone, however it went.

Run by path, with nothing but the standard library: FOLDER LOG COMMAND... It says the process id of the program on its
standard output, and ends it when its standard input ends; then the folder is removed.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

GRACE_S = 1.0
"""What the program gets to end in."""


def main(arguments: Sequence[str]) -> int:
    """Run it to its end; returns its exit status, as a shell would."""
    folder, log, *command = arguments
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            # The pipe says when to end. A handler, for what is ignored would be ignored by the program too.
            signal.signal(getattr(signal, name), lambda *_: None)
    try:
        with open(log, "ab", buffering=0) as output:
            program = subprocess.Popen(  # noqa: S603 - the script that the user named
                command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True
            )
    except OSError as error:
        print(f"{command[0]}: {error.strerror or error}", flush=True)
        return 127
    print(program.pid, flush=True)
    orphaned = threading.Event()
    threading.Thread(target=_end_with_parent, args=(program, orphaned), daemon=True).start()
    status = program.wait()
    kill_all(program.pid)
    if orphaned.is_set():
        shutil.rmtree(Path(folder), ignore_errors=True)
    return status if status >= 0 else 128 - status


def kill_all(pid: int) -> None:
    """End the program and what it started, at once; nothing happens where it is gone."""
    _signal_all(pid, "SIGKILL")


def _end_with_parent(program: "subprocess.Popen[bytes]", orphaned: threading.Event) -> None:
    while os.read(0, 1024):
        pass
    orphaned.set()
    _signal_all(program.pid, "SIGTERM")
    with contextlib.suppress(subprocess.TimeoutExpired):
        program.wait(GRACE_S)
    kill_all(program.pid)


def _signal_all(pid: int, name: str) -> None:
    if sys.platform == "win32":
        force = ["/F"] if name == "SIGKILL" else []
        subprocess.run(["taskkill", "/PID", str(pid), "/T", *force], capture_output=True, check=False)  # noqa: S603, S607
        return
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, getattr(signal, name))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
