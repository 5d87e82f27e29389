"""Frames of a clip to write, with weights that say where they stand."""

from fractions import Fraction
from itertools import pairwise

import numpy as np

from a2f_live import arkit
from a2f_live.frames import Frames

FPS = Fraction(30000, 1001)


def clip(count: int, *, cuts: tuple[int, ...] = (), fps: Fraction = FPS, head: bool = False) -> list[Frames]:
    """Frames of one utterance, cut at the given indices."""
    weights = np.random.default_rng(7).random((count, arkit.COUNT), np.float32)
    edges = [0, *cuts, count]
    return [
        Frames(
            utterance=0,
            index=start,
            time_s=start / fps,
            fps=fps,
            weights=weights[start:end],
            head=weights[start:end, :3] * 10 if head else None,
        )
        for start, end in pairwise(edges)
    ]
