"""What the characters are made with: rays, refinement, the file's writer, and the checks that must find faults."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from a2f_live import arkit
from assets.faces.making import checks, rays
from assets.faces.making.gltf import Character, Joint, Part, write
from assets.faces.making.source import Floats, Ints
from assets.faces.making.surface import Mesh, Quads, normals, refine
from tests.assets.faces.glb import Glb

SIDE = 4


def sheet() -> Quads:
    """A flat square of quads facing +z, whose first shape lifts its middle."""
    steps = np.linspace(-1, 1, SIDE + 1)
    x, y = np.meshgrid(steps, steps)
    positions = np.stack([x.ravel(), y.ravel(), np.zeros(x.size)], 1)
    morphs = np.zeros((arkit.COUNT, len(positions), 3))
    morphs[0, :, 2] = np.maximum(0, 1 - np.hypot(positions[:, 0], positions[:, 1]))
    corner = np.arange((SIDE + 1) ** 2).reshape(SIDE + 1, SIDE + 1)
    faces = np.stack([corner[:-1, :-1], corner[:-1, 1:], corner[1:, 1:], corner[1:, :-1]], -1).reshape(-1, 4)
    return Quads(positions, morphs, faces, positions[faces][..., :2])


def edges_of(triangles: Ints) -> Ints:
    return np.sort(np.concatenate([triangles[:, [i, (i + 1) % 3]] for i in range(3)]), 1)


def moved(mesh: Mesh, by: Floats) -> Mesh:
    return Mesh(mesh.positions + by, mesh.morphs, mesh.triangles, mesh.uvs)


@given(st.lists(st.booleans(), min_size=SIDE * SIDE, max_size=SIDE * SIDE))
def test_refining_leaves_no_crack_wherever_it_is_finer(finer: list[bool]) -> None:
    mesh = refine(sheet(), np.array(finer))
    _, uses = np.unique(edges_of(mesh.triangles), axis=0, return_counts=True)
    assert uses.max() == 2
    first, second, third = (mesh.positions[mesh.triangles[:, i]] for i in range(3))
    areas = np.cross(second - first, third - first)
    assert (areas[:, 2] > 0).all()
    # An inner edge has two triangles and a border edge one: what is open is the border of the square alone.
    open_edges = np.unique(edges_of(mesh.triangles), axis=0)[uses == 1]
    assert (np.abs(mesh.positions[open_edges, :2]).max(2) > 0.8).all()


def test_refining_carries_the_shapes_along() -> None:
    mesh = refine(sheet(), np.ones(SIDE * SIDE, bool))
    assert len(mesh.triangles) == 2 * 4 * SIDE * SIDE
    assert np.abs(mesh.positions[:, 2]).max() == 0
    raised = mesh.morphs[0, :, 2]
    assert 0.5 < raised.max() < 1
    assert np.linalg.norm(mesh.positions[raised.argmax()]) < 1e-9


def test_normals_face_outward() -> None:
    mesh = refine(sheet(), np.ones(SIDE * SIDE, bool))
    np.testing.assert_allclose(normals(mesh.positions, mesh.triangles), np.tile([0, 0, 1], (len(mesh.positions), 1)))


@given(st.floats(-0.9, 0.9), st.floats(-0.9, 0.9), st.floats(0.1, 50))
def test_a_ray_hits_what_is_before_it_and_nothing_behind(x: float, y: float, height: float) -> None:
    mesh = refine(sheet(), np.zeros(SIDE * SIDE, bool))
    origins, ahead = np.array([[x, y, height]]), np.array([[0.0, 0.0, -2.0]])
    assert rays.distances(origins, ahead, mesh.positions, mesh.triangles)[0] == pytest.approx(height / 2)
    assert not np.isfinite(rays.distances(origins, -ahead, mesh.positions, mesh.triangles)[0])


@pytest.mark.parametrize(("ahead_dm", "found"), [(-0.3, False), (-0.01, False), (0.02, True)])
def test_what_stands_out_of_the_skin_is_found(ahead_dm: float, found: bool) -> None:
    skin = refine(sheet(), np.ones(SIDE * SIDE, bool))
    tooth = skin.positions[np.abs(skin.positions[:, :2]).max(1) < 0.3] + np.array([0.01, 0.02, ahead_dm])
    depth_mm = checks._poke(tooth, skin.positions, skin)
    assert (depth_mm > 0) is found
    if found:
        assert depth_mm == pytest.approx(ahead_dm * 100, rel=0.01)


def test_what_goes_through_the_skin_is_found() -> None:
    skin = refine(sheet(), np.ones(SIDE * SIDE, bool))
    upright = Mesh(
        skin.positions[:, [0, 2, 1]] * 0.2 + np.array([0.03, 0.07, 0.02]), skin.morphs, skin.triangles, skin.uvs
    )
    behind = moved(upright, np.array([0, 0, -0.5]))
    assert checks._pierced(upright.positions, upright, skin.positions, skin) > 0
    assert checks._pierced(behind.positions, behind, skin.positions, skin) == 0


def test_a_written_file_reads_back(tmp_path: Path) -> None:
    mesh = refine(sheet(), np.ones(SIDE * SIDE, bool))
    count = len(mesh.positions)
    turns = np.zeros_like(mesh.morphs)
    turns[0] = normals(mesh.positions + mesh.morphs[0], mesh.triangles) - normals(mesh.positions, mesh.triangles)
    shares = np.tile([0.25, 0.75], (count, 1))
    still = normals(mesh.positions, mesh.triangles)
    part = Part(mesh.positions, still, mesh.positions[:, :2], mesh.triangles, "Skin", mesh.morphs, turns, shares)
    joints = [Joint("Neck", np.array([0, 1.0, 0]), None), Joint("Head", np.array([0, 1.5, 0.1]), 0)]
    look = {"pbrMetallicRoughness": {"baseColorTexture": {"picture": "skin"}}}
    write(
        Character("one", {"Face": [part]}, joints, {"Skin": look}, {"skin": b"\x89PNG"}, "mine"), tmp_path / "one.glb"
    )

    glb = Glb.read(tmp_path / "one.glb")
    found = glb.primitive("Face", "Skin")
    np.testing.assert_array_equal(glb.values(found["attributes"]["POSITION"]), mesh.positions.astype(np.float32))
    np.testing.assert_array_equal(glb.values(found["indices"]).reshape(-1, 3), mesh.triangles)
    np.testing.assert_allclose(glb.values(found["attributes"]["WEIGHTS_0"])[:, :2].sum(1), 1)
    for number, target in enumerate(found["targets"]):
        np.testing.assert_allclose(glb.values(target["POSITION"]), mesh.morphs[number], atol=6e-5)
        np.testing.assert_allclose(glb.values(target["NORMAL"]), turns[number], atol=0.04)
    assert glb.document["materials"][0]["pbrMetallicRoughness"]["baseColorTexture"] == {"index": 0}
    assert [node["translation"] for node in glb.document["nodes"][:2]] == [[0, 1.0, 0], [0, 0.5, 0.1]]
