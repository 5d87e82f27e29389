"""Ports that several claim at once, locks of the dead, and who is on a port."""

import getpass
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from filelock import FileLock, Timeout

from a2f_live.engine.omniverse import ports as ports_module
from a2f_live.engine.omniverse.deadline import Deadline
from a2f_live.engine.omniverse.ports import Claim, Ports, Presence, default_folder, look
from a2f_live.errors import EngineDied, EngineFailed, EngineTimeout, EngineUnavailable
from tests.engine.omniverse.app import App, Server
from tests.engine.omniverse.helpers import PATIENCE_S, ROOT, free_ports, go_on, patient

HOLDER = """
import sys
from pathlib import Path
from a2f_live.engine.omniverse.ports import Ports
from tests.engine.omniverse.helpers import go_on, patient
claim = Ports([int(sys.argv[1])], Path(sys.argv[2]), go_on).claim(attach=False, start=True, deadline=patient())
(claim.folder / "track0.wav").touch()
print(claim.port, flush=True)
sys.stdin.read()
"""


@pytest.fixture
def running() -> Iterator[Server]:
    server = Server()
    yield server
    server.close()


def claimed(ports: Ports, *, attach: bool = True, start: bool = True, avoid: set[int] = frozenset()) -> Claim:  # type: ignore[assignment]
    claim = ports.claim(attach=attach, start=start, deadline=patient(), avoid=avoid)
    assert claim is not None
    return claim


def is_locked(folder: Path, port: int) -> bool:
    lock = FileLock(folder / f"{port}.lock")
    try:
        lock.acquire(blocking=False)
    except Timeout:
        return True
    lock.release()
    return False


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ports_module, "PROBE_S", 0.2)


