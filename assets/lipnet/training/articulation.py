"""How the mouth of the engine blends poses: what insists how much, and over how many hops.

Tried out by `python -m benchmarks.lips`: what insists more on closing makes vowels beside it less open, and what is
smoothed longer moves more calmly but meets fewer lips.
"""

from collections.abc import Mapping
from typing import Final

import numpy as np

from assets.lipnet.training.controls import CONTROLS, PHONE_CLASSES, Array
from assets.lipnet.training.phones import SILENCE, VOWELS

SHARPNESS: Final = 1.2
"""Of the likelihoods: on its material, which was often noisy, the network learned to be less sure than it may be."""

ROUNDING: Final = frozenset({"mouthPucker", "mouthFunnel", "jawForward", "mouthSmile", "mouthDimple", "mouthStretch"})
"""Controls of the group that rounds and spreads; the others open and close."""

OPENING_DOMINANCE: Final[Mapping[str, float]] = {
    **dict.fromkeys(("AA", "AE", "AO", "AW", "AY"), 1.0),
    **dict.fromkeys(("IY", "IH", "UW", "UH"), 0.7),
    **dict.fromkeys(("AH", "EH", "ER", "EY", "OW", "OY"), 0.45),
    SILENCE: 1.13,
    **dict.fromkeys(("P", "B", "M"), 1.55),
    **dict.fromkeys(("F", "V"), 0.74),
}
"""Vowels of the middle, most of them without stress, yield to those around them; so do all consonants of the tongue."""
OTHER_OPENING: Final = 0.09
ROUNDING_DOMINANCE: Final[Mapping[str, float]] = {
    **dict.fromkeys(VOWELS, 1.0),
    SILENCE: 1.8,
    **dict.fromkeys(("P", "B", "M", "F", "V"), 0.55),
    **dict.fromkeys(("W", "UW", "OW", "UH", "OY", "SH", "CH", "JH", "ZH"), 1.0),
}
OTHER_ROUNDING: Final = 0.3

TAPS: Final = 4
OPENING_HOPS: Final = (0.97, 0.72, 0.67)
ROUNDING_HOPS: Final = (0.5, 0.8, 0.9)
"""Of each look-ahead: how far back the past counts, as the deviation of half a Gaussian."""


def dominance() -> Array:
    """(groups, PHONE_CLASSES)."""
    return np.array(
        [
            [OPENING_DOMINANCE.get(phone, OTHER_OPENING) for phone in PHONE_CLASSES],
            [ROUNDING_DOMINANCE.get(phone, OTHER_ROUNDING) for phone in PHONE_CLASSES],
        ],
        np.float32,
    )


def groups() -> Array:
    """(groups, CONTROLS): 1 for the controls of a group."""
    rounds = np.array([control in ROUNDING for control in CONTROLS], np.float32)
    return np.stack((1 - rounds, rounds))


def smoothing() -> Array:
    """(look-aheads, groups, TAPS): shares of the newest hop and of those before it."""
    back = np.arange(TAPS)
    widths = np.array([OPENING_HOPS, ROUNDING_HOPS]).T
    shares = np.exp(-0.5 * (back / widths[..., None]) ** 2)
    return np.asarray(shares / shares.sum(-1, keepdims=True), np.float32)
