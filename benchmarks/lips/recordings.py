"""Recordings: a sound file of a package, who speaks, and what is said."""

import gzip
import re
from collections.abc import Iterator
from csv import DictReader
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from assets.lipnet.training.phones import Samples
from assets.lipnet.training.sound import read
from benchmarks.lips.packages import unpacked

HERE: Final = Path(__file__).parent
SOUNDS: Final = "usr/share/asterisk/sounds"
NOT_SPOKEN: Final = re.compile(r"[\d\[\](){}<>#*%/&]")
"""A prompt with one of these says it in words that its text does not have, or is no speech."""


@dataclass(frozen=True, slots=True)
class Recording:
    """One sound file."""

    name: str
    """Unique in its set, and good for a file."""
    sound: Path
    text: str

    def samples(self) -> Samples:
        """Mono, 16 kHz, as headerless files are already."""
        if self.sound.suffix == ".g722":
            return read_g722(self.sound)
        if self.sound.suffix == ".raw":
            return _floats(np.fromfile(self.sound, "<i2"))
        return read(self.sound)


def read_g722(path: Path) -> Samples:
    """A headerless G.722 file, 16 kHz."""
    import av

    with av.open(str(path), format="g722") as sound:
        blocks = [frame.to_ndarray().reshape(-1) for frame in sound.decode(audio=0)]
    return _floats(np.concatenate(blocks) if blocks else np.empty(0, np.int16))


def _floats(samples: NDArray[np.int16]) -> Samples:
    return np.multiply(samples, 1 / 32_768, dtype=np.float32)


def catalogued(catalogue: str, packages: Path) -> Iterator[Recording]:
    """The recordings of a table beside this file; what `@` marks names the file of the package with the text."""
    with (HERE / catalogue).open(encoding="utf-8", newline="") as file:
        for row in DictReader(file, delimiter="\t"):
            folder = unpacked(row["package"], packages)
            text = row["text"]
            if text.startswith("@"):
                text = (folder_of(folder) / text[1:]).read_text("utf-8")
            sound = folder_of(folder) / row["sound"]
            yield Recording(f"{row['speaker']}.{sound.stem}", sound, text)


def folder_of(package: Path) -> Path:
    """Where the files of an unpacked package begin: a source package has one folder around all."""
    entries = list(package.iterdir())
    return entries[0] if len(entries) == 1 and (entries[0] / "PKG-INFO").is_file() else package


def prompts(language: str, packages: Path) -> Iterator[Recording]:
    """The prompts of a telephone exchange in a language, those of at least two words."""
    package = f"asterisk-core-sounds-{language}"
    voice = next(path for path in (unpacked(f"deb:{package}-g722", packages) / SOUNDS).iterdir() if path.is_dir())
    table = unpacked(f"deb:{package}", packages) / f"usr/share/doc/{package}/core-sounds-{language}.txt.gz"
    for name, text in texts(gzip.decompress(table.read_bytes()).decode("utf-8-sig")):
        sound = voice / f"{name}.g722"
        if sound.is_file() and len(text.split()) > 1 and not NOT_SPOKEN.search(text):
            yield Recording(name.replace("/", "."), sound, text)


def texts(table: str) -> Iterator[tuple[str, str]]:
    """Names and texts from lines `name: text`; `;` begins a comment."""
    for line in table.splitlines():
        name, colon, text = line.partition(":")
        if colon and not line.startswith(";"):
            yield name.strip(), text.strip()
