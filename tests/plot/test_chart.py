"""A chart has rows of panels with the curves, the sound and the phones that are known."""

from dataclasses import replace

import numpy as np
import pytest

from a2f_live import speech
from a2f_live.errors import ConfigError
from a2f_live.plot.curves import BLUE
from a2f_live.plot.subject import Subject
from tests.plot.helpers import subject, track
from tests.plot.pixels import chart, ink, near, pixels, timeline

TITLE_PX = chart.TITLE_PX


def height(subject: Subject, row_s: float | None = None) -> int:
    """Of the rows alone."""
    return chart.draw_chart(subject, row_s).height - TITLE_PX


@pytest.mark.parametrize(
    ("seconds", "row_s", "rows"),
    [(1.0, None, 1), (6.0, None, 1), (7.0, None, 2), (13.0, None, 3), (1.0, 0.5, 2), (1.0, 0.4, 3), (1.0, 9.0, 1)],
)
def test_a_long_clip_is_drawn_in_rows(seconds: float, row_s: float | None, rows: int) -> None:
    one = height(subject(heard=False, phones=False))
    assert height(subject(seconds, heard=False, phones=False), row_s) == rows * one


def test_a_very_long_clip_gets_longer_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chart, "MOST_ROWS", 3)
    still = track(1.0)
    hours = Subject.whole("clip", replace(still, times_s=still.times_s * 7200))
    assert height(hours) == 3 * height(subject(heard=False, phones=False))
    with pytest.raises(ConfigError, match="--row-s"):
        chart.draw_chart(hours, row_s=6.0)


def test_what_is_known_gets_room() -> None:
    known = subject()
    bare = replace(known, sound=None, phones=())
    visemes = np.zeros((60, len(speech.VISEMES)), np.float32)
    heights = [height(each) for each in (bare, replace(known, sound=None), known)]
    assert heights == sorted(set(heights))
    assert height(replace(known, track=replace(known.track, visemes=visemes))) > heights[-1]
    assert height(replace(known, track=replace(known.track, head=visemes[:, :3]))) > heights[-1]


def test_the_picture_has_ink_where_something_moves() -> None:
    still, moving = (pixels(chart.draw_chart(subject(heard=False, phones=False, jaw=jaw))) for jaw in (0.0, None))
    assert still.shape[1] == chart.WIDTH_PX
    assert near(moving, BLUE).sum() > 2 * near(still, BLUE).sum()
    assert ink(moving) > ink(still)


def test_where_lips_must_close_the_panels_are_shaded() -> None:
    with_phones, without = (pixels(chart.draw_chart(subject(heard=False, phones=phones))) for phones in (True, False))
    row = with_phones.shape[0] - 40  # within the last panel
    assert near(with_phones[TITLE_PX : TITLE_PX + 16], timeline.KIND_COLOURS["closed"], 0.01).any()
    assert not near(without[TITLE_PX : TITLE_PX + 16], timeline.KIND_COLOURS["closed"], 0.01).any()
    assert (with_phones[row, 60:200, 0] > with_phones[row, 60:200, 1] + 0.03).mean() > 0.8


def test_visemes_are_seen_where_they_are() -> None:
    known = subject(heard=False, phones=False)
    visemes = np.zeros((60, len(speech.VISEMES)), np.float32)
    visemes[30:, 1] = 1
    plain, shown = (
        pixels(chart.draw_chart(replace(known, track=replace(known.track, visemes=each))))
        for each in (visemes * 0, visemes)
    )
    changed = np.abs(plain - shown).max(axis=-1) > 0.2
    assert changed[:, 900:1400].any()
    assert not changed[:, :700].any()


@pytest.mark.parametrize("seconds", [1 / 60, 0.1])
def test_a_clip_of_hardly_anything_is_drawn(seconds: float) -> None:
    assert chart.draw_chart(subject(seconds)).height > TITLE_PX
