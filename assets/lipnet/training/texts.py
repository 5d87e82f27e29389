"""What is said: sentences from templates and word lists of this project, the same for the same seed."""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from random import Random
from typing import Final

HERE = Path(__file__).parent
SHARES: Final = {"everyday": 0.30, "prompt": 0.16, "story": 0.24, "numbers": 0.06, "rich": 0.24}
"""Of all utterances, how many begin with a sentence of each kind."""
PAIRED: Final = 0.25
"""Of all utterances, how many have a second sentence, so that there is a pause between."""
PHONE: Final = re.compile(r"[A-Z]{1,2}")

Sections = Mapping[str, Sequence[str]]


def read_sections(path: Path) -> dict[str, list[str]]:
    """Lines below each `[section]` of a file, without comments and empty ones."""
    sections: dict[str, list[str]] = {}
    for line in filter(None, map(str.strip, path.read_text("utf-8").splitlines())):
        if line.startswith("["):
            section = sections.setdefault(line.strip("[]"), [])
        elif not line.startswith("#"):
            section.append(line)
    return sections


def word_lists(path: Path = HERE / "words.txt") -> dict[str, list[str]]:
    """Entries by section."""
    return {
        name: list(dict.fromkeys(word.strip() for line in lines for word in line.split(",")))
        for name, lines in read_sections(path).items()
    }


class Deck:
    """Deals entries in random order; none comes again before all have come."""

    def __init__(self, entries: Sequence[str], random: Random) -> None:
        self._entries = entries
        self._random = random
        self._left: list[str] = []

    def deal(self) -> str:
        """The next entry."""
        if not self._left:
            self._left = self._random.sample(self._entries, len(self._entries))
        return self._left.pop()


class Writer:
    """Fills templates."""

    def __init__(self, templates: Sections, words: Sections, random: Random) -> None:
        self._templates = {kind: Deck(lines, random) for kind, lines in templates.items()}
        self._words = {name: Deck(entries, random) for name, entries in words.items()}
        self._phones = Deck([name for name in words if PHONE.fullmatch(name)], random)

    def sentence(self, kind: str) -> str:
        """One template of that kind, filled."""
        return polished(re.sub(r"\{(.+?)\}", self._fill, self._templates[kind].deal()))

    def _fill(self, slot: re.Match[str]) -> str:
        name = slot[1]
        return self._words[self._phones.deal() if name == "PHONE" else name].deal()


def polished(sentence: str) -> str:
    """With `an` where it belongs, and a capital letter first in each sentence."""
    sentence = re.sub(r"\b([Aa]) (?=[aeio]|u(?!s|ni))(?!one\b|once\b)", r"\1n ", sentence)
    return re.sub(r"(^|[.!?] )([a-z])", lambda found: found[1] + found[2].upper(), sentence)


def utterances(seed: int) -> Iterator[str]:
    """Texts without end, none twice: one sentence each, or two with a pause between."""
    random = Random(seed)
    writer = Writer(read_sections(HERE / "templates.txt"), word_lists(), random)
    kinds, shares = list(SHARES), list(SHARES.values())
    said: set[str] = set()
    while True:
        sentences = 2 if random.random() < PAIRED else 1
        text = " ".join(writer.sentence(kind) for kind in random.choices(kinds, shares, k=sentences))
        if text not in said:
            said.add(text)
            yield text


def words_of(text: str) -> list[str]:
    """The words of a text in lower case, as dictionaries have them."""
    return re.findall(r"[a-z]+(?:'[a-z]+)*", text.lower())
