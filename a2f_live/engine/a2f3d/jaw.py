"""The lower teeth: five points that move as one, and how far they have opened."""

import numpy as np

from a2f_live.engine.a2f3d.blendshapes import Floats
from a2f_live.engine.a2f3d.face import FaceConfig
from a2f_live.engine.base import Array

POINTS = 5


def jaw_transforms(said: Array, neutral: Array, config: FaceConfig) -> Floats:
    """(n, 4, 4): how the teeth turn and shift, from the (n, 15) that the network says and the (5, 3) at rest.

    The rotation that fits the points best, without reflection: Kabsch (1976), Acta Crystallographica A32.
    """
    rest = neutral.astype(np.float64)
    shift = (0.0, config.lower_teeth_height_offset, config.lower_teeth_depth_offset)
    moved = rest + config.lower_teeth_strength * said.reshape(-1, POINTS, 3).astype(np.float64) + shift
    middle, rest_middle = moved.mean(axis=1), rest.mean(axis=0)
    spread = (rest - rest_middle).T @ (moved - middle[:, None])
    left, _, right = np.linalg.svd(spread)
    signs = np.ones((len(moved), 3))
    signs[:, 2] = np.linalg.det(left @ right)
    rotation = np.swapaxes(left * signs[:, None] @ right, 1, 2)
    transforms = np.repeat(np.eye(4)[None], len(moved), axis=0)
    transforms[:, :3, :3] = rotation
    transforms[:, :3, 3] = middle - (rotation @ rest_middle)
    return transforms


def opening_deg(transforms: Floats) -> Floats:
    """(n,): how far the teeth have turned down about the axis from ear to ear, x; degrees, negative where up.

    A face looks along z with y up, so a positive turn about x takes its front down.
    """
    degrees: Floats = np.degrees(np.arctan2(transforms[:, 2, 1], transforms[:, 2, 2]))
    return degrees
