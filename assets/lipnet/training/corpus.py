"""The index of what was made, for whoever trains with it."""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Final

from assets.lipnet.training.cache import whole
from assets.lipnet.training.fill import SOUND, TIMES, Made
from assets.lipnet.training.phones import Phone, Samples, from_tsv
from assets.lipnet.training.plan import Utterance
from assets.lipnet.training.sound import read

INDEX: Final = "index.tsv"


@dataclass(frozen=True, slots=True)
class Clip:
    """A line of the index."""

    file: str
    """Below `speech/`."""
    source: str
    voice: str
    """`mix` for a voice that was mixed for this clip."""
    style: str
    """Voices and their shares."""
    speed: float
    seconds: float
    split: str
    """`train`, or `check` for voices that are never trained on."""
    text: str

    def samples(self, speech: Path) -> Samples:
        """Mono float32 at 16 kHz."""
        return read(speech / self.file)

    def phones(self, speech: Path) -> list[Phone]:
        """Without gaps, from 0 to the end of the clip."""
        return from_tsv((speech / self.file).with_suffix(TIMES).read_text("utf-8"))


def clip(utterance: Utterance, seconds: float) -> Clip:
    """The line of an utterance that was made."""
    return Clip(
        file=utterance.name + SOUND,
        source=utterance.source,
        voice=utterance.voice,
        style="+".join(f"{voice}:{share:g}" for voice, share in utterance.style),
        speed=utterance.speed,
        seconds=round(seconds, 3),
        split=utterance.split,
        text=utterance.text,
    )


def write_index(corpus: Path, made: Iterable[Made]) -> None:
    """A table of every clip that was not dropped."""
    names = [field.name for field in fields(Clip)]
    clips = [clip(utterance, seconds) for utterance, seconds, _ in made if seconds > 0]
    with whole(corpus / INDEX) as part, part.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter="\t", lineterminator="\n")
        writer.writerow(names)
        writer.writerows([getattr(one, name) for name in names] for one in clips)


def read_index(corpus: Path) -> list[Clip]:
    """Every clip there is."""
    with (corpus / INDEX).open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t")
        return [from_row(row) for row in rows]


def from_row(row: Mapping[str, str]) -> Clip:
    """A line that was read."""
    named = {name: row[name] for name in ("file", "source", "voice", "style", "split", "text")}
    return Clip(**named, speed=float(row["speed"]), seconds=float(row["seconds"]))
