"""What a run shows: a table a set, and one JSON document."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from math import isnan
from typing import Any, Final

from benchmarks.lips.score import Scores

COLUMNS: Final = (
    *("clips", "score", "closure_auc", "closure", "labiodental", "rounding", "openness", "sync", "lag_ms", "rest"),
    *("jitter", "aperture_mm"),
)
CLOSURE_COLUMNS: Final = ("clips", "closure_auc", "aperture_mm")
"""All that is shown where no more than the places of closures is known well."""
NOISE_COLUMNS: Final = ("mean_mm", "p95_mm", "open_share")
WHOLE: Final = frozenset({"clips", "lag_ms"})

Row = Mapping[str, float]
Table = Mapping[str, Row]
"""Rows by their label."""


def row(scores: Scores) -> Row:
    """All figures by name."""
    return {"score": scores.score, "closure": scores.closure, **asdict(scores)}


def shown(title: str, columns: Sequence[str], table: Table) -> str:
    """A table in text: a line for the names, a line a row."""
    width = max(map(len, (title, *table)))
    lines = [" ".join([title.ljust(width), *(column.rjust(_wide(column)) for column in columns)])]
    lines += [
        " ".join([label.ljust(width), *(_written(column, values[column]).rjust(_wide(column)) for column in columns)])
        for label, values in table.items()
    ]
    return "\n".join([*lines, ""])


def document(tables: Mapping[str, Table]) -> str:
    """All figures as one line of JSON; what is unknown is null."""
    return json.dumps(_plain(tables))


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, float):
        return None if isnan(value) else round(value, 4)
    return value


def _wide(column: str) -> int:
    return max(5, len(column))


def _written(column: str, value: float) -> str:
    if isnan(value):
        return "-"
    return f"{value:.0f}" if column in WHOLE else f"{value:.1f}" if column.endswith("_mm") else f"{value:.2f}"
