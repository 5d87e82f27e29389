"""Frames that were made before: the lines that `stream --json` prints, and tracks of files, given by the clock."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Iterator
from fractions import Fraction
from typing import Any, Final

import numpy as np

from a2f_live import arkit
from a2f_live.cli.handover import read_in_thread
from a2f_live.errors import FileError
from a2f_live.frames import Frames
from a2f_live.outputs.track import Track

LINES_AHEAD: Final = 100
BLOCK_ROWS: Final = 30
FINEST: Final = 1_000_000
"""Times are taken as fractions with no larger denominator."""
NEAR_S: Final = 1e-4
NO_LINES: Final = "standard input has no frames: give it what `a2f-live stream --json` prints"


def standard_input_lines() -> Iterator[bytes]:
    """The lines of standard input. Raises `FileError` where there is none."""
    if sys.stdin is None:
        raise FileError(NO_LINES)
    return iter(sys.stdin.buffer)


async def frames_of_lines(lines: Iterator[bytes]) -> AsyncIterator[Frames]:
    """The frames of lines as they come; lines of other types are passed over. Raises `FileError`."""
    reader = _Reader()
    async for line in read_in_thread(lines, LINES_AHEAD):
        try:
            frames = reader.read(json.loads(line))
        except (ValueError, KeyError, TypeError, IndexError, ZeroDivisionError) as error:
            raise FileError(NO_LINES) from error
        if frames is not None:
            yield frames


async def frames_of_track(track: Track) -> AsyncIterator[Frames]:
    """The frames of a track, each half second of them when the first of it is due."""
    loop = asyncio.get_running_loop()
    begun_s = loop.time()
    for first in range(0, track.count, BLOCK_ROWS):
        rows = range(first, min(first + BLOCK_ROWS, track.count))
        await asyncio.sleep(begun_s + float(track.times_s[first] - track.times_s[0]) - loop.time())
        for row in rows:
            yield _row(track, row)


def _row(track: Track, row: int) -> Frames:
    times_s = track.times_s
    ahead_s = times_s[row + 1] - times_s[row] if row + 1 < track.count else track.end_s - times_s[row]
    return Frames(
        0,
        row,
        Fraction(float(times_s[row])).limit_denominator(FINEST),
        1 / Fraction(float(ahead_s) or 1 / 60).limit_denominator(FINEST),
        track.weights[row : row + 1],
        None if track.head is None else track.head[row : row + 1],
        visemes=None if track.visemes is None else track.visemes[row : row + 1],
    )


class _Reader:
    """Knows what `ready` told: the names and the frame rate."""

    def __init__(self) -> None:
        self._places = list(range(arkit.COUNT))
        self._fps = Fraction(60)

    def read(self, line: dict[str, Any]) -> Frames | None:
        if line["type"] == "ready":
            self._places = [arkit.INDEX[name] for name in line["names"]]
            self._fps = Fraction(str(line["fps"])).limit_denominator(1001)
        if line["type"] != "frame":
            return None
        weights = np.zeros((1, arkit.COUNT), np.float32)
        weights[0, self._places] = line["weights"]
        return Frames(int(line["utterance"]), int(line["index"]), self._time_s(line), self._fps, weights)

    def _time_s(self, line: dict[str, Any]) -> Fraction:
        """The exact time, which the line rounds; at another rate than the first it is what the line says."""
        exact = int(line["index"]) / self._fps
        near = abs(float(exact) - line["time"]) < NEAR_S
        return exact if near else Fraction(str(line["time"])).limit_denominator(FINEST)
