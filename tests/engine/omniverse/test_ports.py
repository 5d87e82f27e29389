"""Ports that several claim at once, locks of the dead, and who is on a port."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from a2f_live.engine.omniverse import ports as ports_module
from a2f_live.engine.omniverse.ports import Claim, Ports, Presence, default_folder, look
from a2f_live.errors import EngineFailed, EngineUnavailable
from tests.engine.omniverse.app import Server
from tests.engine.omniverse.helpers import ROOT, free_ports

HOLDER = """
import sys
from pathlib import Path
from a2f_live.engine.omniverse import ports as ports_module
from a2f_live.engine.omniverse.ports import Ports
claim = Ports([int(sys.argv[1])], Path(sys.argv[2])).claim(attach=False, start=True)
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
    claim = ports.claim(attach=attach, start=start, avoid=avoid)
    assert claim is not None
    return claim


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
    ports = Ports(range(start, start + 3), tmp_path)
    with ThreadPoolExecutor(3) as pool:
        claims = [future.result() for future in [pool.submit(claimed, ports) for _ in range(3)]]
    assert sorted(claim.port for claim in claims) == [start, start + 1, start + 2]
    assert ports.claim(attach=True, start=True) is None
    folders = [claim.folder for claim in claims]
    assert all(folder.is_dir() for folder in folders)
    for claim in claims:
        claim.release()
        claim.release()
    assert not any(folder.exists() for folder in folders)
    assert claimed(ports).port == start


def test_one_that_runs_comes_before_one_to_start_unless_it_is_to_be_avoided(tmp_path: Path, running: Server) -> None:
    free = free_ports(1)
    ports = Ports((free, running.port), tmp_path)
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
        assert Ports([port], tmp_path).claim(attach=True, start=True) is None
    claimed(Ports([port], tmp_path)).release()


def test_another_process_is_kept_out_and_what_it_leaves_when_it_is_killed_is_recovered(
    tmp_path: Path,
) -> None:
    port = free_ports(1)
    ports = Ports([port], tmp_path)
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(port), str(tmp_path)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as holder:
        assert holder.stdout
        assert holder.stdout.readline() == f"{port}\n"
        assert ports.claim(attach=True, start=True) is None
        (left,) = tmp_path.glob(f"{port}-*")
        os.kill(holder.pid, signal.SIGTERM if sys.platform == "win32" else signal.SIGKILL)
    claim = claimed(ports)
    assert not left.exists()
    claim.release()
    assert [path.name for path in tmp_path.iterdir()] == [f"{port}.lock"]


def test_a_claim_can_hold_a_second_port_that_nobody_has(tmp_path: Path) -> None:
    start = free_ports(3)
    ports = Ports(range(start, start + 3), tmp_path)
    first, second = claimed(ports), claimed(ports)
    first.extend(start + 2)
    assert ports.claim(attach=True, start=True) is None
    with pytest.raises(EngineFailed, match=f"went from port {start + 1} to {start}, which somebody else holds"):
        second.extend(start)
    first.release()
    assert claimed(ports).port == start


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(EngineUnavailable, match=r"the folder of locks .* cannot be made"):
        Ports([8190], tmp_path / "file" / "locks")


def test_a_lock_in_use_does_not_grow_old(tmp_path: Path) -> None:
    claim = claimed(Ports([free_ports(1)], tmp_path))
    (lock,) = tmp_path.glob("*.lock")
    os.utime(lock, (0, 0))
    claim.touch()
    assert lock.stat().st_mtime > 0
    claim.release()


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="needs the owners of POSIX")
def test_a_folder_of_somebody_else_is_not_trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "getuid", lambda: 4711)
    with pytest.raises(EngineUnavailable, match="belongs to somebody else"):
        Ports([8190], tmp_path)


def test_the_folder_is_that_of_the_user_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "gettempdir", lambda: str(tmp_path))
    folder = default_folder()
    assert folder.name.startswith("a2f-live-omniverse-")
    Ports([8190], folder)
    assert folder.stat().st_mode & 0o077 == 0 or sys.platform == "win32"
