"""Finds when each phone of recorded speech is said, and how far that can be trusted.

A recording is aligned at three paces, as if a tape ran slower and faster. That moves the resonances of the voice as a
longer or a shorter mouth would: one pace suits the aligner best. Where they disagree about a boundary, it is in doubt.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise
from typing import Any, Final

import numpy as np

from assets.lipnet.training.align import Aligned, placed, read_alignment
from assets.lipnet.training.phones import SILENCE, Phone, Samples, fault
from assets.lipnet.training.settings import RATE_HZ
from assets.lipnet.training.sound import pcm, resampled

PACES: Final = (0.94, 1.0, 1.06)
WORST_SCORE: Final = -24.0
"""Mean logarithmic score of a 10 ms step; a clean recording has -7 to -13, one of a noisy room -20."""
MOST_DOUBT_S: Final = 0.016
NEAR_S: Final = 0.05
"""Boundaries farther apart are no two measurements of one place."""
LEAST_SHARED: Final = 0.8
"""Of the phones, so many must be the same at another pace, for it to say anything."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word by its name in the aligner's dictionary, or by its ARPAbet."""

    name: str
    phones: tuple[str, ...] = ()
    """Needed where the dictionary may lack it."""


@dataclass(frozen=True, slots=True)
class Timed:
    """Phones from the start of a recording to its end, silences among them."""

    phones: list[Phone]
    score: float
    """Of the best pace."""
    doubt_s: float
    """Mean distance of the boundaries at other paces; infinite where these hear other phones."""
    fault: str | None
    """What is against it, if anything."""

    def __str__(self) -> str:
        return f"score {self.score:.1f}, doubt {1000 * self.doubt_s:.0f} ms{', ' + self.fault if self.fault else ''}"


class Timer:
    """Times the phones of recordings whose words are known."""

    def __init__(self, worst_score: float = WORST_SCORE, most_doubt_s: float = MOST_DOUBT_S) -> None:
        self._worst_score = worst_score
        self._most_doubt_s = most_doubt_s
        self._decoder = _decoder()

    def __call__(self, samples: Samples, words: Sequence[Word]) -> Timed | None:
        """16 kHz; None where these words cannot be what is said."""
        if not (len(samples) and words):
            return None
        found = [aligned for pace in PACES if (aligned := self._at_pace(samples, words, pace))]
        if not found:
            return None
        best, *others = sorted(found, key=lambda aligned: -aligned.score)
        phones, doubt_s = agreed(best.phones, [other.phones for other in others])
        phones = placed(phones, samples)
        return Timed(phones, best.score, doubt_s, self._against(best.score, doubt_s) or fault(phones, samples, RATE_HZ))

    def _against(self, score: float, doubt_s: float) -> str | None:
        if score < self._worst_score:
            return "unlike its text"
        return "paces disagree" if doubt_s > self._most_doubt_s else None

    def _at_pace(self, samples: Samples, words: Sequence[Word], pace: float) -> Aligned | None:
        heard = samples if pace == 1.0 else resampled(samples, round(RATE_HZ / pace))
        try:
            aligned = self._align(pcm(heard), words)
        except RuntimeError:  # of the aligner, whose decoder is of no use afterwards
            self._decoder = _decoder()
            return None
        if aligned is None:
            return None
        return Aligned([Phone(a / pace, b / pace, name) for a, b, name in aligned.phones], aligned.score)

    def _align(self, heard: bytes, words: Sequence[Word]) -> Aligned | None:
        for word in words:
            if word.phones and self._decoder.lookup_word(word.name) is None:
                self._decoder.add_word(word.name, " ".join(word.phones), False)
        self._decoder.set_align_text(" ".join(word.name for word in words))
        self._hear(heard)
        if self._decoder.hyp() is None:
            return None
        self._decoder.set_alignment()
        self._hear(heard)
        alignment = self._decoder.get_alignment()
        return None if alignment is None else read_alignment(alignment)

    def _hear(self, heard: bytes) -> None:
        self._decoder.reinit_feat()  # else what was heard before moves boundaries
        self._decoder.start_utt()
        self._decoder.process_raw(heard, full_utt=True)
        self._decoder.end_utt()

    def knows(self, word: str) -> bool:
        """Whether the aligner's dictionary has it."""
        return self._decoder.lookup_word(word) is not None


def agreed(best: Iterable[Phone], others: Sequence[Iterable[Phone]]) -> tuple[list[Phone], float]:
    """Phones of the best alignment with each boundary at the median of all that have it near, and the mean distance."""
    spoken = [phone for phone in best if phone.name != SILENCE]
    starts_s, ends_s = [[phone.start_s] for phone in spoken], [[phone.end_s] for phone in spoken]
    distances_s: list[float] = []
    for other in others:
        for number, phone in _same(spoken, [phone for phone in other if phone.name != SILENCE]):
            here = spoken[number]
            distance_s = max(abs(phone.start_s - here.start_s), abs(phone.end_s - here.end_s))
            distances_s.append(distance_s)
            if distance_s < NEAR_S:
                starts_s[number].append(phone.start_s)
                ends_s[number].append(phone.end_s)
    middle = [
        Phone(float(np.median(start_s)), float(np.median(end_s)), phone.name)
        for phone, start_s, end_s in zip(spoken, starts_s, ends_s, strict=True)
    ]
    trusted = others and len(distances_s) >= LEAST_SHARED * len(spoken) * len(others)
    return _in_turn(middle), float(np.mean(distances_s)) if trusted else float("inf")


def _same(here: Sequence[Phone], there: Sequence[Phone]) -> Iterable[tuple[int, Phone]]:
    """Phones of `there` that are those of `here`, each with its place in `here`."""
    names = [phone.name for phone in here], [phone.name for phone in there]
    for a, b, size in SequenceMatcher(None, *names, autojunk=False).get_matching_blocks():
        yield from ((a + step, there[b + step]) for step in range(size))


def _in_turn(phones: Sequence[Phone]) -> list[Phone]:
    """None reaches into the next."""
    ends_s = [min(phone.end_s, following.start_s) for phone, following in pairwise(phones)]
    return [phone._replace(end_s=end_s) for phone, end_s in zip(phones, [*ends_s, phones[-1].end_s], strict=True)]


def _decoder() -> Any:
    import pocketsphinx

    wide = {"beam": 1e-80, "wbeam": 1e-60, "pbeam": 1e-80}
    return pocketsphinx.Decoder(samprate=RATE_HZ, bestpath=False, loglevel="FATAL", **wide)
