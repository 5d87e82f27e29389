"""Bounded least squares: many small problems with one matrix at once, each solved exactly by its active set.

Block principal pivoting (Portugal, Júdice, Vicente 1994, Mathematics of Computation 63): guess which variables lie on
which bound, solve for the others, exchange all that break the conditions of optimality, and guess again. While that
helps no more, only the last of them is exchanged (Murty's rule), which always ends.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from a2f_live.errors import EngineFailed

Floats = NDArray[np.float64]
Places = NDArray[np.int8]
"""Where each variable is: `FREE`, or held on a bound."""

FREE: Final = np.int8(0)
LOW: Final = np.int8(-1)
HIGH: Final = np.int8(1)

PATIENCE: Final = 3
"""Exchanges of all without progress before single ones."""
MAX_ROUNDS: Final = 2000
ROUNDING: Final = 1e-13
"""Breaches of the conditions that are no more than this, relative to the numbers at hand, are rounding."""


class BoundedSolver:
    """Minimises |A x - b|^2 with 0 <= x <= upper for one A of full rank, (n, n) or taller, and any b.

    A row of the answer depends on that row of the question alone, to the bit.
    """

    def __init__(self, matrix: Floats) -> None:
        self._matrix = np.ascontiguousarray(matrix, np.float64)
        self._transposed = np.ascontiguousarray(self._matrix.T)
        self._hessian = self._transposed @ self._matrix
        self._diagonal = np.arange(len(self._hessian))
        self._steepest = float(np.abs(self._hessian).max())

    def solve(self, targets: Floats, upper: Floats, start: Floats) -> Floats:
        """`targets` is b, (problems, m); `upper` and `start`, a guess, are (problems, n); so is the answer.

        It is not a number where a target is none.
        """
        known = np.isfinite(targets).all(axis=1, keepdims=True)
        if known.all():
            return self._solved(targets, upper, start)
        return np.where(known, self._solved(np.where(known, targets, 0.0), upper, np.where(known, start, 0.0)), np.nan)

    def _solved(self, targets: Floats, upper: Floats, start: Floats) -> Floats:
        linear = _times(self._transposed, targets)
        places = np.where(start <= 0, LOW, np.where(start >= upper, HIGH, FREE))
        fewest = np.full(len(targets), len(self._diagonal) + 1)
        patience = np.full(len(targets), PATIENCE)
        for _ in range(MAX_ROUNDS):
            found = self._best(places, linear, upper)
            breaches = self._breaches(places, found, self._slopes(found, targets), linear, upper)
            count = np.count_nonzero(breaches, axis=1)
            if not count.any():
                return np.clip(self._refined(places, found, targets), 0.0, upper)
            better = count < fewest
            patience = np.where(better, PATIENCE, patience - 1)
            fewest = np.where(better, count, fewest)
            last = np.max(np.where(breaches, self._diagonal, -1), axis=1)[:, None]
            exchanged = breaches & ((patience >= 0)[:, None] | (self._diagonal == last))
            places = np.where(exchanged, _other_place(places, found), places)
        raise EngineFailed(f"a bounded solve did not end in {MAX_ROUNDS} rounds: tell the makers of a2f-live")

    def _best(self, places: Places, linear: Floats, upper: Floats) -> Floats:
        """The best point with variables held where they are guessed to be."""
        held = np.where(places == HIGH, upper, 0.0)
        return self._moved(places, linear - _times(self._hessian, held), held)

    def _moved(self, places: Places, rest: Floats, held: Floats) -> Floats:
        """Of the normal equations the solution for the free variables; `held` for the others."""
        free = places == FREE
        blocks = self._hessian * (free[:, :, None] & free[:, None, :])
        blocks[:, self._diagonal, self._diagonal] += ~free
        solved: Floats = np.linalg.solve(blocks, np.where(free, rest, held)[:, :, None])[:, :, 0]
        return solved

    def _refined(self, places: Places, found: Floats, targets: Floats) -> Floats:
        """Corrected by its own slopes, which makes up for the digits that squaring the matrix costs."""
        slopes = self._slopes(found, targets)
        return found - self._moved(places, slopes, np.zeros_like(slopes))

    def _slopes(self, found: Floats, targets: Floats) -> Floats:
        return _times(self._transposed, _times(self._matrix, found) - targets)

    def _breaches(
        self, places: Places, found: Floats, slopes: Floats, linear: Floats, upper: Floats
    ) -> NDArray[np.bool_]:
        """Free variables out of bounds, and held ones that would leave their bound for the better."""
        steep = ROUNDING * (np.abs(linear).max(axis=1, keepdims=True) + self._steepest)
        outside = (found < -ROUNDING) | (found > upper + ROUNDING)
        leaving = np.where(places == LOW, slopes < -steep, slopes > steep)
        breaches: NDArray[np.bool_] = np.where(places == FREE, outside, leaving)
        return breaches


def _other_place(places: Places, found: Floats) -> Places:
    """Where a variable that breaks the conditions belongs: on the bound that it crossed, or free."""
    return np.where(places == FREE, np.where(found < 0, LOW, HIGH), FREE)


def _times(matrix: Floats, rows: Floats) -> Floats:
    """matrix @ row for each row, one product each: in one for all of them bits would depend on how many there are."""
    products: Floats = (matrix @ rows[:, :, None])[:, :, 0]
    return products
