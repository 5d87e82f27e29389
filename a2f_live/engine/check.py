"""Whether what an engine answered can be an answer at all."""

from collections.abc import Sequence
from typing import Any, Final, TypeGuard

import numpy as np

from a2f_live import arkit, speech
from a2f_live.engine.base import Array, Result, Window
from a2f_live.errors import EngineError, EngineFailed

LOW: Final = -0.5
HIGH: Final = 1.5
"""Weights outside cannot come from a face: a little over 0..1 is clamped later, more is nonsense. So with visemes."""
PROSODY: Final = 96.0
"""Nothing about a voice is larger: eight octaves, in semitones."""

Checked = list[Result | EngineError]
"""For each window its result, or why it is none."""


def check(answers: Sequence[object], batch: Sequence[Window], rows_per_hop: int, name: str) -> Checked:
    """The sane results of a batch, and an error in the place of each other.

    Raises `EngineFailed` where the number of answers is wrong, for then none can be told from another.
    """
    if len(answers) != len(batch):
        raise EngineFailed(f"engine {name} gave {len(answers)} results for {len(batch)} windows: see its log")
    checked: Checked = [
        _judged(answer, window, rows_per_hop, name) for window, answer in zip(batch, answers, strict=True)
    ]
    results = [answer for answer in checked if isinstance(answer, Result)]
    if results and not _sane(results):
        for index, answer in enumerate(checked):
            if isinstance(answer, Result) and not _sane([answer]):
                checked[index] = _nonsense(batch[index], name)
    return checked


def _judged(answer: object, window: Window, rows_per_hop: int, name: str) -> Result | EngineError:
    if isinstance(answer, Result) and answer.refused is not None:
        return answer.refused
    return answer if _fits(answer, window, rows_per_hop) else _nonsense(window, name)


def _fits(answer: object, window: Window, rows_per_hop: int) -> TypeGuard[Result]:
    if not isinstance(answer, Result):
        return False
    count = window.hops * rows_per_hop
    return (
        _is_table(answer.rows, (count, arkit.COUNT))
        and (answer.prosody is None or _is_table(answer.prosody, (count, len(speech.PROSODY))))
        and (answer.visemes is None or _is_table(answer.visemes, (count, len(speech.VISEMES))))
    )


def _is_table(table: Any, shape: tuple[int, int]) -> bool:
    return isinstance(table, np.ndarray) and table.shape == shape and table.dtype == np.float32


def _sane(answers: Sequence[Result]) -> bool:
    """Whether everything is a number of a possible size."""
    return (
        _within([answer.rows for answer in answers], LOW, HIGH)
        and _within([answer.prosody for answer in answers if answer.prosody is not None], -PROSODY, PROSODY)
        and _within([answer.visemes for answer in answers if answer.visemes is not None], LOW, HIGH)
    )


def _within(tables: Sequence[Array], low: float, high: float) -> bool:
    """Whether all numbers lie within; a NaN makes either comparison false."""
    if not tables:
        return True
    numbers = tables[0] if len(tables) == 1 else np.concatenate(tables)
    return bool(numbers.min() >= low and numbers.max() <= high)


def _nonsense(window: Window, name: str) -> EngineFailed:
    return EngineFailed(
        f"engine {name} answered nonsense for hop {window.first_hop} of utterance {window.utterance}: "
        f"it must give {arkit.COUNT} finite float32 weights a row, and where it gives any, "
        f"{len(speech.PROSODY)} figures of prosody and {len(speech.VISEMES)} visemes"
    )
