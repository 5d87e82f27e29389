"""Times of phones: alignments that agree and that do not, long recordings cut, and real speech aligned."""

import importlib.util
from itertools import pairwise
from pathlib import Path
from shutil import which

import numpy as np
import pytest

from assets.lipnet.training.phones import PHONES, SILENCE, Phone
from assets.lipnet.training.sound import read
from benchmarks.lips.cut import LONGEST_WHOLE_S, SHORTEST_PART_S, moved, parts
from benchmarks.lips.timing import Timer, Word, agreed
from benchmarks.lips.words import NEAREST, arpabet, english, foreign

HELLO = Path(__file__).parents[2] / "web_demo" / "sample" / "hello.wav"
SAID = [Phone(0.1, 0.2, "P"), Phone(0.2, 0.4, "AA"), Phone(0.4, 0.5, "T")]


def shifted(by_s: float) -> list[Phone]:
    return [Phone(0.0, 0.1 + by_s, SILENCE), *moved(SAID, by_s)]


def test_boundaries_are_the_median_and_doubt_is_the_mean_distance() -> None:
    phones, doubt_s = agreed(SAID, [shifted(0.01), shifted(-0.02)])
    assert phones == SAID
    assert doubt_s == pytest.approx(0.015)
    phones, doubt_s = agreed(SAID, [shifted(0.01), shifted(0.02)])
    assert [phone.start_s for phone in phones] == pytest.approx([0.11, 0.21, 0.41])


def test_what_is_far_away_adds_to_the_doubt_only() -> None:
    phones, doubt_s = agreed(SAID, [shifted(0.3), shifted(0.3)])
    assert phones == SAID
    assert doubt_s == pytest.approx(0.3)


@pytest.mark.parametrize("others", [[], [[Phone(0.1, 0.5, "M")]]])
def test_nothing_to_compare_with_is_no_agreement(others: list[list[Phone]]) -> None:
    assert agreed(SAID, others) == (SAID, float("inf"))


def long_speech(words: int, pause_s: float) -> list[Phone]:
    starts_s = np.arange(words) * (1.0 + pause_s)
    return [
        phone
        for start_s in starts_s
        for phone in (
            Phone(start_s, start_s + pause_s, SILENCE),
            Phone(start_s + pause_s, start_s + pause_s + 1.0, "AA"),
        )
    ]


def test_long_recordings_are_cut_in_their_pauses() -> None:
    speech = long_speech(20, 0.8)
    pieces = list(parts(speech))
    assert len(pieces) > 1
    assert [p for piece in pieces for p in piece if p.name != SILENCE] == [p for p in speech if p.name != SILENCE]
    assert all(piece[0].name == SILENCE for piece in pieces)
    assert all(piece[-1].end_s - piece[0].start_s >= SHORTEST_PART_S for piece in pieces[:-1])
    for before, after in pairwise(pieces):
        assert before[-1].end_s <= after[0].start_s + 1e-9


@pytest.mark.parametrize("speech", [long_speech(int(LONGEST_WHOLE_S / 1.8), 0.8), long_speech(20, 0.1), []])
def test_short_ones_and_those_without_pauses_stay_whole(speech: list[Phone]) -> None:
    assert list(parts(speech)) == [speech]


@pytest.mark.parametrize(
    ("ipa", "phones"),
    [
        ("mˈo", "M OW"),
        ("kɔ̃pozˈe", "K AO P OW Z EY"),
        ("vvʲidʲˈitʲi", "V V IY D IY T IY"),
        ("βusˈon", "V UW S OW N"),
        ("tʃˈjao", "CH Y AA OW"),
        ("(en)bˈɒb(fr)", "B B"),
    ],
)
def test_other_languages_are_spelt_with_the_nearest_sounds(ipa: str, phones: str) -> None:
    assert " ".join(arpabet(ipa)) == phones


def test_all_sounds_are_arpabet() -> None:
    assert {phone for phones in NEAREST.values() for phone in phones} <= PHONES


def test_english_words_go_by_their_name() -> None:
    assert english(lambda word: True)("Don't panic, 7!") == [Word("don't"), Word("panic")]


@pytest.mark.skipif(which("espeak-ng") is None, reason="espeak-ng is not installed")
def test_foreign_words_go_by_their_sounds() -> None:
    assert foreign("it")("una mappa")[-1].phones == ("M", "AA", "P", "AA")


@pytest.mark.parametrize("right", [True, False])
def test_a_recording_is_timed(right: bool) -> None:
    for module in ("pocketsphinx", "soxr"):
        if importlib.util.find_spec(module) is None:
            pytest.skip(f"{module} is not installed: it comes with the extra `lips`")
    timer = Timer()
    text = HELLO.with_name("make.sh").read_text().partition('-t "')[2].partition('"')[0] if right else "no other words"
    timed = timer(read(HELLO), english(timer.knows)(text))
    if right:
        assert timed
        assert timed.fault is None
        assert timed.doubt_s < 0.012
        assert next(phone.name for phone in timed.phones if phone.name != SILENCE) == "HH"
        assert str(timed).startswith("score -")
    else:
        assert timed is None or timed.fault
