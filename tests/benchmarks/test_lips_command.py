"""The command: what it measures of an engine and of the files of another system, and what it prints."""

import json
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

from a2f_live import arkit
from a2f_live.cli.main import main as product
from a2f_live.engine.registry import create, parse_spec
from assets.lipnet.training.trouble import TroubleError
from benchmarks.lips.__main__ import main, parse
from benchmarks.lips.heard import NAMES, RECORDED, file_sound
from benchmarks.lips.noises import NOISES
from benchmarks.lips.report import document, shown
from benchmarks.lips.stillness import stillness, widest_mm
from benchmarks.lips.tracks import read_tracks, rendered
from tests.benchmarks.speech import NAMES as CLIPS
from tests.benchmarks.speech import write_noises, write_set


def test_an_engine_is_measured(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    speech = write_set(tmp_path / "set")
    write_noises(tmp_path)
    main(["--sets", "prompts,mulaw,noises", "--lookahead", "0,40", "--speech", str(speech), "--cache", str(tmp_path)])
    lines = capsys.readouterr().out.splitlines()
    tables = json.loads(lines[-1])
    assert list(tables) == ["prompts", "mulaw", "noises"]
    assert list(tables["prompts"]) == ["0 ms", "40 ms"]
    assert tables["prompts"]["40 ms"]["clips"] == len(CLIPS)
    assert len(tables["noises"]) == 2 * len([*NOISES, *RECORDED])
    assert tables["noises"]["silence, 40 ms"]["mean_mm"] < 0.1
    assert lines[0].split()[:3] == ["prompts", "clips", "score"]
    assert any(line.startswith("bark, 40 ms") for line in lines)


def test_what_another_system_made_is_measured(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    speech, sounds, made = write_set(tmp_path / "set"), tmp_path / "sounds", tmp_path / "made"
    common = ["--sets", "prompts", "--speech", str(speech), "--cache", str(tmp_path)]
    main([*common, "--export", str(sounds)])
    assert {path.name for path in (sounds / "prompts").iterdir()} == set(CLIPS)
    assert product(["convert", str(sounds / "prompts"), "-o", str(made), "--format", "plain", "--idle", "off"]) == 0
    capsys.readouterr()
    main([*common, "--tracks", str(made)])
    files = json.loads(capsys.readouterr().out.splitlines()[-1])["prompts"]["tracks"]
    main([*common, "--lookahead", "40"])
    engine = json.loads(capsys.readouterr().out.splitlines()[-1])["prompts"]["40 ms"]
    assert files == pytest.approx(engine, abs=3e-3, nan_ok=True)


def test_tracks_are_those_of_the_product(tmp_path: Path) -> None:
    wav = write_set(tmp_path / "set") / "wav" / "one.wav"
    product(["convert", str(wav), "-o", str(tmp_path), "--format", "plain", "--idle", "off", "--quiet"])
    times_s, weights = rendered(create(parse_spec("embedded")), file_sound(wav), 40)
    written_s, written = read_tracks([tmp_path], ["one.wav"])["one.wav"]
    assert times_s == pytest.approx(written_s, abs=1e-4)
    assert np.abs(weights - written).max() < 1e-4
    assert len(times_s) == 2 * 60


def test_columns_go_by_their_names(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("time_s,JawOpen,other\n0.0,0.5,9\n0.1,0.25,9\n")
    times_s, weights = read_tracks([tmp_path / "none", tmp_path], ["a.wav", "b.wav"], 0.5)["a.wav"]
    assert times_s.tolist() == [0.5, 0.6]
    assert weights[:, arkit.NAMES.index("jawOpen")].tolist() == [0.5, 0.25]
    assert weights.sum() == 0.75
    (tmp_path / "b.csv").write_text("time_s,jawOpen\n0.0,wide\n")
    with pytest.raises(TroubleError, match=r"b\.csv is no table of numbers"):
        read_tracks([tmp_path], ["b.wav"])


def test_stillness_counts_frames() -> None:
    weights = np.zeros((100, arkit.COUNT))
    weights[:10, arkit.NAMES.index("jawOpen")] = 0.5
    track = (np.arange(100) / 60, weights)
    still = stillness(track, 14.64)
    assert (still.mean_mm, still.p95_mm, still.open_share) == pytest.approx((1.464, 14.64, 0.1))
    assert stillness(track, 200.0).open_share == 0
    assert widest_mm([track, (track[0], weights * 0.5), (track[0][:0], weights[:0])]) == pytest.approx(0.75 * 14.64)


def test_tables_are_text_and_json() -> None:
    table = {"0 ms": {"clips": 3, "score": 0.876, "aperture_mm": 12.34}, "40 ms": {"clips": 3, "score": float("nan")}}
    text = shown("set", ["clips", "score"], table).splitlines()
    assert text == ["set   clips score", "0 ms      3  0.88", "40 ms     3     -"]
    assert json.loads(document({"set": table}))["set"]["40 ms"]["score"] is None


def test_what_cannot_be_asked_for_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--sets", "all"])
    assert "'all' is no set: use some of prompts" in capsys.readouterr().err
    with pytest.raises(SystemExit, match="engine 'none' is not known"):
        main(["--engine", "none", "--cache", str(tmp_path)])
    assert parse([]).sets == NAMES


def test_what_is_missing_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    command = ["--sets", "prompts", "--cache", str(tmp_path)]
    monkeypatch.setitem(sys.modules, "pocketsphinx", None)
    monkeypatch.setattr("assets.lipnet.training.fetch.which", lambda program: "there")
    with pytest.raises(SystemExit, match=r"The module pocketsphinx is missing: pip install '\.\[lips\]'"):
        main(command)
    monkeypatch.setattr("assets.lipnet.training.fetch.which", lambda program: None)
    with pytest.raises(SystemExit, match="apt install flite espeak-ng"):
        main(command)


def test_exported_sounds_are_those_that_are_heard(tmp_path: Path) -> None:
    write_noises(tmp_path)
    main(["--sets", "noises", "--cache", str(tmp_path), "--export", str(tmp_path / "out")])
    assert {path.stem for path in (tmp_path / "out" / "noises").iterdir()} == {*NOISES, *RECORDED}
    assert soundfile.info(tmp_path / "out" / "noises" / "hum.wav").samplerate == 16_000
