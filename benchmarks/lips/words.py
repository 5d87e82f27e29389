"""Texts as words that the aligner can place: English by its dictionary, other languages by their sounds.

The aligner knows the sounds of American English. A word of another language is spelt with the nearest of them, by the
phonemes that espeak-ng gives: what matters here, lips that meet, is heard alike in all of these languages.
"""

import re
import subprocess
from collections.abc import Callable, Iterator
from typing import Final

from assets.lipnet.training.speak_flite import pronounced
from assets.lipnet.training.texts import words_of
from benchmarks.lips.timing import Word

NEAREST: Final[dict[str, tuple[str, ...]]] = {
    "p": ("P",),
    "b": ("B",),
    "m": ("M",),
    "f": ("F",),
    "v": ("V",),
    "β": ("V",),
    "w": ("W",),
    "ʋ": ("V",),
    "ɥ": ("W",),
    "t": ("T",),
    "d": ("D",),
    "ʈ": ("T",),
    "ɖ": ("D",),
    "n": ("N",),
    "ɳ": ("N",),
    "s": ("S",),
    "z": ("Z",),
    "θ": ("TH",),
    "ð": ("DH",),
    "ɾ": ("D",),
    "r": ("R",),
    "ɹ": ("R",),
    "ʁ": ("HH",),
    "l": ("L",),
    "ɫ": ("L",),
    "ɭ": ("L",),
    "ʎ": ("L", "Y"),
    "ɲ": ("N", "Y"),
    "ŋ": ("NG",),
    "k": ("K",),
    "ɡ": ("G",),
    "g": ("G",),
    "ɣ": ("G",),
    "x": ("HH",),
    "h": ("HH",),
    "j": ("Y",),
    "ʝ": ("Y",),
    "c": ("K",),
    "ɟ": ("G",),
    "ʃ": ("SH",),
    "ʒ": ("ZH",),
    "ɕ": ("SH",),
    "ʑ": ("ZH",),
    "ʂ": ("SH",),
    "ʐ": ("ZH",),
    "tʃ": ("CH",),
    "tɕ": ("CH",),
    "dʒ": ("JH",),
    "ts": ("T", "S"),
    "dz": ("D", "Z"),
    "a": ("AA",),
    "ɑ": ("AA",),
    "ɐ": ("AH",),
    "ʌ": ("AH",),
    "ə": ("AH",),
    "æ": ("AE",),
    "ɛ": ("EH",),
    "e": ("EY",),
    "i": ("IY",),
    "ɪ": ("IH",),
    "ɨ": ("IH",),
    "y": ("UW",),
    "ø": ("UH",),
    "œ": ("ER",),
    "o": ("OW",),
    "ɔ": ("AO",),
    "u": ("UW",),
    "ʊ": ("UH",),
    "ʉ": ("UW",),
    "ɵ": ("OW",),
}
"""IPA to ARPAbet. Spanish `β` does not close the lips, so it is no B here."""
MARKS: Final = re.compile(r"[ˈˌːˑʲʰ‿\-̩̯̃̊̆]|\(\w+\)")
"""Of stress, length, palatals, nasal vowels and changes of language."""
SOUND: Final = re.compile("|".join(sorted(map(re.escape, NEAREST), key=len, reverse=True)))

Speller = Callable[[str], list[Word]]


def english(knows: Callable[[str], bool]) -> Speller:
    """Words of a text by name; what the aligner's dictionary lacks, as flite says it."""
    return lambda text: [Word(word, () if knows(word) else tuple(pronounced(word))) for word in words_of(text)]


def foreign(voice: str) -> Speller:
    """Words of a text in another language, by the sounds that a voice of espeak-ng has for them."""

    def spell(text: str) -> list[Word]:
        command = ["espeak-ng", "-q", "--ipa", "-v", voice, text]
        told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        return [Word("=" + "-".join(phones), phones) for word in told.split() if (phones := tuple(arpabet(word)))]

    return spell


def arpabet(ipa: str) -> Iterator[str]:
    """The English sounds nearest to those of a word; what is not known is left out."""
    for found in SOUND.finditer(MARKS.sub("", ipa)):
        yield from NEAREST[found[0]]
