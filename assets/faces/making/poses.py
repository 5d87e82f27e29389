"""Poses to look at and to check: each of the 52 at full, visemes, and faces of everyday."""

import json
from pathlib import Path
from typing import Final

from a2f_live import arkit

Pose = dict[str, float]

_SETS: Final[dict[str, dict[str, Pose]]] = json.loads((Path(__file__).parent.parent / "poses.json").read_text())
VISEMES: Final = _SETS["visemes"]
"""Twelve visemes of the Oculus set, as weights that suit these faces."""
EVERYDAY: Final = _SETS["everyday"]

ALL: Final[dict[str, Pose]] = {name: {name: 1.0} for name in arkit.NAMES} | VISEMES | EVERYDAY
