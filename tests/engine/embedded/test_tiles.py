import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from a2f_live.engine.embedded.tiles import TILE, filled_up, padded, product


def test_rows_are_filled_up_to_whole_tiles() -> None:
    assert [padded(count) for count in (0, 1, TILE, TILE + 1)] == [0, TILE, TILE, 2 * TILE]
    rows = filled_up(np.ones((3, 5), np.float32))
    assert rows.shape == (TILE, 5)
    assert rows.sum() == 15


@given(
    seed=st.integers(0, 99), count=st.integers(1, 100), shape=st.sampled_from([(288, 96), (98, 96), (161, 49), (40, 3)])
)
def test_a_row_has_the_same_bits_in_any_company_and_in_any_place(seed: int, count: int, shape: tuple[int, int]) -> None:
    rng = np.random.default_rng(seed)
    matrix = rng.standard_normal(shape).astype(np.float32)
    rows = rng.standard_normal((count, shape[0])).astype(np.float32)
    together = product(filled_up(rows), matrix)[:count]
    order = rng.permutation(count)
    shuffled = product(filled_up(rows[order]), matrix)[:count]
    assert shuffled.tobytes() == together[order].tobytes()
    one = int(rng.integers(count))
    assert product(filled_up(rows[one : one + 1]), matrix)[0].tobytes() == together[one].tobytes()
    assert np.allclose(together, rows.astype(float) @ matrix, atol=1e-3)
