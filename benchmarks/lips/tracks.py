"""Tracks of weights: made by an engine of the product, or read from the files of another system."""

import csv
from collections.abc import Iterable
from itertools import product
from pathlib import Path

import numpy as np

from a2f_live import arkit
from a2f_live.config import StreamConfig
from a2f_live.engine.base import Engine
from a2f_live.motion.profile import Profile
from a2f_live.offline import render
from assets.lipnet.training.trouble import TroubleError
from benchmarks.lips.heard import Sound
from benchmarks.lips.score import Track


def rendered(engine: Engine, sound: Sound, lookahead_ms: int) -> Track:
    """The frames of `a2f-live convert --idle off`, 60 a second, without a profile."""
    config = StreamConfig(audio=sound.audio, pace="file", lookahead_ms=lookahead_ms, idle="off")
    frames = list(render(engine, config, Profile(), [sound.pcm]))
    weights = np.concatenate([np.empty((0, arkit.COUNT), np.float32), *(part.weights for part in frames)])
    return np.arange(len(weights)) / float(config.fps), weights


def read_tracks(folders: Iterable[Path], clips: Iterable[str], lead_s: float = 0.0) -> dict[str, Track]:
    """Tracks of those clips that a folder has, the first one that does: `CLIP.csv`, a row a frame.

    Its header is `time_s` and names of ARKit; weights without a column are 0. `lead_s` is added to every time, for a
    system with a known constant offset.
    """
    tracks: dict[str, Track] = {}
    for folder, clip in product(folders, clips):
        path = folder / Path(clip).with_suffix(".csv")
        if clip not in tracks and path.is_file():
            tracks[clip] = _read_track(path, lead_s)
    return tracks


def _read_track(path: Path, lead_s: float) -> Track:
    with path.open(encoding="utf-8", newline="") as file:
        header, *rows = [row for row in csv.reader(file) if row]
    columns = {number: arkit.NAMES.index(known) for number, name in enumerate(header) if (known := _known(name))}
    try:
        table = np.array([[float(value) for value in row] for row in rows]).reshape(len(rows), len(header))
    except ValueError as error:
        raise TroubleError(f"{path} is no table of numbers with a column a name: {error}") from error
    weights = np.zeros((len(rows), arkit.COUNT))
    weights[:, list(columns.values())] = table[:, list(columns)]
    return table[:, 0] + lead_s, weights


def _known(name: str) -> str | None:
    """The ARKit name that a column is meant for."""
    name = name[:1].lower() + name[1:]
    return name if name in arkit.NAMES else None
