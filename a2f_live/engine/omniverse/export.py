"""The file that Audio2Face exports: frames of weights with the names of their poses."""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from a2f_live.engine.base import Array
from a2f_live.engine.check import HIGH, LOW
from a2f_live.engine.omniverse.deadline import Deadline, Wait
from a2f_live.errors import EngineFailed

SUFFIX: Final = "_bsweight.json"
LOOK_EVERY_S: Final = 0.02
STILL_S: Final = 0.5
"""A file that has not grown for so long will not become whole any more."""
LARGEST: Final = 64 << 20
"""Bytes."""


@dataclass(frozen=True, slots=True, eq=False)
class Export:
    """What the file holds."""

    fps: float
    names: tuple[str, ...]
    weights: Array
    """(frames, poses) float32, finite."""
    track: str = ""
    """Name of the file of the track, where it says which."""


def await_export(path: Path, deadline: Deadline, wait: Wait) -> Export:
    """Read the file, once it is whole: the answer to an export may come before its last byte.

    `wait` sleeps so many seconds. Raises `EngineFailed` where the file does not come, or not to its end.
    """
    size, still_since_s = -1, deadline.passed_s
    while True:
        text = _read(path)
        if (document := _whole(text)) is not None:
            return parse(document)
        if len(text) != size:
            size, still_since_s = len(text), deadline.passed_s
        elif deadline.passed_s - still_since_s >= STILL_S:
            found = f"is cut off after {size} bytes" if text else "is missing or empty"
            raise EngineFailed(f"the export of Audio2Face {found} ({path.name}): is the disk full?")
        wait(deadline.left_s(LOOK_EVERY_S))


def parse(document: Any) -> Export:
    """Take the document apart. Raises `EngineFailed` where it is no export, or holds what no face can do."""
    try:
        names = tuple(str(name) for name in document["facsNames"])
        fps = float(document["exportFps"])
        weights = np.array(document["weightMat"], np.float32)
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise EngineFailed(f"the export of Audio2Face is none: {type(error).__name__}: {error}") from error
    if weights.ndim and not len(weights):
        raise EngineFailed("the export of Audio2Face has no frames: is the track empty?")
    if weights.ndim != 2 or not weights.size or weights.shape[1] != len(names) or not 0 < fps < 1000:
        raise EngineFailed(
            f"the export of Audio2Face does not fit itself: {weights.shape} weights, {len(names)} names, {fps:g} fps"
        )
    if not LOW <= weights.min() <= weights.max() <= HIGH:  # false for what is no number
        raise EngineFailed("the export of Audio2Face holds weights that no face can have: the instance is sick")
    track = re.split(r"[\\/]", str(document.get("trackPath") or ""))[-1]
    return Export(fps, names, weights, track)


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(LARGEST)
    except FileNotFoundError:
        return b""
    except OSError as error:
        if isinstance(error, PermissionError):  # on Windows the writer has it still
            return b""
        raise EngineFailed(f"the export of Audio2Face cannot be read: {error}") from error


def _whole(text: bytes) -> Any | None:
    if not text.rstrip().endswith(b"}"):
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
