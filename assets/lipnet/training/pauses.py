"""Gives pauses back that an aligner has hidden in the sounds beside them: the `and` after a comma, most of all."""

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from assets.lipnet.training.phones import CONSONANTS, SILENCE, STOPS, VOWELS, Phone, Samples, tidied, usual_vowel_db

VOICED: Final = VOWELS | {"L", "M", "N", "NG", "R", "W", "Y"}
FAINTEST_DB: Final = {
    **dict.fromkeys(VOICED, -32.0),
    **dict.fromkeys(CONSONANTS - VOICED - STOPS - {"CH", "JH"}, -50.0),
}
"""Against the clip's vowels: what is fainter is no part of the sound. Stops may be silent, and are not judged."""
PAUSE_S: Final = 0.04
"""A shorter quiet is left where it is."""
STEP_S: Final = 0.005


def freed(phones: Sequence[Phone], samples: Samples, rate_hz: int) -> list[Phone]:
    """The same phones, but without the quiet at their start and end, which becomes silence."""
    levels = levels_db(samples, rate_hz) - usual_vowel_db(phones, samples, rate_hz)
    pieces = [piece for phone in phones for piece in split(phone, levels)]
    return tidied(pieces, 0.0, len(samples) / rate_hz)


def levels_db(samples: Samples, rate_hz: int) -> NDArray[np.float64]:
    """Of each step, against full scale."""
    size = int(STEP_S * rate_hz)
    steps = samples[: len(samples) // size * size].reshape(-1, size)
    return np.asarray(10 * np.log10(np.square(steps, dtype=np.float64).mean(1) + 1e-10))


def split(phone: Phone, levels_db: NDArray[np.float64]) -> Iterator[Phone]:
    """A phone with its quiet start and end as silences, where they are long enough; a phone all quiet is left."""
    start_s, end_s, name = phone
    steps = levels_db[round(start_s / STEP_S) : round(end_s / STEP_S)]
    heard = np.flatnonzero(steps >= FAINTEST_DB.get(name, -np.inf))
    if len(heard):
        lead_s, trail_s = int(heard[0]) * STEP_S, int(len(steps) - 1 - heard[-1]) * STEP_S
        start_s += lead_s if lead_s >= PAUSE_S else 0.0
        end_s -= trail_s if trail_s >= PAUSE_S else 0.0
    if start_s > phone.start_s:
        yield Phone(phone.start_s, start_s, SILENCE)
    yield Phone(start_s, end_s, name)
    if end_s < phone.end_s:
        yield Phone(end_s, phone.end_s, SILENCE)
