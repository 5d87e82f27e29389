"""CSV: the table of Live Link Face takes, and a plain one with the time in seconds."""

from collections.abc import Sequence
from fractions import Fraction
from typing import ClassVar, Final

from a2f_live import arkit
from a2f_live.frames import Frames
from a2f_live.outputs.base import DECIMALS, Clip, times

_ROTATIONS: Final = len(arkit.LIVE_LINK_ROTATIONS)
_VALUES: Final = arkit.COUNT + _ROTATIONS


class LiveLinkTable:
    """One row a frame: timecode, the number of values, 52 weights, 9 rotations.

    The rotations stay 0: in which unit Live Link Face writes them is not documented, and the weights carry the gaze.
    """

    suffix: ClassVar[str] = ".csv"

    def __init__(self) -> None:
        self._row = f"{{}},{_VALUES},{_numbers(arkit.COUNT)}{',0' * _ROTATIONS}\n"

    def begin(self, clip: Clip) -> str:
        """Give the header."""
        return _line(("Timecode", "BlendShapeCount", *arkit.LIVE_LINK_NAMES, *arkit.LIVE_LINK_ROTATIONS))

    def rows(self, frames: Frames) -> str:
        """Give a line for each frame."""
        codes = (timecode(time_s, frames.fps) for time_s in times(frames))
        return "".join(
            self._row.format(code, *row) for code, row in zip(codes, frames.weights.tolist(), strict=True)
        )  # fmt: skip

    def end(self) -> str:
        """Give nothing: a table needs no end."""
        return ""


class PlainTable:
    """One row a frame: seconds, 52 weights."""

    suffix: ClassVar[str] = ".csv"

    def __init__(self) -> None:
        self._row = f"{{:.{DECIMALS}f}},{_numbers(arkit.COUNT)}\n"

    def begin(self, clip: Clip) -> str:
        """Give the header."""
        return _line(("time_s", *arkit.NAMES))

    def rows(self, frames: Frames) -> str:
        """Give a line for each frame."""
        seconds = map(float, times(frames))
        return "".join(
            self._row.format(time_s, *row) for time_s, row in zip(seconds, frames.weights.tolist(), strict=True)
        )

    def end(self) -> str:
        """Give nothing: a table needs no end."""
        return ""


def timecode(time_s: Fraction, fps: Fraction) -> str:
    """Write a time as `HH:MM:SS:FF.mmm`: frames within the second, and thousandths of a frame."""
    whole_s, rest_s = divmod(time_s, 1)
    thousandths = int(rest_s * fps * 1000)
    minutes, second = divmod(int(whole_s), 60)
    hour, minute = divmod(minutes, 60)
    return f"{hour:02}:{minute:02}:{second:02}:{thousandths // 1000:02}.{thousandths % 1000:03}"


def _numbers(count: int) -> str:
    return ",".join([f"{{:.{DECIMALS}f}}"] * count)


def _line(names: Sequence[str]) -> str:
    return ",".join(names) + "\n"
