"""Sums of what sessions did."""

from a2f_live.server.tally import Tally, Totals, add_tallies


def test_tallies_are_added_field_by_field() -> None:
    assert add_tallies(Tally(1, 2, 3, 4, 5, 6, 7), Tally(10, 20, 30, 40, 50, 60, 70)) == Tally(
        11, 22, 33, 44, 55, 66, 77
    )
    assert add_tallies(Tally()) == Tally()


def test_what_has_ended_is_kept() -> None:
    totals = Totals()
    totals.add(Tally(frames=3), 0.5)
    totals.add(Tally(frames=4, dropped_frames=1), 1.0)
    assert (totals.ended.frames, totals.ended.dropped_frames, totals.ended_audio_s) == (7, 1, 1.5)
