"""The solve of the reference: matrices written out, and SciPy for what is bounded."""

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import lsq_linear

Floats = NDArray[np.float64]
Array = NDArray[np.float32]


class PoseSolver:
    """Weights of poses, by SciPy."""

    def __init__(
        self,
        config: Mapping[str, Any],
        neutral: Array,
        poses: Array,
        mask: NDArray[Any] | None,
        mistakes: Collection[str],
    ) -> None:
        self._config, self._mistakes = config, mistakes
        self._active = [pose for pose, active in enumerate(config["bsSolveActivePoses"]) if active]
        self._kept = np.arange(len(neutral)) if mask is None else mask
        self._neutral = neutral[self._kept].reshape(-1).astype(np.float64)
        deltas = poses.astype(np.float64)
        if "neutral taken off the poses" in mistakes:
            deltas = deltas - neutral
        self._deltas = np.stack([deltas[pose][self._kept].reshape(-1) for pose in self._active], axis=1)
        size = np.linalg.norm(neutral.max(axis=0).astype(np.float64) - neutral.min(axis=0))
        template = 54.7 if "size of the template left out" in mistakes else config["templateBBSize"]
        self._scale = (size / template) ** 2
        self._before = np.zeros(len(self._active))

    def weights(self, pose: Floats) -> Floats:
        """(all poses,)."""
        config, count = self._config, len(self._active)
        l1, l2, temporal = (
            config[f"strength{name}"] for name in ("L1regularization", "L2regularization", "TemporalSmoothing")
        )
        a = self._deltas.T @ self._deltas
        a += self._scale * 0.25 * (l1 if "L1 not squared" in self._mistakes else l1**2)
        a += self._scale * (10 * l2 + 100 * temporal) * np.eye(count)
        a += self._scale * 10 * config["strengthSymmetry"] * self._symmetry()
        pull = 100 if "previous weights times 100" in self._mistakes else 1
        b = self._deltas.T @ (pose[self._kept].reshape(-1) - self._neutral)
        b = b + pull * self._scale * temporal * self._before
        solved = self._solved(a, b)
        whole = np.zeros(len(config["bsSolveActivePoses"]))
        whole[self._active] = solved
        finished: Floats = whole * config["bsWeightMultipliers"] + config["bsWeightOffsets"]
        self._before = finished[self._active] if "previous weights after multipliers" in self._mistakes else solved
        return finished

    def _solved(self, a: Floats, b: Floats) -> Floats:
        if "ridge and clip" in self._mistakes:
            clipped: Floats = np.clip(np.linalg.solve(a, b), 0, 1)
            return clipped
        upper = np.ones(len(b))
        solved = self._bounded(a, b, upper)
        for one, other in self._pairs("bsSolveCancelPoses"):
            upper[other if solved[one] >= solved[other] else one] = 1e-10
        return self._bounded(a, b, upper) if upper.min() < 1 else solved

    def _bounded(self, a: Floats, b: Floats, upper: Floats) -> Floats:
        if "one square instead of two" in self._mistakes:
            root = np.linalg.cholesky(a)
            return np.asarray(lsq_linear(root.T, np.linalg.solve(root, b), (0, upper), "bvls", tol=1e-14).x)
        return np.asarray(lsq_linear(a, b, (0, upper), "bvls", tol=1e-14).x)

    def _pairs(self, key: str) -> list[tuple[int, int]]:
        groups = [self._config[key][pose] for pose in self._active]
        if key == "bsSolveSymmetryPoses" and "groups read as partners" in self._mistakes:
            return [(one, other) for one, other in enumerate(groups) if other != -1 and one != other]
        found = {group: [place for place, each in enumerate(groups) if each == group] for group in groups}
        return [(places[0], places[1]) for group, places in found.items() if group != -1 and len(places) == 2]

    def _symmetry(self) -> Floats:
        total = np.zeros((len(self._active), len(self._active)))
        for one, other in self._pairs("bsSolveSymmetryPoses"):
            row = np.zeros(len(self._active))
            row[one], row[other] = 1, -1
            total += np.outer(row, row)
        return total
