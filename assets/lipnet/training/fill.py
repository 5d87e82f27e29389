"""Makes what is planned and not there yet: sound first, its phones last, so that a clip with phones is whole."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Final, NamedTuple

from assets.lipnet.training.cache import write_text
from assets.lipnet.training.phones import Phone, Samples, fault, from_tsv, tidied, to_tsv
from assets.lipnet.training.plan import Utterance
from assets.lipnet.training.settings import RATE_HZ
from assets.lipnet.training.sound import write
from assets.lipnet.training.trouble import TroubleError

SOUND: Final = ".flac"
TIMES: Final = ".tsv"
DROPPED: Final = ".dropped"
"""In place of the times: why the clip is not used."""
PATIENCE: Final = 40
"""So many clips dropped, and more than were kept: something is broken."""


class Spoken(NamedTuple):
    """A clip as it came."""

    samples: Samples
    phones: list[Phone] | None
    """None: could not be placed."""


Begin = Callable[[Utterance], Callable[[], Spoken]]
"""Begins to say an utterance, and gives what waits for the end of it."""


class Made(NamedTuple):
    """A clip that is there, or was dropped."""

    utterance: Utterance
    seconds: float
    """0 if dropped."""
    fresh: bool
    """Made now, not found."""


def fill(speech: Path, plan: Iterable[Utterance], wanted_s: float, begin: Begin, at_once: int = 1) -> Iterator[Made]:
    """Go along the plan until there is as much as wanted, making only what is not there, some of it `at_once`."""
    made_s, kept, dropped = 0.0, 0, 0
    for utterance, found_s, spoken in ahead(plan, lambda utterance: found(speech, utterance), begin, at_once):
        seconds = keep(speech, utterance, spoken()) if spoken else found_s or 0.0
        made_s, kept, dropped = made_s + seconds, kept + (seconds > 0), dropped + (seconds == 0)
        yield Made(utterance, seconds, found_s is None)
        if made_s >= wanted_s:
            return
        if dropped > max(kept, PATIENCE):
            raise TroubleError(
                f"{dropped} of {kept + dropped} clips of {utterance.source} had to be dropped: see {speech}."
            )


def ahead(
    plan: Iterable[Utterance], look: Callable[[Utterance], float | None], begin: Begin, at_once: int
) -> Iterator[tuple[Utterance, float | None, Callable[[], Spoken] | None]]:
    """Each utterance in order, with what was found of it or a call that waits for it; a few are begun early."""
    under_way: deque[tuple[Utterance, float | None, Callable[[], Spoken] | None]] = deque()
    for utterance in plan:
        found_s = look(utterance)
        under_way.append((utterance, found_s, begin(utterance) if found_s is None else None))
        if len(under_way) >= at_once:
            yield under_way.popleft()
    yield from under_way


def found(speech: Path, utterance: Utterance) -> float | None:
    """Seconds of a clip made before, 0 if it was dropped, None if it is still to be made."""
    if (speech / (utterance.name + DROPPED)).exists():
        return 0.0
    times = speech / (utterance.name + TIMES)
    return from_tsv(times.read_text("utf-8"))[-1].end_s if times.exists() else None


def keep(speech: Path, utterance: Utterance, spoken: Spoken) -> float:
    """Write a clip with its phones, or why it is dropped; gives its seconds, 0 if dropped."""
    seconds = len(spoken.samples) / RATE_HZ
    phones = tidied(spoken.phones or [], 0.0, seconds)
    reason = fault(phones, spoken.samples, RATE_HZ) if spoken.phones else "not aligned"
    if reason:
        write_text(speech / (utterance.name + DROPPED), reason + "\n")
        return 0.0
    write(speech / (utterance.name + SOUND), spoken.samples)
    write_text(speech / (utterance.name + TIMES), to_tsv(utterance.name + SOUND, phones))
    return seconds
