"""Made-up speech for the tests of what follows it: mouths that close, open and round, and voices that say phrases."""

from collections.abc import Mapping
from typing import Final

import numpy as np

from a2f_live import arkit
from a2f_live.frames import Array
from a2f_live.speech import PROSODY_COLUMNS, ROW_WIDTH

ROW_RATE: Final = 50

MOUTHS: Final[Mapping[str, Mapping[str, float]]] = {
    "silence": {},
    "P": {"jawOpen": 0.13, "mouthClose": 0.21, "mouthRollUpper": 0.3, "mouthRollLower": 0.23, "mouthUpperUp": 0.1},
    "B": {"mouthRollLower": 0.16, "mouthRollUpper": 0.08, "mouthPress": 0.08},
    "F": {"mouthShrugUpper": 0.25, "mouthRollLower": 0.45, "mouthDimple": 0.2, "jawOpen": 0.03},
    "A": {"jawOpen": 0.32, "mouthLowerDown": 0.2, "mouthUpperUp": 0.12},
    "I": {"jawOpen": 0.08, "mouthLowerDown": 0.2, "mouthSmile": 0.2, "mouthStretch": 0.18},
    "U": {"jawOpen": 0.07, "mouthPucker": 0.45, "mouthFunnel": 0.25},
    "S": {"jawOpen": 0.03, "mouthLowerDown": 0.3, "mouthSmile": 0.14},
}
CLOSED: Final = ("P", "B")


def mouth(sound: str) -> Array:
    """The weights of one sound, (1, 52)."""
    row = np.zeros((1, arkit.COUNT), np.float32)
    for shape, weight in MOUTHS[sound].items():
        for name in (shape, f"{shape}Left", f"{shape}Right"):
            if name in arkit.INDEX:
                row[0, arkit.INDEX[name]] = weight
    return row


def sounds(word: str, frames_each: int = 6) -> Array:
    """Sounds one after the other, each held for a while after a straight way to it: (n, 52)."""
    rows, before = [], mouth("silence")
    for sound in word:
        target = mouth(sound)
        rows += [before + (target - before) * min(step / 3, 1.0) for step in range(1, frames_each + 1)]
        before = target
    return np.concatenate(rows).astype(np.float32)


def prosody(seconds: float, phrase_s: float = 1.8, pause_s: float = 0.5, seed: int = 0) -> Array:
    """A voice that says phrases of four syllables a second, some of them stressed, with pauses between: (n, 4)."""
    draw = np.random.default_rng(seed)
    count = round(seconds * ROW_RATE)
    at_s = np.arange(count) / ROW_RATE
    within_s = at_s % (phrase_s + pause_s)
    speaks = within_s < phrase_s
    stress = draw.choice([0.0, 0.0, 1.0], round(seconds * 4) + 1)[(at_s * 4).astype(int)]
    syllable = np.sin(np.pi * (at_s * 4 % 1.0))
    voiced = speaks * (syllable > 0.3)
    loudness = speaks * (0.3 + (0.25 + 0.2 * stress) * syllable)
    pitch = voiced * ((1.0 - within_s / phrase_s) * 2.0 + 4.0 * stress * syllable)
    return np.stack((loudness, pitch, voiced, ~speaks), axis=1).astype(np.float32)


def rows(seconds: float, seed: int = 0) -> Array:
    """Whole rows of such a voice, with a mouth that goes with it: (n, ROW_WIDTH)."""
    voice = prosody(seconds, seed=seed)
    word = "".join(np.random.default_rng(seed).choice([*"PBFAIUS"], len(voice) // 6 + 1))
    whole = np.zeros((len(voice), ROW_WIDTH), np.float32)
    whole[:, : arkit.COUNT] = sounds(word)[: len(voice)] * (1 - voice[:, 3:])
    whole[:, PROSODY_COLUMNS] = voice
    return whole
