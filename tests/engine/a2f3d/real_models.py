"""Model folders of the published sizes, with random numbers: for what they cost, not for what they say."""

from pathlib import Path

import numpy as np

from a2f_live import arkit
from tests.engine.a2f3d.layout import (
    IMPLICIT,
    SACCADES,
    SHOT_START,
    TONGUE_POSES,
    Array,
    FaceNumbers,
    Settings,
    write_diffusion,
    write_regression,
)
from tests.engine.a2f3d.real_networks import save_diffusion, save_regression

SKIN, TONGUE = 61_520, 5_602
"""Vertices of the regression models."""
DIFFUSION_SKIN = 24_002
MASK = 10_000
"""Vertices of the skin that count: what the size of the published bs_skin.npz leaves room for."""
SHAPES = {"mark": 272, "claire": 140}
LAYERS = {"mark": 1, "claire": 4}
TONGUE_SHAPES = 10
IDENTITIES = ("Claire", "James", "Mark")


def make_real_regression(folder: Path, actor: str) -> None:
    """As large as v2.3 of `mark`, or v2.3.1 of `claire` and James."""
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(0)
    face = _face(rng, SKIN, SHAPES[actor])
    table = rng.uniform(0, 1, (SHOT_START + 300, IMPLICIT)).astype(np.float32)
    write_regression(folder, face, table, Settings())
    save_regression(folder / "network.onnx", LAYERS[actor], SHAPES[actor] + TONGUE_SHAPES + 15 + 4)


def make_real_diffusion(folder: Path) -> None:
    """As large as v3.0."""
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(0)
    faces = {name: _face(rng, DIFFUSION_SKIN, 0) for name in IDENTITIES}
    write_diffusion(folder, faces, Settings())
    save_diffusion(folder / "network.onnx", DIFFUSION_SKIN * 3, TONGUE * 3)


def _face(rng: np.random.Generator, vertices: int, shapes: int) -> FaceNumbers:
    """Numbers about as large as those of a head of 46 units."""

    def cloud(*shape: int, size: float) -> Array:
        return rng.standard_normal((*shape, 3), np.float32) * np.float32(size)

    skin, tongue = cloud(vertices, size=3.0), cloud(TONGUE, size=0.5)
    return FaceNumbers(
        neutral_skin=skin,
        neutral_tongue=tongue,
        mean_skin=skin,
        mean_tongue=tongue,
        skin_poses=cloud(len(arkit.NAMES), vertices, size=0.1),
        tongue_poses=cloud(len(TONGUE_POSES), TONGUE, size=0.05),
        lip_open=cloud(vertices, size=0.1),
        eye_close=cloud(vertices, size=0.1),
        neutral_jaw=cloud(5, size=2.0),
        saccades=rng.normal(0, 3.0, (SACCADES, 2)).astype(np.float32),
        mask=np.sort(rng.permutation(vertices)[:MASK]).astype(np.int32),
        skin_shapes=cloud(shapes, vertices, size=0.1) if shapes else None,
        tongue_shapes=cloud(TONGUE_SHAPES, TONGUE, size=0.05) if shapes else None,
    )
