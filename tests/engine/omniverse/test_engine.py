"""The engine against a stand-in for Omniverse: what it says, every fault and how it comes back."""

import logging
import socket
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from filelock import FileLock

from a2f_live import arkit
from a2f_live.config import AudioFormat, StreamConfig
from a2f_live.engine.base import Engine
from a2f_live.engine.omniverse import OmniverseEngine
from a2f_live.engine.omniverse import instance as instance_module
from a2f_live.engine.omniverse import ports as ports_module
from a2f_live.engine.omniverse.instance import Instance
from a2f_live.engine.omniverse.ports import Claim, Presence, look
from a2f_live.engine.omniverse.poses import FACS
from a2f_live.engine.omniverse.process import LOG_BYTES, Process
from a2f_live.errors import EngineDied, EngineError, EngineFailed, EngineTimeout, EngineUnavailable
from a2f_live.motion.profile import Profile
from a2f_live.offline import render
from tests.engine.helpers import answer, speechlike
from tests.engine.omniverse.app import INSTANCE, MOVED, PLAYER, SOLVER, App, Server
from tests.engine.omniverse.helpers import PATIENCE_S, free_ports, options, script, window
from tests.engine.test_contract import (
    test_a_state_travels_as_a_pickle_and_is_never_changed,
    test_a_window_that_does_not_fit_is_refused_as_an_engine_error,
    test_an_empty_batch_has_no_answers,
    test_it_tells_of_what_its_channels_name_and_of_nothing_else,
    test_no_sound_makes_nonsense,
    test_rows_are_many_enough_finite_and_within_0_and_1,
    test_samples_are_left_as_they_are,
    test_the_info_makes_sense,
)

__all__ = [
    "test_a_state_travels_as_a_pickle_and_is_never_changed",
    "test_a_window_that_does_not_fit_is_refused_as_an_engine_error",
    "test_an_empty_batch_has_no_answers",
    "test_it_tells_of_what_its_channels_name_and_of_nothing_else",
    "test_no_sound_makes_nonsense",
    "test_rows_are_many_enough_finite_and_within_0_and_1",
    "test_samples_are_left_as_they_are",
    "test_the_info_makes_sense",
]

JAW = arkit.INDEX["jawOpen"]


@pytest.fixture(autouse=True)
def no_audio2face_here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("A2F_HEADLESS_SCRIPT", raising=False)
    monkeypatch.delenv("A2F_DEFAULT_USD_MODEL", raising=False)
    monkeypatch.setattr(Path, "home", lambda: tmp_path)


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    yield server
    server.close()


@pytest.fixture
def attached(server: Server, tmp_path: Path) -> Iterator[OmniverseEngine]:
    engine = OmniverseEngine(options(tmp_path, server.port))
    server.app.calls.clear()
    yield engine
    engine.close()
    assert_nothing_left(tmp_path)


@pytest.fixture
def engine(attached: OmniverseEngine) -> Engine:
    """For the tests of the contract."""
    return attached


def assert_nothing_left(folder: Path) -> None:
    assert {path.suffix for path in folder.iterdir()} <= {".lock", ".sh"}


def rows_of(engine: OmniverseEngine, seed: int = 1) -> bytes:
    return engine.infer([window(engine, seed)])[0].rows.tobytes()


def files(server: Server) -> list[str]:
    return [path.name for path in server.app.root.iterdir()]


# A window as a track


def test_a_window_becomes_a_track_and_leaves_no_file(server: Server, attached: OmniverseEngine) -> None:
    (result,) = attached.infer([window(attached, emotions={"joy": 0.5})])
    assert result.rows.shape == (15, 52)
    assert result.rows[:, JAW].min() > 0.05
    assert result.rows[:, arkit.INDEX["mouthSmileLeft"]] == pytest.approx(0.5)
    names = [path.rpartition("/")[2] for path, _ in server.app.calls]
    assert names == ["SetRootPath", "SetTrack", "SetRange", "SetEmotionByName", "ExportBlendshapes"]
    track = server.app.bodies("/A2F/Player/SetTrack")[0]
    assert track["a2f_player"] == PLAYER
    assert track["file_name"].endswith(".wav")
    assert server.app.bodies("/A2F/Player/SetRange")[0] == {"a2f_player": PLAYER, "start": 1.8, "end": 2.5}
    felt = server.app.bodies("/A2F/A2E/SetEmotionByName")[0]
    assert felt["a2f_instance"] == INSTANCE
    assert felt["emotions"] == dict.fromkeys(arkit.EMOTIONS, 0.0) | {"joy": 0.5}
    export = server.app.bodies("/A2F/Exporter/ExportBlendshapes")[0]
    assert {**export, "export_directory": "", "file_name": ""} == {
        "solver_node": SOLVER,
        "export_directory": "",
        "file_name": "",
        "format": "json",
        "batch": False,
        "fps": 30,
    }
    assert files(server) == []


