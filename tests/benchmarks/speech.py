"""Sound for these tests, laid out as the benchmark keeps it: a set of two clips of noise, and noises of a package."""

from pathlib import Path

import numpy as np
import soundfile

from assets.lipnet.training.phones import HEADER
from benchmarks.lips.heard import RECORDED, RECORDED_IN, RECORDINGS_FOLDER

RATE_HZ = 16_000
NAMES = ("one.wav", "two.wav")
ROWS = ((0.0, 0.4, "SIL"), (0.4, 0.6, "P"), (0.6, 1.0, "AA"), (1.0, 1.2, "F"), (1.2, 1.6, "IY"), (1.6, 2.0, "UW"))


def write_set(folder: Path) -> Path:
    (folder / "wav").mkdir(parents=True)
    for number, name in enumerate(NAMES):
        lengths = [round((end_s - start_s) * RATE_HZ) for start_s, end_s, _ in ROWS]
        loud = np.repeat([0.0 if phone in {"SIL", "P"} else 0.1 for *_, phone in ROWS], lengths)
        samples = loud * np.random.default_rng(number).standard_normal(len(loud))
        soundfile.write(folder / "wav" / name, np.clip(samples, -1, 1), RATE_HZ, subtype="PCM_16")
    lines = [f"{name}\t{start_s}\t{end_s}\t{phone}" for name in NAMES for start_s, end_s, phone in ROWS]
    (folder / "phones.tsv").write_text("\n".join([HEADER, *lines, ""]))
    return folder


def write_noises(cache: Path) -> None:
    folder = cache / "packages" / RECORDED_IN.replace(":", "-").replace("==", "-") / RECORDINGS_FOLDER
    folder.mkdir(parents=True)
    for name in RECORDED.values():
        soundfile.write(folder / name, np.zeros(RATE_HZ), RATE_HZ, format="WAV")
