"""The bounded solve against SciPy's."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.optimize import lsq_linear

from a2f_live.engine.a2f3d.bounded import BoundedSolver

Floats = NDArray[np.float64]
CLOSE = 1e-6


def by_scipy(matrix: Floats, target: Floats, upper: Floats) -> Floats:
    found = lsq_linear(matrix, target, (0.0, upper), "bvls", tol=1e-15, max_iter=2000)
    return np.asarray(found.x)


def problem(seed: int, size: int, rows: int, condition: float) -> tuple[Floats, np.random.Generator]:
    """A matrix of that condition, and the chance that it came from."""
    rng = np.random.default_rng(seed)
    left, _ = np.linalg.qr(rng.standard_normal((rows, size)))
    right, _ = np.linalg.qr(rng.standard_normal((size, size)))
    spread = np.geomspace(1.0, condition, size)
    return (left * spread) @ right * 10 ** rng.uniform(-2, 3), rng


@settings(max_examples=150, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    size=st.integers(1, 52),
    taller=st.integers(0, 30),
    condition=st.sampled_from([1.0, 10.0, 1e3, 1e5]),
    spread=st.sampled_from([0.2, 1.0, 3.0]),
)
def test_it_agrees_with_scipy(seed: int, size: int, taller: int, condition: float, spread: float) -> None:
    """Targets of points in and around the box, so that some bounds bind, or all, or none."""
    matrix, rng = problem(seed, size, size + taller, condition)
    points = rng.normal(0.4, spread, (3, size))
    targets = points @ matrix.T + rng.normal(0, 0.1 * np.abs(matrix).max(), (3, size + taller))
    upper = np.where(rng.uniform(size=(3, size)) < 0.2, 1e-10, 1.0)
    start = rng.uniform(-0.5, 1.5, (3, size))
    found = BoundedSolver(matrix).solve(targets, start, upper < 1)
    assert (found >= 0).all()
    assert (found <= upper).all()
    for row in range(3):
        assert np.abs(found[row] - by_scipy(matrix, targets[row], upper[row])).max() < CLOSE


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), count=st.integers(2, 12))
def test_a_row_does_not_depend_on_the_others(seed: int, count: int) -> None:
    matrix, rng = problem(seed, 20, 20, 100.0)
    targets = rng.normal(0, 3, (count, 20)) @ matrix.T
    start = rng.uniform(0, 1, (count, 20))
    solver = BoundedSolver(matrix)
    together = solver.solve(targets, start)
    for row in range(count):
        alone = solver.solve(targets[row : row + 1], start[row : row + 1])
        assert alone.tobytes() == together[row : row + 1].tobytes()


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_a_good_guess_saves_time_and_changes_nothing(seed: int) -> None:
    matrix, rng = problem(seed, 30, 30, 1e3)
    targets = rng.normal(0.4, 1, (4, 30)) @ matrix.T
    solver = BoundedSolver(matrix)
    cold = solver.solve(targets, np.zeros((4, 30)))
    assert np.abs(solver.solve(targets, cold) - cold).max() < 1e-9


def test_a_point_in_the_box_is_found_as_it_is() -> None:
    matrix, rng = problem(1, 52, 52, 1e3)
    points = rng.uniform(0.01, 0.99, (5, 52))
    found = BoundedSolver(matrix).solve(points @ matrix.T, np.zeros((5, 52)))
    assert np.abs(found - points).max() < 1e-10


@pytest.mark.parametrize("nonsense", [np.nan, np.inf])
def test_what_is_no_number_has_no_answer_and_harms_no_other(nonsense: float) -> None:
    matrix, rng = problem(2, 8, 8, 10.0)
    targets, start = rng.normal(size=(3, 8)), np.zeros((3, 8))
    right = BoundedSolver(matrix).solve(targets, start)
    targets[1, 3] = nonsense
    found = BoundedSolver(matrix).solve(targets, start)
    assert np.isnan(found[1]).all()
    assert found[[0, 2]].tobytes() == right[[0, 2]].tobytes()
