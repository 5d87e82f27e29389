"""The face on a terminal: a mouth drawn in dots, a few bars, and one plain line where there is no terminal."""

from collections.abc import Mapping
from math import pi, sin
from typing import Final

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from a2f_live.arkit import INDEX
from a2f_live.frames import Array

WIDTH: Final = 36
"""Characters across; a character has 2 x 4 dots."""
HEIGHT: Final = 9
BAR_WIDTH: Final = 28
BARS: Final[Mapping[str, tuple[str, ...]]] = {
    "jaw": ("jawOpen",),
    "close": ("mouthClose",),
    "pucker": ("mouthPucker",),
    "funnel": ("mouthFunnel",),
    "smile": ("mouthSmileLeft", "mouthSmileRight"),
    "press": ("mouthPressLeft", "mouthPressRight"),
    "blink": ("eyeBlinkLeft", "eyeBlinkRight"),
}
"""Label to the weights whose mean is shown."""

_DOTS: Final = ((0x01, 0x02, 0x04, 0x40), (0x08, 0x10, 0x20, 0x80))
"""Bits of a braille character, by column and row."""
_EIGHTHS: Final = " ▏▎▍▌▋▊▉█"


def mouth(weights: Array) -> list[str]:
    """Draw the lips of a frame, (52,) weights, as `HEIGHT` lines of `WIDTH` characters."""
    columns, rows = WIDTH * 2, HEIGHT * 4
    open_ = max(0.0, _mean(weights, "jawOpen") - _mean(weights, "mouthClose"))
    wide = 1 + 0.4 * _mean(weights, "mouthStretchLeft", "mouthStretchRight") + 0.25 * _smile(weights)
    narrow = 0.55 * max(_mean(weights, "mouthPucker"), 0.8 * _mean(weights, "mouthFunnel"))
    half = columns * 0.3 * max(0.25, wide - narrow)
    dots = set()
    for column in range(columns):
        across = (column - columns / 2 + 0.5) / half
        if abs(across) <= 1:
            for height in _lips(across, open_, _smile(weights) - _mean(weights, "mouthFrownLeft", "mouthFrownRight")):
                dots.add((column, round(min(max(rows * (0.4 + height), 0), rows - 1))))
    return _braille(dots)


def bars(weights: Array) -> list[tuple[str, float]]:
    """Labels and values, 0 to 1, of what moves most in speech."""
    return [(label, _mean(weights, *names)) for label, names in BARS.items()]


def bar(value: float, width: int = BAR_WIDTH) -> str:
    """A horizontal bar, to an eighth of a character."""
    whole, eighth = divmod(round(min(max(value, 0.0), 1.0) * width * 8), 8)
    return ("█" * whole + (_EIGHTHS[eighth] if whole < width else "")).ljust(width)


def face(weights: Array, caption: str) -> RenderableType:
    """The mouth beside its bars, with a line of text below."""
    grid = Table.grid(padding=(0, 3))
    levels = Text()
    for label, value in bars(weights):
        levels.append(f"{label:>7} ", style="dim").append(bar(value), style="cyan").append(f" {value:4.2f}\n")
    grid.add_row(Text("\n".join(mouth(weights)), style="bright_red"), levels)
    return Group(grid, Text(caption, style="dim"))


def line(weights: Array, caption: str) -> str:
    """The same as one line of plain text."""
    return caption + "  " + "  ".join(f"{label} {value:.2f}" for label, value in bars(weights))


def _lips(across: float, open_: float, smile: float) -> tuple[float, ...]:
    """Heights of the four edges of the lips at a place from corner (-1) to corner (1), in parts of the picture."""
    arch = sin(pi * (across + 1) / 2)
    corners = -0.22 * smile * across**2
    bow = 0.02 * (1 - min(1.0, abs(abs(across) - 0.15) / 0.3))
    inner = 0.03 * open_ * arch
    below = 0.5 * open_ * arch
    return (corners - 0.1 * arch - bow, corners - inner, corners + below, corners + below + 0.12 * arch)


def _braille(dots: set[tuple[int, int]]) -> list[str]:
    cells = [[0] * WIDTH for _ in range(HEIGHT)]
    for column, row in dots:
        cells[row // 4][column // 2] |= _DOTS[column % 2][row % 4]
    return ["".join(chr(0x2800 + cell) if cell else " " for cell in cells_of_row) for cells_of_row in cells]


def _smile(weights: Array) -> float:
    return _mean(weights, "mouthSmileLeft", "mouthSmileRight")


def _mean(weights: Array, *names: str) -> float:
    return sum(float(weights[INDEX[name]]) for name in names) / len(names)
