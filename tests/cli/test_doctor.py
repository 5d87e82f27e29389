"""What the doctor finds, and that nothing missing makes it stumble."""

import json
import socket
import sys
from pathlib import Path
from threading import Thread
from types import SimpleNamespace

import pytest

from a2f_live.cli import checks, doctor
from a2f_live.cli.checks import FAILED, MISSING, OK, Finding
from a2f_live.engine.registry import EngineStatus
from tests.cli.helpers import a2f_live


def answer_nonsense(owner: socket.socket) -> None:
    connection, _ = owner.accept()
    with connection:
        connection.sendall(b"220 not HTTP\r\n")


def test_the_report_of_this_machine(tmp_path: Path) -> None:
    plain = a2f_live("doctor", "--port", "0", folder=tmp_path)
    assert plain.returncode == 0, plain.stdout + plain.stderr
    assert plain.stderr == ""
    document = json.loads(a2f_live("doctor", "--json", "--port", "0", folder=tmp_path).stdout)
    assert document["ok"] is True
    areas = {finding["area"] for finding in document["findings"]}
    assert areas == {"system", "packages", "engines", "page", "sound", "ports"}
    engines = {finding["name"]: finding for finding in document["findings"] if finding["area"] == "engines"}
    assert engines["embedded"]["state"] == "ok"
    assert "x real time" in engines["embedded"]["detail"]
    for finding in document["findings"]:
        assert finding["name"] in plain.stdout


def test_a_terminal_gets_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    doctor.show_table([Finding("engines", "embedded", OK, "well"), Finding("sound", "[mic]", MISSING, "[none] found")])
    shown = capsys.readouterr().out
    assert "[mic]" in shown
    assert "[none] found" in shown


@pytest.mark.parametrize(
    ("state", "status", "healthy"), [(OK, "embedded", True), (FAILED, "embedded", False), (OK, "fake", False)]
)
def test_health_is_that_of_the_embedded_engine(state: str, status: str, healthy: bool) -> None:
    assert doctor.healthy([Finding("engines", status, state, "")]) is healthy


def test_an_engine_that_fails_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        checks,
        "list_engines",
        lambda: [EngineStatus("fake:nonsense_every=1", "", True), EngineStatus("nim", "", False, "x")],
    )
    states = [(found.state, found.detail) for found in checks.engines()]
    assert states[0][0] == FAILED
    assert "nonsense" in states[0][1]
    assert states[1] == (MISSING, "x")


def test_an_engine_that_is_costly_to_start_is_not_started(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "list_engines", lambda: [EngineStatus("no such", "far", True, found="starts it.sh")])
    assert [(found.state, found.detail) for found in checks.engines()] == [(OK, "far; starts it.sh")]


def test_a_taken_port_is_a_finding() -> None:
    with socket.socket() as owner:
        owner.bind(("127.0.0.1", 0))
        owner.listen()
        Thread(target=answer_nonsense, args=(owner,), daemon=True).start()
        (found,) = checks.ports(owner.getsockname()[1])
    assert found.state == FAILED
    assert "--port" in found.detail


def test_microphones_are_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    devices = [
        {"name": "Speaker", "max_input_channels": 0, "default_samplerate": 48_000.0},
        {"name": "Microphone", "max_input_channels": 1, "default_samplerate": 48_000.0},
    ]
    monkeypatch.setitem(sys.modules, "sounddevice", SimpleNamespace(query_devices=lambda: devices))
    assert list(checks.sound()) == [Finding("sound", "Microphone", OK, "48000 Hz")]


def test_no_sound_system_is_told_with_the_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sounddevice", None)
    (found,) = checks.sound()
    assert found.state == MISSING
    assert "a2f-live[mic]" in found.detail


def test_a_sound_system_that_fails_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def query_devices() -> None:
        raise RuntimeError("PortAudio is asleep")

    monkeypatch.setitem(sys.modules, "sounddevice", SimpleNamespace(query_devices=query_devices))
    (found,) = checks.sound()
    assert (found.state, "asleep" in found.detail) == (MISSING, True)
