"""JSON: names once, then the time and the weights of each frame."""

import json
from typing import ClassVar

import numpy as np

from a2f_live import arkit, speech
from a2f_live.frames import Array, Frames
from a2f_live.outputs.base import DECIMALS, Clip, times


class AnimationJson:
    """`{"name", "fps": [n, d], "names": [52], "frames": [{"time", "weights": [52], "head"?}], "count"}`.

    A clip with visemes has `"viseme_names": [15]` beside `names`, and `"visemes": [15]` in each frame.
    """

    suffix: ClassVar[str] = ".json"

    def __init__(self) -> None:
        self._count = 0

    def begin(self, clip: Clip) -> str:
        """Give all that holds for the whole clip, and open the list of frames."""
        about = {"name": clip.name, "fps": [clip.fps.numerator, clip.fps.denominator], "names": arkit.NAMES}
        if clip.visemes:
            about["viseme_names"] = speech.VISEMES
        return json.dumps(about)[:-1] + ', "frames": ['

    def rows(self, frames: Frames) -> str:
        """Give an object for each frame, one a line."""
        parts = []
        tables = {"weights": frames.weights, "head": frames.head, "visemes": frames.visemes}
        columns = {name: rounded(table) for name, table in tables.items() if table is not None}
        for time_s, *row in zip(times(frames), *columns.values(), strict=True):
            frame = {"time": round(float(time_s), DECIMALS), **dict(zip(columns, row, strict=True))}
            parts.append(f"{',' if self._count else ''}\n{json.dumps(frame)}")
            self._count += 1
        return "".join(parts)

    def end(self) -> str:
        """Close the list and tell how long it is."""
        return f'\n], "count": {self._count}}}\n'


def rounded(values: Array) -> list[float]:
    """Give the numbers of an array as JSON writes them shortest."""
    return np.round(values.astype(np.float64), DECIMALS).tolist()  # type: ignore[no-any-return]
