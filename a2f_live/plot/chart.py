"""A chart of a clip in rows of some seconds: phones, wave, spectrogram, lips in millimetres, weights."""

from math import ceil
from typing import Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap

from a2f_live.frames import Array
from a2f_live.plot.canvas import DIM, RULE, Canvas
from a2f_live.plot.curves import Group, Values, groups_of
from a2f_live.plot.sound import Sound
from a2f_live.plot.subject import Subject
from a2f_live.plot.timeline import KIND_COLOURS, Stretch, draw_phones, draw_seconds, draw_title, draw_wave
from a2f_live.speech import VISEMES

WIDTH_PX: Final = 1600
LEFT_PX: Final = 44
"""Room for scales."""
RIGHT_PX: Final = 108
"""Room for the names of curves."""
TITLE_PX: Final = 30
PHONES_PX: Final = 20
WAVE_PX: Final = 44
SPECTRUM_PX: Final = 60
VISEME_PX: Final = 9
SECONDS_PX: Final = 18
GAP_PX: Final = 16
"""Between rows."""

ROW_S: Final = 6.0
MOST_ROWS: Final = 40
"""A clip too long for so many rows gets longer ones, unless their length is asked for."""
SPECTRUM: Final = LinearSegmentedColormap.from_list("spectrum", ["#ffffff", "#e8edf4", "#aebbd0", "#5b6b88", "#1d2638"])
POSTERIOR: Final = LinearSegmentedColormap.from_list("posterior", ["#ffffff", "#7550bd"])
LEAST_SCALE: Final = {"": 0.2, "mm": 5.0, "°": 2.0}
"""The greatest value that a scale shows at least, by unit, so that rest does not look like motion."""


def draw_chart(subject: Subject, row_s: float | None = None) -> Canvas:
    """Draw the chart of a clip in rows of so many seconds, by default about 6; raises `ConfigError` if too large."""
    seconds = subject.end_s - subject.start_s
    if row_s is not None and row_s < seconds:
        return Chart(subject).draw(ceil(seconds / row_s - 1e-6), row_s)
    rows = min(max(1, ceil(seconds / ROW_S - 1e-6)), MOST_ROWS) if row_s is None else 1
    return Chart(subject).draw(rows, seconds / rows)


