"""The characters that ship: names, size, licence, and lips that shut, read from the files themselves."""

import json
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from a2f_live import arkit
from assets.faces.making import characters, checks, lips, poses
from assets.faces.making.surface import Mesh
from tests.assets.faces.glb import Glb

FOLDER = Path(__file__).parents[3] / "assets" / "faces"
NAMES = [recipe.name for recipe in characters.ALL]
MOST_BYTES = 4_000_000
MOUTH_ISLAND = (0.765, 0.555, 0.985, 0.775)
"""Where the inside of the mouth lies in the skin's texture: left, top, right, bottom."""
INSIDE, OUTSIDE = (0.8, 0.1), (0.5, 0.5)
"""Places of the source's texture that tell the inside of the mouth from the rest."""
DECIMETRES = 10.0

every_face = pytest.mark.parametrize("name", NAMES)


@cache
def glb(name: str) -> Glb:
    return Glb.read(FOLDER / f"{name}.glb")


@cache
def skin(name: str) -> Mesh:
    """The skin as it was before its texture's seams split it."""
    part = glb(name).primitive("Face", "Skin")
    positions = glb(name).values(part["attributes"]["POSITION"]) * DECIMETRES
    morphs = np.stack([glb(name).values(target["POSITION"]) for target in part["targets"]]) * DECIMETRES
    triangles = glb(name).values(part["indices"]).reshape(-1, 3).astype(np.int64)
    middles = glb(name).values(part["attributes"]["TEXCOORD_0"])[triangles].mean(1)
    left, top, right, bottom = MOUTH_ISLAND
    inside = (middles > (left, top)).all(1) & (middles < (right, bottom)).all(1)
    uvs = np.repeat(np.where(inside[:, None], INSIDE, OUTSIDE)[:, None], 3, axis=1)
    _, first, index = np.unique(np.round(positions, 4), axis=0, return_index=True, return_inverse=True)
    return Mesh(positions[first].astype(np.float64), morphs[:, first], index.reshape(-1)[triangles], uvs)


@every_face
def test_the_face_has_exactly_the_52_in_their_order(name: str) -> None:
    named = [mesh["extras"]["targetNames"] for mesh in glb(name).document["meshes"] if "extras" in mesh]
    assert named == [list(arkit.NAMES)]


@every_face
def test_every_shape_moves_the_skin(name: str) -> None:
    far_mm = np.linalg.norm(skin(name).morphs, axis=2).max(axis=1) * 100
    assert not [shape for shape, far in zip(arkit.NAMES, far_mm, strict=True) if far < 1]


@every_face
def test_the_file_is_small_whole_and_says_its_licence(name: str) -> None:
    document = glb(name).document
    assert (FOLDER / f"{name}.glb").stat().st_size <= MOST_BYTES
    assert "uri" not in json.dumps([document["buffers"], document["images"]])
    assert "CC0 1.0" in document["asset"]["copyright"]
    assert "CC0 1.0 Universal" in (FOLDER / "LICENSE").read_text("utf-8")


@every_face
def test_head_and_eyes_are_joints(name: str) -> None:
    nodes = glb(name).document["nodes"]
    joints = [nodes[place]["name"] for place in glb(name).document["skins"][0]["joints"]]
    assert joints == ["Chest", "Neck", "Head", "LeftEye", "RightEye"]


@every_face
def test_lips_shut_where_they_must(name: str) -> None:
    gaps_mm = checks.openings(skin(name))
    assert set(gaps_mm) == {"rest", "PP", "shut with open jaw"}
    assert max(gaps_mm.values()) < 0.05


@every_face
def test_an_open_jaw_parts_the_lips(name: str) -> None:
    across, upper, lower = lips.gaps(lips.find(skin(name)), skin(name).posed(checks.weights_of({"jawOpen": 1.0})))
    assert (upper - lower)[np.abs(across) < 0.05].min() * 100 > 15


@every_face
@pytest.mark.parametrize(("side", "sign", "other"), [("Left", 1, "Right"), ("Right", -1, "Left")])
def test_a_blink_is_of_its_side(name: str, side: str, sign: int, other: str) -> None:
    own, opposite = (
        np.linalg.norm(skin(name).morphs[arkit.INDEX[f"eyeBlink{each}"]], axis=1) * 100 for each in (side, other)
    )
    lid = own.argsort()[-100:]
    assert (skin(name).positions[lid, 0] * sign > 0.1).all()
    assert own[lid].min() > 8
    assert opposite[lid].max() < 0.3


def test_poses_name_known_shapes_within_bounds() -> None:
    assert len(poses.VISEMES) == 12
    for pose in poses.ALL.values():
        assert set(pose) <= set(arkit.NAMES)
        assert all(0 <= weight <= 1 for weight in pose.values())
