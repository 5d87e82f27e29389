"""A white picture with places in pixels from its upper left corner, written as PNG by matplotlib without a display."""

import contextlib
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import PathCollection
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.path import Path as Outline

from a2f_live.errors import ConfigError, FileError
from a2f_live.plot.face import View
from a2f_live.plot.shapes import Paint, Shape

DOTS_PER_INCH: Final = 100
POINTS_PER_PX: Final = 72 / DOTS_PER_INCH
LARGEST_PX: Final = 30_000
"""Height of a picture that most viewers still open."""

INK: Final = "#22262e"
DIM: Final = "#7b8494"
RULE: Final = "#e3e7ee"
WAVE: Final = "#8d99ad"

COLOURS: Final[dict[Paint, str]] = {
    Paint.SKIN: "#f4d7c2",
    Paint.OUTLINE: "#8a5a48",
    Paint.HAIR: "#5b463b",
    Paint.BLUSH: "#d9826b",
    Paint.CREASE: "#96604c",
    Paint.SHADE: "#4a1f14",
    Paint.NOSTRIL: "#7a4436",
    Paint.BROW: "#4a3931",
    Paint.EYE_WHITE: "#fdfcf9",
    Paint.IRIS: "#5b7f8f",
    Paint.PUPIL: "#17191d",
    Paint.GLINT: "#ffffff",
    Paint.LID: "#8a5a48",
    Paint.LASH: "#33241f",
    Paint.CAVITY: "#43151d",
    Paint.UPPER_TEETH: "#fdf9f0",
    Paint.LOWER_TEETH: "#efe7da",
    Paint.TOOTH_GAP: "#b9a894",
    Paint.TONGUE: "#c4606b",
    Paint.TONGUE_GROOVE: "#a04652",
    Paint.UPPER_LIP: "#bd6562",
    Paint.LOWER_LIP: "#c9736f",
    Paint.LIP_EDGE: "#8d3f3e",
    Paint.LIP_LINE: "#5a1f22",
    Paint.LIP_LIGHT: "#fff0ea",
}


class Canvas:
    """One picture. Everything is placed by pixels: x to the right and y down from the upper left corner."""

    def __init__(self, width: int, height: int) -> None:
        if height > LARGEST_PX:
            raise ConfigError(
                f"the picture would be {height} pixels high, over {LARGEST_PX}: "
                "draw a part of the clip (--from, --to), or less of it (--every-ms, --row-s)"
            )
        self.width, self.height = width, height
        size = (width / DOTS_PER_INCH, height / DOTS_PER_INCH)
        self.figure = Figure(figsize=size, dpi=DOTS_PER_INCH, facecolor="white")
        FigureCanvasAgg(self.figure)
        self.sheet = self.panel(0, 0, width, height)
        self.sheet.set(xlim=(0, width), ylim=(height, 0))
        self.sheet.axis("off")

    def panel(self, x: float, y: float, width: float, height: float) -> Axes:
        """Axes of their own within the picture."""
        bottom = self.height - y - height
        return self.figure.add_axes((x / self.width, bottom / self.height, width / self.width, height / self.height))

    def text(
        self, x: float, y: float, text: str, *, size_px: float = 11, colour: str = INK, align: str = "center"
    ) -> None:
        """Write a line; y is its middle."""
        self.sheet.text(
            x, y, text, fontsize=size_px * POINTS_PER_PX, color=colour, ha=align, va="center_baseline", clip_on=True
        )

    def face(self, shapes: Iterable[Shape], x: float, y: float, px_per_mm: float, view: View) -> None:
        """Draw a face, cut to what the view shows, with the upper left corner of the view there."""
        scale, corner = np.array([px_per_mm, -px_per_mm]), np.array([view.left, view.top])
        seen = [shape for shape in shapes if shape.opacity > 0.01]
        outlines = [Outline((shape.points - corner) * scale + (x, y)) for shape in seen]
        colours = [to_rgba(COLOURS[shape.paint], shape.opacity) for shape in seen]
        collection = PathCollection(
            outlines,
            facecolors=["none" if shape.line_mm else colour for shape, colour in zip(seen, colours, strict=True)],
            edgecolors=[colour if shape.line_mm else "none" for shape, colour in zip(seen, colours, strict=True)],
            linewidths=[shape.line_mm * px_per_mm * POINTS_PER_PX for shape in seen],
            capstyle="round",
        )
        self.sheet.add_collection(collection, autolim=False)
        cell = Rectangle((x, y), view.width * px_per_mm, view.height * px_per_mm, transform=self.sheet.transData)
        collection.set_clip_path(cell)

    def save(self, path: Path) -> None:
        """Write the PNG, which appears only when it is whole; raises `FileError`."""
        part = path.with_name(f".{path.name}.{os.getpid()}.part")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self.figure.savefig(part, format="png")
            part.replace(path)
        except OSError as error:
            with contextlib.suppress(OSError):
                part.unlink(missing_ok=True)
            raise FileError(f"{path} cannot be written: {(error.strerror or str(error)).lower()}") from error
