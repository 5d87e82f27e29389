"""What an engine may tell of the speech beside the weights, and how a row of all of it is laid out."""

from collections.abc import Iterable
from typing import Final

import numpy as np

from a2f_live import arkit
from a2f_live.frames import Array

VISEMES: Final = ("sil", "PP", "FF", "TH", "DD", "kk", "CH", "SS", "nn", "RR", "aa", "E", "I", "O", "U")
"""The 15 visemes of Oculus, in its order; the weights of a row add up to 1 where an engine gives them."""

PROSODY: Final = ("loudness", "pitch", "voiced", "pause")
"""How it is said, a column each.

`loudness` is 0..1: 0 for nothing, 0.5 for the speaker as usual, 1 for 12 dB more. `pitch` is in semitones above the
speaker's usual pitch, 0 where nothing is voiced. `voiced` is 0..1. `pause` is the probability that nobody speaks, 0..1.
"""

WEIGHTS_COLUMNS: Final = slice(0, arkit.COUNT)
PROSODY_COLUMNS: Final = slice(WEIGHTS_COLUMNS.stop, WEIGHTS_COLUMNS.stop + len(PROSODY))
VISEME_COLUMNS: Final = slice(PROSODY_COLUMNS.stop, PROSODY_COLUMNS.stop + len(VISEMES))
"""Of a whole row, as a session hands it to the motion; zeros where an engine tells nothing."""
ROW_WIDTH: Final = VISEME_COLUMNS.stop


def whole_rows(weights: Array, prosody: Array | None = None, visemes: Array | None = None) -> Array:
    """Whole rows, (n, ROW_WIDTH) float32, of what an engine gave for each; zeros where it gave nothing."""
    rows = np.zeros((len(weights), ROW_WIDTH), np.float32)
    rows[:, WEIGHTS_COLUMNS] = weights
    if prosody is not None:
        rows[:, PROSODY_COLUMNS] = prosody
    if visemes is not None:
        rows[:, VISEME_COLUMNS] = visemes
    return rows


def rest_row(channels: Iterable[str] = ("prosody", "visemes")) -> Array:
    """What an engine with these channels of `EngineInfo` says of silence: a whole row, (1, ROW_WIDTH) float32."""
    row = np.zeros((1, ROW_WIDTH), np.float32)
    if "prosody" in channels:
        row[:, PROSODY_COLUMNS.start + PROSODY.index("pause")] = 1
    if "visemes" in channels:
        row[:, VISEME_COLUMNS.start + VISEMES.index("sil")] = 1
    return row


REST: Final = rest_row()
"""Nobody speaks; read-only by convention."""
