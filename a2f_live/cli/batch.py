"""Which files a conversion reads, and a name without clashes for what each becomes."""

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from a2f_live.errors import ConfigError

AUDIO_SUFFIXES: Final = frozenset((".wav", ".flac", ".ogg", ".oga", ".opus", ".mp3", ".aif", ".aiff"))
"""What counts as audio in a folder; a file that is named is always read."""


@dataclass(frozen=True, slots=True)
class Source:
    """One file to convert."""

    path: Path
    """As it was named."""
    stem: Path
    """Path of what it becomes, within the output folder and without the suffix of a format."""


def find(named: Iterable[Path], *, recursive: bool) -> list[Source]:
    """Find every file once, in the order named; raises `ConfigError` for a folder without audio."""
    found: dict[Path, tuple[Path, Path]] = {}
    for each in named:
        for path, short in _in_folder(each, recursive=recursive) if each.is_dir() else [(each, Path(each.name))]:
            found.setdefault(Path(os.path.abspath(path)), (path, short))
    named_by = stems([(absolute, short) for absolute, (_, short) in found.items()])
    return [Source(path, stem) for (path, _), stem in zip(found.values(), named_by, strict=True)]


def stems(found: Sequence[tuple[Path, Path]]) -> list[Path]:
    """Give each file (absolute path, short name) a stem of its own.

    It is the short name without suffix; where several would share that, the path from the folder that all files have
    in common; and where even that is shared (`a.wav` and `a.mp3`), that path with its suffix.
    """
    if not found:
        return []
    common = os.path.commonpath([path.parent for path, _ in found])
    within = [path.relative_to(common) for path, _ in found]
    choices = [
        (short.with_suffix(""), long.with_suffix(""), long) for (_, short), long in zip(found, within, strict=True)
    ]
    levels = [0] * len(found)
    while True:
        chosen = [choice[level] for choice, level in zip(choices, levels, strict=True)]
        count = Counter(chosen)
        clashing = [i for i, stem in enumerate(chosen) if count[stem] > 1 and levels[i] < 2]
        if not clashing:
            return chosen
        for i in clashing:
            levels[i] += 1


def _in_folder(folder: Path, *, recursive: bool) -> Iterator[tuple[Path, Path]]:
    inside = sorted(folder.rglob("*") if recursive else folder.iterdir())
    files = [path for path in inside if path.suffix.lower() in AUDIO_SUFFIXES and path.is_file()]
    if not files:
        advice = "name another one" if recursive else "name another one, or look deeper with --recursive"
        raise ConfigError(f"the folder {folder} holds no audio files ({' '.join(sorted(AUDIO_SUFFIXES))}): {advice}")
    return ((path, path.relative_to(folder)) for path in files)
