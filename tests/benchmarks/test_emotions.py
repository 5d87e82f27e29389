"""The table of emotions: a row for each, and the same figures for programs."""

import json
from pathlib import Path

import pytest
import soundfile

from a2f_live import arkit
from a2f_live.cli.bench import voice
from benchmarks import emotions


def test_every_emotion_gets_its_row(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "clips").mkdir()
    soundfile.write(tmp_path / "clips" / "one.wav", voice(3.0), 16_000)
    table = tmp_path / "phones.tsv"
    table.write_text("file\tstart\tend\tphone\none.wav\t0.1\t0.3\tP\none.wav\t0.3\t0.8\tAA1\nelsewhere.wav\t0\t1\tB\n")
    monkeypatch.setattr("sys.argv", ["emotions", str(table), str(tmp_path / "clips"), "--mixture", "joy=1,fear=0.5"])
    emotions.main()
    *lines, document = capsys.readouterr().out.splitlines()
    names = ["neutral", *arkit.EMOTIONS, "joy+fear"]
    assert [line.split()[0] for line in lines[1:]] == names
    figures = json.loads(document)
    assert list(figures) == names
    assert (figures["neutral"]["clips"], figures["neutral"]["absent"]) == (1, 1)
    assert figures["joy"]["aperture_mm"] > figures["sadness"]["aperture_mm"]
