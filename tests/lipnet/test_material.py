"""The command: its settings, what it says when something is missing, and a whole small run where all is there."""

import importlib.util
from pathlib import Path
from shutil import which

import numpy as np
import pytest
from rich.console import Console

from assets.lipnet.training import fetch
from assets.lipnet.training.corpus import read_index
from assets.lipnet.training.fill import DROPPED
from assets.lipnet.training.material import main
from assets.lipnet.training.phones import PHONES
from assets.lipnet.training.progress import EVERY_S, Lines, shown
from assets.lipnet.training.settings import default_folder, parse
from assets.lipnet.training.sound import unclipped
from assets.lipnet.training.trouble import TroubleError


def missing() -> str | None:
    """Why a small run is not possible here."""
    for program in fetch.TOOLS:
        if which(program) is None:
            return f"{program} is not installed"
    for module in ("onnxruntime", "pocketsphinx", "soxr"):
        if importlib.util.find_spec(module) is None:
            return f"{module} is not installed: it comes with the extra `train`"
    if not (default_folder() / "models" / "kokoro").is_dir():
        return "Kokoro has not been fetched: `make material ARGS=--small` does it"
    return None


def test_settings_follow_the_command_line_and_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("A2F_LIVE_LIPNET", str(tmp_path))
    settings = parse(["--kokoro-hours", "0.5"], "")
    assert (settings.folder, settings.kokoro_s, settings.flite_s) == (tmp_path, 1800, 1440)
    assert settings.speech == tmp_path / "full" / "speech"
    small = parse(["--small", "--folder", str(tmp_path / "other")], "")
    assert (small.speech, small.kokoro_s + small.flite_s) == (tmp_path / "other" / "small" / "speech", 60)
    monkeypatch.delenv("A2F_LIVE_LIPNET")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert default_folder() == tmp_path / "a2f-live" / "lipnet"


def test_missing_programs_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetch, "which", lambda program: None)
    with pytest.raises(SystemExit, match="apt install flite espeak-ng"):
        main(["--small", "--folder", str(tmp_path)])


def test_what_was_fetched_is_not_fetched_again(tmp_path: Path) -> None:
    (tmp_path / "kokoro").mkdir()
    assert fetch.kokoro(tmp_path) == tmp_path / "kokoro"


def test_a_fetch_that_fails_says_why_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.executable", "false")
    with pytest.raises(TroubleError, match="failed: no reason given"):
        fetch.kokoro(tmp_path)
    assert not (tmp_path / "kokoro").exists()


def test_a_line_comes_now_and_then() -> None:
    now_s, told = [0.0], list[str]()
    lines = Lines("kokoro", 10.0, "min", told.append, lambda: now_s[0])
    for now_s[0] in (1.0, EVERY_S - 1, EVERY_S + 1, EVERY_S + 2):
        lines.advance(0.5)
    assert told == ["kokoro: 1.5 of 10.0 min"]


@pytest.mark.parametrize("terminal", [False, True])
def test_progress_is_shown_where_it_runs(tmp_path: Path, terminal: bool) -> None:
    with (tmp_path / "shown").open("w+") as file:
        with shown("flite", 1.0, console=Console(file=file, force_terminal=terminal)) as advance:
            advance(1.0)
        file.seek(0)
        assert ("100 %" if terminal else "flite: 1.0 of 1.0 min") in file.read()


@pytest.mark.skipif(missing() is not None, reason=missing() or "")
def test_a_small_run_makes_a_minute_of_speech_and_has_nothing_to_do_the_second_time(tmp_path: Path) -> None:
    (tmp_path / "models").symlink_to(default_folder() / "models")
    main(["--small", "--folder", str(tmp_path)])
    corpus = tmp_path / "small"
    clips = read_index(corpus)
    assert {clip.source for clip in clips} == {"flite", "kokoro"}
    assert 60 <= sum(clip.seconds for clip in clips) < 90
    assert not list(corpus.rglob(f"*{DROPPED}"))
    phones = [phone for clip in clips for phone in clip.phones(corpus / "speech")]
    assert {phone.name for phone in phones} <= PHONES | {"SIL"}
    made = {path: path.stat().st_mtime_ns for path in (corpus / "speech").rglob("*")}
    main(["--small", "--folder", str(tmp_path)])
    assert made == {path: path.stat().st_mtime_ns for path in (corpus / "speech").rglob("*")}


def test_what_would_be_clipped_is_made_softer() -> None:
    loud = np.array([0.0, -2.0, 1.0], np.float32)
    assert unclipped(loud) == pytest.approx([0.0, -0.98, 0.49])
    assert unclipped(loud * np.float32(0.25)) == pytest.approx([0.0, -0.5, 0.25])
