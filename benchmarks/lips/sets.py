"""Sets of recorded speech: a folder of sound files each, with the times of their phones."""

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import groupby, islice
from pathlib import Path
from typing import Final

import numpy as np

from assets.lipnet.training.cache import whole, write_text
from assets.lipnet.training.fetch import need_tools
from assets.lipnet.training.phones import HEADER, Phone, Samples, to_tsv
from assets.lipnet.training.settings import RATE_HZ
from benchmarks.lips.cut import moved, parts
from benchmarks.lips.recordings import Recording, catalogued, prompts
from benchmarks.lips.timing import Timed, Timer
from benchmarks.lips.words import Speller, english, foreign

ESPEAK_VOICES: Final = {"fr": "fr-fr", "es": "es-419", "it": "it", "ru": "ru"}
FOREIGN_WORST_SCORE: Final = -40.0
FOREIGN_DOUBT_S: Final = 0.025
"""The aligner hears sounds that it was not made for, so it is asked for less."""
ONE_FOREIGN_IN: Final = 2
"""One recording in so many is taken of other languages."""


def default_cache() -> Path:
    """Where packages and sets are kept, beneath the user's cache."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "a2f-live" / "lips"


@dataclass(frozen=True, slots=True)
class SpeechSet:
    """Sound files, and when their phones are said."""

    sounds: Mapping[str, Path]
    """By file name."""
    phones: Mapping[str, list[Phone]]


def read_set(folder: Path) -> SpeechSet:
    """A folder with `wav/` and `phones.tsv`, whose columns are file, start, end and phone; more columns are ignored."""
    rows = (line.split("\t") for line in (folder / "phones.tsv").read_text("utf-8").splitlines()[1:])
    phones = {
        name: [Phone(float(start_s), float(end_s), phone) for _, start_s, end_s, phone, *_ in clip]
        for name, clip in groupby(rows, key=lambda row: row[0])
    }
    return SpeechSet({name: folder / "wav" / name for name in phones}, phones)


def made_set(name: str, cache: Path, say: Callable[[str], None]) -> SpeechSet:
    """`prompts`, `voices` or a language: fetched and timed where it is not there yet. Raises `TroubleError`.

    A run that is ended on the way goes on from where it was.
    """
    folder = cache / name
    if not (folder / "phones.tsv").is_file():
        need_tools()
        timer = Timer(FOREIGN_WORST_SCORE, FOREIGN_DOUBT_S) if name in ESPEAK_VOICES else Timer()
        spell = foreign(ESPEAK_VOICES[name]) if name in ESPEAK_VOICES else english(timer.knows)
        for recording in _RECORDINGS[name](cache / "packages"):
            rows = folder / "timed" / f"{recording.name}.tsv"
            if not rows.is_file():
                timed, table = _timed(recording, timer, spell, folder / "wav")
                say(f"{recording.name}: {timed or 'its text is not what is said'}")
                write_text(rows, table)
        tables = [path.read_text("utf-8") for path in sorted((folder / "timed").glob("*.tsv"))]
        write_text(folder / "phones.tsv", "".join([HEADER + "\n", *tables]))
    return read_set(folder)


def _some_prompts(language: str, packages: Path) -> Iterable[Recording]:
    return islice(prompts(language, packages), 0, None, ONE_FOREIGN_IN)


_RECORDINGS: Final[Mapping[str, Callable[[Path], Iterable[Recording]]]] = {
    "prompts": lambda packages: prompts("en", packages),
    "voices": lambda packages: catalogued("voices.tsv", packages),
    **{language: partial(_some_prompts, language) for language in ESPEAK_VOICES},
}


def _timed(recording: Recording, timer: Timer, spell: Speller, wav: Path) -> tuple[Timed | None, str]:
    """Phones of a recording, and the rows of its clips, which are written; none if it cannot be used."""
    samples = recording.samples()
    timed = timer(samples, spell(recording.text))
    usable = timed and timed.fault is None
    return timed, "".join(_written(recording.name, timed, samples, wav)) if timed and usable else ""


def _written(name: str, timed: Timed, samples: Samples, wav: Path) -> Iterable[str]:
    cuts = list(parts(timed.phones))
    for number, phones in enumerate(cuts):
        file = f"{name}.wav" if len(cuts) == 1 else f"{name}.{number:02}.wav"
        start, end = round(phones[0].start_s * RATE_HZ), round(phones[-1].end_s * RATE_HZ)
        _write_wav(wav / file, samples[start:end])
        yield to_tsv(file, moved(phones, -start / RATE_HZ)).partition("\n")[2]


def _write_wav(path: Path, samples: Samples) -> None:
    import soundfile

    with whole(path) as part:
        soundfile.write(part, np.clip(samples, -1, 1), RATE_HZ, format="WAV", subtype="PCM_16")
