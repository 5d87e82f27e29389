"""Poses: every phone has one, and they agree with what phonetics says of lips."""

import numpy as np
import pytest

from assets.lipnet.training.controls import CONTROLS, GAP, PHONE_CLASSES, ROUNDING, effects
from assets.lipnet.training.poses import GLIDES, POSES
from assets.lipnet.training.targets import pose_table

GAP_MM = dict(zip(PHONE_CLASSES, pose_table() @ GAP, strict=True))
ROUNDING_MM = dict(zip(PHONE_CLASSES, pose_table() @ ROUNDING, strict=True))


def test_every_phone_has_a_pose_and_every_glide_a_first_half() -> None:
    assert POSES.keys() == set(PHONE_CLASSES)
    assert GLIDES.keys() < POSES.keys()
    assert {name for pose in POSES.values() for name in pose.lips} <= set(CONTROLS)


@pytest.mark.parametrize("phone", ["P", "B", "M", "SIL"])
def test_lips_meet(phone: str) -> None:
    assert GAP_MM[phone] == pytest.approx(0, abs=0.05)


@pytest.mark.parametrize(
    ("open_", "less"), [("AA", "AO"), ("AE", "EH"), ("EH", "IH"), ("AO", "UH"), ("IH", "IY"), ("AH", "ER")]
)
def test_vowels_are_as_open_as_they_sound(open_: str, less: str) -> None:
    assert GAP_MM[open_] > GAP_MM[less] + 0.5


def test_rounded_sounds_are_rounder_than_spread_ones() -> None:
    rounded = min(ROUNDING_MM[phone] for phone in ("UW", "OW", "W", "UH", "OY", "SH", "CH", "JH", "ZH"))
    spread = max(ROUNDING_MM[phone] for phone in ("IY", "EY", "EH", "AE", "IH", "S", "Z"))
    assert rounded > spread + 4


def test_the_lower_lip_is_rolled_in_for_lip_on_teeth() -> None:
    rolled = pose_table()[:, CONTROLS.index("mouthRollLower")]
    on_teeth = [PHONE_CLASSES.index(phone) for phone in "FV"]
    assert rolled[on_teeth].min() > 2 * np.delete(rolled, [*on_teeth, *(PHONE_CLASSES.index(p) for p in "PBM")]).max()


def test_nothing_overacts() -> None:
    assert pose_table().max() < 0.6
    assert max(GAP_MM.values()) < 12


def test_left_and_right_count_together() -> None:
    smile = effects()[CONTROLS.index("mouthSmile")]
    assert smile == pytest.approx([-2.28, 0.4 - 15.8], abs=0.01)
