"""Emotions of a network: the implicit one out of its database, and the explicit ones that a stream asks for."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np

from a2f_live.engine.a2f3d.arrays import open_arrays
from a2f_live.engine.base import Array
from a2f_live.errors import EngineUnavailable

EASE_S: Final = 0.4
"""In this time an emotion that is asked for comes from 0 to 1: as with the emotions of the motion."""


def implicit_emotion(path: Path, shot: str, frame: int, size: int) -> Array:
    """(size,): that of one frame of a take of the data that the network learnt from. Raises `EngineUnavailable`."""
    with open_arrays(path) as arrays:
        names = arrays.texts("emo_spec_names")
        starts, sizes = arrays.indexes("emo_spec_start"), arrays.indexes("emo_spec_size")
        table = arrays.floats("emo_db", -1, size)
    if not len(names) == len(starts) == len(sizes):
        raise EngineUnavailable(f"{path}: emo_spec_names, _start and _size differ in length: get the file anew")
    if shot not in names:
        raise EngineUnavailable(f"{path} has no take {shot!r}: source_shot of model_config.json must be one of it")
    at = names.index(shot)
    row = int(starts[at]) + frame
    if not (0 <= frame < sizes[at] and 0 <= row < len(table)):
        raise EngineUnavailable(f"{path}: take {shot!r} has no frame {frame}: source_frame of model_config.json is off")
    implicit: Array = table[row]
    return implicit


class Explicit:
    """The emotions that a stream asks for, as the network wants them."""

    def __init__(self, names: Sequence[str], default: Sequence[float], fps: float) -> None:
        """`names` in the order of the network; `default` is what is felt where nothing is asked for."""
        self._index = {name: index for index, name in enumerate(names)}
        self._default = np.array(default, np.float32)
        self._step = np.float32(1.0 / (EASE_S * fps))

    def target(self, asked: Mapping[str, float] | None) -> Array:
        """(emotions,): names to 0..1 in the order of the network; one that it does not know is left out."""
        target = self._default.copy()
        for name, amount in (asked or {}).items():
            if name in self._index:
                target[self._index[name]] = amount
        return target

    def eased(self, start: Array | None, target: Array, rows: int) -> Array:
        """(rows, emotions): from what was felt last towards the target; at once at the start of an utterance."""
        felt = target if start is None else start
        way = np.empty((rows, len(target)), np.float32)
        for row in way:
            felt = felt + np.clip(target - felt, -self._step, self._step)
            row[:] = felt
        return way
