"""flite's voices: less natural, with times that are exact because it made them."""

import subprocess
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from assets.lipnet.training.phones import SILENCE, Phone, Samples
from assets.lipnet.training.plan import Utterance
from assets.lipnet.training.sound import read

NAMES: Final = {"ax": "AH", "axr": "ER", "el": "L", "em": "M", "en": "N", "nx": "NG", "dx": "D"}
"""Where flite's names are not ARPAbet's."""
SILENCES: Final = frozenset({"pau", "ssil", "brth"})


def speak(utterance: Utterance) -> tuple[Samples, list[Phone]]:
    """Sound at 16 kHz and its phones."""
    with TemporaryDirectory() as folder:
        wav = Path(folder) / "speech.wav"
        stretch = f"duration_stretch={1 / utterance.speed:.3f}"
        command = ["flite", "-voice", utterance.voice, "--setf", stretch, "-psdur", "-o", str(wav), "-t"]
        told = subprocess.run([*command, utterance.text], check=True, capture_output=True, text=True).stdout
        return read(wav), timed(told)


def timed(told: str) -> list[Phone]:
    """Phones from `name:end_s name:end_s ...`."""
    ends = [(name, float(end_s)) for name, end_s in (item.rsplit(":", 1) for item in told.split())]
    rows = pairwise([("", 0.0), *ends])
    return [Phone(start_s, end_s, arpabet(name)) for (_, start_s), (name, end_s) in rows]


def pronounced(word: str) -> list[str]:
    """ARPAbet of a word that a dictionary lacks."""
    command = ["flite", "-voice", "kal16", "-ps", "-o", "none", "-t", word]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return [phone for phone in map(arpabet, told.split()) if phone != SILENCE]


def arpabet(name: str) -> str:
    """flite's phone by its ARPAbet name."""
    return SILENCE if name in SILENCES else NAMES.get(name, name.upper())
