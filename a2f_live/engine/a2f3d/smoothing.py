"""Two filters of one pole, one after the other: how Audio2Face-3D smooths a face in time."""

import numpy as np

from a2f_live.engine.a2f3d.blendshapes import Floats

STAGES = 2


def share(smoothing_s: float, frame_s: float) -> float:
    """How much of the way a filter goes in a frame: half of it in `smoothing_s`, all of it for 0."""
    return 1.0 - 0.5 ** (frame_s / smoothing_s) if smoothing_s > 0 else 1.0


def settled(values: Floats) -> Floats:
    """(STAGES, n): the filters as the first frame finds them."""
    return np.repeat(values[None], STAGES, axis=0)


def stepped(stages: Floats, values: Floats, shares: Floats) -> Floats:
    """The stages after one more frame, (STAGES, n) as before it; the last stage is what is shown."""
    first = stages[0] + (values - stages[0]) * shares
    return np.stack((first, stages[1] + (first - stages[1]) * shares))
