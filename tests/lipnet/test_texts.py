"""Sentences: rich in phones, the same every time, and free of the benchmark's."""

import re
from collections import Counter
from itertools import groupby, islice
from pathlib import Path
from random import Random

import pytest

from assets.lipnet.training.phones import PHONES
from assets.lipnet.training.texts import HERE, Deck, polished, read_sections, utterances, word_lists, words_of

DEV = Path(__file__).parents[2].parent / "shared" / "lipbench" / "dev" / "phones.tsv"


@pytest.fixture(scope="module")
def texts() -> list[str]:
    return list(islice(utterances(1), 3000))


def test_the_same_seed_says_the_same(texts: list[str]) -> None:
    assert list(islice(utterances(1), 50)) == texts[:50]
    assert list(islice(utterances(2), 50)) != texts[:50]


def test_nothing_is_said_twice(texts: list[str]) -> None:
    assert len(set(texts)) == len(texts)


def test_every_phone_has_words_and_they_are_said_often(texts: list[str]) -> None:
    lists = word_lists()
    said = Counter(word for text in texts for word in words_of(text))
    for phone in PHONES:
        assert len(lists[phone]) >= 25, f"{phone} has few words"
        assert sum(said[word] for entry in lists[phone] for word in words_of(entry)) >= 100, phone


def test_every_entry_is_said(texts: list[str]) -> None:
    said = " ".join(" ".join(words_of(text)) for text in texts)
    entries = {" ".join(words_of(entry)) for entries in word_lists().values() for entry in entries}
    assert not [entry for entry in entries if entry not in said]


def test_every_slot_is_a_list() -> None:
    slots = {
        slot
        for lines in read_sections(HERE / "templates.txt").values()
        for line in lines
        for slot in re.findall("{(.+?)}", line)
    }
    assert slots <= word_lists().keys() | {"PHONE"}


def test_texts_are_plain_words_that_every_voice_reads_alike(texts: list[str]) -> None:
    strange = [text for text in texts if not re.fullmatch(r"[A-Za-z' .,:;!?-]+", text) or text[-1] not in ".!?"]
    assert not strange
    assert max(map(len, texts)) < 300, "longer than Kokoro takes at once"


@pytest.mark.parametrize(
    ("sentence", "better"),
    [
        ("a owl and a wolf.", "An owl and a wolf."),
        ("a useful one. a unusual one?", "A useful one. An unusual one?"),
        ("what a egg! who found it?", "What an egg! Who found it?"),
        ("half a one.", "Half a one."),
    ],
)
def test_a_sentence_is_polished(sentence: str, better: str) -> None:
    assert polished(sentence) == better


def test_a_deck_deals_all_before_any_comes_again() -> None:
    deck = Deck("abcdefg", Random(3))
    for _ in range(5):
        assert sorted(deck.deal() for _ in range(7)) == list("abcdefg")


def test_words_are_as_a_dictionary_has_them() -> None:
    assert words_of("Don't! The yo-yo isn't mine, Mister O'Hara.") == (
        ["don't", "the", "yo", "yo", "isn't", "mine", "mister", "o'hara"]
    )


@pytest.mark.skipif(not DEV.exists(), reason="the benchmark's clips are not here")
def test_no_sentence_of_the_benchmark_is_said(texts: list[str]) -> None:
    clips: dict[str, list[str]] = {}
    for line in DEV.read_text("utf-8").splitlines()[1:]:
        file, _, _, phone, *word = line.split("\t")
        if phone != "SIL":
            clips.setdefault(file, []).extend(word)
    sentences = {" ".join(word for word, _ in groupby(words) if word) for words in clips.values()}
    said = [" ".join(words_of(text)) for text in texts]
    longer = [sentence for sentence in sentences if len(sentence.split()) >= 3]
    assert len(longer) > 50
    assert not [sentence for sentence in longer if any(sentence in text for text in said)]
