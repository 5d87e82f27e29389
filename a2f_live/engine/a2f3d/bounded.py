"""Bounded least squares: many small problems with one matrix at once, each solved exactly by its active set.

Block principal pivoting (Portugal, Júdice, Vicente 1994, Mathematics of Computation 63): guess which variables lie on
which bound, solve for the others, exchange all that break the conditions of optimality, and guess again. With poses of
a face that takes three or four rounds. Where it gets nowhere, which happens with matrices that are hard to solve, the
problem is solved alone by steps that never go up (Stark, Parker 1995, Computational Statistics 10).
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
Places = NDArray[np.int8]
"""Where each variable is: `FREE`, or held on a bound."""

FREE: Final = np.int8(0)
LOW: Final = np.int8(-1)
HIGH: Final = np.int8(1)

PATIENCE: Final = 4
"""Rounds without fewer breaches than ever before."""
STEPS_A_VARIABLE: Final = 20
"""More would be steps within the rounding."""
STEEP: Final = 1e-13
"""Slopes of no more than this, relative to the numbers at hand, are rounding."""
OUTSIDE: Final = 1e-9
"""A variable may be so far out of its bounds while places are sought; it is put back at the end."""


class BoundedSolver:
    """Minimises |A x - b|^2 with 0 <= x <= 1 for one A of full rank, (n, n) or taller, and any b.

    A row of the answer depends on that row of the question alone, to the bit.
    """

    def __init__(self, matrix: Floats) -> None:
        self._matrix = np.ascontiguousarray(matrix, np.float64)
        self._transposed = np.ascontiguousarray(self._matrix.T)
        self._hessian = self._transposed @ self._matrix
        self._diagonal = np.arange(len(self._hessian))
        self._steepest = float(np.abs(self._hessian).max())

    def solve(self, targets: Floats, start: Floats, shut: Mask | None = None) -> Floats:
        """`targets` is b, (problems, m); `start`, a guess, is (problems, n); so is the answer.

        Where `shut` is set, (problems, n), it is 0. It is not a number where a target is none.
        """
        shut = np.zeros(start.shape, np.bool_) if shut is None else shut
        known = np.isfinite(targets).all(axis=1, keepdims=True)
        if known.all():
            return self._solved(targets, start, shut)
        return np.where(known, self._solved(np.where(known, targets, 0.0), np.where(known, start, 0.0), shut), np.nan)

    def _solved(self, targets: Floats, start: Floats, shut: Mask) -> Floats:
        linear = _times(self._transposed, targets)
        steep = STEEP * (np.abs(linear).max(axis=1, keepdims=True) + self._steepest)
        places, left = self._exchanged(targets, linear, _places(start, shut), shut, steep)
        found = np.clip(self._refined(places, self._best(places, linear), targets), 0.0, 1.0)
        for row in np.flatnonzero(left):
            found[row] = self._descended(targets[row], linear[row], found[row], shut[row], float(steep[row, 0]))
        return found

    def _exchanged(
        self, targets: Floats, linear: Floats, places: Places, shut: Mask, steep: Floats
    ) -> tuple[Places, Mask]:
        """Where the variables are at the end, and which problems got nowhere."""
        fewest = np.full(len(targets), len(self._diagonal) + 1)
        patience = np.full(len(targets), PATIENCE)
        while True:
            found = self._best(places, linear)
            breaches = _breaches(places, found, self._slopes(found, targets), steep) & ~shut
            count = np.count_nonzero(breaches, axis=1)
            patience = np.where(count < fewest, PATIENCE, patience - 1)
            fewest = np.minimum(count, fewest)
            going = (count > 0) & (patience >= 0)
            if not going.any():
                return places, count > 0
            places = np.where(breaches & going[:, None], _other_place(places, found), places)

    def _descended(self, target: Floats, linear: Floats, point: Floats, shut: Mask, steep: float) -> Floats:
        """One problem, from a point within bounds: down to the best point of the free variables, or to the first bound
        on the way; where it goes down no more, with the variable free that leaves its bound most steeply."""
        point = np.where(shut, 0.0, point)
        places = _places(point, shut)
        for _ in range(STEPS_A_VARIABLE * len(point)):
            best = self._refined(places[None], self._best(places[None], linear[None]), target[None])[0]
            share, first = _way(point, best, places)
            point = np.where(places == FREE, point + share * (best - point), point)
            if share < 1:
                places[first] = HIGH if best[first] > 1 else LOW
                point[first] = 1.0 if best[first] > 1 else 0.0
                continue
            leaving = np.where(places == LOW, -1.0, 1.0) * self._slopes(point[None], target[None])[0]
            leaving[(places == FREE) | shut] = 0.0
            if leaving.max() <= steep:
                break
            places[leaving.argmax()] = FREE
        return np.clip(point, 0.0, 1.0)

    def _best(self, places: Places, linear: Floats) -> Floats:
        """The best point with variables held where they are guessed to be."""
        held = np.where(places == HIGH, 1.0, 0.0)
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


def _places(points: Floats, shut: Mask) -> Places:
    return np.where(shut | (points <= 0), LOW, np.where(points >= 1, HIGH, FREE))


def _breaches(places: Places, found: Floats, slopes: Floats, steep: Floats) -> Mask:
    """Free variables out of bounds, and held ones that would leave their bound for the better."""
    outside = (found < -OUTSIDE) | (found > 1.0 + OUTSIDE)
    leaving = np.where(places == LOW, slopes < -steep, slopes > steep)
    breaches: Mask = np.where(places == FREE, outside, leaving)
    return breaches


def _other_place(places: Places, found: Floats) -> Places:
    """Where a variable that breaks the conditions belongs: on the bound that it crossed, or free."""
    return np.where(places == FREE, np.where(found < 0, LOW, HIGH), FREE)


def _way(point: Floats, best: Floats, places: Places) -> tuple[float, int]:
    """How much of the way to the best point lies within bounds, and which variable meets its bound there."""
    crossing = (places == FREE) & ((best < 0) | (best > 1))
    if not crossing.any():
        return 1.0, -1
    room = np.where(best > 1, 1.0 - point, point)[crossing] / np.abs(best - point)[crossing]
    return float(room.min()), int(np.flatnonzero(crossing)[room.argmin()])


def _times(matrix: Floats, rows: Floats) -> Floats:
    """matrix @ row for each row, one product each: in one for all of them bits would depend on how many there are."""
    products: Floats = (matrix @ rows[:, :, None])[:, :, 0]
    return products
