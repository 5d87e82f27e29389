"""Sets: packages fetched once, recordings found in them, timed once, and read again."""

import gzip
import tarfile
from collections.abc import Iterable
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import pytest
import soundfile

from assets.lipnet.training.phones import Phone, Samples
from assets.lipnet.training.trouble import TroubleError
from benchmarks.lips import packages, sets
from benchmarks.lips.heard import LANGUAGES, NAMES, RECORDED, Library
from benchmarks.lips.noises import NOISES
from benchmarks.lips.packages import unpacked
from benchmarks.lips.recordings import Recording, catalogued, prompts, texts
from benchmarks.lips.sets import made_set, read_set
from benchmarks.lips.timing import Timed, Word
from tests.benchmarks.speech import NAMES as CLIPS
from tests.benchmarks.speech import ROWS, write_noises, write_set

RATE_HZ = 16_000


class Registry:
    """Gives packages made by hand, and counts."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.asked: list[str] = []
        for kind, give in {"wheel": self.wheel, "sdist": self.sdist, "deb": lambda name, folder: None}.items():
            monkeypatch.setitem(packages._CLIENTS, kind, give)

    def wheel(self, name: str, folder: Path) -> None:
        self.asked.append(name)
        with ZipFile(folder / "some-1.0-py3-none-any.whl", "w") as archive:
            archive.writestr("some/said.txt", "all the words")

    def sdist(self, name: str, folder: Path) -> None:
        self.asked.append(name)
        inner = folder / "inside"
        inner.mkdir()
        for file in ("PKG-INFO", "said.txt"):
            (inner / file).write_text("all the words")
        with tarfile.open(folder / "some-1.0.tar.gz", "w:gz") as archive:
            archive.add(inner, "some-1.0")


def test_a_package_is_fetched_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    registry = Registry(monkeypatch)
    for _ in range(2):
        assert (unpacked("wheel:some==1.0", tmp_path) / "some" / "said.txt").is_file()
        assert (unpacked("sdist:some==1.0", tmp_path) / "some-1.0" / "said.txt").is_file()
    assert registry.asked == ["some==1.0", "some==1.0"]


def test_a_package_that_does_not_come_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Registry(monkeypatch)
    with pytest.raises(TroubleError, match="Nothing came for deb:some"):
        unpacked("deb:some", tmp_path)
    monkeypatch.setattr("sys.executable", "false")
    monkeypatch.setitem(packages._CLIENTS, "wheel", packages._wheel)
    with pytest.raises(TroubleError, match=r"false -m pip download .* failed: no reason given"):
        unpacked("wheel:some==1.0", tmp_path)
    assert not any(tmp_path.iterdir())


def test_the_catalogue_is_complete(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("benchmarks.lips.recordings.unpacked", lambda package, folder: some_package(tmp_path, package))
    found = list(catalogued("voices.tsv", tmp_path))
    assert len({recording.name for recording in found}) == len(found)
    assert len({recording.name.partition(".")[0] for recording in found}) >= 30
    assert all(recording.text.split() for recording in found)


def some_package(folder: Path, package: str) -> Path:
    """What stands for a package of the catalogue: it has every text that the catalogue looks for."""
    kind, _, name = package.partition(":")
    assert kind in {"wheel", "sdist", "deb"}
    assert kind == "deb" or "==" in name
    lines = (Path(sets.__file__).with_name("voices.tsv")).read_text("utf-8").splitlines()
    for text in [line.split("\t")[3] for line in lines]:
        if text.startswith("@"):
            (folder / text[1:]).parent.mkdir(parents=True, exist_ok=True)
            (folder / text[1:]).write_text("something")
    return folder


def test_prompts_are_those_with_a_text_that_is_said(tmp_path: Path) -> None:
    table = "; Prompts\n\nhello: Hello there.\nbeep: [a tone]\ndigits/one: one\nvm/9: Press 9 now.\ngone: Not there.\n"
    voice = tmp_path / "deb-asterisk-core-sounds-xx-g722/usr/share/asterisk/sounds/voice"
    voice.mkdir(parents=True)
    for name in ("hello", "beep"):
        (voice / f"{name}.g722").touch()
    page = tmp_path / "deb-asterisk-core-sounds-xx/usr/share/doc/asterisk-core-sounds-xx/core-sounds-xx.txt.gz"
    page.parent.mkdir(parents=True)
    page.write_bytes(gzip.compress(table.encode()))
    assert list(prompts("xx", tmp_path)) == [Recording("hello", voice / "hello.g722", "Hello there.")]
    assert dict(texts(table))["vm/9"] == "Press 9 now."


def test_a_set_is_read_as_it_was_written(tmp_path: Path) -> None:
    speech = read_set(write_set(tmp_path / "set"))
    assert list(speech.phones) == list(CLIPS)
    assert speech.phones["two.wav"] == [Phone(*row) for row in ROWS]
    assert all(path.is_file() for path in speech.sounds.values())


class StoppedError(Exception):
    """The run is ended."""


class HandTimer:
    """Finds the same phones in every recording; ends the run when it has heard too many."""

    heard = 0
    last = 10

    def __init__(self, *limits: float) -> None:
        pass

    def __call__(self, samples: Samples, words: Iterable[Word]) -> Timed | None:
        type(self).heard += 1
        if self.heard > self.last:
            raise StoppedError
        names = [word.name for word in words]
        if names == ["nothing"]:
            return None
        return Timed([Phone(*row) for row in ROWS], -10.0, 0.01, "unlike its text" if names == ["wrong"] else None)

    def knows(self, word: str) -> bool:
        return True


def test_a_set_is_made_once_and_goes_on_where_it_was_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sound = tmp_path / "sound.wav"
    soundfile.write(sound, np.zeros(2 * RATE_HZ), RATE_HZ)
    said = {"a": "right", "b": "wrong", "c": "nothing", "d": "right"}
    recordings = [Recording(name, sound, text) for name, text in said.items()]
    monkeypatch.setattr(sets, "_RECORDINGS", {"voices": lambda packages: recordings})
    monkeypatch.setattr(sets, "Timer", HandTimer)
    monkeypatch.setattr(sets, "need_tools", lambda: None)
    told: list[str] = []

    monkeypatch.setattr(HandTimer, "last", 2)
    with pytest.raises(StoppedError):
        made_set("voices", tmp_path, told.append)
    monkeypatch.setattr(HandTimer, "last", 10)
    speech = made_set("voices", tmp_path, told.append)
    made_set("voices", tmp_path, told.append)

    assert list(speech.phones) == ["a.wav", "d.wav"]
    assert [line.partition(":")[0] for line in told] == ["a", "b", "c", "d"]
    assert [line.partition(": ")[2] for line in told[1:3]] == [
        "score -10.0, doubt 10 ms, unlike its text",
        "its text is not what is said",
    ]
    assert soundfile.info(speech.sounds["a.wav"]).duration == 2.0


def test_every_set_is_heard(tmp_path: Path) -> None:
    write_noises(tmp_path)
    speech = write_set(tmp_path / "set")
    library = Library(tmp_path, pytest.fail, speech)
    for name in (*LANGUAGES, "voices"):
        write_set(tmp_path / name)
    for name in NAMES:
        heard = library.heard(name)
        assert set(heard.phones) == (set() if name == "noises" else set(CLIPS)), name
        sound = next(iter(heard.sounds.values()))()
        assert sound.audio.seconds(len(sound.pcm)) == (12 if name == "noises" else 2), name
        assert sound.audio.encoding == {"mulaw": "mulaw"}.get(name, sound.audio.encoding)
    assert {*NOISES, *RECORDED} == set(library.heard("noises").sounds)
