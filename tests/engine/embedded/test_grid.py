import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from a2f_live.engine.embedded.grid import Grid
from a2f_live.engine.embedded.tiles import TILE

LENGTHS = st.lists(st.integers(1, 6), min_size=1, max_size=12)


@given(LENGTHS)
def test_a_row_knows_its_window_and_its_hop(lengths: list[int]) -> None:
    grid = Grid(lengths)
    known = [(window, hop) for window, length in enumerate(lengths) for hop in range(length)]
    found = list(zip(grid.window_of.tolist(), grid.hop_of.tolist(), strict=True))
    assert found[: grid.rows] == known
    assert len(found) == grid.padded_rows
    assert grid.padded_rows % TILE == 0
    assert [known.index((window, 0)) for window in range(len(lengths))] == grid.starts.tolist()


@given(LENGTHS)
def test_rows_go_into_a_table_and_back(lengths: list[int]) -> None:
    grid = Grid(lengths)
    rows = np.arange(grid.padded_rows * 3, dtype=np.float32).reshape(-1, 3)
    table = grid.table(rows)
    assert table.shape == (len(lengths), max(lengths), 3)
    assert np.array_equal(grid.flat(table)[: grid.rows], rows[: grid.rows])
    assert grid.flat(table).shape == rows.shape
    parts = grid.split(rows)
    assert [len(part) for part in parts] == lengths
    assert np.array_equal(np.concatenate(parts), rows[: grid.rows])


@given(LENGTHS, st.integers(1, 4), st.integers(0, 3))
def test_what_came_last_may_begin_before_the_window(lengths: list[int], count: int, more: int) -> None:
    grid = Grid(lengths)
    before = np.arange(-count - more, 0)
    table = np.array([[*before, *range(max(lengths))]] * len(lengths), np.float32)
    last = grid.last(table, count)
    assert last.tolist() == [list(range(length - count, length)) for length in lengths]


@pytest.mark.parametrize("lengths", [[1], [2, 2], [3, 1, 2]])
def test_the_last_hop_of_each_window_is_at_its_own_end(lengths: list[int]) -> None:
    grid = Grid(lengths)
    table = np.tile(np.arange(max(lengths), dtype=np.float32), (len(lengths), 1))
    assert grid.last(table, 1)[:, 0].tolist() == [length - 1 for length in lengths]
