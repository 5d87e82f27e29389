"""A program under its keeper: started, watched, moved, killed, and never left behind."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from a2f_live.engine.omniverse.process import LOG_BYTES, Process
from a2f_live.errors import EngineUnavailable
from tests.engine.omniverse.helpers import PATIENCE_S, ROOT

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs the signals of POSIX")

FAMILY = "sleep 600 & echo $! > '{0}/grandchild'; echo ready; wait"
PARENT = """
import sys
from pathlib import Path
from a2f_live.engine.omniverse.process import Process
folder = Path(sys.argv[1])
process = Process(["bash", "-c", sys.argv[2]], folder)
print(process.pid, flush=True)
sys.stdin.read()
"""


def alive(pid: int) -> bool:
    """Whether it runs; one that only waits to be looked after does not."""
    try:
        os.kill(pid, 0)
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:  # no /proc, or it went just now
        return not Path("/proc").exists()
    except ProcessLookupError:
        return False


def until_dead(*pids: int) -> None:
    end_s = time.monotonic() + PATIENCE_S
    while any(map(alive, pids)):
        assert time.monotonic() < end_s, "a process was left behind"
        time.sleep(0.01)


def family(folder: Path) -> tuple[Process, int]:
    process = Process(["bash", "-c", FAMILY.format(folder)], folder)
    until_said(process, "ready")
    return process, int((folder / "grandchild").read_text())


def until_said(process: Process, words: str) -> None:
    end_s = time.monotonic() + PATIENCE_S
    while process.last_words() != words:
        assert time.monotonic() < end_s
        time.sleep(0.01)


def test_a_program_is_ended_with_all_that_it_started_and_its_folder_goes(tmp_path: Path) -> None:
    folder = tmp_path / "of it"
    folder.mkdir()
    process, grandchild = family(folder)
    assert process.poll() is None
    process.end()
    process.end()
    assert process.poll() is not None
    until_dead(process.pid, grandchild)
    assert not folder.exists()


def test_one_that_is_stopped_or_deaf_is_ended_too(tmp_path: Path) -> None:
    for words in ("trap '' TERM; echo ready; while :; do sleep 600 & wait $!; done", "echo ready; sleep 600"):
        (tmp_path / "of it").mkdir()
        process = Process(["bash", "-c", words], tmp_path / "of it")
        until_said(process, "ready")
        os.kill(process.pid, signal.SIGSTOP)
        process.end()
        until_dead(process.pid)
        assert not (tmp_path / "of it").exists()


def test_a_kill_ends_it_at_once_with_all_that_it_started(tmp_path: Path) -> None:
    process, grandchild = family(tmp_path)
    process.kill()
    until_dead(process.pid, grandchild)
    process.end()
    assert process.poll() == 128 + signal.SIGKILL
    process.kill()


def test_a_program_whose_keeper_was_killed_is_ended_too(tmp_path: Path) -> None:
    process, grandchild = family(tmp_path)
    process._keeper.kill()
    process._keeper.wait()
    assert alive(process.pid)
    process.end()
    until_dead(process.pid, grandchild)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_nothing_outlives_a_parent_that_is_killed(tmp_path: Path, number: signal.Signals) -> None:
    folder = tmp_path / "of it"
    folder.mkdir()
    with subprocess.Popen(
        [sys.executable, "-c", PARENT, str(folder), FAMILY.format(tmp_path)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as parent:
        assert parent.stdout
        pid = int(parent.stdout.readline())
        end_s = time.monotonic() + PATIENCE_S
        while not (tmp_path / "grandchild").exists() or not (tmp_path / "grandchild").read_text():
            assert time.monotonic() < end_s
            time.sleep(0.01)
        parent.send_signal(number)
    until_dead(pid, int((tmp_path / "grandchild").read_text()))
    while folder.exists():
        assert time.monotonic() < end_s, "the folder was left behind"
        time.sleep(0.01)


def test_its_end_and_its_last_words_are_seen(tmp_path: Path) -> None:
    process = Process(["bash", "-c", "echo first; echo no GPU was found >&2; echo; exit 3"], tmp_path)
    end_s = time.monotonic() + PATIENCE_S
    while process.poll() is None:
        assert time.monotonic() < end_s
        time.sleep(0.01)
    assert process.poll() == 3
    assert process.last_words() == "no GPU was found"
    assert process.moved_to is None
    process.end()


def test_what_cannot_be_run_says_why(tmp_path: Path) -> None:
    with pytest.raises(EngineUnavailable, match=r"could not be started: .*no-such-program: No such file"):
        Process([str(tmp_path / "no-such-program")], tmp_path)


def test_a_keeper_that_cannot_be_run_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "no-python"))
    with pytest.raises(EngineUnavailable, match=r"the keeper of Audio2Face cannot be run: .*No such file"):
        Process(["true"], tmp_path)


def test_an_interrupt_while_it_is_started_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read = Process._first_line

    def interrupted(self: Process) -> str:
        assert read(self).isdigit()
        raise KeyboardInterrupt

    monkeypatch.setattr(Process, "_first_line", interrupted)
    (tmp_path / "of it").mkdir()
    with pytest.raises(KeyboardInterrupt):
        Process(["bash", "-c", f"echo $$ > '{tmp_path}/child'; sleep 600 & wait"], tmp_path / "of it")
    assert not (tmp_path / "of it").exists()  # its keeper has ended, and has ended it


def test_the_port_that_it_went_to_is_read_from_its_log(tmp_path: Path) -> None:
    line = "[Warning] http server was meant to start on 8011 but port is taken, starting on port 8004"
    process = Process(["bash", "-c", f"echo '{line}'; echo done; sleep 600"], tmp_path)
    until_said(process, "done")
    assert process.moved_to == 8004
    process.end()


LINE = b"[Warning] http server was meant to start on 8011 but port is taken, starting on port 8004 or so\r\n"


EARLIER = b"port is taken, starting on port 8001\nport is taken, starting on port 65536\n"


@pytest.mark.parametrize("cut", [0, 20, LINE.index(b"04 or"), len(LINE) - 1, len(LINE)])
def test_what_its_log_says_of_its_port_is_read_before_it_is_cut(tmp_path: Path, cut: int) -> None:
    """Also where the line is half written at that time."""
    process = Process(["bash", "-c", "echo ready; sleep 600"], tmp_path)
    until_said(process, "ready")
    log = tmp_path / "output.log"
    with log.open("ab") as writer:
        writer.write(b"\n" * LOG_BYTES + b"gRPC starting on port 50051\n" + EARLIER + LINE[:cut])
    assert process.moved_to == (8001 if cut < len(LINE) else 8004)
    process.trim_log()
    assert log.stat().st_size == 0
    with log.open("ab") as writer:
        writer.write(LINE[cut:])
    process.trim_log()
    assert process.moved_to == 8004
    process.end()


def test_its_log_does_not_fill_the_disk(tmp_path: Path) -> None:
    words = f"head -c {LOG_BYTES + 1000} /dev/zero; echo; echo full; read -r _ < {tmp_path}/go; echo on; sleep 600"
    os.mkfifo(tmp_path / "go")
    process = Process(["bash", "-c", words], tmp_path)
    until_said(process, "full")
    process.trim_log()
    (tmp_path / "go").write_text("\n")
    until_said(process, "on")
    assert (tmp_path / "output.log").stat().st_size < 100
    process.end()