def test_who_is_on_a_port_is_seen(running: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    assert look(running.port) is Presence.RUNNING
    assert look(free_ports(1)) is Presence.FREE
    monkeypatch.setattr(ports_module, "PROBE_S", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as stranger:
        assert look(stranger.getsockname()[1]) is Presence.TAKEN  # it takes the connection and says nothing


def test_a_port_belongs_to_one_at_a_time_and_the_next_gets_the_next(tmp_path: Path) -> None:
    start = free_ports(3)
    ports = Ports(range(start, start + 3), tmp_path, go_on)
    with ThreadPoolExecutor(3) as pool:
        claims = [future.result() for future in [pool.submit(claimed, ports) for _ in range(3)]]
    assert sorted(claim.port for claim in claims) == [start, start + 1, start + 2]
    assert ports.claim(attach=True, start=True, deadline=patient()) is None
    folders = [claim.folder for claim in claims]
    assert all(folder.is_dir() for folder in folders)
    for claim in claims:
        claim.release()
        claim.release()
    assert not any(folder.exists() for folder in folders)
    assert claimed(ports).port == start


def test_one_that_runs_comes_before_one_to_start_unless_it_is_to_be_avoided(tmp_path: Path, running: Server) -> None:
    free = free_ports(1)
    ports = Ports((free, running.port), tmp_path, go_on)
    for avoid, port in (({}, running.port), ({running.port}, free)):
        claim = claimed(ports, avoid=set(avoid))
        assert (claim.port, claim.running) == (port, port == running.port)
        claim.release()
    claim = claimed(ports, start=False, avoid={running.port})
    assert claim.port == running.port  # better a bad one than none
    claim.release()
    assert claimed(ports, attach=False).port == free


@pytest.mark.usefixtures("impatient")
def test_a_port_that_somebody_else_has_is_passed_over(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as stranger:
        port = stranger.getsockname()[1]
        assert Ports([port], tmp_path, go_on).claim(attach=True, start=True, deadline=patient()) is None
    claimed(Ports([port], tmp_path, go_on)).release()


@pytest.mark.parametrize("presence", [*Presence])
def test_each_port_is_looked_at_once_in_a_round(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, presence: Presence
) -> None:
    looked: Counter[int] = Counter()

    def look(port: int, *_: object) -> Presence:
        looked[port] += 1
        return presence

    monkeypatch.setattr(ports_module, "look", look)
    numbers = range(8190, 8194)
    held = [FileLock(tmp_path / f"{port}.lock") for port in numbers]
    with ExitStack() as stack:
        for lock in held:
            stack.enter_context(lock)
        assert Ports(numbers, tmp_path, go_on).claim(attach=True, start=True, deadline=patient(), avoid={8191}) is None
    assert looked == dict.fromkeys(numbers, 1)


@pytest.mark.parametrize("limit_s", [1, 2, 5])
def test_a_search_ends_with_its_deadline_and_leaves_no_lock(tmp_path: Path, limit_s: int) -> None:
    """It passes before the first look, before that under the lock, and before that at the last port."""
    now = [0.0]

    def wait(_: float) -> None:
        now[0] += 1.0

    start = free_ports(2)
    ports = Ports((start, start + 1), tmp_path, wait)
    keeper = claimed(Ports([start], tmp_path, go_on)) if limit_s == 5 else None
    with pytest.raises(EngineTimeout, match=f"the search took longer than {limit_s} s"):
        ports.claim(attach=False, start=True, deadline=Deadline("the search", limit_s, lambda: now[0]))
    if keeper:
        keeper.release()
    for port in (start, start + 1):
        claimed(Ports([port], tmp_path, go_on)).release()


class HangsLater(App):
    """Says once that it is ready, and then nothing."""

    def answer(self, path: str, body: Any) -> tuple[int, Any]:
        if self.bodies(path):
            self.hang()
        return super().answer(path, body)


@pytest.mark.parametrize("locked", [False, True])
def test_a_search_that_is_given_up_ends_at_once_and_leaves_no_lock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, locked: bool
) -> None:
    monkeypatch.setattr(ports_module, "PROBE_S", PATIENCE_S)
    given_up = Event()

    def wait(_: float) -> None:
        if given_up.is_set():
            raise EngineDied("given up")

    server = Server(app=HangsLater())
    if not locked:
        server.app.calls.append(("/status", None))  # it hangs from the first look on
    ports = Ports([server.port], tmp_path, wait)
    ports.abort()  # nobody looks yet
    with ThreadPoolExecutor(1) as pool:
        search = pool.submit(ports.claim, attach=True, start=True, deadline=patient())
        assert server.app.hanging.wait(PATIENCE_S)
        assert is_locked(tmp_path, server.port) is locked
        given_up.set()
        ports.abort()
        with pytest.raises(EngineDied, match="given up"):
            search.result(PATIENCE_S / 2)
    port = server.port
    server.close()
    claimed(Ports([port], tmp_path, go_on)).release()


def test_another_process_is_kept_out_and_what_it_leaves_when_it_is_killed_is_recovered(
    tmp_path: Path,
) -> None:
    port = free_ports(1)
    ports = Ports([port], tmp_path, go_on)
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(port), str(tmp_path)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as holder:
        assert holder.stdout
        assert holder.stdout.readline() == f"{port}\n"
        assert ports.claim(attach=True, start=True, deadline=patient()) is None
        (left,) = tmp_path.glob(f"{port}-*")
        os.kill(holder.pid, signal.SIGTERM if sys.platform == "win32" else signal.SIGKILL)
    claim = claimed(ports)
    assert not left.exists()
    claim.release()
    assert [path.name for path in tmp_path.iterdir()] == [f"{port}.lock"]


def test_a_claim_can_hold_a_second_port_that_nobody_has(tmp_path: Path) -> None:
    start = free_ports(3)
    ports = Ports(range(start, start + 3), tmp_path, go_on)
    first, second = claimed(ports), claimed(ports)
    first.extend(start + 2)
    assert ports.claim(attach=True, start=True, deadline=patient()) is None
    with pytest.raises(EngineFailed, match=f"went from port {start + 1} to {start}, which somebody else holds"):
        second.extend(start)
    first.release()
    assert claimed(ports).port == start


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(EngineUnavailable, match=r"the folder of locks .* cannot be made"):
        Ports([8190], tmp_path / "file" / "locks", go_on)


@pytest.mark.parametrize("spoil", ["link", "mode"])
def test_a_folder_in_which_others_may_write_is_not_trusted(tmp_path: Path, spoil: str) -> None:
    (real := tmp_path / "real").mkdir(mode=0o700)
    folder = tmp_path / "locks"
    if spoil == "link":
        folder.symlink_to(real)
    else:
        folder.mkdir()
        folder.chmod(0o777)
    with pytest.raises(EngineUnavailable, match="others may write in it"):
        Ports([8190], folder, go_on)


def test_a_lock_in_use_does_not_grow_old(tmp_path: Path) -> None:
    claim = claimed(Ports([free_ports(1)], tmp_path, go_on))
    (lock,) = tmp_path.glob("*.lock")
    os.utime(lock, (0, 0))
    claim.touch()
    assert lock.stat().st_mtime > 0
    claim.release()


def test_a_full_disk_is_told_and_keeps_no_lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(**_: object) -> str:
        raise OSError(28, "No space left on device")

    port = free_ports(1)
    with monkeypatch.context() as patch:
        patch.setattr(tempfile, "mkdtemp", full)
        with pytest.raises(EngineUnavailable, match=r"no folder for tracks can be made .* No space left"):
            claimed(Ports([port], tmp_path, go_on))
    assert not is_locked(tmp_path, port)


@pytest.mark.parametrize("error", [OSError(5, "Input/output error"), NotImplementedError("no flock here")])
def test_locks_that_do_not_work_are_told_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def broken(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(FileLock, "acquire", broken)
    with pytest.raises(EngineUnavailable, match=r"port \d+ cannot be locked in"):
        claimed(Ports([free_ports(1)], tmp_path, go_on))


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="needs the owners of POSIX")
def test_a_folder_of_somebody_else_is_not_trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "getuid", lambda: 4711)
    with pytest.raises(EngineUnavailable, match="belongs to somebody else"):
        Ports([8190], tmp_path, go_on)


def test_the_folder_is_that_of_the_user_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "gettempdir", lambda: str(tmp_path))
    folder = default_folder()
    assert folder.name.startswith("a2f-live-omniverse-")
    Ports([8190], folder, go_on)
    assert folder.stat().st_mode & 0o077 == 0 or sys.platform == "win32"


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="needs the users of POSIX")
def test_no_variable_of_the_environment_makes_another_user(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LOGNAME", raising=False)
    folder = default_folder()
    assert folder.name == f"a2f-live-omniverse-{os.getuid()}"
    monkeypatch.setenv("LOGNAME", "somebody")
    assert default_folder() == folder
    monkeypatch.setattr(os, "getuid", lambda: 4711)  # who has no name
    assert default_folder().name == "a2f-live-omniverse-4711"


def test_a_system_without_user_ids_tells_users_apart_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "getuid", raising=False)
    monkeypatch.setattr(getpass, "getuser", lambda: "maya")
    assert default_folder().name == "a2f-live-omniverse-maya"


@pytest.mark.parametrize("error", [ImportError("no pwd"), KeyError("no user"), OSError("no variable")])
def test_a_user_whom_nobody_knows_is_told_to_name_a_folder(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def unknown() -> str:
        raise error

    monkeypatch.delattr(os, "getuid", raising=False)
    monkeypatch.setattr(getpass, "getuser", unknown)
    with pytest.raises(EngineUnavailable, match=r"no folder for locks is known .* name one by `folder`"):
        default_folder()


def test_a_system_without_a_folder_for_files_is_told_of(monkeypatch: pytest.MonkeyPatch) -> None:
    def none() -> str:
        raise FileNotFoundError(2, "No usable temporary directory found")

    monkeypatch.setattr(tempfile, "gettempdir", none)
    with pytest.raises(EngineUnavailable, match="No usable temporary directory"):
        default_folder()