def test_numbers_with_a_fraction_are_sent_as_such_even_where_they_are_whole(tmp_path: Path, server: Server) -> None:
    engine = OmniverseEngine(options(tmp_path, server.port, hop_ms=1000, context_ms=2000, overlap_ms=0, after_ms=1000))
    server.app.calls.clear()
    rows_of(engine)  # the stand-in refuses whole numbers
    limits = server.app.bodies("/A2F/Player/SetRange")[0]
    assert [type(limits[name]) for name in ("start", "end")] == [float, float]
    assert type(server.app.bodies("/A2F/Exporter/ExportBlendshapes")[0]["fps"]) is int
    engine.close()


def test_emotions_of_one_window_do_not_stay_for_the_next(attached: OmniverseEngine) -> None:
    first, second = (attached.infer([window(attached, emotions=felt)])[0].rows for felt in ({"joy": 1.0}, {}))
    assert first[:, arkit.INDEX["mouthSmileLeft"]].min() == 1
    assert second[:, arkit.INDEX["mouthSmileLeft"]].max() == 0


def test_keys_are_generated_where_that_is_asked_for(tmp_path: Path, server: Server) -> None:
    engine = OmniverseEngine(options(tmp_path, server.port, generate_keys=True))
    server.app.calls.clear()
    rows_of(engine)
    assert server.app.bodies("/A2F/A2E/GenerateKeys") == [{"a2f_instance": INSTANCE}]
    engine.close()


def test_windows_in_company_give_the_rows_that_they_give_alone(attached: OmniverseEngine) -> None:
    batch = [window(attached, seed, emotions={"joy": seed / 4}) for seed in (1, 2, 3)]
    together = [result.rows.tobytes() for result in attached.infer(batch)]
    assert together == [attached.infer([one])[0].rows.tobytes() for one in batch]
    assert len(set(together)) == 3


@pytest.mark.parametrize("fps", [15, 30, 60])
@pytest.mark.parametrize("hop_ms", [200, 1000])
def test_windows_in_a_row_give_the_rows_of_the_whole(tmp_path: Path, server: Server, fps: int, hop_ms: int) -> None:
    samples = speechlike(3, 2.0)
    times = {"context_ms": 1000, "after_ms": 400, "overlap_ms": 200, "hop_ms": hop_ms, "fps": fps, "min_fps": fps}
    engine = OmniverseEngine(options(tmp_path, server.port, **times))
    chunked = answer(engine, samples)
    engine.close()
    app = App(root=server.app.root)
    pcm = np.pad(np.rint(samples * 32_767) / 32_767, 16_000)
    whole = app.weights(pcm, 1.0, len(chunked), fps)
    assert chunked[:, JAW] == pytest.approx(whole[:, JAW], abs=1e-6)


def test_a_slow_instance_exports_fewer_frames_and_gives_all_rows(tmp_path: Path, server: Server) -> None:
    now = [0.0]
    engine = OmniverseEngine(options(tmp_path, server.port, min_fps=10), clock=lambda: now[0])
    export = server.app.exported

    def slow(fps: int) -> dict[str, Any]:
        now[0] += 2 * 0.5  # twice as long as the speech
        return export(fps)

    server.app.exported = slow  # type: ignore[method-assign]
    server.app.calls.clear()
    for _ in range(4):
        assert engine.infer([window(engine)])[0].rows.shape == (15, 52)
    asked = [body["fps"] for body in server.app.bodies("/A2F/Exporter/ExportBlendshapes")]
    assert asked == [30, 20, 15, 12]
    engine.close()


