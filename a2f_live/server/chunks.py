"""Frames of one utterance cut into chunks of equal duration, as documents of `POST /process-audio/`; pure."""

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
        self._waiting: list[Array] = []
        self._next_frame = 0
        self._chunk_id = 0

    def push(self, frames: Frames) -> list[dict[str, Any]]:
        """The chunks that these frames complete."""
        self._waiting.append(frames.weights)
        documents = []
        while (first_of_next := self._first_frame(self._chunk_id + 1)) <= self._next_frame + self._held:
            documents.append(self._cut(first_of_next, (self._chunk_id + 1) * self._chunk_s))
        return documents

    def finish(self, seconds: Fraction) -> list[dict[str, Any]]:
        """The rest, if there is any; `seconds` is the duration of the audio."""
        return [self._cut(self._next_frame + self._held, seconds)] if self._held else []

    @property
    def _held(self) -> int:
        return sum(map(len, self._waiting))

    def _first_frame(self, chunk_id: int) -> int:
        return ceil(chunk_id * self._chunk_s * self._fps)

    def _cut(self, end_frame: int, end_s: Fraction) -> dict[str, Any]:
        weights = np.concatenate(self._waiting)
        count = end_frame - self._next_frame
        self._waiting = [weights[count:]] if count < len(weights) else []
        start_s = self._chunk_id * self._chunk_s
        document = _document(self._chunk_id, start_s, end_s, self._fps, weights[:count])
        self._next_frame, self._chunk_id = end_frame, self._chunk_id + 1
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
