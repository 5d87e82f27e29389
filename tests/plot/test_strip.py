"""A strip has a face for each step of time, in rows, with what was said beneath."""

from dataclasses import replace

import numpy as np
import pytest

from a2f_live import arkit
from a2f_live.errors import ConfigError
from a2f_live.plot.shapes import Paint
from tests.plot.helpers import subject
from tests.plot.pixels import ink, near, painted, pixels, strip, timeline

CELL_PX, MARGIN_PX, TITLE_PX = strip.CELL_PX, strip.MARGIN_PX, strip.TITLE_PX


def cell(picture: np.ndarray, column: int, layout: strip.Layout) -> np.ndarray:
    """One face of the first row."""
    left = MARGIN_PX + column * CELL_PX
    return picture[TITLE_PX : TITLE_PX + round(layout.face_height), left : left + CELL_PX]


@pytest.mark.parametrize(("every_ms", "columns", "rows"), [(250, 4, 1), (250, 3, 2), (100, 3, 4), (1000, 2, 1)])
def test_there_is_a_face_for_each_step(every_ms: float, columns: int, rows: int) -> None:
    layout = strip.Layout(every_ms, columns)
    bare = strip.draw_strip(subject(heard=False, phones=False), layout)
    assert bare.width == layout.width
    one_row = strip.draw_strip(subject(heard=False, phones=False).part(0, 0.01), layout).height
    assert (bare.height - TITLE_PX) / (one_row - TITLE_PX) == pytest.approx(rows, abs=0.02)


def test_the_faces_are_those_of_their_time() -> None:
    layout = strip.Layout(every_ms=125, columns=4)  # the mouth is shut at 0, half open at 125, widest at 250 ms
    picture = pixels(strip.draw_strip(subject(), layout))
    dark = [painted(cell(picture, column, layout), Paint.CAVITY) for column in range(4)]
    assert dark[0] < 10 < dark[1] < dark[2]
    assert dark[1] == pytest.approx(dark[3], rel=0.35)


@pytest.mark.parametrize("view", ["face", "mouth"])
def test_the_view_is_the_part_that_is_seen(view: str) -> None:
    layout = strip.Layout(every_ms=500, columns=2, view=view)
    picture = cell(pixels(strip.draw_strip(subject(jaw=0.3), layout)), 0, layout)
    assert (painted(picture, Paint.IRIS) > 0) == (view == "face")
    assert painted(picture, Paint.LOWER_LIP) > (500 if view == "mouth" else 100)


def test_phones_stand_below_their_faces() -> None:
    layout = strip.Layout(every_ms=100, columns=11)
    picture = pixels(strip.draw_strip(subject(), layout))
    closed = np.flatnonzero(near(picture, timeline.KIND_COLOURS["closed"], 0.01).any(axis=0))
    # "M" lasts from 0 to 0.2 s, and the face of 0 s stands in the middle of the first cell.
    assert closed.min() == pytest.approx(MARGIN_PX + CELL_PX / 2, abs=3)
    assert closed.max() == pytest.approx(MARGIN_PX + CELL_PX * 2.5, abs=3)


def test_the_head_turns() -> None:
    still = subject(heard=False, phones=False)
    turned = replace(still, track=replace(still.track, head=np.full((60, 3), 15, np.float32)))
    pictures = [pixels(strip.draw_strip(each, strip.Layout(1000, 1))) for each in (still, turned)]
    assert np.abs(pictures[0] - pictures[1]).max() > 0.5


def test_a_strip_too_long_is_refused() -> None:
    with pytest.raises(ConfigError, match="--every-ms"):
        strip.draw_strip(subject(30.0), strip.Layout(every_ms=10, columns=1))


def test_the_sheet_shows_rest_and_every_weight() -> None:
    layout = strip.Layout(columns=9)
    picture = pixels(strip.draw_shapes(layout))
    rows = -(-(arkit.COUNT + 1) // 9)
    assert picture.shape[0] == pytest.approx(MARGIN_PX + rows * (layout.face_height + 18), abs=1)
    assert ink(picture[:, MARGIN_PX : MARGIN_PX + CELL_PX]) > 0.4
    assert ink(picture[-150:, -CELL_PX:]) == 0, "53 faces leave one place free"