# Faults that an instance survives


@pytest.mark.parametrize("fault", ["flat players", "no root", "late", "whole"])
def test_what_differs_between_versions_changes_nothing(tmp_path: Path, server: Server, fault: str) -> None:
    engine = OmniverseEngine(options(tmp_path, server.port))
    well = rows_of(engine)
    engine.close()
    server.app.faults[fault] = -1
    engine = OmniverseEngine(options(tmp_path, server.port))
    assert rows_of(engine) == well
    assert rows_of(engine) == well
    engine.close()


def test_the_other_name_of_the_solver_is_remembered(server: Server, attached: OmniverseEngine) -> None:
    server.app.faults["no root"] = -1
    rows_of(attached)
    server.app.calls.clear()
    rows_of(attached)
    (export,) = server.app.bodies("/A2F/Exporter/ExportBlendshapes")
    assert export["solver_node"] == "/audio2face/BlendshapeSolve"


@pytest.mark.parametrize("names", [arkit.NAMES[:46], tuple(FACS)])
def test_46_names_move_the_mouth_as_52_do(tmp_path: Path, server: Server, names: tuple[str, ...]) -> None:
    engine = OmniverseEngine(options(tmp_path, server.port))
    whole = engine.infer([window(engine)])[0].rows
    server.app.names = names
    fewer = engine.infer([window(engine)])[0].rows
    assert fewer.shape == whole.shape
    assert fewer[:, JAW].tobytes() == whole[:, JAW].tobytes()
    engine.close()


FAULTS = {
    "500": "HTTP 500: .*Internal Server Error",
    "422": "HTTP 422: body.start: value is not a float",
    "error": "told to refuse",
    "garbage": "by no JSON",
    "shapeless": "something else than its envelope",
    "no file": "is missing or empty",
    "cut": "is cut off",
    "short": "exported 10 frames where 21 were due",
    "nonsense": "no face can have",
    "other track": "exported the track other.wav, not the one that it was given",
}


@pytest.mark.parametrize(("fault", "said"), FAULTS.items())
def test_a_fault_fails_one_call_and_the_next_is_well(
    server: Server, attached: OmniverseEngine, fault: str, said: str
) -> None:
    well = rows_of(attached)
    server.app.faults[fault] = 1
    with pytest.raises(EngineFailed, match=said) as caught:
        rows_of(attached)
    assert not isinstance(caught.value, EngineDied)
    assert files(server) == []
    assert rows_of(attached) == well


@pytest.mark.parametrize("fault", FAULTS)
def test_an_instance_that_fails_again_is_given_up_and_taken_back_when_there_is_no_other(
    server: Server, attached: OmniverseEngine, fault: str
) -> None:
    well = rows_of(attached)
    server.app.faults[fault] = -1
    with pytest.raises(EngineFailed):
        rows_of(attached)
    with pytest.raises(EngineDied, match="is given up for another one"):
        rows_of(attached)
    assert attached.port is None
    with pytest.raises(EngineError):
        rows_of(attached)
    server.app.faults.clear()
    assert rows_of(attached) == well


def test_a_hang_is_a_death_and_the_instance_is_taken_back_when_it_answers(tmp_path: Path, server: Server) -> None:
    engine = OmniverseEngine(options(tmp_path, server.port, timeout_s=0.3))
    well = rows_of(engine)
    server.app.faults["export hang"] = 1
    with pytest.raises(EngineDied, match="did not answer /A2F/Exporter/ExportBlendshapes"):
        rows_of(engine)
    server.app.released.set()
    assert rows_of(engine) == well
    engine.close()


def test_an_abort_ends_a_hang_at_once(server: Server, attached: OmniverseEngine) -> None:
    well = rows_of(attached)
    server.app.faults["export hang"] = 1
    with ThreadPoolExecutor(1) as pool:
        call = pool.submit(rows_of, attached)
        assert server.app.hanging.wait(PATIENCE_S)
        attached.abort()
        with pytest.raises(EngineDied):
            call.result(PATIENCE_S)
    assert rows_of(attached) == well


