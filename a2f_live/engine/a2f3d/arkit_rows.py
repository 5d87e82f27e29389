"""Weights by the names of a model to rows of the 52 ARKit weights."""

from collections.abc import Sequence

import numpy as np

from a2f_live import arkit
from a2f_live.engine.a2f3d.blendshapes import Floats
from a2f_live.errors import EngineUnavailable

_BY_NAME = {name.lower(): index for index, name in enumerate(arkit.NAMES)}


class ArkitRows:
    """Puts weights where their names belong; upper and lower case are the same."""

    def __init__(self, names: Sequence[str]) -> None:
        """Raises `EngineUnavailable` where none of the names is one of ARKit."""
        self._from = [index for index, name in enumerate(names) if name.lower() in _BY_NAME]
        self._to = [_BY_NAME[names[index].lower()] for index in self._from]
        if not self._to:
            raise EngineUnavailable(
                f"the blendshapes of the model are {', '.join(names[:3])}...: none is one of ARKit, which are needed"
            )

    def rows(self, weights: Floats) -> Floats:
        """(n, 52) of (n, names); 0 where the model has no such shape."""
        rows = np.zeros((len(weights), arkit.COUNT))
        rows[:, self._to] = weights[:, self._from]
        return rows
