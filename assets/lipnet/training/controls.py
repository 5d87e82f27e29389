"""The controls of the mouth, what they do to the lips, and the phones that the network tells apart."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from a2f_live import arkit, lips
from a2f_live.engine.embedded.weights import arkit_names
from assets.lipnet.training.phones import CONSONANTS, SILENCE, VOWELS

Array = NDArray[np.float32]

CONTROLS: Final = (
    *("jawOpen", "jawForward", "mouthClose", "mouthFunnel", "mouthPucker", "mouthSmile", "mouthDimple"),
    *("mouthStretch", "mouthRollLower", "mouthRollUpper", "mouthShrugLower", "mouthShrugUpper", "mouthPress"),
    *("mouthLowerDown", "mouthUpperUp", "tongueOut"),
)
"""Names of ARKit without a side: left and right get the same."""
PHONE_CLASSES: Final = (SILENCE, *sorted(CONSONANTS | VOWELS))
"""What the network tells apart, in the order of its outputs."""


def effects() -> Array:
    """(CONTROLS, 2) what each at 1 does to the lips, in mm: their gap, and their rounding (protrusion less width)."""
    rows = np.zeros((len(CONTROLS), arkit.COUNT), np.float32)
    for row, control in zip(rows, CONTROLS, strict=True):
        row[[arkit.INDEX[name] for name in arkit_names(control)]] = 1.0
    unclipped_gap = sum(rows[:, arkit.INDEX[name]] * effect.gap for name, effect in lips.EFFECTS.items())
    return np.stack((unclipped_gap, lips.rounding_mm(rows)), axis=1, dtype=np.float32, casting="same_kind")


GAP, ROUNDING = effects().T
"""(CONTROLS,) each, in mm."""
