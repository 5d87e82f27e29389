"""Phones with their times: a file a clip, and whether they can be believed."""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]

SILENCE: Final = "SIL"
VOWELS: Final = frozenset({"AA", "AE", "AH", "AO", "AW", "AY", "EH", "ER", "EY", "IH", "IY", "OW", "OY", "UH", "UW"})
CONSONANTS: Final = frozenset(
    {
        "B",
        "CH",
        "D",
        "DH",
        "F",
        "G",
        "HH",
        "JH",
        "K",
        "L",
        "M",
        "N",
        "NG",
        "P",
        "R",
        "S",
        "SH",
        "T",
        "TH",
        "V",
        "W",
        "Y",
        "Z",
        "ZH",
    }
)
PHONES: Final = VOWELS | CONSONANTS
"""ARPAbet without stress."""
HEADER: Final = "file\tstart\tend\tphone"

RATE_PER_S: Final = (6.0, 20.0)
"""Phones a second of speech, from very slow to very fast."""
LONGEST_S: Final = 0.7
"""No phone is longer, not even a vowel before a pause."""
LONGEST_STOP_S: Final = 0.35
"""No B, D, G, P, T or K with its closure is longer."""
STOPS: Final = frozenset({"B", "D", "G", "K", "P", "T"})
LOUD_DB: Final = -12.0
"""Against the clip's vowels: a silence this loud hides speech."""
SHORT_PAUSE_S: Final = 0.1
"""A silence up to this long may be a closure, and is not judged."""
FAINT_DB: Final = -28.0
"""Against the clip's vowels: a vowel this faint is a silence."""
FAINT_SHARE: Final = 0.04
"""Of the vowels, so many may be faint: whispered ends of phrases."""


class Phone(NamedTuple):
    """A phone, or a silence, from `start_s` to `end_s`."""

    start_s: float
    end_s: float
    name: str


def to_tsv(file: str, phones: Iterable[Phone]) -> str:
    """Rows of the benchmark's format, with its header."""
    rows = (f"{file}\t{start_s:.3f}\t{end_s:.3f}\t{name}" for start_s, end_s, name in phones)
    return "\n".join([HEADER, *rows, ""])


def from_tsv(text: str) -> list[Phone]:
    """The phones of one clip."""
    rows = (line.split("\t") for line in text.splitlines()[1:])
    return [Phone(float(start_s), float(end_s), name) for _, start_s, end_s, name in rows]


def tidied(phones: Iterable[Phone], shift_s: float, end_s: float) -> list[Phone]:
    """Boundaries moved by `shift_s`, gaps and both ends filled with silence, silences that touch joined."""
    moved = [Phone(max(0.0, a + shift_s), min(end_s, b + shift_s), name) for a, b, name in phones]
    spoken = [phone for phone in moved if phone.name != SILENCE and phone.end_s > phone.start_s]
    edges = [Phone(0.0, 0.0, SILENCE), *spoken, Phone(end_s, end_s, SILENCE)]
    tidy: list[Phone] = []
    for before, phone in pairwise(edges):
        if phone.start_s - before.end_s > 1e-6:
            tidy.append(Phone(before.end_s, phone.start_s, SILENCE))
        tidy.append(phone)
    return tidy[:-1]


def loudness_db(samples: Samples, phone: Phone, rate_hz: int) -> float:
    """Of the middle of a phone, against full scale."""
    margin_s = 0.2 * (phone.end_s - phone.start_s)
    part = samples[int((phone.start_s + margin_s) * rate_hz) : int((phone.end_s - margin_s) * rate_hz) + 1]
    return float(10 * np.log10(np.mean(np.square(part, dtype=np.float64)) + 1e-10)) if len(part) else -100.0


def vowel_levels_db(phones: Sequence[Phone], samples: Samples, rate_hz: int) -> NDArray[np.float64]:
    """Of every vowel, against full scale."""
    return np.array([loudness_db(samples, phone, rate_hz) for phone in phones if phone.name in VOWELS])


def usual_vowel_db(phones: Sequence[Phone], samples: Samples, rate_hz: int) -> float:
    """The median of the vowels, full scale if there is none."""
    vowels_db = vowel_levels_db(phones, samples, rate_hz)
    return float(np.median(vowels_db)) if len(vowels_db) else 0.0


def fault(phones: Sequence[Phone], samples: Samples, rate_hz: int) -> str | None:
    """Why these times cannot be right for this sound, if so."""
    spoken = [phone for phone in phones if phone.name != SILENCE]
    if not spoken:
        return "no phones"
    strange = {phone.name for phone in spoken} - PHONES
    if strange:
        return f"unknown phones {' '.join(sorted(strange))}"
    rate = len(spoken) / sum(phone.end_s - phone.start_s for phone in spoken)
    if not RATE_PER_S[0] <= rate <= RATE_PER_S[1]:
        return f"{rate:.1f} phones a second"
    return _too_long(spoken) or _against_loudness(phones, samples, rate_hz)


def _too_long(spoken: Sequence[Phone]) -> str | None:
    for start_s, end_s, name in spoken:
        if end_s - start_s > (LONGEST_STOP_S if name in STOPS else LONGEST_S):
            return f"{name} of {end_s - start_s:.2f} s"
    return None


def _against_loudness(phones: Sequence[Phone], samples: Samples, rate_hz: int) -> str | None:
    vowels_db = vowel_levels_db(phones, samples, rate_hz)
    if not len(vowels_db):
        return "no vowels"
    usual_db = float(np.median(vowels_db))
    if np.mean(vowels_db < usual_db + FAINT_DB) > FAINT_SHARE:
        return "vowels in silence"
    for phone in phones:
        paused = phone.name == SILENCE and phone.end_s - phone.start_s > SHORT_PAUSE_S
        if paused and loudness_db(samples, phone, rate_hz) > usual_db + LOUD_DB:
            return "speech in a silence"
    return None
