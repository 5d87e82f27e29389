"""Which viseme each phone is seen as."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

import numpy as np

from a2f_live.engine.base import Array
from a2f_live.speech import VISEMES

PHONES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "sil": ("SIL",),
        "PP": ("P", "B", "M"),
        "FF": ("F", "V"),
        "TH": ("TH", "DH"),
        "DD": ("T", "D"),
        "kk": ("K", "G", "NG", "HH"),
        "CH": ("CH", "JH", "SH", "ZH"),
        "SS": ("S", "Z"),
        "nn": ("N", "L"),
        "RR": ("R", "ER"),
        "aa": ("AA", "AE", "AH", "AW", "AY"),
        "E": ("EH", "EY"),
        "I": ("IH", "IY", "Y"),
        "O": ("AO", "OW", "OY"),
        "U": ("UH", "UW", "W"),
    }
)
"""The phones of each viseme: for consonants as Oculus has them, for the others by their lips; of a diphthong its first
half counts."""
SEEN_AS: Final = MappingProxyType({phone: viseme for viseme, phones in PHONES.items() for phone in phones})


def viseme_map(phones: Sequence[str]) -> Array:
    """(phones, 15): 1 where a phone is seen as a viseme, a single one in every row."""
    table = np.zeros((len(phones), len(VISEMES)), np.float32)
    table[range(len(phones)), [VISEMES.index(SEEN_AS[phone]) for phone in phones]] = 1
    return table
