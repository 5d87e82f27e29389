"""Audio files become animation files: every format, every frame, and whatever goes wrong."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from a2f_live import arkit
from a2f_live.cli.batch import find
from a2f_live.cli.conversion import Recipe, convert_all
from a2f_live.config import StreamConfig
from a2f_live.speech import VISEMES
from tests.cli.audio import RATE_HZ, frames_in, voice
from tests.cli.helpers import a2f_live, assert_one_sentence
from tests.plot.helpers import size_of


def weights(path: Path) -> np.ndarray:
    """The 52 columns of a plain table."""
    with path.open(newline="") as file:
        header, *rows = csv.reader(file)
    assert header == ["time_s", *arkit.NAMES]
    return np.array(rows, float)[:, 1:]


def test_every_format_holds_every_frame(tmp_path: Path) -> None:
    voice(tmp_path / "voice.wav", 1.01)
    done = a2f_live(
        "convert", "voice.wav", "-o", "out", "--format", "csv,json,bsweight", "--fps", "30", folder=tmp_path
    )
    assert done.returncode == 0, done.stderr
    assert "1 of 1 files converted" in done.stdout
    assert done.stderr == "[1/1] voice.wav\n"
    count = frames_in(1.01, 30)
    assert len((tmp_path / "out" / "voice.csv").read_text().splitlines()) == count + 1
    assert json.loads((tmp_path / "out" / "voice.json").read_text())["count"] == count
    export = json.loads((tmp_path / "out" / "voice_bsweight.json").read_text())
    assert (export["numFrames"], export["trackPath"]) == (count, "voice.wav")
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "voice.csv",
        "voice.json",
        "voice_bsweight.json",
    ]


def test_a_bad_file_is_named_and_the_others_are_converted(tmp_path: Path) -> None:
    for name in ("a.wav", "z.flac"):
        voice(tmp_path / name)
    (tmp_path / "noise.wav").write_bytes(b"this is no audio")
    (tmp_path / "empty.wav").write_bytes(b"")
    names = ("a.wav", "noise.wav", "empty.wav", "gone.wav", "z.flac")
    done = a2f_live("convert", *names, "-o", "out", "--quiet", folder=tmp_path)
    assert done.returncode == 1
    assert "2 of 5 files converted" in done.stdout
    complaints = done.stderr.splitlines()
    assert len(complaints) == 3
    for complaint, name in zip(complaints, ("noise.wav", "empty.wav", "gone.wav"), strict=True):
        assert complaint.startswith("a2f-live: ")
        assert name in complaint
    assert "Traceback" not in done.stderr
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["a.csv", "z.csv"]


def test_a_fault_of_the_engine_costs_no_file(tmp_path: Path) -> None:
    for i in range(8):
        voice(tmp_path / "in" / f"{i}.wav", 0.3 + i / 10)
    for jobs in ("1", "2"):
        for out, trouble in (("well", ""), ("failed", ",fail_every=3"), ("lied", ",nonsense_every=3")):
            engine = f"fake:max_batch=4{trouble}"
            told = ("in", "-o", out + jobs, "--engine", engine, "--jobs", jobs, "--quiet")
            assert a2f_live("convert", *told, folder=tmp_path).returncode == 0
        for path in (tmp_path / f"well{jobs}").iterdir():
            for out in ("failed", "lied"):
                assert (tmp_path / f"{out}{jobs}" / path.name).read_bytes() == path.read_bytes()


def test_several_processes_give_the_same_files_as_one(tmp_path: Path) -> None:
    for i in range(4):
        voice(tmp_path / "in" / f"part{i % 2}" / f"{i}.wav", 0.3 + i / 10)
    (tmp_path / "in" / "noise.wav").write_bytes(b"this is no audio")
    for jobs in ("1", "2"):
        done = a2f_live("convert", "in", "-r", "-o", f"out{jobs}", "--jobs", jobs, "--json", folder=tmp_path)
        assert done.returncode == 1
        summary = json.loads(done.stdout)
        assert summary["failed"] == [str(Path("in", "noise.wav"))]
        assert summary["audio_s"] == pytest.approx(0.3 + 0.4 + 0.5 + 0.6)
    for path in (tmp_path / "out1").rglob("*.csv"):
        assert path.read_bytes() == (tmp_path / "out2" / path.relative_to(tmp_path / "out1")).read_bytes()
    assert len(list((tmp_path / "out2").rglob("*.csv"))) == 4


@pytest.mark.parametrize("rate_hz", [8_000, 44_100])
def test_rates_and_channels_are_taken_as_they_are(rate_hz: int, tmp_path: Path) -> None:
    source = voice(tmp_path / "voice.wav", 0.75, rate_hz, channels=2)
    recipe = Recipe(tmp_path / "out", ("plain",), engine="fake", config=StreamConfig(pace="file"))
    (outcome,) = convert_all(recipe, find([source], recursive=False), jobs=1)
    assert (outcome.error, outcome.seconds) == ("", 0.75)
    rows = weights(tmp_path / "out" / "voice.csv")
    assert len(rows) == frames_in(0.75, 60)
    assert rows.min() >= 0
    assert rows.max() <= 1


def test_a_profile_shapes_the_face(tmp_path: Path) -> None:
    voice(tmp_path / "voice.wav")
    (tmp_path / "shut.json").write_text(json.dumps({"clamp": {"jawOpen": [0.0, 0.01]}}))
    for folder, more in (("free", ()), ("shut", ("--profile", "shut.json"))):
        fake = ("--format", "plain", "--engine", "fake")
        done = a2f_live("convert", "voice.wav", "-o", folder, *fake, *more, folder=tmp_path)
        assert done.returncode == 0, done.stderr
    jaw = arkit.INDEX["jawOpen"]
    assert weights(tmp_path / "free" / "voice.csv")[:, jaw].max() > 0.02
    assert weights(tmp_path / "shut" / "voice.csv")[:, jaw].max() <= 0.01


def test_visemes_go_into_json(tmp_path: Path) -> None:
    voice(tmp_path / "voice.wav")
    more = ("--format", "json,csv", "--visemes", "--engine", "fake:visemes=true")
    done = a2f_live("convert", "voice.wav", "-o", "out", *more, folder=tmp_path)
    assert done.returncode == 0, done.stderr
    document = json.loads((tmp_path / "out" / "voice.json").read_text())
    assert document["viseme_names"] == list(VISEMES)
    visemes = np.array([frame["visemes"] for frame in document["frames"]])
    assert visemes.shape == (document["count"], len(VISEMES))
    assert visemes.sum(axis=1) == pytest.approx(1, abs=1e-4)
    assert visemes[:, 0].min() < 0.5


def test_emotions_are_worn(tmp_path: Path) -> None:
    voice(tmp_path / "voice.wav")
    shown = []
    wishes = ((), ("--emotion", "joy=0.8", "--emotion", "fear=0.3"))
    for number, wish in enumerate(wishes):
        done = a2f_live("convert", "voice.wav", "-o", f"out{number}", "--format", "plain", *wish, folder=tmp_path)
        assert done.returncode == 0, done.stderr
        shown.append(weights(tmp_path / f"out{number}" / "voice.csv"))
    smile, wide = (arkit.INDEX[name] for name in ("mouthSmileLeft", "eyeWideLeft"))
    assert (shown[1][:, smile] > shown[0][:, smile] + 0.2).all()
    assert shown[1][:, wide].mean() > shown[0][:, wide].mean() + 0.1


def test_a_mood_is_heard_where_the_engine_tells_of_the_voice(tmp_path: Path) -> None:
    voice(tmp_path / "voice.wav")
    done = a2f_live(
        "convert", "voice.wav", "-o", "out", "--auto-emotion", "--engine", "fake:prosody=true", folder=tmp_path
    )
    assert done.returncode == 0, done.stderr


def test_what_is_there_is_replaced_or_skipped(tmp_path: Path) -> None:
    voice(tmp_path / "voice.wav")
    (tmp_path / "out").mkdir()
    target = tmp_path / "out" / "voice.csv"
    target.write_text("old")
    assert a2f_live("convert", "voice.wav", "-o", "out", "--skip-existing", folder=tmp_path).returncode == 0
    assert target.read_text() == "old"
    assert a2f_live("convert", "voice.wav", "-o", "out", folder=tmp_path).returncode == 0
    assert target.read_text().startswith("Timecode,")


def test_a_picture_of_each_file_is_drawn_beside(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib", reason="the extra `plot` is needed to draw pictures")
    for name in ("a.wav", "b.wav"):
        voice(tmp_path / name)
    (tmp_path / "noise.wav").write_bytes(b"this is no audio")
    (tmp_path / "phones.tsv").write_text("file\tstart\tend\tphone\na.wav\t0.1\t0.3\tM\n")
    names = ("a.wav", "noise.wav", "b.wav")
    done = a2f_live("convert", *names, "-o", "out", "--quiet", "--plot", "--phones", "phones.tsv", folder=tmp_path)
    assert done.returncode == 1
    assert "2 of 3 files converted" in done.stdout
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["a.csv", "a.png", "b.csv", "b.png"]
    with_phones, without = (size_of(tmp_path / "out" / name) for name in ("a.png", "b.png"))
    assert with_phones[0] == without[0]
    assert with_phones[1] > without[1]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "-o/--output"),
        (["--phones", "phones.tsv"], "add --plot"),
        (["--engine", "nobody"], "engine 'nobody' is not known"),
        (["--engine", "fake:speed=1"], "no option 'speed'"),
        (["--format", "fbx"], "'fbx' is not known"),
        (["--format", "csv,plain"], "same file"),
        (["--visemes"], "only json"),
        (["--visemes", "--format", "json", "--engine", "fake"], "engine fake has none"),
        (["--auto-emotion", "--engine", "fake"], "engine fake has none"),
        (["--emotion", "envy=1"], "--emotion: 'envy=1'"),
        (["--emotion", "joy=2"], "--emotion: 'joy=2'"),
        (["--emotion", "joy"], "--emotion: 'joy'"),
        (["--fps", "0"], "--fps: '0'"),
        (["--fps", "fast"], "--fps: 'fast'"),
        (["--fps", "1/0"], "--fps: '1/0'"),
        (["--jobs", "0"], "--jobs: '0'"),
        (["--seed", "-1"], "--seed: '-1'"),
        (["--idle", "never"], "--idle: 'never'"),
        (["--lookahead-ms", "soon"], "--lookahead-ms: 'soon'"),
        (["--profile", "gone.json"], "gone.json"),
        (["--profile", "voice.wav"], "not JSON"),
        (["--profile", "list.json"], "list.json"),
        (["folder"], "no audio files"),
    ],
)
def test_wrong_usage_is_one_sentence(arguments: list[str], told: str, tmp_path: Path) -> None:
    voice(tmp_path / "voice.wav")
    (tmp_path / "folder").mkdir()
    (tmp_path / "list.json").write_text("[1]")
    output = ["-o", "out"] if arguments else []
    assert_one_sentence(a2f_live("convert", "voice.wav", *arguments, *output, folder=tmp_path), 2, told)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(("rate_hz", "channels", "told"), [(1, 1, "1 Hz"), (RATE_HZ, 9, "9 channels")])
def test_audio_that_no_engine_can_hear_is_told(rate_hz: int, channels: int, told: str, tmp_path: Path) -> None:
    voice(tmp_path / "odd.wav", 2, rate_hz, channels)
    done = a2f_live("convert", "odd.wav", "-o", "out", "--quiet", folder=tmp_path)
    assert_one_sentence(done, 1, "odd.wav", told)


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    voice(tmp_path / "voice.wav")
    (tmp_path / "out").write_text("a file")
    done = a2f_live("convert", "voice.wav", "-o", "out", "--quiet", folder=tmp_path)
    assert_one_sentence(done, 1, "cannot be written")


def test_a_killed_process_costs_its_files_and_no_hang(tmp_path: Path) -> None:
    names = [str(voice(tmp_path / f"{i}.wav").relative_to(tmp_path)) for i in range(3)]
    dying = ("--jobs", "2", "--quiet", "--engine", "fake:die_after=1")
    done = a2f_live("convert", *names, "-o", "out", *dying, folder=tmp_path, A2F_LIVE_ENGINE_CHILD="1")
    assert done.returncode == 1
    assert "was killed" in done.stderr
    assert "Traceback" not in done.stderr
