"""Head, neck and shoulders of one character, cut out of the body and refined where the face moves."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from a2f_live import arkit
from assets.faces.making import atlas, source
from assets.faces.making.source import Body, Floats
from assets.faces.making.surface import Mesh, Quads, compact, refine

DROP_DM = 2.1
"""The body ends this far below the joint of the neck, below what a portrait shows."""
WIDEST_DM = 3.2


@dataclass(frozen=True, slots=True)
class Figure:
    """One character's body with its 52 morphs, in the numbering of the source."""

    body: Body
    positions: Floats
    morphs: Floats
    """(52, vertices, 3)."""

    def centre(self, group: str) -> Floats:
        """Middle of a joint's cube."""
        return np.asarray(self.positions[np.unique(self.body.faces[group])].mean(0))

    def cut(self, group: str) -> Quads:
        """One group as a surface of its own."""
        corners = self.body.uvs[self.body.corners[group]]
        return compact(self.positions, self.morphs, self.body.faces[group], corners)


def shape(recipe: dict[str, float], rest: dict[str, float]) -> Figure:
    """Mix shape targets (`*` stands for both sides) and morphs that are part of the rest into one figure."""
    body = source.read_body()
    positions = body.positions.copy()
    count = len(positions)
    for name, weight in recipe.items():
        sides = [name.replace("*", side) for side in "lr"] if "*" in name else [name]
        for target in sides:
            positions += weight * source.read_shape(target, count)
    expressions = source.read_expressions(count)
    for name, weight in rest.items():
        positions += weight * expressions[name]
        if name.startswith("eyeWide"):
            expressions[name.replace("Wide", "Blink")] -= weight * expressions[name]
    # A tongue that comes out parts the lips, with the lower teeth and all that hangs on the jaw.
    expressions["tongueOut"] += sum(weight * expressions[name] for name, weight in _PARTED.items())
    return Figure(body, positions, np.stack([expressions[name] for name in arkit.NAMES]))


_PARTED = {
    "jawOpen": 0.3,
    "mouthLowerDownLeft": 0.45,
    "mouthLowerDownRight": 0.45,
    "mouthUpperUpLeft": 0.2,
    "mouthUpperUpRight": 0.2,
}


def skin(figure: Figure) -> Mesh:
    """The skin from the chest up, mouth and eye sockets included."""
    faces, corners = figure.body.faces["body"], figure.body.corners["body"]
    centres = figure.positions[faces].mean(1)
    kept = (centres[:, 1] > figure.centre("joint-neck")[1] - DROP_DM) & (np.abs(centres[:, 0]) < WIDEST_DM)
    quads = compact(figure.positions, figure.morphs, faces[kept], figure.body.uvs[corners[kept]])
    return refine(quads, _fine(figure, quads))


def _fine(figure: Figure, quads: Quads) -> NDArray[np.bool_]:
    """Faces that show and move: the front of the face; not what hair and clothes hide."""
    centres = quads.positions[quads.faces].mean(1)
    x, y, z = centres.T
    eye = figure.centre("joint-l-eye")
    front = (z > eye[2] - 0.42) & (y > eye[1] - 1.3) & (y < eye[1] + 0.5)
    middles = quads.uvs.mean(1)
    hidden = atlas.is_socket(middles) | (atlas.is_mouth(middles) & (z < eye[2] + 0.1))
    moves = np.abs(quads.morphs).max((0, 2))[quads.faces].max(1) > 0.045
    eye_near = np.linalg.norm(centres * np.where(x < 0, -1, 1)[:, None] ** [1, 0, 0] - eye, axis=1) < 0.45
    mouth_near = np.linalg.norm(centres - [0, eye[1] - 0.65, eye[2] + 0.2], axis=1) < 0.4
    return np.asarray(front & (moves | eye_near | mouth_near) & ~hidden)
