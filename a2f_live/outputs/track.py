"""A clip's frames in memory, and how they are read back from the files that conversions and captures leave."""

import csv
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from a2f_live import arkit, speech
from a2f_live.errors import FileError
from a2f_live.frames import Array, Frames

SUFFIXES: Final = frozenset((".csv", ".json"))
"""Of files that hold a track."""
DEFAULT_FPS: Final = 60.0
"""Of a table of timecodes that is too short to tell."""

Seconds = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Track:
    """Frames of one clip, in the order of time."""

    times_s: Seconds
    """(n,) seconds, ascending."""
    weights: Array
    """(n, 52) float32, in the order of `arkit.NAMES`."""
    head: Array | None = None
    """(n, 3) yaw, pitch and roll in degrees, where known."""
    visemes: Array | None = None
    """(n, 15) in the order of `speech.VISEMES`, where known."""

    @classmethod
    def of(cls, frames: Iterable[Frames]) -> Self:
        """Gather the frames of one utterance."""
        blocks = list(frames)
        times_s = [float(block.time_s + row / block.fps) for block in blocks for row in range(block.count)]
        return cls(
            np.array(times_s),
            np.concatenate([np.empty((0, arkit.COUNT), np.float32), *(block.weights for block in blocks)]),
            _joined([block.head for block in blocks]),
            _joined([block.visemes for block in blocks]),
        )

    @property
    def count(self) -> int:
        """How many frames."""
        return len(self.times_s)

    @property
    def end_s(self) -> float:
        """When the last frame ends, as long as the one before it."""
        if self.count < 2:
            return float(self.times_s.max(initial=0.0))
        return float(2 * self.times_s[-1] - self.times_s[-2])

    def nearest(self, time_s: float) -> int:
        """Index of the frame nearest to a time; there must be one."""
        after = int(np.searchsorted(self.times_s, time_s))
        around = [i for i in (after - 1, after) if 0 <= i < self.count]
        return min(around, key=lambda i: abs(float(self.times_s[i]) - time_s))


def read_track(path: Path) -> Track:
    """Read a CSV or JSON file of weights; raises `FileError`.

    CSV: seconds (`time_s` or `time`) or timecodes in the first column, weights under their names in any order. JSON:
    this package's, or a `_bsweight.json`. Names in Live Link Face's spelling are known too, missing weights are 0.
    """
    try:
        if path.suffix.lower() == ".json":
            track = _from_json(json.loads(path.read_text("utf-8")))
        else:
            with path.open(encoding="utf-8-sig", newline="") as file:
                track = _from_table(list(csv.reader(file)))
    except OSError as error:
        raise FileError(f"{path} cannot be read ({(error.strerror or str(error)).lower()}): check the path") from error
    except (ValueError, KeyError, TypeError, IndexError, csv.Error) as error:
        raise FileError(f"{path} is no table of weights: give CSV or JSON as `a2f-live convert` writes it") from error
    if not track.count:
        raise FileError(f"{path} holds no frames: give a longer clip")
    if not (np.isfinite(track.weights).all() and (np.diff(track.times_s) > 0).all()):
        raise FileError(f"{path} holds weights that are no numbers, or times that do not ascend: give another file")
    return track


def _from_table(rows: Sequence[Sequence[str]]) -> Track:
    header, *lines = [row for row in rows if row]
    timed = header[0].strip().lower()
    if timed == "timecode":
        times_s = _seconds([line[0] for line in lines])
    elif timed in ("time_s", "time"):
        times_s = np.array([float(line[0]) for line in lines])
    else:
        raise ValueError(f"the first column is {header[0]}")
    columns = _columns(header)
    values = [[float(line[column]) for column in columns] for line in lines]
    return Track(times_s, _placed([header[column] for column in columns], values))


def _from_json(document: dict[str, Any]) -> Track:
    if "weightMat" in document:
        rows, rate = document["weightMat"], float(document["exportFps"])
        return Track(np.arange(len(rows)) / rate, _placed(document["facsNames"], rows))
    frames = document["frames"]
    return Track(
        np.array([float(frame["time"]) for frame in frames]),
        _placed(document["names"], [frame["weights"] for frame in frames]),
        _table(frames, "head", 3),
        _table(frames, "visemes", len(speech.VISEMES)),
    )


def _table(frames: Sequence[dict[str, Any]], name: str, columns: int) -> Array | None:
    """A field that all frames have, or None."""
    rows = [frame[name] for frame in frames if name in frame]
    return np.array(rows, np.float32).reshape(-1, columns) if rows and len(rows) == len(frames) else None


def _seconds(timecodes: Sequence[str]) -> Seconds:
    """Seconds from the first `HH:MM:SS:FF.mmm`; the frame rate is not written, but follows from frames and seconds."""
    parts = np.array([[float(part) for part in code.split(":")] for code in timecodes]).reshape(-1, 4)
    whole_s, frame = parts[:, :3] @ [3600.0, 60.0, 1.0], parts[:, 3]
    turns = np.flatnonzero(whole_s > whole_s[:1])
    fps = DEFAULT_FPS
    if len(turns):
        last = turns[-1]
        fps = (last - frame[last] + frame[0]) / (whole_s[last] - whole_s[0])
    seconds = whole_s + frame / fps
    return np.asarray(seconds - seconds[:1])


def _columns(header: Sequence[str]) -> list[int]:
    columns = [column for column, name in enumerate(header) if _canonical(name) in arkit.INDEX]
    if not columns:
        raise ValueError("no column is named for a weight")
    return columns


def _placed(names: Sequence[str], rows: Sequence[Sequence[float]]) -> Array:
    """Weights in our order, from rows in the order of `names`."""
    values = np.array(rows, np.float32).reshape(len(rows), len(names))
    weights = np.zeros((len(values), arkit.COUNT), np.float32)
    known = [column for column, name in enumerate(names) if _canonical(name) in arkit.INDEX]
    weights[:, [arkit.INDEX[_canonical(names[column])] for column in known]] = values[:, known]
    return weights


def _canonical(name: str) -> str:
    name = name.strip()
    return name[:1].lower() + name[1:]


def _joined(blocks: Sequence[Array | None]) -> Array | None:
    known = [block for block in blocks if block is not None]
    return np.concatenate(known) if known and len(known) == len(blocks) else None
