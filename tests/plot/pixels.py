"""Looks at the pixels of pictures; skips where the extra `plot` is not installed."""

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("matplotlib", reason="the extra `plot` is needed to draw pictures")

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb
from matplotlib.image import imread

from a2f_live.plot import canvas, chart, strip, timeline
from a2f_live.plot.shapes import Paint

__all__ = ["canvas", "chart", "ink", "near", "painted", "pixels", "read", "strip", "timeline"]


def pixels(picture: canvas.Canvas) -> np.ndarray:
    """(height, width, 3) of a picture, 0..1."""
    agg = picture.figure.canvas
    assert isinstance(agg, FigureCanvasAgg)
    agg.draw()  # type: ignore[no-untyped-call]
    return np.asarray(agg.buffer_rgba())[..., :3] / 255  # type: ignore[no-untyped-call]


def read(path: Path) -> np.ndarray:
    """The same of a PNG file."""
    return np.asarray(imread(path))[..., :3]


def ink(picture: np.ndarray) -> float:
    """Share of pixels that are not white."""
    return float((picture.min(axis=-1) < 0.99).mean())


def near(picture: np.ndarray, colour: str, distance: float = 0.06) -> np.ndarray:
    """Where a picture has about that colour."""
    return np.asarray(np.abs(picture - to_rgb(colour)).max(axis=-1) < distance)


def painted(picture: np.ndarray, paint: Paint) -> int:
    """How many pixels depict that."""
    return int(near(picture, canvas.COLOURS[paint]).sum())
