"""Which port an instance has, so that several of them, in several servers, share a machine without a clash.

A port belongs to who holds the lock on its file. The system gives a lock back when its holder dies, in whatever way;
the empty file stays, since a file that went could be locked twice.
"""

import contextlib
import getpass
import os
import shutil
import socket
import stat
import tempfile
import threading
from collections.abc import Collection, Iterable
from contextlib import ExitStack
from enum import Enum, auto
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

from a2f_live.engine.omniverse.deadline import Deadline, Wait
from a2f_live.engine.omniverse.rest import HOST, Rest
from a2f_live.errors import EngineError, EngineFailed, EngineUnavailable

CONNECT_S: Final = 0.2
PROBE_S: Final = 3.0
"""How long an instance may take to say that it is there; one that takes longer hangs."""
OF_OTHERS: Final = stat.S_IWGRP | stat.S_IWOTH


class Presence(Enum):
    """Who is on a port."""

    FREE = auto()
    RUNNING = auto()
    """An instance of Audio2Face, ready."""
    TAKEN = auto()
    """Something else, or an instance that does not answer."""


class Claim:
    """A port that is ours until `release`, and a new folder for what belongs to it."""

    def __init__(self, port: int, lock: FileLock, root: Path, running: bool) -> None:
        self.port = port
        self.running = running
        """Whether an instance runs there already."""
        self._root = root
        self._locks = [lock]
        for stale in root.glob(f"{port}-*"):  # its owner is gone: the lock was free
            shutil.rmtree(stale, ignore_errors=True)
        try:
            self.folder = Path(tempfile.mkdtemp(prefix=f"{port}-", dir=root))
        except OSError as error:
            raise EngineUnavailable(f"no folder for tracks can be made in {root}: {error.strerror}") from error

    def extend(self, port: int) -> None:
        """Hold another port too. Raises `EngineFailed` where somebody else does."""
        lock = _lock(self._root, port)
        if lock is None:
            raise EngineFailed(f"Audio2Face went from port {self.port} to {port}, which somebody else holds")
        self._locks.append(lock)

    def touch(self) -> None:
        """Keep the locks from those who clean up files that have long been unused."""
        for lock in self._locks:
            with contextlib.suppress(OSError):
                os.utime(lock.lock_file)

    def release(self) -> None:
        """Give it back. Safe to call twice."""
        shutil.rmtree(self.folder, ignore_errors=True)
        for lock in self._locks:
            lock.release()


class Ports:
    """Claims ports of a range. Raises `EngineUnavailable` where the folder of the locks cannot be used.

    Called from one thread; `abort` from any. `wait(0)` raises when the work is given up.
    """

    def __init__(self, ports: Iterable[int], folder: Path, wait: Wait) -> None:
        self._ports = tuple(ports)
        self._folder = folder
        self._wait = wait
        self._guard = threading.Lock()
        self._asking: Rest | None = None
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            found = folder.lstat()
        except OSError as error:
            raise EngineUnavailable(f"the folder of locks {folder} cannot be made: {error.strerror}") from error
        if hasattr(os, "getuid") and not _is_ours(found):
            raise EngineUnavailable(
                f"the folder of locks {folder} is a link, belongs to somebody else, or others may write in it: "
                "mend that (chmod 700), or name another by `folder`"
            )

    def claim(self, *, attach: bool, start: bool, deadline: Deadline, avoid: Collection[int] = ()) -> Claim | None:
        """A port where an instance runs, if `attach`; else one where one can be started, if `start`; else None.

        Ports to avoid come last. Each is looked at once, and again under its lock. Raises `EngineTimeout`, what `wait`
        raises, and `EngineUnavailable` where the folder cannot be used.
        """
        ports = sorted(self._ports, key=lambda port: port in avoid)
        wanted = [(port, Presence.RUNNING) for port in ports if attach and port not in avoid]
        wanted += [(port, Presence.FREE) for port in ports if start]
        wanted += [(port, Presence.RUNNING) for port in ports if attach and port in avoid]
        seen: dict[int, Presence] = {}
        for port, presence in wanted:
            if port not in seen:
                seen[port] = self._look(port, deadline)
            # Looked first: a lock that is held for a look alone would keep others away for nothing.
            if seen[port] is presence and (claim := self._try(port, presence, deadline)):
                return claim
        return None

    def abort(self) -> None:
        """Let a look in another thread end; then `wait` says why."""
        with self._guard:
            if self._asking is not None:
                self._asking.abort()

    def _try(self, port: int, presence: Presence, deadline: Deadline) -> Claim | None:
        lock = _lock(self._folder, port)
        if lock is None:
            return None
        with ExitStack() as undo:
            undo.callback(lock.release)
            if self._look(port, deadline) is not presence:
                return None
            claim = Claim(port, lock, self._folder, running=presence is Presence.RUNNING)
            undo.pop_all()
        return claim

    def _look(self, port: int, deadline: Deadline) -> Presence:
        rest = Rest(port)
        with self._guard:
            self._asking = rest
        try:
            self._wait(0)
            presence = look(port, deadline, rest)
        finally:
            with self._guard:
                self._asking = None
        self._wait(0)  # one whose look was ended seems to hang
        return presence


def _is_ours(found: os.stat_result) -> bool:
    """Whether it is a folder itself in which nobody else can put anything: what is in it is deleted here."""
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid() and not found.st_mode & OF_OTHERS


def _lock(folder: Path, port: int) -> FileLock | None:
    """The lock of a port; None where somebody else holds it."""
    lock = FileLock(folder / f"{port}.lock", thread_local=False)
    try:
        lock.acquire(blocking=False)
    except Timeout:
        return None
    except (OSError, NotImplementedError) as error:  # the latter for a system of files without locks
        raise EngineUnavailable(f"port {port} cannot be locked in {folder}: {error}") from error
    return lock


def look(port: int, deadline: Deadline | None = None, rest: Rest | None = None) -> Presence:
    """Who is on a port of this machine; `rest` is what asks there. Raises `EngineTimeout` after the deadline."""
    deadline = deadline or Deadline(f"a look at port {port}", CONNECT_S + PROBE_S)
    with socket.socket() as probe:
        probe.settimeout(deadline.left_s(CONNECT_S))
        try:
            probe.connect((HOST, port))
        except ConnectionRefusedError:
            return Presence.FREE
        except OSError:
            return Presence.FREE if _can_bind(port) else Presence.TAKEN
    soon = Deadline(f"a look at port {port}", deadline.left_s(PROBE_S))
    with contextlib.suppress(EngineError):
        if (rest or Rest(port)).ready(soon):
            return Presence.RUNNING
    return Presence.TAKEN


def _can_bind(port: int) -> bool:
    """Windows takes two seconds to refuse a connection. Asked last: a look must not be in the way of who comes."""
    with socket.socket() as probe:
        exclusive = getattr(socket, "SO_EXCLUSIVEADDRUSE", None)
        if exclusive is not None:
            probe.setsockopt(socket.SOL_SOCKET, exclusive, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def default_folder() -> Path:
    """Where locks and tracks are kept: one folder a user and machine, since a port belongs to a machine.

    Raises `EngineUnavailable` where the system knows no such place.
    """
    try:
        return Path(tempfile.gettempdir()) / f"a2f-live-omniverse-{_user()}"
    except (ImportError, KeyError, OSError) as error:  # a user without a name, a system without a folder
        raise EngineUnavailable(f"no folder for locks is known ({error}): name one by `folder`") from error


def _user() -> str:
    """Who a variable of the environment cannot change, where the system has that."""
    return str(os.getuid()) if hasattr(os, "getuid") else getpass.getuser()