def test_closing_ends_a_call_that_hangs(server: Server, attached: OmniverseEngine) -> None:
    server.app.faults["export hang"] = 1
    with ThreadPoolExecutor(1) as pool:
        call = pool.submit(rows_of, attached)
        assert server.app.hanging.wait(PATIENCE_S)
        attached.close()
        with pytest.raises(EngineDied):
            call.result(PATIENCE_S)
    with pytest.raises(EngineDied, match="was given up"):
        rows_of(attached)


def test_a_scene_that_somebody_closed_is_loaded_again(
    tmp_path: Path, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "face.usd.sh").touch()
    monkeypatch.setenv("A2F_DEFAULT_USD_MODEL", str(tmp_path / "face.usd.sh"))
    server.app.faults["no scene"] = -1
    engine = OmniverseEngine(options(tmp_path, server.port))
    assert server.app.usd == str(tmp_path / "face.usd.sh")
    well = rows_of(engine)
    server.app.usd = ""
    server.app.faults["error"] = 1
    for _ in range(2):
        with pytest.raises(EngineFailed):
            rows_of(engine)
    assert rows_of(engine) == well
    engine.close()


# Whole utterances, with no other instance to go to


def jaw_of(engine: OmniverseEngine, trouble: Callable[[], object] = lambda: None) -> bytes:
    """Of every frame of 3 s; the trouble comes after the first."""

    def said() -> Iterator[bytes]:
        pcm = speechlike(4, 3.0).tobytes()
        yield pcm[:100_000]
        trouble()
        yield pcm[100_000:]

    config = StreamConfig(AudioFormat("pcm_f32le"), Fraction(30))
    frames = np.concatenate([some.weights for some in render(engine, config, Profile.neutral(), said())])
    assert frames.shape == (90, 52)
    assert frames[:, JAW].max() > 0.05
    return frames.tobytes()


@pytest.mark.parametrize("times", [1, 2])
@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_ends_no_utterance_and_changes_no_frame(
    server: Server, attached: OmniverseEngine, fault: str, times: int
) -> None:
    well = jaw_of(attached)

    def trouble() -> None:
        server.app.faults[fault] = times

    assert jaw_of(attached, trouble) == well
    assert server.app.faults[fault] == 0


def test_a_fault_that_stays_ends_it(server: Server, attached: OmniverseEngine) -> None:
    def trouble() -> None:
        server.app.faults["error"] = -1

    with pytest.raises(EngineError):
        jaw_of(attached, trouble)


# Instances that are gone, and that are started


def test_an_instance_that_runs_is_used_and_left_running(server: Server, attached: OmniverseEngine) -> None:
    attached.close()
    attached.close()
    assert server.app.answer("/status", None) == (200, "OK")


def test_one_whose_calls_come_up_after_its_status_is_awaited(tmp_path: Path, server: Server) -> None:
    server.app.faults["404"] = 2
    engine = OmniverseEngine(options(tmp_path, server.port))
    assert rows_of(engine)
    assert (
        len(server.app.bodies("/status")) == 5
    )  # two looks at the port before its lock and after, three for the start
    engine.close()


@pytest.mark.skipif(sys.platform == "win32", reason="every name has a home there")
def test_a_folder_in_the_home_of_nobody_is_told_of() -> None:
    with pytest.raises(EngineUnavailable, match="folder names ~nobody-of-that-name"):
        OmniverseEngine(options(Path("~nobody-of-that-name"), free_ports(1)))


def test_without_an_instance_and_without_a_script_it_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(EngineUnavailable, match=r"no instance of Audio2Face runs .* let A2F_HEADLESS_SCRIPT name"):
        OmniverseEngine(options(tmp_path, free_ports(1)))


def test_one_without_a_scene_says_what_to_do(tmp_path: Path, server: Server) -> None:
    server.app.faults["no scene"] = -1
    with pytest.raises(EngineUnavailable, match="let A2F_DEFAULT_USD_MODEL name one"):
        OmniverseEngine(options(tmp_path, server.port))
    assert_nothing_left(tmp_path)


