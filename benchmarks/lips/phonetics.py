"""What the phones of English ask of the lips. Names are ARPAbet without stress."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from assets.lipnet.training.phones import Phone

BILABIAL: Final = frozenset({"P", "B", "M"})
LABIODENTAL: Final = frozenset({"F", "V"})
ROUND: Final = frozenset({"UW", "OW", "W", "UH", "OY", "SH", "CH", "JH", "ZH"})
SPREAD: Final = frozenset({"IY", "EY", "EH", "AE", "IH", "S", "Z"})
SILENT: Final = frozenset({"SIL", "SP", "SPN", "", "<SIL>", "[NOISE]", "+SPN+", "+NSN+"})
"""Silence, by the names that aligners have for it."""

VOWEL_OPENNESS: Final[Mapping[str, float]] = MappingProxyType(
    {
        **dict.fromkeys(("AE", "AY", "AW"), 3.8),
        "AA": 4.0,
        "AO": 3.2,
        "EH": 2.8,
        "OY": 2.6,
        "AH": 2.4,
        "OW": 2.2,
        "EY": 2.1,
        "ER": 1.5,
        "IH": 1.4,
        "UH": 1.4,
        "IY": 1.0,
        "UW": 0.8,
    }
)
"""How open a vowel is, 0 for shut and 4 for widest: the height of the vowel in the phonetic chart."""
CONSONANT_OPENNESS: Final[Mapping[str, float]] = MappingProxyType(
    {
        **dict.fromkeys(BILABIAL, 0.0),
        **dict.fromkeys(LABIODENTAL, 0.2),
        **dict.fromkeys(("S", "Z"), 0.4),
        **dict.fromkeys(("SH", "ZH", "CH", "JH"), 0.6),
        **dict.fromkeys(("D", "T"), 0.7),
        **dict.fromkeys(("N", "DH", "TH"), 0.8),
        **dict.fromkeys(("R", "Y", "NG"), 0.9),
        **dict.fromkeys(("K", "G"), 1.0),
        "W": 0.5,
        "L": 1.1,
        "HH": 1.6,
    }
)
"""The same of a consonant."""
OPENNESS: Final = MappingProxyType({**CONSONANT_OPENNESS, **VOWEL_OPENNESS})

BLUR_S: Final = 0.05
"""Standard deviation of what turns steps into a movement."""
BLUR_REACH_S: Final = 0.15


def asked(phones: Iterable[Phone], grid_s: NDArray[np.float64], rate_hz: float) -> NDArray[np.float64]:
    """(n,) openness that the phones ask for at each time: a step a phone, blurred by a Gaussian. Silence asks for 0."""
    steps = np.zeros(len(grid_s))
    for start_s, end_s, name in phones:
        steps[np.searchsorted(grid_s, start_s) : np.searchsorted(grid_s, end_s)] = OPENNESS.get(name, 0.0)
    reach = round(BLUR_REACH_S * rate_hz)
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) / (BLUR_S * rate_hz)) ** 2)
    return np.convolve(steps, kernel / kernel.sum())[reach : reach + len(steps)]
