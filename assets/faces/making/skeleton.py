"""Five joints that turn: chest, neck, head and the two eyes."""

from collections.abc import Sequence

import numpy as np

from assets.faces.making.bust import Figure
from assets.faces.making.eyes import Eye
from assets.faces.making.gltf import METRES, Joint
from assets.faces.making.pictures import smooth
from assets.faces.making.source import Floats
from assets.faces.making.surface import Mesh

JOINTS = ("Chest", "Neck", "Head", "LeftEye", "RightEye")


def skeleton(figure: Figure, pair: Sequence[Eye]) -> list[Joint]:
    """The joints in metres, feet on the ground."""
    neck, head = figure.centre("joint-neck"), figure.centre("joint-head")
    spots = [neck - [0, 1.6, 0], neck, head, pair[0].centre, pair[1].centre]
    parents = (None, 0, 1, 2, 2)
    return [
        Joint(name, np.asarray(spot) * METRES, parent)
        for name, spot, parent in zip(JOINTS, spots, parents, strict=True)
    ]


def rigid(mesh: Mesh, name: str) -> Floats:
    """Shares (vertices, joints) of something that follows one joint."""
    shares = np.zeros((len(mesh.positions), len(JOINTS)))
    shares[:, JOINTS.index(name)] = 1
    return shares


def of_height(figure: Figure, positions: Floats) -> Floats:
    """Shares (vertices, joints) of skin and cloth: the neck's turn is spread over its length."""
    neck, head = figure.centre("joint-neck"), figure.centre("joint-head")
    # The jaw hangs lower than the nape: the border between head and neck slopes down to the front.
    slope = 0.62 * (positions[:, 2] - head[2])
    height = positions[:, 1] + slope
    to_head = smooth(head[1] - 0.75, head[1] - 0.05, height)
    to_neck = smooth(neck[1] - 0.25, neck[1] + 0.4, positions[:, 1] + 0.35 * (positions[:, 2] - neck[2]))
    to_neck = np.maximum(to_neck, to_head)
    shares = np.zeros((len(positions), len(JOINTS)))
    shares[:, 0], shares[:, 1], shares[:, 2] = 1 - to_neck, to_neck - to_head, to_head
    return shares