def test_one_that_went_is_missed_until_another_is_there(tmp_path: Path, server: Server) -> None:
    engine = OmniverseEngine(options(tmp_path, server.port))
    well = rows_of(engine)
    server.close()
    with pytest.raises(EngineDied, match="is gone from"):
        rows_of(engine)
    with pytest.raises(EngineUnavailable, match="no instance of Audio2Face runs"):
        rows_of(engine)
    another = Server(server.port)
    assert rows_of(engine) == well
    engine.close()
    another.close()


@pytest.mark.parametrize("end", [OmniverseEngine.abort, OmniverseEngine.close])
def test_a_search_for_another_one_ends_at_once(
    tmp_path: Path, server: Server, monkeypatch: pytest.MonkeyPatch, end: Callable[[OmniverseEngine], None]
) -> None:
    monkeypatch.setattr(ports_module, "PROBE_S", PATIENCE_S)
    engine = OmniverseEngine(options(tmp_path, server.port))
    server.close()
    with pytest.raises(EngineDied, match="is gone from"):
        rows_of(engine)
    with socket.create_server(("127.0.0.1", server.port)) as stranger, ThreadPoolExecutor(1) as pool:
        call = pool.submit(rows_of, engine)
        stranger.accept()[0].close()  # it looks whether somebody is there
        peer, _ = stranger.accept()
        with peer:
            assert peer.recv(1)
            end(engine)
            with pytest.raises(EngineDied, match="was given up"):
                call.result(PATIENCE_S / 2)
    engine.close()
    assert_nothing_left(tmp_path)


def test_a_search_has_the_time_that_a_start_has(tmp_path: Path, server: Server) -> None:
    now = [0.0]
    engine = OmniverseEngine(options(tmp_path, server.port, start_timeout_s=7.0), clock=lambda: now[0])
    server.close()
    with pytest.raises(EngineDied):
        rows_of(engine)
    ticking = iter(range(0, 1000, 8))
    engine._clock = lambda: float(next(ticking))
    with pytest.raises(EngineTimeout, match=r"the start of Audio2Face took longer than 7 s: raise start_timeout_s"):
        rows_of(engine)
    engine.close()


