"""Rows of weights and of head rotations on the wire: little-endian bytes, or lists of lists of numbers."""

# ruff: noqa: D102 - the methods of a kind are documented once, in `Kind`

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from a2f_live.frames import Array
from a2f_live.wire.kinds import Kind

_F32: Final = np.dtype("<f4")
_F16: Final = np.dtype("<f2")
_LARGEST: Final = 10_000.0
"""Beyond any weight or angle, within float16."""
DECIMALS: Final = 5
"""Of weights written as text."""


def _as_f32(rows: Array) -> bytes:
    return rows.astype(_F32, copy=False).tobytes()


def _as_f16(rows: Array) -> bytes:
    return rows.astype(_F16).tobytes()


def _as_lists(rows: Array) -> list[list[float]]:
    return rows.tolist()  # type: ignore[no-any-return]


def as_short_lists(rows: Array) -> list[list[float]]:
    """Lists for text: five decimals, finer than any screen shows and half the bytes."""
    return rows.astype(np.float64).round(DECIMALS).tolist()  # type: ignore[no-any-return]


WRITERS: Final[Mapping[str, Callable[[Array], Any]]] = {"f32": _as_f32, "f16": _as_f16, "list": _as_lists}
"""Weight format to the function that writes rows in it."""


def read_rows(value: bytes | list[Any], count: int, width: int) -> Array:
    """(count, width) float32 of bytes, whose length tells f32 from f16, or of a list of lists; may be read-only.

    Raises ValueError where the numbers are too few, too many or not finite.
    """
    rows = _from_bytes(value, count, width) if type(value) is bytes else _from_lists(value, count, width)
    if not np.isfinite(rows).all():
        raise ValueError
    return rows


def _from_bytes(value: bytes, count: int, width: int) -> Array:
    wide = len(value) == count * width * _F32.itemsize
    # A length that fits neither format fits no shape either: reshape raises ValueError.
    numbers: Array = np.frombuffer(value, _F32 if wide else _F16).astype(np.float32, copy=False)
    return numbers.reshape(count, width)


def _from_lists(value: Any, count: int, width: int) -> Array:
    if len(value) != count or not all(type(row) is list and len(row) == width for row in value):
        raise ValueError
    # NumPy would take text and booleans for numbers, and warn about those too large for float32.
    if not all(type(x) in (float, int) and -_LARGEST <= x <= _LARGEST for row in value for x in row):
        raise ValueError
    return np.array(value, np.float32)


@dataclass(frozen=True, slots=True)
class Rows(Kind):
    """Rows so wide; left as they travel, because their number stands beside them: see `read_rows`."""

    width: int

    def read(self, value: Any, where: str) -> bytes | list[Any]:
        if type(value) not in (bytes, list):
            raise TypeError
        return value  # type: ignore[no-any-return]

    def schema(self) -> dict[str, Any]:
        row = {"type": "array", "items": {"type": "number"}, "minItems": self.width, "maxItems": self.width}
        return {"type": "array", "items": row, "minItems": 1}

    def __str__(self) -> str:
        return f"`count` rows of {self.width} finite numbers, as bytes or as a list of lists"
