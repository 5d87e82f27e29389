"""How each emotion at full strength changes the lip-sync: scores of the same clips without emotion and with each.

    python -m benchmarks.emotions PHONES.tsv CLIPS [--amount 1.0] [--engine embedded] [--lookahead-ms 40]

PHONES.tsv has the columns `file` (a path within the folder CLIPS), `start`, `end` (seconds) and `phone` (ARPAbet, `SIL`
for silence). An emotion may move the whole face, but words must stay readable: `closure` is the figure to watch. Any
mixture can be given besides: `--mixture joy=1,amazement=0.5`. The last line is one JSON document.
"""

import argparse
import csv
import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import asdict, replace
from math import isnan
from pathlib import Path
from typing import Final

import numpy as np

from a2f_live import arkit
from a2f_live.audio.files import open_audio
from a2f_live.config import StreamConfig
from a2f_live.engine.base import Engine
from a2f_live.engine.registry import create, parse_spec
from a2f_live.motion.profile import Profile
from a2f_live.offline import render
from assets.lipnet.training.phones import Phone
from benchmarks.lips.score import Scores, Track, score

COLUMNS: Final = {
    "score": 3,
    "closure": 3,
    "closure_auc": 3,
    "labiodental": 3,
    "rounding": 3,
    "openness": 3,
    "sync": 3,
    "lag_ms": 0,
    "rest": 3,
    "jitter": 3,
    "aperture_mm": 1,
}
"""What the table shows, and to how many decimals."""
NAME_WIDTH: Final = 24


def read_phones(path: Path) -> dict[str, list[Phone]]:
    """Clip to its phones."""
    clips: dict[str, list[Phone]] = defaultdict(list)
    with path.open(newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            clips[row["file"]].append(Phone(float(row["start"]), float(row["end"]), row["phone"]))
    return clips


def track(engine: Engine, clip: Path, config: StreamConfig) -> Track:
    """Times and weights of the frames of a clip."""
    with open_audio(clip) as sound:
        pcm = (block.tobytes() for block in sound.blocks())
        blocks = [*render(engine, replace(config, audio=sound.audio), Profile.neutral(), pcm)]
    weights = np.concatenate([block.weights for block in blocks])
    return np.arange(len(weights)) / float(config.fps), weights


def measure(engine: Engine, folder: Path, phones: Mapping[str, list[Phone]], config: StreamConfig) -> Scores:
    """Scores of all clips that are there."""
    return score({name: track(engine, folder / name, config) for name in phones if (folder / name).exists()}, phones)


def line(name: str, scores: Scores) -> str:
    """One row of the table."""
    figures = (f"{getattr(scores, column):12.{digits}f}" for column, digits in COLUMNS.items())
    return f"{name[:NAME_WIDTH]:{NAME_WIDTH}}" + "".join(figures)


def document(scores: Scores) -> dict[str, float | None]:
    """All figures, for programs; None for one that the phones gave no occasion for."""
    figures = asdict(scores) | {"score": scores.score, "closure": scores.closure}
    return {name: None if isnan(value) else round(value, 4) for name, value in figures.items()}


def mixture(text: str) -> dict[str, float]:
    """`joy=1,fear=0.5` as a map."""
    return {name: float(amount) for name, _, amount in (part.partition("=") for part in text.split(","))}


def main() -> None:
    """Measure and report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("phones", type=Path)
    parser.add_argument("clips", type=Path)
    parser.add_argument("--amount", type=float, default=1.0)
    parser.add_argument("--mixture", type=mixture, action="append", default=[])
    parser.add_argument("--engine", default="embedded")
    parser.add_argument("--lookahead-ms", type=int, default=40)
    options = parser.parse_args()
    phones, engine = read_phones(options.phones), create(parse_spec(options.engine))
    plain = StreamConfig(pace="file", idle="off", lookahead_ms=options.lookahead_ms)
    wishes: list[dict[str, float]] = [{}, *({name: options.amount} for name in arkit.EMOTIONS), *options.mixture]
    print(" " * NAME_WIDTH + "".join(f"{column:>12}" for column in COLUMNS))
    documents = {}
    for emotions in wishes:
        name = "+".join(emotions) or "neutral"
        scores = measure(engine, options.clips, phones, replace(plain, emotions=emotions))
        documents[name] = document(scores)
        print(line(name, scores), flush=True)
    engine.close()
    print(json.dumps(documents))


if __name__ == "__main__":
    main()
