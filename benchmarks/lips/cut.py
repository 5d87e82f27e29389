"""Cuts long recordings at pauses, with their phones."""

from collections.abc import Iterator, Sequence
from typing import Final

from assets.lipnet.training.phones import SILENCE, Phone

LONGEST_WHOLE_S: Final = 14.0
"""A recording up to this long stays whole."""
SHORTEST_PART_S: Final = 5.0
PAUSE_S: Final = 0.2
"""A silence at least this long is a place to cut."""
KEPT_S: Final = 0.3
"""Of the silence at a cut, at each of its sides."""


def parts(phones: Sequence[Phone]) -> Iterator[list[Phone]]:
    """Runs of phones of some seconds, each with some silence of its own; times are those of the whole recording."""
    if not phones or phones[-1].end_s <= LONGEST_WHOLE_S:
        yield list(phones)
        return
    part: list[Phone] = []
    for phone in phones:
        start_s, end_s, name = phone
        if part and name == SILENCE and end_s - start_s >= PAUSE_S and start_s - part[0].start_s >= SHORTEST_PART_S:
            yield [*part, phone._replace(end_s=min(end_s, start_s + KEPT_S))]
            part = [phone._replace(start_s=max(start_s, end_s - KEPT_S))]
        else:
            part.append(phone)
    if any(phone.name != SILENCE for phone in part):
        yield part


def moved(phones: Sequence[Phone], by_s: float) -> list[Phone]:
    """The same phones later."""
    return [phone._replace(start_s=phone.start_s + by_s, end_s=phone.end_s + by_s) for phone in phones]
