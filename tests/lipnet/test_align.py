"""What is read from the aligner and from flite, and how the two are compared."""

from typing import NamedTuple

import pytest

from assets.lipnet.training.align import read_alignment
from assets.lipnet.training.listen import differences_s
from assets.lipnet.training.phones import Phone
from assets.lipnet.training.speak_flite import arpabet, timed
from assets.lipnet.training.speak_kokoro import phonemes


class Entry(NamedTuple):
    name: str
    start: int
    duration: int
    score: int


class Word(list[Entry]):
    def __init__(self, name: str, *entries: Entry) -> None:
        super().__init__(entries)
        self.name = name


def test_silences_and_noises_have_no_part_in_the_score() -> None:
    aligned = read_alignment(
        [
            Word("<s>", Entry("SIL", 0, 20, -5000)),
            Word("up", Entry("AH", 20, 10, -100), Entry("P", 30, 5, -80)),
            Word("[BREATH]", Entry("+BREATH+", 35, 10, -4000)),
        ]
    )
    assert aligned.score == -12
    assert [phone.name for phone in aligned.phones] == ["SIL", "AH", "P", "SIL"]
    assert [phone.end_s for phone in aligned.phones] == pytest.approx([0.2, 0.3, 0.35, 0.45])


def test_flites_own_times_are_read() -> None:
    assert timed("pau:0.220 hh:0.250 ax:0.300 pau:0.400 \n") == [
        Phone(0.0, 0.22, "SIL"),
        Phone(0.22, 0.25, "HH"),
        Phone(0.25, 0.3, "AH"),
        Phone(0.3, 0.4, "SIL"),
    ]
    assert [arpabet(name) for name in ("axr", "zh", "ssil", "dx")] == ["ER", "ZH", "SIL", "D"]


def test_phones_that_both_have_are_compared() -> None:
    exact = [Phone(0.0, 0.1, "SIL"), Phone(0.1, 0.2, "AA"), Phone(0.2, 0.3, "T"), Phone(0.3, 0.4, "P")]
    found = [Phone(0.0, 0.1, "SIL"), Phone(0.12, 0.2, "AA"), Phone(0.2, 0.3, "D"), Phone(0.29, 0.4, "P")]
    assert differences_s(exact, found) == pytest.approx([0.02, -0.01])


def test_punctuation_is_kept_for_kokoro(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assets.lipnet.training.speak_kokoro.ipa", str.upper)
    assert phonemes("Well, yes! It's so; or not?") == "WELL, YES! IT'S SO; OR NOT?"
