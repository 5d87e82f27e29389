"""Rows of numbers in the three formats."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from a2f_live.wire.arrays import DECIMALS, WRITERS, as_short_lists, read_rows


@given(st.integers(1, 5), st.integers(1, 60), st.integers(0, 2**32 - 1))
def test_every_format_gives_the_rows_back(count: int, width: int, seed: int) -> None:
    rows = np.random.default_rng(seed).random((count, width), np.float32)
    tolerance = {"f32": 0.0, "list": 0.0, "f16": 2**-11}
    for name, write in WRITERS.items():
        found = read_rows(write(rows), count, width)
        assert found.dtype == np.float32
        assert found.shape == (count, width)
        assert np.abs(found - rows).max() <= tolerance[name]


def test_lists_for_text_are_short() -> None:
    written = as_short_lists(np.array([[0.1, 1 / 3]], np.float32))
    assert written == [[0.1, round(1 / 3, DECIMALS)]]


@pytest.mark.parametrize("rows", [np.ones((4, 6), np.float32)[::2, ::3], np.ones((2, 2)), np.ones((2, 2), ">f4")])
def test_any_layout_is_written_as_little_endian_float32(rows: Any) -> None:
    assert WRITERS["f32"](rows) == np.ones((2, 2), "<f4").tobytes()


@pytest.mark.parametrize(
    "value",
    [
        b"",
        bytes(7),
        bytes(9),
        bytes(6),
        np.array([1, np.nan], "<f4").tobytes(),
        np.array([1, np.inf], "<f2").tobytes(),
        [],
        [[1.0]],
        [[1.0, 2.0, 3.0]],
        [[1.0, 2.0], [1.0, 2.0]],
        [1.0, 2.0],
        [[1.0, "2"]],
        [[1.0, True]],
        [[1.0, None]],
        [[1.0, float("nan")]],
        [[1.0, 1e300]],
        [[1.0, 10**400]],
    ],
)
def test_other_shapes_and_what_is_no_number_are_refused(value: Any) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the caller says what and where
        read_rows(value, 1, 2)
