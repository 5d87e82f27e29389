"""How it is said: loudness and pitch against what is usual for the speaker, how voiced it is, and whether it pauses.

What is usual is followed hop by hop while somebody speaks, in steps that get shorter: a new speaker is known after a
syllable or two, a known one changes slowly.
"""

from typing import Final

import numpy as np

from a2f_live.engine.base import Array
from a2f_live.engine.embedded.grid import Grid
from a2f_live.engine.embedded.pitch import pitch
from a2f_live.speech import PROSODY

PAUSE_SHARES: Final = tuple(np.float32(share) for share in (0.2, 0.3, 0.5))
"""What counts for a pause: silence in the hops before the last, and in the last."""
VOICED: Final = (np.float32(0.45), np.float32(0.75))
"""Strength of the pitch from which something, and from which all, is voiced."""
PITCHED: Final = np.float32(0.25)
"""What is less voiced has no pitch."""
SPEAKS: Final = np.float32(0.5)
"""Less likely a pause than this, what is heard changes what is usual."""
DOUBLE_DB: Final = np.float32(12)
"""So much above what is usual is twice as loud."""
SEMITONES: Final = np.float32(12)
"""Of an octave."""
PITCH_RANGE: Final = np.float32(18)
"""Semitones above and below the usual that are told."""

# A row for loudness in dB, a row for pitch in octaves over 1 Hz.
USUAL_START: Final = (-30.0, float(np.log2(160.0)))
FIRST_STEPS: Final[Array] = np.array([[[8.0]], [[0.4]]], np.float32)
"""The first step towards what is heard; the n-th is an n-th of it."""
LEAST_STEPS: Final[Array] = np.array([[[0.06]], [[0.002]]], np.float32)
"""No step is shorter: 3 dB and 1.2 semitones a second."""
MOST_TIMES: Final = np.float32(1000)
"""By then all steps are the shortest."""

PAUSES: Final = len(PAUSE_SHARES) - 1
NOTES: Final = PAUSES + 4
"""Floats that it remembers of a stream: silence in the last hops, what is usual, and how many hops have told of it."""


def first_notes() -> Array:
    """At the start of an utterance, (NOTES,): nobody has spoken yet."""
    return np.array([*[1.0] * PAUSES, *USUAL_START, 0.0, 0.0], np.float32)


def listen(contexts: Array, level_db: Array, silence: Array, grid: Grid, notes: Array) -> tuple[Array, Array]:
    """Figures as `speech.PROSODY`, (padded_rows, 4), and what to remember, (windows, NOTES).

    `contexts` and `level_db` as `features.listen` has them, `silence` (padded_rows,) how likely nobody speaks.
    """
    octaves, strength = (grid.table(figure) for figure in pitch(contexts))
    silences = np.concatenate((notes[:, :PAUSES], grid.table(silence)), axis=1)
    hops = level_db.shape[1]
    pause: Array = silences[:, :hops] * PAUSE_SHARES[0]
    for later, share in enumerate(PAUSE_SHARES[1:], 1):
        pause += silences[:, later : later + hops] * share
    np.minimum(pause, 1, out=pause)
    spoken = 1 - pause
    voiced = _within((strength - VOICED[0]) / (VOICED[1] - VOICED[0]), 0, 1) * spoken
    speaks = pause < SPEAKS
    told = np.array((level_db, octaves))
    usual, known = _follow(told, np.array((speaks, speaks & (voiced > SPEAKS))), grid, notes[:, PAUSES:])
    over = told - usual
    figures = np.empty((*level_db.shape, len(PROSODY)), np.float32)
    figures[..., 0] = np.minimum(np.exp2(over[0] / DOUBLE_DB - 1) * spoken, 1)
    figures[..., 1] = _within(over[1] * SEMITONES, -PITCH_RANGE, PITCH_RANGE) * (voiced > PITCHED)
    figures[..., 2] = voiced
    figures[..., 3] = pause
    return grid.flat(figures), np.concatenate((grid.last(silences, PAUSES), known), axis=1)


def _follow(told: Array, counts: Array, grid: Grid, known: Array) -> tuple[Array, Array]:
    """What is usual at each hop, (2, windows, longest), of what is told, and what is known after the last."""
    usual, times = known[:, :2].T, known[:, 2:].T
    times = np.minimum(times[..., None] + np.add.accumulate(counts, axis=2, dtype=np.float32), MOST_TIMES)
    steps = np.maximum(FIRST_STEPS / np.maximum(times, 1), LEAST_STEPS) * counts
    at_hops = np.empty_like(told)
    for hop in range(told.shape[2]):
        usual = usual + _within(told[..., hop] - usual, -steps[..., hop], steps[..., hop])
        at_hops[..., hop] = usual
    after = (grid.last(figure.transpose(1, 2, 0), 1)[:, 0] for figure in (at_hops, times))
    return at_hops, np.concatenate((*after,), axis=1)


def _within(values: Array, low: Array | np.float32 | float, high: Array | np.float32 | float) -> Array:
    """What `np.clip` does, in a third of its time."""
    limited: Array = np.minimum(np.maximum(values, low), high)
    return limited
