"""From the poses that a scene exports to the 52 of ARKit, by name: order and number differ from scene to scene."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

import numpy as np

from a2f_live import arkit
from a2f_live.engine.base import Array
from a2f_live.errors import EngineFailed

FEWEST: Final = 8
"""Known names that a scene must have to count as a face."""
GREATEST_BOTH: Final = ("browInnerUp", "cheekPuff")
"""ARKit has one shape for both sides: the stronger of the two counts."""

FACS: Final[dict[str, tuple[str, ...]]] = {
    **{f"browLower{side[0]}": (f"browDown{side}",) for side in ("Left", "Right")},
    **{f"innerBrowRaiser{side}": ("browInnerUp",) for side in "LR"},
    **{f"outerBrowRaiser{side[0]}": (f"browOuterUp{side}",) for side in ("Left", "Right")},
    "eyesLookLeft": ("eyeLookOutLeft", "eyeLookInRight"),
    "eyesLookRight": ("eyeLookInLeft", "eyeLookOutRight"),
    "eyesLookUp": ("eyeLookUpLeft", "eyeLookUpRight"),
    "eyesLookDown": ("eyeLookDownLeft", "eyeLookDownRight"),
    **{f"eyesClose{side[0]}": (f"eyeBlink{side}",) for side in ("Left", "Right")},
    **{f"eyesUpperLidRaiser{side[0]}": (f"eyeWide{side}",) for side in ("Left", "Right")},
    **{f"squint{side[0]}": (f"eyeSquint{side}",) for side in ("Left", "Right")},
    **{f"cheekRaiser{side[0]}": (f"cheekSquint{side}",) for side in ("Left", "Right")},
    **{f"cheekPuff{side}": ("cheekPuff",) for side in "LR"},
    **{f"noseWrinkler{side[0]}": (f"noseSneer{side}",) for side in ("Left", "Right")},
    "jawDrop": ("jawOpen",),
    "jawDropLipTowards": ("jawOpen", "mouthClose"),
    "jawThrust": ("jawForward",),
    "jawSlideLeft": ("jawLeft",),
    "jawSlideRight": ("jawRight",),
    "mouthSlideLeft": ("mouthLeft",),
    "mouthSlideRight": ("mouthRight",),
    **{f"dimpler{side[0]}": (f"mouthDimple{side}",) for side in ("Left", "Right")},
    **{f"lipCornerPuller{side[0]}": (f"mouthSmile{side}",) for side in ("Left", "Right")},
    **{f"lipCornerDepressor{side[0]}": (f"mouthFrown{side}",) for side in ("Left", "Right")},
    **{f"lipStretcher{side[0]}": (f"mouthStretch{side}",) for side in ("Left", "Right")},
    **{f"upperLipRaiser{side[0]}": (f"mouthUpperUp{side}",) for side in ("Left", "Right")},
    **{f"lowerLipDepressor{side[0]}": (f"mouthLowerDown{side}",) for side in ("Left", "Right")},
    "chinRaiser": ("mouthShrugLower",),
    "lipPressor": ("mouthPressLeft", "mouthPressRight"),
    "pucker": ("mouthPucker",),
    "funneler": ("mouthFunnel",),
    "lipSuck": ("mouthRollLower", "mouthRollUpper"),
}
"""The 46 poses of the scenes of Mark that are not made for ARKit: what each is there. A translation by name, by us."""


def to_arkit(names: Sequence[str], weights: Array) -> Array:
    """(n, poses) as (n, 52): poses that the scene lacks are 0, those that ARKit lacks are left out.

    Raises `EngineFailed` where the names are not those of a face.
    """
    rows = np.zeros((len(weights), arkit.COUNT), np.float32)
    for pose, target, greatest in _ways(tuple(names)):
        column = weights[:, pose]
        rows[:, target] = np.maximum(rows[:, target], column) if greatest else rows[:, target] + column
    return rows


@lru_cache(maxsize=16)
def _ways(names: tuple[str, ...]) -> tuple[tuple[int, int, bool], ...]:
    """For each pose that is known: its index, where it goes, and whether the stronger counts there or the sum."""
    known = [(pose, targets) for pose, name in enumerate(names) if (targets := _TARGETS.get(_plain(name)))]
    if len(known) < FEWEST:
        shown = ", ".join(names[:4]) or "none"
        raise EngineFailed(
            f"the scene exports {len(names)} poses ({shown} ...) that are neither ARKit's nor Mark's: load a scene "
            "with an ARKit solver, see A2F_DEFAULT_USD_MODEL"
        )
    return tuple((pose, arkit.INDEX[name], name in GREATEST_BOTH) for pose, targets in known for name in targets)


def _plain(name: str) -> str:
    """A name in any of its spellings: eyeBlinkLeft, EyeBlinkLeft, eyeBlink_L."""
    plain = name.lower()
    for short, whole in (("_l", "left"), ("_r", "right")):
        if plain.endswith(short):
            plain = plain.removesuffix(short) + whole
    return plain.replace("_", "")


_TARGETS: Final = {_plain(name): targets for name, targets in FACS.items()} | {
    _plain(name): (name,) for name in arkit.NAMES
}
