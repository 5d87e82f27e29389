"""Time from left to right: a stretch of a clip on a picture, with its phones, its wave and its seconds."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil, log10
from typing import Final

import numpy as np
from matplotlib.patches import Rectangle

from a2f_live.plot.canvas import DIM, INK, WAVE, Canvas
from a2f_live.plot.phones import Kind, Phone
from a2f_live.plot.sound import Sound

KIND_COLOURS: Final[dict[Kind, str]] = {
    "closed": "#f3b8b4",
    "teeth on lip": "#f6d9a8",
    "rounded": "#cfc3ef",
    "open": "#cfe8d5",
    "silence": "#f4f5f8",
    "other": "#dfe4ec",
}
"""Of a phone, by what the lips must do for it."""
LETTER_PX: Final = 0.68
"""Width of a letter as a part of its height."""
LEAST_LETTER_PX: Final = 6.5
LEAST_TICK_PX: Final = 60.0


@dataclass(frozen=True, slots=True)
class Stretch:
    """A range of time between two places of a picture."""

    start_s: float
    end_s: float
    left: float
    width: float
    """Pixels."""

    @property
    def px_per_s(self) -> float:
        """Pixels for a second."""
        return self.width / (self.end_s - self.start_s)

    def x(self, time_s: float) -> float:
        """Place of a time within the stretch; what is outside is at its edge."""
        return self.left + (min(max(time_s, self.start_s), self.end_s) - self.start_s) * self.px_per_s

    def overlapping(self, phones: Iterable[Phone]) -> list[Phone]:
        """The phones of which a part lies within."""
        return [phone for phone in phones if phone.end_s > self.start_s and phone.start_s < self.end_s]

    def ticks(self) -> list[float]:
        """Round times within, no denser than can be read."""
        least_s = LEAST_TICK_PX / self.px_per_s
        power = 10.0 ** ceil(log10(least_s) - 1)
        step_s = next(step for step in (power, 2 * power, 5 * power, 10 * power) if step >= least_s * 0.999)
        first, last = ceil(self.start_s / step_s - 1e-6), int(self.end_s / step_s + 1e-6)
        return [index * step_s for index in range(first, last + 1)]


def draw_phones(canvas: Canvas, stretch: Stretch, phones: Iterable[Phone], y: float, height: float) -> None:
    """Label boxes from start to end of each phone; a label that has no room is left out."""
    for phone in stretch.overlapping(phones):
        left, right = stretch.x(phone.start_s), stretch.x(phone.end_s)
        colour = KIND_COLOURS[phone.kind]
        canvas.sheet.add_patch(Rectangle((left, y), right - left, height, facecolor=colour, edgecolor="white", lw=0.8))
        if phone.kind == "silence":
            continue
        size = min(11.0, height * 0.72, (right - left) / (LETTER_PX * max(1, len(phone.label))))
        if size >= LEAST_LETTER_PX:
            canvas.text((left + right) / 2, y + height / 2, phone.label, size_px=size)


def draw_wave(canvas: Canvas, stretch: Stretch, sound: Sound, loudest: float, y: float, height: float) -> None:
    """Fill from the least to the greatest sample of each pixel; `loudest` fills the height."""
    columns = max(1, round(stretch.width))
    low, high = sound.envelope(stretch.start_s, stretch.end_s, columns)
    x = stretch.left + (np.arange(columns) + 0.5) * stretch.width / columns
    middle, scale = y + height / 2, height / 2 / max(loudest, 1e-4)
    canvas.sheet.fill_between(x, middle - high * scale - 0.3, middle - low * scale + 0.3, color=WAVE, lw=0)


def draw_seconds(canvas: Canvas, stretch: Stretch, y: float) -> None:
    """Write round times along the stretch, and the unit after the last."""
    ticks = stretch.ticks()
    for time_s in ticks:
        canvas.text(
            stretch.x(time_s), y, f"{time_s:.4g} s" if time_s == ticks[-1] else f"{time_s:.4g}", size_px=10, colour=DIM
        )


def draw_title(canvas: Canvas, left: float, right: float, title: str, note: str) -> None:
    """The name of the clip, and what the picture shows of it."""
    canvas.text(left, 15, title, size_px=14, colour=INK, align="left")
    canvas.text(right, 15, note, size_px=11, colour=DIM, align="right")
