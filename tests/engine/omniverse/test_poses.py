"""Names of poses to the 52 of ARKit."""

import numpy as np
import pytest

from a2f_live import arkit
from a2f_live.engine.omniverse.poses import FACS, to_arkit
from a2f_live.errors import EngineFailed


def test_arkit_names_come_through_to_the_bit_in_any_order_and_spelling() -> None:
    rng = np.random.default_rng(0)
    weights = rng.random((5, arkit.COUNT)).astype(np.float32)
    order = rng.permutation(arkit.COUNT)
    for spell in (str, lambda name: name[0].upper() + name[1:], _short):
        names = [spell(arkit.NAMES[index]) for index in order]
        assert to_arkit(names, weights[:, order]).tobytes() == weights.tobytes()


def _short(name: str) -> str:
    return name.replace("Left", "_L") if name.endswith("Left") else name.replace("Right", "_R")


def test_a_scene_with_fewer_poses_leaves_the_rest_at_0() -> None:
    names = arkit.NAMES[:46]
    rows = to_arkit(names, np.ones((2, 46), np.float32))
    assert rows[:, :46].min() == 1
    assert rows[:, 46:].max() == 0


def test_the_46_poses_of_mark_move_the_mouth_of_arkit() -> None:
    assert len(FACS) == 46
    assert all(target in arkit.INDEX for targets in FACS.values() for target in targets)
    names = list(FACS)
    weights = np.zeros((3, 46), np.float32)
    weights[0, names.index("jawDrop")] = 0.5
    weights[1, [names.index("jawDropLipTowards"), names.index("lipCornerPullerR")]] = 0.25, 0.75
    weights[2, [names.index("innerBrowRaiserL"), names.index("innerBrowRaiserR")]] = 0.2, 0.6
    rows = to_arkit(names, weights)
    assert {name: float(rows[0, at]) for name, at in arkit.INDEX.items() if rows[0, at]} == {"jawOpen": 0.5}
    assert rows[1, arkit.INDEX["jawOpen"]] == rows[1, arkit.INDEX["mouthClose"]] == 0.25
    assert rows[1, arkit.INDEX["mouthSmileRight"]] == 0.75
    assert rows[1, arkit.INDEX["mouthSmileLeft"]] == 0
    assert rows[2, arkit.INDEX["browInnerUp"]] == np.float32(0.6)


@pytest.mark.parametrize("names", [(), ("a", "b", "c"), ("jawOpen",)])
def test_names_that_are_no_face_are_refused(names: tuple[str, ...]) -> None:
    with pytest.raises(EngineFailed, match="load a scene with an ARKit solver"):
        to_arkit(names, np.zeros((1, len(names)), np.float32))
