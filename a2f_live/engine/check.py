"""Whether what an engine answered can be an answer at all."""

from collections.abc import Sequence
from typing import Final, TypeGuard

import numpy as np

from a2f_live.arkit import NAMES
from a2f_live.engine.base import Result, Window
from a2f_live.errors import EngineFailed

LOW: Final = -0.5
HIGH: Final = 1.5
"""Weights outside cannot come from a face: a little over 0..1 is clamped later, more is nonsense."""
VISEMES: Final = 15

Checked = list[Result | EngineFailed]
"""For each window its result, or why it is none."""


def check(answers: Sequence[object], batch: Sequence[Window], rows_per_hop: int, name: str) -> Checked:
    """The sane results of a batch, and an error in the place of each other.

    Raises `EngineFailed` where the number of answers is wrong, for then none can be told from another.
    """
    if len(answers) != len(batch):
        raise EngineFailed(f"engine {name} gave {len(answers)} results for {len(batch)} windows: see its log")
    checked: Checked = [
        answer if _fits(answer, window, rows_per_hop) else _nonsense(window, name)
        for window, answer in zip(batch, answers, strict=True)
    ]
    results = [answer for answer in checked if isinstance(answer, Result)]
    if results and not _sane(results):
        for index, answer in enumerate(checked):
            if isinstance(answer, Result) and not _sane([answer]):
                checked[index] = _nonsense(batch[index], name)
    return checked


def _fits(answer: object, window: Window, rows_per_hop: int) -> TypeGuard[Result]:
    if not isinstance(answer, Result):
        return False
    rows, visemes = answer.rows, answer.visemes
    count = window.hops * rows_per_hop
    if not _is_table(rows, (count, len(NAMES))):
        return False
    return visemes is None or (_is_table(visemes, (count, VISEMES)) and bool(np.isfinite(visemes).all()))


def _is_table(table: object, shape: tuple[int, int]) -> bool:
    return isinstance(table, np.ndarray) and table.shape == shape and table.dtype == np.float32


def _sane(answers: Sequence[Result]) -> bool:
    """Whether all weights are numbers of a possible size: a NaN makes either comparison false."""
    rows = answers[0].rows if len(answers) == 1 else np.concatenate([answer.rows for answer in answers])
    return bool(rows.min() >= LOW and rows.max() <= HIGH)


def _nonsense(window: Window, name: str) -> EngineFailed:
    return EngineFailed(
        f"engine {name} answered nonsense for hop {window.first_hop} of utterance {window.utterance}: "
        f"it must give {len(NAMES)} finite float32 weights a row"
    )
