"""JSON: names once, then the time and the weights of each frame."""

import json
from typing import ClassVar

import numpy as np

from a2f_live import arkit
from a2f_live.frames import Array, Frames
from a2f_live.outputs.base import DECIMALS, Clip, times


class AnimationJson:
    """`{"name", "fps": [n, d], "names": [52], "frames": [{"time", "weights": [52], "head"?}], "count"}`."""

    suffix: ClassVar[str] = ".json"

    def __init__(self) -> None:
        self._count = 0

    def begin(self, clip: Clip) -> str:
        """Give all that holds for the whole clip, and open the list of frames."""
        about = {"name": clip.name, "fps": [clip.fps.numerator, clip.fps.denominator], "names": arkit.NAMES}
        return json.dumps(about)[:-1] + ', "frames": ['

    def rows(self, frames: Frames) -> str:
        """Give an object for each frame, one a line."""
        parts = []
        heads = frames.head if frames.head is not None else [None] * frames.count
        for time_s, weights, head in zip(times(frames), rounded(frames.weights), heads, strict=True):
            frame: dict[str, object] = {"time": round(float(time_s), DECIMALS), "weights": weights}
            if head is not None:
                frame["head"] = rounded(head)
            parts.append(f"{',' if self._count else ''}\n{json.dumps(frame)}")
            self._count += 1
        return "".join(parts)

    def end(self) -> str:
        """Close the list and tell how long it is."""
        return f'\n], "count": {self._count}}}\n'


def rounded(values: Array) -> list[float]:
    """Give the numbers of an array as JSON writes them shortest."""
    return np.round(values.astype(np.float64), DECIMALS).tolist()  # type: ignore[no-any-return]
