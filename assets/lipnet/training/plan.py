"""Who says what, how fast: follows from the seed alone, so that a run can end anywhere and go on."""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from random import Random
from typing import Final

from assets.lipnet.training.texts import Deck, utterances

_KOKORO_NAMES: Final = {
    "af": ("alloy", "aoede", "bella", "heart", "jessica", "kore", "nicole", "nova", "river", "sarah", "sky"),
    "am": ("adam", "echo", "eric", "fenrir", "liam", "michael", "onyx", "puck", "santa"),
    "bf": ("alice", "emma", "isabella", "lily"),
    "bm": ("daniel", "fable", "george", "lewis"),
}
"""American and British, female and male."""
KOKORO_VOICES: Final = tuple(f"{group}_{name}" for group, names in _KOKORO_NAMES.items() for name in names)
_GUEST_NAMES: Final = {
    "ef": ("dora",),
    "em": ("alex", "santa"),
    "ff": ("siwis",),
    "hf": ("alpha", "beta"),
    "hm": ("omega", "psi"),
    "if": ("sara",),
    "im": ("nicola",),
    "jf": ("alpha", "gongitsune", "nezumi", "tebukuro"),
    "jm": ("kumo",),
    "pf": ("dora",),
    "pm": ("alex", "santa"),
    "zf": ("xiaobei", "xiaoni", "xiaoxiao", "xiaoyi"),
    "zm": ("yunjian", "yunxi", "yunxia", "yunyang"),
}
"""Spanish, French, Hindi, Italian, Japanese, Portuguese, Mandarin."""
GUEST_VOICES: Final = tuple(f"{group}_{name}" for group, names in _GUEST_NAMES.items() for name in names)
"""Voices of other languages: they lend their timbre to mixes, and never speak alone."""
FLITE_VOICES: Final = ("awb", "kal16", "rms", "slt")
HELD_OUT: Final = frozenset({"af_nova", "am_eric", "bf_lily", "rms"})
"""Heard in validation only, and in no mix."""
MIXES: Final = 0.5
"""Of Kokoro's utterances, so many are said by a voice mixed for it."""
GUESTS: Final = 0.5
"""Of the mixes, so many have a guest among them."""
SPEEDS: Final = (0.8, 1.3)

Style = tuple[tuple[str, float], ...]
"""Voices and their shares, which add up to 1."""


@dataclass(frozen=True, slots=True)
class Utterance:
    """What is to be said, by whom."""

    source: str
    """`kokoro` or `flite`."""
    style: Style
    speed: float
    """1 is the voice's own, 2 twice as fast."""
    text: str

    @property
    def voice(self) -> str:
        """The voice's name, or `mix`."""
        return self.style[0][0] if len(self.style) == 1 else "mix"

    @property
    def split(self) -> str:
        """`train` or `check`."""
        return "check" if self.voice in HELD_OUT else "train"

    @property
    def name(self) -> str:
        """Where it is kept; the digest is of all that makes its sound, so that a changed plan finds no old sound."""
        digest = sha256(repr((self.style, self.speed, self.text)).encode()).hexdigest()[:12]
        return f"{self.source}/{self.voice}/{digest}"


def kokoro(seed: int) -> Iterator[Utterance]:
    """Without end: every voice as often as any other, mixes between."""
    random = Random(seed)
    voices = Deck(KOKORO_VOICES, random)
    for text in utterances(seed):
        style = mixed(random) if random.random() < MIXES else ((voices.deal(), 1.0),)
        yield Utterance("kokoro", style, some_speed(random), text)


def flite(seed: int) -> Iterator[Utterance]:
    """Without end: one voice after the other."""
    random = Random(seed + 1)
    voices = Deck(FLITE_VOICES, random)
    for text in utterances(seed + 1):
        yield Utterance("flite", ((voices.deal(), 1.0),), some_speed(random), text)


def mixed(random: Random) -> Style:
    """Two or three voices in parts that are all heard; half of the mixes have a guest, who never speaks most."""
    hosts = [voice for voice in KOKORO_VOICES if voice not in HELD_OUT]
    chosen = random.sample(hosts, random.choice((2, 2, 3)))
    parts = sorted((random.uniform(0.2, 1.0) for _ in chosen), reverse=True)
    if random.random() < GUESTS:
        chosen[-1] = random.choice(GUEST_VOICES)
    shares = [round(part / sum(parts), 2) for part in parts[1:]]
    return tuple(zip(chosen, [round(1 - sum(shares), 2), *shares], strict=True))


def some_speed(random: Random) -> float:
    """Between the slowest and the fastest."""
    return round(random.uniform(*SPEEDS), 2)
