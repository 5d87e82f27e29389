"""A clip is as long as what is known of it, and parts lie within."""

import pytest

from a2f_live.errors import ConfigError
from a2f_live.plot.subject import Subject
from tests.plot.helpers import sound, track


@pytest.mark.parametrize(("heard_s", "end_s"), [(0.5, 1.0), (2.0, 2.0)])
def test_a_clip_ends_with_its_motion_or_its_sound(heard_s: float, end_s: float) -> None:
    subject = Subject.whole("clip", track(1.0), sound(heard_s))
    assert [subject.start_s, subject.end_s] == pytest.approx([0.0, end_s])


def test_a_part_lies_within() -> None:
    subject = Subject.whole("clip", track(2.0), sound(2.0))
    for asked, given in (((None, None), (0.0, 2.0)), ((0.5, 9.0), (0.5, 2.0)), ((None, 1.0), (0.0, 1.0))):
        part = subject.part(*asked)
        assert [part.start_s, part.end_s] == pytest.approx(given)
    assert subject.part(0.0, 1.0).loudest == pytest.approx(0.25, abs=0.01)
    assert Subject.whole("clip", track()).loudest == 0


@pytest.mark.parametrize(("start_s", "end_s"), [(3.0, None), (1.0, 1.0), (1.5, 0.5)])
def test_an_empty_part_is_told(start_s: float, end_s: float | None) -> None:
    with pytest.raises(ConfigError, match=r"clip has nothing from .* choose a part of 0 to 2 s"):
        Subject.whole("clip", track(2.0)).part(start_s, end_s)
