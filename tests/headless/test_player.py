"""The player: ranges, and a clock that runs while it plays."""

from fractions import Fraction
from pathlib import Path

import pytest

from a2f_live.headless.answers import Refused
from a2f_live.headless.player import Player, Track

WHOLE = (Fraction(0), Fraction(10))
TEN_S = Track("a.wav", Path("/a.wav"), "/a.wav", Fraction(10))


def loaded(time_range: tuple[float, float] = (0.0, -1.0)) -> Player:
    player = Player()
    player.load(TEN_S, list(time_range))
    return player


@pytest.mark.parametrize(
    ("start", "end", "stretch"),
    [
        (0.0, -1.0, (0, 10)),
        (2.0, 4.5, (2, Fraction(9, 2))),
        (2.0, 99.0, (2, 10)),
        (0.1, 0.3, (Fraction(1, 10), Fraction(3, 10))),
        (2, -1, (2, 10)),
    ],
)
def test_a_range_lies_within_the_track(start: float, end: float, stretch: tuple[Fraction, Fraction]) -> None:
    player = loaded()
    player.limit(start, end)
    assert player.stretch() == stretch


@pytest.mark.parametrize(("start", "end"), [(3.0, 3.0), (4.0, 3.0), (-1.0, 3.0), (10.0, -1.0), (11.0, 12.0)])
def test_a_range_that_holds_nothing_is_refused_and_forgotten(start: float, end: float) -> None:
    player = loaded()
    with pytest.raises(Refused, match="holds nothing"):
        player.limit(start, end)
    assert player.stretch() == WHOLE


def test_a_track_with_an_impossible_range_is_not_taken() -> None:
    player = loaded((1.0, 2.0))
    with pytest.raises(Refused):
        player.load(Track("b.wav", Path("/b.wav"), "/b.wav", Fraction(1)), [5.0, 6.0])
    assert player.track is TEN_S
    assert player.stretch() == (Fraction(1), Fraction(2))


def test_without_a_track_there_is_nothing_to_play() -> None:
    player = Player()
    for attempt in (player.loaded, player.stretch, lambda: player.play(0.0)):
        with pytest.raises(Refused, match="SetTrack"):
            attempt()
    assert player.time_s(5.0) == 0.0


def test_time_runs_while_it_plays_and_stops_at_the_end_of_the_range() -> None:
    player = loaded((0.0, 4.0))
    player.play(100.0)
    assert player.time_s(101.5) == 1.5
    player.play(101.0)  # it plays already
    assert player.time_s(101.5) == 1.5
    assert player.time_s(200.0) == 4.0
    player.pause(102.0)
    assert player.time_s(200.0) == 2.0
    player.play(300.0)
    assert player.time_s(301.0) == 3.0


def test_a_loop_begins_anew_at_the_start_of_the_range() -> None:
    player = loaded((1.0, 4.0))
    player.looping = True
    player.rewind(0.0)
    player.play(0.0)
    assert player.time_s(2.5) == 3.5
    assert player.time_s(3.0) == 1.0
    assert player.time_s(7.0) == 2.0


def test_seeking_goes_on_playing() -> None:
    player = loaded()
    player.play(0.0)
    player.seek(6.0, 1.0)
    assert player.time_s(2.0) == 7.0
    player.seek(-3.0, 2.0)
    assert player.time_s(2.0) == 0.0
    player.seek(99.0, 2.0)
    assert player.time_s(2.0) == 10.0


def test_another_track_begins_at_its_start() -> None:
    player = loaded()
    player.play(0.0)
    player.load(TEN_S, [])
    assert player.time_s(5.0) == 0.0
