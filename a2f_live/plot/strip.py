"""A picture strip: the drawn face every so many milliseconds, in rows, with time, wave and phones beneath."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from a2f_live import arkit, lips
from a2f_live.plot.canvas import DIM, INK, Canvas
from a2f_live.plot.face import VIEWS, face
from a2f_live.plot.subject import Subject
from a2f_live.plot.timeline import Stretch, draw_phones, draw_title, draw_wave

CELL_PX: Final = 150
"""From one face to the next."""
FACE_PX: Final = 146
"""Width of one face."""
MARGIN_PX: Final = 12
TITLE_PX: Final = 32
TIME_PX: Final = 18
WAVE_PX: Final = 22
PHONES_PX: Final = 17
GAP_PX: Final = 12
"""Between rows."""


@dataclass(frozen=True, slots=True)
class Layout:
    """How a strip is divided."""

    every_ms: float = 80.0
    columns: int = 12
    """Faces in a row."""
    view: str = "face"
    """What is seen of each, one of `VIEWS`."""

    @property
    def face_height(self) -> float:
        """Of one face, pixels."""
        return FACE_PX * VIEWS[self.view].height / VIEWS[self.view].width

    @property
    def width(self) -> int:
        """Of the picture, pixels."""
        return self.columns * CELL_PX + 2 * MARGIN_PX


def draw_strip(subject: Subject, layout: Layout) -> Canvas:
    """Draw the strip of a clip; raises `ConfigError` where it would be too large."""
    times_s = _times_s(subject, layout)
    rows = [times_s[first : first + layout.columns] for first in range(0, len(times_s), layout.columns)]
    below = TIME_PX + (WAVE_PX if subject.sound else 0) + (PHONES_PX if subject.phones else 0)
    row_px = layout.face_height + below + GAP_PX
    canvas = Canvas(layout.width, ceil(TITLE_PX + len(rows) * row_px))
    note = f"every {layout.every_ms:g} ms, {subject.start_s:.2f} to {subject.end_s:.2f} s"
    draw_title(canvas, MARGIN_PX, layout.width - MARGIN_PX, subject.title, note)
    for i, row_s in enumerate(rows):
        _row(canvas, subject, layout, row_s, TITLE_PX + i * row_px)
    return canvas


def draw_shapes(layout: Layout) -> Canvas:
    """Draw a sheet of the face at rest, and with each of the 52 weights at 1, alone."""
    poses = np.concatenate([np.zeros((1, arkit.COUNT)), np.eye(arkit.COUNT)])
    row_px = layout.face_height + TIME_PX
    canvas = Canvas(layout.width, ceil(MARGIN_PX + ceil(len(poses) / layout.columns) * row_px))
    for i, (pose, name) in enumerate(zip(poses, ("rest", *arkit.NAMES), strict=True)):
        row, column = divmod(i, layout.columns)
        _cell(canvas, layout, column, MARGIN_PX + row * row_px, pose, None, name, INK)
    return canvas


def _times_s(subject: Subject, layout: Layout) -> list[float]:
    step_s = layout.every_ms / 1000
    count = max(1, ceil((subject.end_s - subject.start_s) / step_s - 1e-6))
    return [subject.start_s + step_s * i for i in range(count)]


def _row(canvas: Canvas, subject: Subject, layout: Layout, times_s: Sequence[float], y: float) -> None:
    for column, time_s in enumerate(times_s):
        frame = subject.track.nearest(time_s)
        weights, head = subject.track.weights[frame], subject.track.head
        caption = f"{time_s:.2f} s   {float(lips.gap_mm(weights)):.1f} mm"
        _cell(canvas, layout, column, y, weights, None if head is None else head[frame], caption, DIM)
    y += layout.face_height + TIME_PX
    # A face stands in the middle of the time that it is for, so what is below a row is a time axis.
    step_s = layout.every_ms / 1000
    edge_s, count = times_s[0] - step_s / 2, len(times_s)
    stretch = Stretch(edge_s, edge_s + count * step_s, MARGIN_PX, count * CELL_PX)
    if subject.sound:
        draw_wave(canvas, stretch, subject.sound, subject.loudest, y, WAVE_PX - 2)
        y += WAVE_PX
    draw_phones(canvas, stretch, subject.phones, y, PHONES_PX - 1)


def _cell(
    canvas: Canvas,
    layout: Layout,
    column: int,
    y: float,
    weights: NDArray[np.floating[Any]],
    head: NDArray[np.floating[Any]] | None,
    caption: str,
    colour: str,
) -> None:
    """One face, with a line below."""
    x, view = MARGIN_PX + column * CELL_PX, VIEWS[layout.view]
    canvas.face(face(weights, head), x + (CELL_PX - FACE_PX) / 2, y, FACE_PX / view.width, view)
    canvas.text(x + CELL_PX / 2, y + layout.face_height + TIME_PX / 2, caption, size_px=10, colour=colour)
