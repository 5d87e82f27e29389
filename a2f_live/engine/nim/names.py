"""From the names in the header of an answer to our 52 columns; pure."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from a2f_live import arkit
from a2f_live.engine.base import Array
from a2f_live.errors import EngineFailed

logger = logging.getLogger(__name__)

FEWEST: Final = 40
"""Fewer known names than this are another face: scenes of old give 46, NIMs 52, 55 or 68."""


@dataclass(frozen=True, slots=True)
class Columns:
    """Where each of our weights stands among the values of a frame. What has no name there is 0."""

    width: int
    """Values of a frame."""
    ours: NDArray[np.intp]
    theirs: NDArray[np.intp]

    @classmethod
    def of(cls, names: Sequence[str]) -> "Columns":
        """Read a header: any order, either spelling, names of ours or not. Raises `EngineFailed`."""
        places = {_lower(name): place for place, name in enumerate(names)}
        known = [name for name in arkit.NAMES if name in places]
        if len(known) < FEWEST or len(places) != len(names):
            raise EngineFailed(
                f"the NIM names {len(names)} blendshapes, of which {len(known)} are ARKit's: use a model with those"
            )
        missing = [name for name in arkit.NAMES if name not in places]
        if missing:
            logger.info("the NIM has no %s: they stay 0", ", ".join(missing))
        ours = np.array([arkit.INDEX[name] for name in known], np.intp)
        return cls(len(names), ours, np.array([places[name] for name in known], np.intp))

    def row(self, values: Sequence[float]) -> Array:
        """One frame as (52,) float32 in 0..1; a NIM may go beyond that. Raises `EngineFailed`."""
        if len(values) != self.width:
            raise EngineFailed(f"the NIM gave {len(values)} values for {self.width} names: see its log")
        row = np.zeros(arkit.COUNT, np.float32)
        row[self.ours] = np.asarray(values, np.float32)[self.theirs]
        if not np.isfinite(row).all():
            raise EngineFailed("the NIM gave weights that are no numbers: see its log")
        clipped: Array = np.clip(row, 0, 1)
        return clipped


def _lower(name: str) -> str:
    return name[:1].lower() + name[1:]
