"""Frames of one utterance cut into chunks of equal duration, as documents of `POST /process-audio/`; pure."""

from collections.abc import Iterator
from fractions import Fraction
from math import ceil
from typing import Any

import numpy as np

from a2f_live import arkit
from a2f_live.frames import Array, Frames

TRACK_PATH = "/World/audio2face"


class Chunks:
    """Chunk `k` holds the frames that are due in its span of `chunk_s` seconds."""

    def __init__(self, fps: Fraction, chunk_s: Fraction) -> None:
        self._fps = fps
        self._chunk_s = chunk_s
        self._waiting = np.empty((0, arkit.COUNT), np.float32)
        self._next_frame = 0
        """Index of the first frame that waits."""
        self._chunk_id = 0

    def push(self, frames: Frames) -> Iterator[dict[str, Any]]:
        """The chunks before the one that the last of these frames is in."""
        self._waiting = np.concatenate((self._waiting, frames.weights))
        last_frame = self._next_frame + len(self._waiting) - 1
        while self._end_frame <= last_frame:
            yield self._cut(self._end_s)

    def finish(self, seconds: Fraction) -> Iterator[dict[str, Any]]:
        """The rest; `seconds` is the duration of the audio."""
        while self._chunk_id * self._chunk_s < seconds:
            yield self._cut(min(self._end_s, seconds))

    @property
    def _end_s(self) -> Fraction:
        return (self._chunk_id + 1) * self._chunk_s

    @property
    def _end_frame(self) -> int:
        """Index of the first frame that is not in the chunk any more."""
        return ceil(self._end_s * self._fps)

    def _cut(self, end_s: Fraction) -> dict[str, Any]:
        count = self._end_frame - self._next_frame
        weights, self._waiting = self._waiting[:count], self._waiting[count:]
        document = _document(self._chunk_id, self._chunk_id * self._chunk_s, end_s, self._fps, weights)
        self._next_frame += len(weights)
        self._chunk_id += 1
        return document


def _document(chunk_id: int, start_s: Fraction, end_s: Fraction, fps: Fraction, weights: Array) -> dict[str, Any]:
    rate = _number(fps)
    return {
        "chunk_id": chunk_id,
        "start": float(start_s),
        "end": float(end_s),
        "fps": rate,
        "result": {
            "exportFps": rate,
            "trackPath": TRACK_PATH,
            "numPoses": arkit.COUNT,
            "numFrames": len(weights),
            "facsNames": list(arkit.NAMES),
            "weightMat": weights.tolist(),
        },
    }


def _number(fps: Fraction) -> int | float:
    return int(fps) if fps.denominator == 1 else float(fps)