Start = Callable[..., OmniverseEngine]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Makes an engine whose instances are programs."""
    made: list[OmniverseEngine] = []

    def make(*faults: str, **others: Any) -> OmniverseEngine:
        path = script(tmp_path, f'exec {sys.executable} -m tests.engine.omniverse.app {" ".join(faults)} "$@"')
        settings = {"ports": 1, "script": str(path), "start_timeout_s": PATIENCE_S, **others}
        engine = OmniverseEngine(options(tmp_path, settings.pop("first_port", 0) or free_ports(1), **settings))
        made.append(engine)
        return engine

    yield make
    for engine in made:
        engine.close()
    assert_nothing_left(tmp_path)


def test_one_is_started_and_ends_with_the_engine(start: Start) -> None:
    engine = start()
    port = engine.port
    assert port is not None
    assert engine.infer([window(engine)])[0].rows[:, JAW].min() > 0.05
    assert look(port) is Presence.RUNNING
    engine.close()
    assert look(port) is Presence.FREE


def killed(engine: OmniverseEngine) -> None:
    """Kill its instance, and have it find out."""
    process = engine._instance._process  # type: ignore[union-attr]
    assert process is not None
    process.kill()
    with pytest.raises(EngineDied):
        rows_of(engine)


def test_one_that_was_killed_is_started_again(start: Start) -> None:
    engine = start(ports=2, first_port=free_ports(2))
    well = rows_of(engine)
    killed(engine)
    assert rows_of(engine) == well


def test_one_that_is_killed_ends_no_utterance_and_changes_no_frame(start: Start) -> None:
    engine = start()
    well = jaw_of(engine)
    process = engine._instance._process  # type: ignore[union-attr]
    assert process is not None
    assert jaw_of(engine, process.kill) == well
    assert engine._instance._process is not process  # type: ignore[union-attr]


def test_one_that_ends_while_it_starts_gives_its_last_words(start: Start) -> None:
    with pytest.raises(EngineUnavailable, match=r"ended while it started .*no GPU was found"):
        start("--fault dies")


def test_one_that_takes_too_long_to_start_is_given_up(start: Start) -> None:
    with pytest.raises(EngineError, match=r"the start of Audio2Face took longer than 0.2 s"):
        start("--starts-in 600", start_timeout_s=0.2)


def test_one_that_went_to_another_port_is_followed_there(
    start: Start, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    first, other = free_ports(1), free_ports(1)
    with caplog.at_level(logging.WARNING):
        engine = start(f"--moves {other}", first_port=first)
    assert f"on port {first}: the port was taken, it went to {other}" in caplog.text
    assert engine.infer([window(engine)])[0].rows[:, JAW].min() > 0.05
    assert (tmp_path / f"{other}.lock").exists()


def test_one_that_goes_elsewhere_while_its_first_export_is_made_is_not_used(start: Start) -> None:
    first = free_ports(1)
    with pytest.raises(EngineDied, match=f"somebody took port {first} from Audio2Face, which went to 1024"):
        start("--exports-at-home 0", first_port=first)
    assert look(first) is Presence.FREE


def test_one_that_goes_elsewhere_later_is_given_up_with_what_was_answered_meanwhile(start: Start) -> None:
    engine = start("--exports-at-home 2", ports=2, first_port=free_ports(2))
    well, port = rows_of(engine), engine.port
    assert port is not None
    with pytest.raises(EngineDied, match=f"took port {port} .* went to 1024.* is given up for another one"):
        rows_of(engine)
    assert engine.port is None
    assert look(port) is Presence.FREE
    assert rows_of(engine) == well
    assert engine.port not in (None, port)


def test_one_that_went_elsewhere_between_two_calls_is_asked_nothing_more(start: Start) -> None:
    engine = start()
    process = engine._instance._process  # type: ignore[union-attr]
    assert process is not None
    with process._log.open("ab") as log:
        log.write(MOVED.format(1024).encode() + b"\n" + bytes(LOG_BYTES))
    with pytest.raises(EngineDied, match="went to 1024"):
        rows_of(engine)


def test_closing_just_when_another_one_is_ready_is_heard(
    tmp_path: Path, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = OmniverseEngine(options(tmp_path, server.port, timeout_s=0.3))
    server.app.faults["export hang"] = 1
    with pytest.raises(EngineDied):
        rows_of(engine)
    server.app.released.set()
    opened = Instance.open

    def closed(self: Instance, *told: Any) -> None:
        opened(self, *told)
        engine.close()  # as another thread may

    monkeypatch.setattr(Instance, "open", closed)
    with pytest.raises(EngineDied, match="was given up"):
        rows_of(engine)
    assert_nothing_left(tmp_path)


def test_closing_while_a_process_is_begun_ends_it(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = start()
    made: list[Process] = []
    killed(engine)

    def begun(*told: Any) -> Process:
        made.append(Process(*told))
        engine.close()  # as another thread may
        return made[-1]

    monkeypatch.setattr(instance_module, "Process", begun)
    with pytest.raises(EngineError):
        rows_of(engine)
    assert [process.poll() is None for process in made] == [False]


def test_closing_while_one_is_followed_to_its_port_gives_both_ports_back(
    start: Start, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    first, other = free_ports(1), free_ports(1)
    engine = start(f"--moves {other}", first_port=first)
    killed(engine)
    extend = Claim.extend
    claims = []

    def extended(claim: Claim, port: int) -> None:
        claims.append(claim)  # which would give its locks back when nobody knew it any more
        engine.close()  # as another thread may
        extend(claim, port)

    monkeypatch.setattr(Claim, "extend", extended)
    with pytest.raises(EngineError):
        rows_of(engine)
    for port in (first, other):
        with FileLock(tmp_path / f"{port}.lock", blocking=False):
            assert claims


def test_progress_is_told_while_it_starts(start: Start, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        engine = start()
    assert f"Audio2Face on port {engine.port}: starting" in caplog.text
    assert f"Audio2Face on port {engine.port}: ready after" in caplog.text


def test_a_survey_says_what_there_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(EngineUnavailable, match=r"no Audio2Face here: install .* or let A2F_HEADLESS_SCRIPT"):
        OmniverseEngine.survey()
    monkeypatch.setenv("A2F_HEADLESS_SCRIPT", str(script(tmp_path, "exit")))
    assert OmniverseEngine.survey() == f"starts {tmp_path / 'start.sh'} with the scene that it brings"
