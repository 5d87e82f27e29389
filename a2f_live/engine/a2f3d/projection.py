"""From what the network says straight to the right side of the solve, without making the face in between.

A pose is a sum: mean + upper * (1 - m) * smoothed(d) + lower * m * smoothed(d), with d what the network says in
vertices, m the mask of the lower face, and a smoothing in time that treats every number alike. The solve wants
D'(pose - neutral). All of that is linear, so D' can be taken first and the smoothing done on its few numbers:

    D'(pose - neutral) = D'(mean - neutral) + smoothed_upper(P_u x + q_u) + smoothed_lower(P_l x + q_l)

Each frame then costs thousands of operations instead of fifty million, and a stream remembers hundreds of numbers
instead of a million. `tests/engine/a2f3d/reference.py` does it vertex by vertex, and agrees.
"""

from dataclasses import dataclass

import numpy as np

from a2f_live.engine.a2f3d.blendshapes import Blendshapes, Floats, Indexes
from a2f_live.engine.a2f3d.face import FaceConfig
from a2f_live.engine.base import Array

BLOCK = 16_384
"""Coordinates that are taken to double precision at a time: a model has up to fifty million numbers."""


@dataclass(frozen=True, slots=True)
class Basis:
    """What the numbers of the network mean: how the face moves by each."""

    mean: Array
    """(vertices, 3) of the face at rest."""
    shapes: Array | None
    """(numbers, vertices * 3); None where the numbers are the coordinates of the vertices themselves."""


@dataclass(frozen=True, slots=True)
class Projection:
    """x to x @ matrix + offset, of the numbers that `columns` names or of all."""

    matrix: Floats
    offset: Floats
    columns: Indexes | None = None

    def apply(self, said: Array) -> Floats:
        """(n, outputs) of (n, numbers).

        Few numbers are taken row by row, so that the bits of a row depend on it alone. Vertices come in runs of fixed
        lengths, and go in one product.
        """
        if self.columns is not None:
            return said[:, self.columns].astype(np.float64) @ self.matrix + self.offset
        products: Floats = (said[:, None, :].astype(np.float64) @ self.matrix)[:, 0, :]
        return products + self.offset


def skin_projection(
    basis: Basis, lip_open: Array, eye_close: Array, config: FaceConfig, shapes: Blendshapes
) -> tuple[Projection, Floats]:
    """Outputs are what moves of the upper face, then of the lower one: (2 * poses,); and what rests, (poses,)."""
    lower = lower_mask(basis.mean, config)
    shares = (config.upper_face_strength * (1.0 - lower), config.lower_face_strength * lower)
    held = -config.eyelid_open_offset * eye_close + config.lip_open_offset * lip_open
    matrices, offsets = [], []
    for share in shares:
        matrices.append(config.skin_strength * _said(basis, shapes, share))
        offsets.append(_taken(shapes, held.reshape(1, -1), share)[0])
    matrix, offset = np.concatenate(matrices, axis=1), np.concatenate(offsets)
    return Projection(matrix, offset, _columns(basis, shapes)), _taken(shapes, _rest(basis, shapes))[0]


def tongue_projection(basis: Basis, config: FaceConfig, shapes: Blendshapes) -> Projection:
    """Outputs are the right side of the solve of the tongue, (poses,)."""
    shift = np.array((0.0, config.tongue_height_offset, config.tongue_depth_offset))
    shifted = _rest(basis, shapes).reshape(-1, 3) + shift
    matrix = config.tongue_strength * _said(basis, shapes)
    return Projection(matrix, _taken(shapes, shifted.reshape(1, -1))[0], _columns(basis, shapes))


def lower_mask(mean: Array, config: FaceConfig) -> Floats:
    """(vertices,): 1 in the lower face, 0 in the upper one, by height; soft in between."""
    height = mean[:, 1].astype(np.float64)
    height = (height - height.min()) / max(float(np.ptp(height)), 1e-12)
    steepness = np.clip((config.face_mask_level - height) / config.face_mask_softness, -700.0, 700.0)
    mask: Floats = 1.0 / (1.0 + np.exp(-steepness))
    return mask


def _rest(basis: Basis, shapes: Blendshapes) -> Floats:
    return (basis.mean.astype(np.float64) - shapes.neutral).reshape(1, -1)


def _columns(basis: Basis, shapes: Blendshapes) -> Indexes | None:
    return shapes.coordinates if basis.shapes is None else None


def _said(basis: Basis, shapes: Blendshapes, share: Floats | None = None) -> Floats:
    """(numbers, poses): D' of what each number of the network does, each vertex by its share."""
    if basis.shapes is not None:
        return _taken(shapes, basis.shapes, share)
    weighed = shapes.deltas.T.astype(np.float64)
    return weighed if share is None else weighed * share[shapes.coordinates // 3][:, None]


def _taken(shapes: Blendshapes, moved: Array | Floats, share: Floats | None = None) -> Floats:
    """(rows, poses): D' of (rows, vertices * 3), each vertex by its share."""
    products = np.zeros((len(moved), len(shapes.deltas)))
    for start in range(0, len(shapes.coordinates), BLOCK):
        places = shapes.coordinates[start : start + BLOCK]
        deltas = shapes.deltas[:, start : start + BLOCK].T.astype(np.float64)
        if share is not None:
            deltas *= share[places // 3][:, None]
        products += moved[:, places].astype(np.float64) @ deltas
    return products
