"""What an engine may tell of the speech beside the weights, and how a row of all of it is laid out."""

from typing import Final

from a2f_live import arkit

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