class Chart:
    """The chart of one clip."""

    def __init__(self, subject: Subject) -> None:
        self._subject = subject
        self._track = subject.track
        self._groups = groups_of(subject.track)
        self._values = [[curve.of(subject.track) for curve in group.curves] for group in self._groups]
        drawn = self._frames(subject.start_s, subject.end_s)
        self._scales = [
            _scale(group, np.concatenate([each[drawn] for each in values]))
            for group, values in zip(self._groups, self._values, strict=True)
        ]

    def draw(self, rows: int, row_s: float) -> Canvas:
        """Draw it in so many rows of so many seconds."""
        subject, row_px = self._subject, self._row_px()
        canvas = Canvas(WIDTH_PX, TITLE_PX + rows * row_px)
        note = f"{subject.track.count} frames, {subject.start_s:.2f} to {subject.end_s:.2f} s"
        draw_title(canvas, LEFT_PX, WIDTH_PX - RIGHT_PX, subject.title, note)
        for row in range(rows):
            from_s = subject.start_s + row * row_s
            stretch = Stretch(from_s, from_s + row_s, LEFT_PX, WIDTH_PX - LEFT_PX - RIGHT_PX)
            self._row(canvas, stretch, TITLE_PX + row * row_px)
        return canvas

    def _frames(self, start_s: float, end_s: float) -> slice:
        """Those within a range, and one on each side of it."""
        first, last = np.searchsorted(self._track.times_s, (start_s, end_s))
        return slice(max(0, int(first) - 1), int(last) + 1)

    def _row_px(self) -> int:
        sound = WAVE_PX + SPECTRUM_PX if self._subject.sound else 0
        phones = PHONES_PX if self._subject.phones else 0
        visemes = VISEME_PX * len(VISEMES) if self._track.visemes is not None else 0
        return phones + sound + sum(group.height_px for group in self._groups) + visemes + SECONDS_PX + GAP_PX

    def _row(self, canvas: Canvas, stretch: Stretch, y: float) -> None:
        if self._subject.phones:
            draw_phones(canvas, stretch, self._subject.phones, y, PHONES_PX - 2)
            y += PHONES_PX
        if self._subject.sound:
            draw_wave(canvas, stretch, self._subject.sound, self._subject.loudest, y, WAVE_PX - 4)
            y += WAVE_PX
            self._spectrum(canvas, stretch, self._subject.sound, y)
            y += SPECTRUM_PX
        for i, group in enumerate(self._groups):
            self._curves(canvas, stretch, i, y)
            y += group.height_px
        if self._track.visemes is not None:
            self._visemes(canvas, stretch, self._track.visemes, y)
            y += VISEME_PX * len(VISEMES)
        draw_seconds(canvas, stretch, y + SECONDS_PX / 2)

    def _spectrum(self, canvas: Canvas, stretch: Stretch, sound: Sound, y: float) -> None:
        axes = canvas.panel(stretch.left, y, stretch.width, SPECTRUM_PX - 3)
        axes.axis("off")
        levels = sound.spectrogram(stretch.start_s, stretch.end_s, round(stretch.width))
        axes.imshow(levels, cmap=SPECTRUM, aspect="auto", origin="lower", vmin=0, vmax=1, interpolation="bilinear")
        canvas.text(stretch.left - 5, y + 6, f"{sound.rate_hz / 2000:g} kHz", size_px=9, colour=DIM, align="right")

    def _curves(self, canvas: Canvas, stretch: Stretch, index: int, y: float) -> None:
        group, (low, high) = self._groups[index], self._scales[index]
        height = group.height_px - 4
        axes = canvas.panel(stretch.left, y, stretch.width, height)
        self._ground(axes, stretch)
        axes.set(xlim=(stretch.start_s, stretch.end_s), ylim=(low, high))
        axes.axhline(0, color=DIM, lw=0.6)
        seen = self._frames(stretch.start_s, stretch.end_s)
        times_s, beside = self._track.times_s[seen], stretch.left + stretch.width + 7
        for i, (curve, values) in enumerate(zip(group.curves, self._values[index], strict=True)):
            if curve.filled:
                axes.fill_between(times_s, 0, values[seen], color=curve.colour, alpha=0.22, lw=0)
            axes.plot(times_s, values[seen], color=curve.colour, lw=1.1)
            at = y + (i + 0.7) * height / (len(group.curves) + 0.4)
            canvas.text(beside, at, curve.label, size_px=11, colour=curve.colour, align="left")
        for value, place in ((high, y + 6), (low, y + height - 5)):
            canvas.text(stretch.left - 5, place, f"{value:g}{group.unit}", size_px=9, colour=DIM, align="right")

    def _ground(self, axes: Axes, stretch: Stretch) -> None:
        """What lies behind curves: rules at round times, and bands where the lips must close or touch the teeth."""
        axes.set(xticks=[], yticks=[])
        for spine in axes.spines.values():
            spine.set(color=RULE, linewidth=0.8)
        for time_s in stretch.ticks():
            axes.axvline(time_s, color=RULE, lw=0.8, zorder=0)
        for phone in stretch.overlapping(self._subject.phones):
            if phone.kind in ("closed", "teeth on lip"):
                axes.axvspan(phone.start_s, phone.end_s, color=KIND_COLOURS[phone.kind], alpha=0.55, lw=0, zorder=0)

    def _visemes(self, canvas: Canvas, stretch: Stretch, visemes: Array, y: float) -> None:
        """How sure the engine is of each viseme, a line each."""
        height = VISEME_PX * len(VISEMES)
        axes = canvas.panel(stretch.left, y, stretch.width, height - 4)
        self._ground(axes, stretch)
        columns = stretch.start_s + (np.arange(round(stretch.width)) + 0.5) / stretch.px_per_s
        sure = np.stack([np.interp(columns, self._track.times_s, column) for column in visemes.T])
        axes.imshow(
            sure,
            cmap=POSTERIOR,
            aspect="auto",
            vmin=0,
            vmax=1,
            extent=(stretch.start_s, stretch.end_s, len(VISEMES), 0),
        )
        for i, name in enumerate(VISEMES):
            place = y + (i + 0.5) * (height - 4) / len(VISEMES)
            canvas.text(stretch.left + stretch.width + 7, place, name, size_px=9, colour=DIM, align="left")


def _scale(group: Group, values: Values) -> tuple[float, float]:
    """Round least and greatest values of a group over all that is drawn, 0 within."""
    step = 1.0 if group.unit else 0.1
    high = max(LEAST_SCALE[group.unit], ceil(float(values.max(initial=0.0)) / step - 1e-6) * step)
    low = -ceil(-float(values.min(initial=0.0)) / step - 1e-6) * step
    if group.unit == "°":
        low = min(low, -LEAST_SCALE["°"])
    return round(low, 3) + 0.0, round(high, 3)
