"""The pose of every phone: what each group of muscles wants, and how much it insists."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

Shape = Mapping[str, float]


class Pose(NamedTuple):
    """What a phone wants. A dominance of 0 leaves a group to the neighbours, 1 is a vowel's."""

    gap_mm: float
    """Between the inner lips; made with the jaw and both lips."""
    gap_dominance: float
    rounded: float
    """-1 spread to 1 rounded."""
    rounded_dominance: float
    lips: Shape = MappingProxyType({})
    """What is done with the lips beside opening and rounding them: pressed, rolled in, raised from the teeth."""


def vowel(gap_mm: float, rounded: float, rounded_dominance: float = 0.8, **lips: float) -> Pose:
    """Vowels decide how far the mouth is open."""
    return Pose(gap_mm, 1.0, rounded, rounded_dominance, lips)


def consonant(gap_mm: float, gap_dominance: float, rounded: float = 0.0, insists: float = 0.15, **lips: float) -> Pose:
    """Consonants are shaped by the vowels around them as far as they do not need their lips."""
    return Pose(gap_mm, gap_dominance, rounded, insists, lips)


SHUT: Final = {"mouthRollLower": 0.16, "mouthRollUpper": 0.10, "mouthPress": 0.12}
ON_TEETH: Final = {"mouthRollLower": 0.34, "mouthUpperUp": 0.16, "mouthShrugUpper": 0.06}

POSES: Final[Mapping[str, Pose]] = {
    "SIL": consonant(0.0, 1.0, 0.0, 0.5),
    # vowels: gap, rounding
    "AA": vowel(10.4, 0.00),
    "AE": vowel(9.9, -0.45),
    "AH": vowel(6.2, -0.05, 0.5),
    "AO": vowel(8.3, 0.50),
    "EH": vowel(7.3, -0.40),
    "ER": vowel(3.9, 0.12),
    "IH": vowel(3.6, -0.40),
    "IY": vowel(2.6, -0.75, 1.0),
    "UH": vowel(3.6, 0.55),
    "UW": vowel(2.1, 0.90, 1.2),
    # diphthongs: their first half; the second one is in GLIDES
    "AW": vowel(10.4, 0.0),
    "AY": vowel(10.4, -0.2),
    "EY": vowel(6.2, -0.50),
    "OW": vowel(6.2, 0.65, 1.1),
    "OY": vowel(7.0, 0.80, 1.0),
    # lips
    "P": consonant(0.0, 8.0, 0.0, 0.1, **SHUT),
    "B": consonant(0.0, 8.0, 0.0, 0.1, **SHUT),
    "M": consonant(0.0, 8.0, 0.0, 0.1, **SHUT),
    "F": consonant(0.5, 6.0, -0.1, 0.3, **ON_TEETH),
    "V": consonant(0.5, 5.0, -0.1, 0.3, **ON_TEETH),
    "W": consonant(1.3, 2.0, 1.0, 1.6),
    # tongue
    "CH": consonant(1.6, 1.3, 0.52, 1.0, mouthLowerDown=0.16),
    "JH": consonant(1.6, 1.3, 0.52, 1.0, mouthLowerDown=0.16),
    "SH": consonant(1.6, 1.3, 0.55, 1.0, mouthLowerDown=0.16),
    "ZH": consonant(1.6, 1.3, 0.52, 1.0, mouthLowerDown=0.16),
    "S": consonant(1.0, 1.4, -0.45, 0.5, mouthLowerDown=0.14),
    "Z": consonant(1.0, 1.4, -0.45, 0.5, mouthLowerDown=0.14),
    "TH": consonant(2.1, 0.9, -0.1, 0.2, tongueOut=0.22),
    "DH": consonant(2.1, 0.7, -0.1, 0.2, tongueOut=0.16),
    "T": consonant(1.8, 0.8, -0.15, 0.12, mouthLowerDown=0.08),
    "D": consonant(1.8, 0.8, -0.15, 0.12, mouthLowerDown=0.08),
    "N": consonant(2.1, 0.7, -0.1, 0.10, mouthLowerDown=0.08),
    "L": consonant(2.9, 0.6, -0.1, 0.15),
    "R": consonant(2.3, 0.9, 0.25, 0.5),
    "Y": consonant(2.3, 0.8, -0.5, 0.6),
    "NG": consonant(2.1, 0.4, 0.0, 0.08),
    "K": consonant(2.6, 0.4, 0.0, 0.08),
    "G": consonant(2.6, 0.4, 0.0, 0.08),
    "HH": consonant(4.2, 0.2, 0.0, 0.05),
}

GLIDES: Final[Mapping[str, Pose]] = {
    "AW": vowel(9.2, 0.65, 1.0),
    "AY": vowel(9.2, -0.6),
    "EY": vowel(4.8, -0.75),
    "OW": vowel(5.2, 1.0, 1.2),
    "OY": vowel(6.4, -0.5),
}
"""The second half of a diphthong."""
GLIDE_FROM: Final = 0.55
"""Of its length, so much belongs to the first half."""
