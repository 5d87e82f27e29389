"""The `_bsweight.json` of Audio2Face: pose names and a matrix of weights, frame by frame."""

import json
from fractions import Fraction
from typing import Any, ClassVar

from a2f_live import arkit
from a2f_live.frames import Array, Frames
from a2f_live.outputs.animation_json import rounded
from a2f_live.outputs.base import Clip


class BsWeight:
    """One document a clip, in the names of Audio2Face's blendshape export."""

    suffix: ClassVar[str] = "_bsweight.json"

    def __init__(self) -> None:
        self._count = 0

    def begin(self, clip: Clip) -> str:
        """Give the header and open the matrix."""
        return json.dumps(_header(clip.name, clip.fps))[:-1] + ', "weightMat": ['

    def rows(self, frames: Frames) -> str:
        """Give the rows of the matrix, one a line."""
        first = 1 if self._count == 0 else 0
        self._count += frames.count
        lines = [f",\n{json.dumps(row)}" for row in rounded(frames.weights)]
        return "".join(lines)[first:]

    def end(self) -> str:
        """Close the matrix and tell how many rows it has."""
        return f'\n], "numFrames": {self._count}}}\n'


class ExportedWeight(BsWeight):
    """The same as Audio2Face 2023.2 exports it: with joints, of which this face has none."""

    def end(self) -> str:
        """Close the matrix, and tell of joints in as many rows."""
        none = ", ".join(["[]"] * self._count)
        joints = f'"joints": [], "rotations": [{none}], "translations": [{none}]'
        return f'\n], "numFrames": {self._count}, {joints}}}\n'


def document(weights: Array, fps: Fraction, track: str = "") -> dict[str, Any]:
    """Give the whole document for `(frames, 52)` weights that are in memory."""
    return {**_header(track, fps), "numFrames": len(weights), "weightMat": rounded(weights)}


def exported(weights: Array, fps: Fraction, track: str = "") -> dict[str, Any]:
    """Give the document as Audio2Face 2023.2 exports it: with joints, of which this face has none."""
    none: list[list[float]] = [[] for _ in weights]
    return {**document(weights, fps, track), "joints": [], "rotations": none, "translations": none}


def _header(track: str, fps: Fraction) -> dict[str, Any]:
    rate = int(fps) if fps.denominator == 1 else float(fps)
    return {"exportFps": rate, "trackPath": track, "numPoses": arkit.COUNT, "facsNames": list(arkit.NAMES)}
