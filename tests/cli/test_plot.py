"""`a2f-live plot`: audio and tracks become pictures, and whatever cannot be drawn is one sentence."""

from pathlib import Path

import pytest

from a2f_live.cli.main import main
from tests.cli.audio import voice
from tests.plot.helpers import size_of

pytest.importorskip("matplotlib", reason="the extra `plot` is needed to draw pictures")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with a voice, its track in each format, and its phones."""
    monkeypatch.chdir(tmp_path)
    voice(tmp_path / "voice.wav", 1.0)
    (tmp_path / "phones.tsv").write_text("file\tstart\tend\tphone\nvoice.wav\t0.1\t0.5\tM\nvoice.wav\t0.5\t0.9\tAA\n")
    return tmp_path


@pytest.fixture
def tracks(folder: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """The voice in every format."""
    for name, formats in (("one", "csv,json,bsweight"), ("two", "plain")):
        assert main(["convert", "voice.wav", "-o", f"tracks/{name}", "--format", formats, "--quiet"]) == 0
    capsys.readouterr()
    return folder / "tracks"


def test_audio_becomes_a_chart(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plot", "voice.wav", "--phones", "phones.tsv"]) == 0
    assert capsys.readouterr().out == "voice.png\n"
    assert size_of(folder / "voice.png")[0] == 1600


def test_audio_becomes_a_strip(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["plot", "voice.wav", "--strip", "--columns", "5", "--every-ms", "200", "--view", "mouth"]
    assert main([*arguments, "--phones", "phones.tsv"]) == 0
    assert capsys.readouterr().out == "voice_strip.png\n"
    assert size_of(folder / "voice_strip.png")[0] == 5 * 150 + 24


def test_every_format_of_a_track_is_drawn(tracks: Path, folder: Path) -> None:
    heights = set()
    for track in sorted(tracks.rglob("voice*")):
        assert main(["plot", str(track), "--audio", "voice.wav", "-o", "made/picture.png"]) == 0
        heights.add(size_of(folder / "made" / "picture.png")[1])
    assert len(heights) == 1
    assert main(["plot", str(track), "-o", "silent.png"]) == 0
    assert size_of(folder / "silent.png")[1] < heights.pop()


def test_a_part_is_drawn(tracks: Path, folder: Path) -> None:
    for name, more in (("whole", []), ("part", ["--from", "0.2", "--to", "0.6"])):
        arguments = ["plot", "tracks/two/voice.csv", "--strip", "--columns", "2", "--every-ms", "100"]
        assert main([*arguments, "-o", f"{name}.png", *more]) == 0
    assert size_of(folder / "part.png")[1] < 0.5 * size_of(folder / "whole.png")[1]


def test_every_weight_is_shown_on_a_sheet(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plot", "--shapes", "--columns", "9"]) == 0
    assert capsys.readouterr().out == "shapes.png\n"
    assert size_of(folder / "shapes.png")[0] == 9 * 150 + 24


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "name one FILE"),
        (["voice.wav", "--shapes"], "name one FILE"),
        (["gone.wav"], "gone.wav does not exist"),
        (["gone.csv"], "gone.csv cannot be read"),
        (["phones.tsv"], "not audio that can be read"),
        (["voice.wav", "--audio", "voice.wav"], "is audio itself"),
        (["voice.wav", "--phones", "gone.tsv"], "gone.tsv cannot be read"),
        (["voice.wav", "--phones", "voice.wav"], "holds no phones"),
        (["voice.wav", "--phones", "other.tsv"], "no phones of voice.wav"),
        (["voice.wav", "--from", "5"], "nothing from 5"),
        (["voice.wav", "--from", "-1"], "--from: '-1'"),
        (["voice.wav", "--to", "soon"], "--to: 'soon'"),
        (["voice.wav", "--row-s", "0"], "--row-s: '0'"),
        (["voice.wav", "--strip", "--every-ms", "0"], "--every-ms: '0'"),
        (["voice.wav", "--strip", "--columns", "0"], "--columns: '0'"),
        (["voice.wav", "--strip", "--view", "ear"], "--view: 'ear'"),
        (["voice.wav", "--engine", "nobody"], "engine 'nobody' is not known"),
        (["voice.wav", "--fps", "0"], "--fps: '0'"),
        (["voice.wav", "--profile", "gone.json"], "gone.json"),
        (["voice.wav", "-o", "voice.wav/a.png"], "cannot be written"),
    ],
)
def test_what_cannot_be_drawn_is_one_sentence(
    arguments: list[str], told: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "other.tsv").write_text("file\tstart\tend\tphone\nother.wav\t0\t1\tM\n")
    assert main(["plot", *arguments]) in (1, 2)
    out, complaint = capsys.readouterr()
    assert out == ""
    assert complaint.count("\n") == 1
    assert complaint.startswith("a2f-live: ")
    assert told in complaint
    assert not list(folder.glob("*.png"))
