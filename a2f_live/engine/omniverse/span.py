"""Which frames of a track an export must hold, and the rows that are drawn from them."""

from dataclasses import dataclass
from math import ceil, floor
from typing import Final

import numpy as np
from numpy.typing import NDArray

from a2f_live.engine.base import Array
from a2f_live.errors import EngineFailed

NEAR: Final = 1e-6
"""In frames: what is nearer to a frame than this is that frame."""


@dataclass(frozen=True, slots=True)
class Span:
    """Rows of a track: the first at `start_s`, the others `1 / row_rate` apart. Exported at `fps`."""

    start_s: float
    count: int
    row_rate: int
    fps: int
    overlap_frames: int
    track_s: float

    @property
    def first_s(self) -> float:
        """Where the export begins: on a frame of the whole track, so that it has the frames that a whole export has."""
        return max(0, floor(self.start_s * self.fps + NEAR) - self.overlap_frames) / self.fps

    @property
    def end_s(self) -> float:
        """Where it ends. With fewer frames than rows the last row needs the frame behind it too."""
        behind_s = 0.0 if self.fps == self.row_rate else 1 / self.fps
        return min(self.track_s, self.start_s + self.count / self.row_rate + behind_s)

    def rows_from(self, weights: Array, exported_fps: float) -> Array:
        """(count, columns) out of the exported frames. Raises `EngineFailed` where there are too few.

        Versions that do not know ranges export the whole track.
        """
        first_s = 0.0 if self._is_whole(len(weights), exported_fps) else self.first_s
        places = (self.start_s + np.arange(self.count) / self.row_rate - first_s) * exported_fps
        places = np.where(np.abs(places - np.rint(places)) < NEAR, np.rint(places), places)
        if places[-1] > len(weights):  # one frame less than needed is held: some count to the end, some to before it
            raise EngineFailed(f"Audio2Face exported {len(weights)} frames where {ceil(places[-1]) + 1} were due")
        return _between(weights, np.minimum(places, len(weights) - 1))

    def _is_whole(self, frames: int, fps: float) -> bool:
        ranged = ceil((self.end_s - self.first_s) * fps - NEAR)
        whole = ceil(self.track_s * fps - NEAR)
        return abs(frames - whole) < abs(frames - ranged)


def _between(frames: Array, places: NDArray[np.float64]) -> Array:
    below = np.floor(places).astype(int)
    above = np.minimum(below + 1, len(frames) - 1)
    share = (places - below).astype(np.float32)[:, None]
    rows: Array = frames[below] * (1 - share) + frames[above] * share
    return rows
