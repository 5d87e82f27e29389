"""From a pose to blendshape weights, as Audio2Face-3D solves for them.

With D the differences of the active poses from neutral (vertices of the mask as rows), s the square of the size of the
head over that of the template, and S a row of 1 and -1 for each symmetric pair:

    A = D'D + s (0.25 L1^2 11' + 10 L2 I + 100 T I + 10 Sym S'S)
    b = D'(pose - neutral) + s T w_previous
    w = the minimum of |A w - b|^2 within 0..1; where poses cancel one another, again with the smaller of a pair at 0

The last line squares what is the normal matrix already, and the previous weights enter b without the factor 100 that T
has in A: both are as in NVIDIA's Audio2Face-3D SDK (blendshape_solver_base.cpp, bvls.cpp), whose weights are wanted.
"""

import numpy as np

from a2f_live.engine.a2f3d.blendshapes import Blendshapes, Floats
from a2f_live.engine.a2f3d.bounded import BoundedSolver
from a2f_live.errors import EngineUnavailable

L1_SCALE, L2_SCALE, TEMPORAL_SCALE, SYMMETRY_SCALE = 0.25, 10.0, 100.0, 10.0
WORST_CONDITION = 1e6
"""Beyond it rounding has a say in the answer. Published settings make one of a thousand."""


class Solver:
    """Weights for one part of the face."""

    def __init__(self, shapes: Blendshapes) -> None:
        """Raises `EngineUnavailable` where the settings leave more than one answer."""
        config = shapes.config
        scale = (head_size(shapes) / config.template_size) ** 2
        self.poses = len(config.active)
        self.matrix = normal_matrix(shapes, scale)
        if np.linalg.cond(self.matrix) > WORST_CONDITION:
            raise EngineUnavailable(
                f"the shapes {shapes.names[0]}... cannot be told apart: raise strengthL2regularization in their config"
            )
        self._bounded = BoundedSolver(self.matrix)
        self._memory = scale * config.temporal
        self._cancel = np.array(config.cancel, np.int64).reshape(-1, 2)
        self._config = config
        self._all_poses = len(shapes.names)

    def solve(self, products: Floats, previous: Floats) -> Floats:
        """(n, poses) weights in 0..1 for D'(pose - neutral) and the weights of the frame before, (n, poses) each."""
        targets = products + self._memory * previous
        found = self._bounded.solve(targets, previous)
        if not len(self._cancel):
            return found
        one, other = self._cancel.T
        smaller = np.where(found[:, one] >= found[:, other], other, one)
        shut = np.zeros(targets.shape, np.bool_)
        np.put_along_axis(shut, smaller, True, axis=1)
        return self._bounded.solve(targets, found, shut)

    def finished(self, weights: Floats) -> Floats:
        """(n, all poses): what is shown of (n, poses), with multipliers and offsets; not limited to 0..1."""
        whole = np.zeros((len(weights), self._all_poses))
        whole[:, self._config.active] = weights
        return whole * self._config.multipliers + self._config.offsets


def normal_matrix(shapes: Blendshapes, scale: float) -> Floats:
    """A of this module, (poses, poses)."""
    config = shapes.config
    poses = len(config.active)
    deltas = shapes.deltas.astype(np.float64)
    differences = np.zeros((len(config.symmetric), poses))
    for row, (one, other) in zip(differences, config.symmetric, strict=True):
        row[one], row[other] = 1.0, -1.0
    spread = L2_SCALE * config.l2 + TEMPORAL_SCALE * config.temporal
    matrix: Floats = deltas @ deltas.T + scale * (
        L1_SCALE * config.l1**2
        + spread * np.eye(poses)
        + SYMMETRY_SCALE * config.symmetry * differences.T @ differences
    )
    return matrix


def head_size(shapes: Blendshapes) -> float:
    """Length of the diagonal of the box around the neutral pose."""
    return float(np.linalg.norm(shapes.neutral.max(axis=0).astype(np.float64) - shapes.neutral.min(axis=0)))
