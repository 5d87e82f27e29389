"""Times, phones and waves stand at their place."""

import numpy as np
import pytest

from a2f_live.plot.phones import Phone
from tests.plot.helpers import PHONES, sound
from tests.plot.pixels import canvas, ink, near, pixels, timeline

STRETCH = timeline.Stretch(1.0, 3.0, 50.0, 400.0)


@pytest.mark.parametrize(("time_s", "x"), [(1.0, 50), (2.0, 250), (3.0, 450), (0.0, 50), (9.0, 450)])
def test_a_time_has_its_place(time_s: float, x: float) -> None:
    assert STRETCH.x(time_s) == x


@pytest.mark.parametrize(
    ("end_s", "ticks"),
    [(3.0, [1.0, 1.5, 2.0, 2.5, 3.0]), (1.5, [1.0, 1.1, 1.2, 1.3, 1.4, 1.5]), (61.0, [10, 20, 30, 40, 50, 60])],
)
def test_ticks_are_round_and_have_room(end_s: float, ticks: list[float]) -> None:
    assert timeline.Stretch(1.0, end_s, 0.0, 400.0).ticks() == pytest.approx(ticks)


@pytest.mark.parametrize("seconds", np.geomspace(0.01, 100_000, 40).tolist())
def test_ticks_never_crowd(seconds: float) -> None:
    stretch = timeline.Stretch(0.0, seconds, 0.0, 1000.0)
    ticks = stretch.ticks()
    assert 3 < len(ticks) < 20
    assert np.diff(ticks) == pytest.approx(np.full(len(ticks) - 1, ticks[1] - ticks[0]))


def test_a_phone_that_overlaps_is_drawn() -> None:
    phones = [Phone(0, 1, "a"), Phone(0.9, 1.1, "b"), Phone(2.9, 3.2, "c"), Phone(3, 4, "d")]
    assert [phone.label for phone in STRETCH.overlapping(phones)] == ["b", "c"]


def test_phones_have_the_colour_of_what_the_lips_must_do() -> None:
    sheet = canvas.Canvas(100, 40)
    timeline.draw_phones(sheet, timeline.Stretch(0.0, 1.0, 0.0, 100.0), PHONES, 10, 20)
    picture = pixels(sheet)
    for phone, column in zip(PHONES, (3, 23, 52, 80), strict=True):
        assert near(picture[12:28, column], timeline.KIND_COLOURS[phone.kind]).mean() > 0.6
    assert ink(picture[:9]) == ink(picture[31:]) == 0
    assert near(picture[12:28, 28:42], "#22262e", 0.4).any(), "the label of the vowel is written"


def test_a_wave_is_as_high_as_it_is_loud() -> None:
    sheet = canvas.Canvas(100, 60)
    timeline.draw_wave(sheet, timeline.Stretch(0.0, 1.0, 0.0, 100.0), sound(), 0.5, 10, 40)
    heights = (pixels(sheet).min(axis=-1) < 0.9).sum(axis=0)
    assert heights[95] == pytest.approx(39, abs=4)
    assert heights[48] == pytest.approx(20, abs=4)


def test_seconds_are_written_below_their_ticks() -> None:
    sheet = canvas.Canvas(500, 30)
    timeline.draw_seconds(sheet, STRETCH, 15)
    picture = pixels(sheet)
    for x in (50, 150, 250, 350, 450):
        assert ink(picture[5:25, x - 12 : x + 12]) > 0.02
    assert ink(picture[:, 70:130]) == 0
