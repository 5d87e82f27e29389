"""Phones with their times: what was said when, from a table or a Praat TextGrid."""

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from a2f_live.errors import FileError

SILENCES: Final = frozenset(("", "SIL", "SP", "SPN", "<SIL>", "[NOISE]", "+SPN+", "+NSN+"))
Kind = Literal["closed", "teeth on lip", "rounded", "open", "silence", "other"]
KINDS: Final[dict[str, Kind]] = {
    **dict.fromkeys(("P", "B", "M"), "closed"),
    **dict.fromkeys(("F", "V"), "teeth on lip"),
    **dict.fromkeys(("UW", "OW", "W", "UH", "OY", "SH", "CH", "JH", "ZH"), "rounded"),
    **dict.fromkeys(("AA", "AE", "AH", "AO", "AW", "AY", "EH", "ER", "EY", "IH", "IY"), "open"),
}
"""What the lips must do for a phone of ARPAbet, or for the same letter of another alphabet."""

TOKENS: Final = re.compile(r'(?<!\S)(?:"((?:[^"]|"")*)"|(-?\d+(?:\.\d*)?(?:[eE][-+]?\d+)?|<exists>))(?!\S)')
"""All that counts in a TextGrid: texts in quotes, numbers and flags that stand free; the rest is comment."""
TIERS: Final = ("phones", "phone", "segments")


@dataclass(frozen=True, slots=True)
class Phone:
    """One phone."""

    start_s: float
    end_s: float
    label: str

    @property
    def kind(self) -> Kind:
        """What the lips must do."""
        name = self.label.strip("012").upper()
        return "silence" if name in SILENCES else KINDS.get(name, "other")


@dataclass(frozen=True, slots=True)
class PhoneTable:
    """The phones of one or many clips."""

    clips: Mapping[str, Sequence[Phone]]
    """By the stem of the name of the audio file; the empty name stands for any clip."""

    def of(self, clip: str) -> Sequence[Phone]:
        """The phones of a clip, named as its file, in the order of time; empty for one that is not there."""
        return self.clips.get(Path(clip).stem) or self.clips.get("", ())


def read_phones(path: Path) -> PhoneTable:
    """Read the phones of clips; raises `FileError`.

    A table has a header, and tabs between the columns `file`, `start`, `end` (seconds) and `phone`; without `file` it
    is of any clip, as a `.TextGrid` of Praat is. Of that the tier `phones` counts, or the last one of intervals. A
    folder holds TextGrids, named like their clips.
    """
    try:
        if path.is_dir():
            return PhoneTable({file.stem: _from_grid(_text(file)) for file in sorted(path.glob("*.[Tt]ext[Gg]rid"))})
        if path.suffix.lower() == ".textgrid":
            return PhoneTable({"": _from_grid(_text(path))})
        return _from_table(_text(path))
    except OSError as error:
        raise FileError(f"{path} cannot be read ({(error.strerror or str(error)).lower()}): check the path") from error
    except (ValueError, KeyError, TypeError, IndexError, csv.Error) as error:
        raise FileError(
            f"{path} holds no phones: give a TextGrid, or a table with the columns file, start, end, phone"
        ) from error


def _text(path: Path) -> str:
    data = path.read_bytes()
    return data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")


def _from_table(text: str) -> PhoneTable:
    clips: dict[str, list[Phone]] = {}
    for row in csv.DictReader(text.splitlines(), delimiter="\t"):
        phone = Phone(float(row["start"]), float(row["end"]), row["phone"])
        clips.setdefault(Path(row.get("file", "")).stem, []).append(phone)
    if not clips:
        raise ValueError("no rows")
    return PhoneTable({stem: sorted(phones, key=lambda phone: phone.start_s) for stem, phones in clips.items()})


def _from_grid(text: str) -> Sequence[Phone]:
    """Read the long or the short text format of Praat, which differ in comments only."""
    tokens = [flag or quoted.replace('""', '"') for quoted, flag in TOKENS.findall(text)]
    if tokens[:2] != ["ooTextFile", "TextGrid"]:
        raise ValueError("not a TextGrid")
    place, tiers = 6, {}
    for _ in range(int(tokens[5])):
        kind, name, count = tokens[place], tokens[place + 1], int(tokens[place + 4])
        fields = 3 if kind == "IntervalTier" else 2
        values = tokens[place + 5 : place + 5 + fields * count]
        place += 5 + fields * count
        if fields == 3:
            rows = (values[at : at + 3] for at in range(0, len(values), 3))
            tiers[name.lower()] = [Phone(float(start), float(end), label) for start, end, label in rows]
    named = next((name for name in TIERS if name in tiers), list(tiers)[-1])
    return tiers[named]
