"""Finds when each phone of a known text is said, with pocketsphinx."""

from collections.abc import Iterable
from typing import Any, Final, NamedTuple

from assets.lipnet.training.pauses import freed
from assets.lipnet.training.phones import SILENCE, Phone, Samples, tidied
from assets.lipnet.training.settings import RATE_HZ
from assets.lipnet.training.sound import pcm
from assets.lipnet.training.speak_flite import pronounced
from assets.lipnet.training.texts import words_of

GRID_S: Final = 0.01
NOISES: Final = "<+["
"""Words that begin so are silence, breath or noise."""
WORST_SCORE: Final = -30.0
"""Mean logarithmic score of a 10 ms step of speech; a good clip has -9 to -13, a whispered one -18."""
EARLY_S: Final = 0.007
"""Boundaries of the aligner come this much before flite's own, on average."""


class Aligned(NamedTuple):
    """Where the phones are, and how well they fit."""

    phones: list[Phone]
    score: float


class Aligner:
    """Places the phones of a text on its sound."""

    def __init__(self) -> None:
        import pocketsphinx

        self._decoder = pocketsphinx.Decoder(
            samprate=RATE_HZ, bestpath=False, beam=1e-80, wbeam=1e-60, pbeam=1e-80, loglevel="FATAL"
        )

    def __call__(self, samples: Samples, text: str) -> Aligned | None:
        """Phones and silences on a 10 ms grid; None if the text cannot be what is said."""
        words = words_of(text)
        self._learn(words)
        self._decoder.set_align_text(" ".join(words))
        self._hear(samples)
        if self._decoder.hyp() is None:
            return None
        self._decoder.set_alignment()
        self._hear(samples)
        alignment = self._decoder.get_alignment()
        return None if alignment is None else read_alignment(alignment)

    def _learn(self, words: Iterable[str]) -> None:
        for word in set(words):
            if self._decoder.lookup_word(word) is None:
                self._decoder.add_word(word, " ".join(pronounced(word)), True)

    def _hear(self, samples: Samples) -> None:
        self._decoder.start_utt()
        self._decoder.process_raw(pcm(samples), full_utt=True)
        self._decoder.end_utt()


def read_alignment(words: Iterable[Any]) -> Aligned:
    """From pocketsphinx's words, each of them a row of phones with start, duration and score of 10 ms steps."""
    entries = [(word, phone) for word in words for phone in word]
    phones = [
        Phone(phone.start * GRID_S, (phone.start + phone.duration) * GRID_S, _named(word.name, phone.name))
        for word, phone in entries
    ]
    spoken = [entry for (_, entry), phone in zip(entries, phones, strict=True) if phone.name != SILENCE]
    return Aligned(phones, sum(p.score for p in spoken) / max(1, sum(p.duration for p in spoken)))


def placed(phones: Iterable[Phone], samples: Samples) -> list[Phone]:
    """An aligner's phones without what is known to be wrong with them, from the start of the sound to its end."""
    return freed(tidied(phones, EARLY_S, len(samples) / RATE_HZ), samples, RATE_HZ)


def _named(word: str, phone: str) -> str:
    return SILENCE if word.startswith(tuple(NOISES)) or phone.startswith("+") else phone
