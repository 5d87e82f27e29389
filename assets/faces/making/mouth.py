"""Teeth on two arches that fit behind the lips, gums, and the tongue."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from a2f_live import arkit
from assets.faces.making import lips, rays, solids
from assets.faces.making.bust import Figure
from assets.faces.making.pictures import smooth
from assets.faces.making.source import Floats
from assets.faces.making.surface import Mesh, refine

Sizes = tuple[tuple[float, float, float], ...]

ATLAS_TEETH, ATLAS_GUMS, ATLAS_TONGUE = (0.0, 0.5), (0.5, 0.625), (0.625, 1.0)
"""Bands of the texture, from its top, that teeth, gums and tongue use."""

_MM = 0.01
_UPPER_MM = ((8.4, 9.8, 6.0), (6.6, 8.8, 5.6), (7.6, 9.6, 7.2), (7.0, 8.2, 8.2), (6.8, 7.6, 8.4), (9.6, 7.0, 9.6))
_LOWER_MM = ((5.4, 8.4, 5.4), (5.9, 8.6, 5.6), (6.8, 9.4, 6.8), (7.0, 8.0, 7.4), (7.1, 7.6, 7.8), (10.0, 7.0, 9.2))
"""Width, height and depth of each tooth from the middle to the back (after Wheeler's Dental Anatomy)."""
_EDGE_MM = (1.3, 1.4, 2.4, 5.4, 5.8, 7.6, 7.4)
"""Depth at the biting edge."""


@dataclass(frozen=True, slots=True)
class Arch:
    """Half an ellipse, seen from above, that the front faces of a row of teeth stand on."""

    front: float
    half_width: float
    depth: float
    edge: float
    """Height of the biting edge of the middle teeth."""
    up: int
    """Towards the gum: 1 in the upper jaw, -1 in the lower."""

    def at(self, length: Floats) -> tuple[Floats, Floats]:
        """Points (n, 2) as x and z, and outward unit normals, at signed lengths from the middle."""
        t = np.linspace(-np.pi / 2, np.pi / 2, 721)
        x, z = self.half_width * np.sin(t), self.front - self.depth + self.depth * np.cos(t)
        run = np.concatenate([[0], np.cumsum(np.hypot(np.diff(x), np.diff(z)))])
        angle = np.interp(length, run - run[360], t)
        spot = np.stack([self.half_width * np.sin(angle), self.front - self.depth + self.depth * np.cos(angle)], -1)
        out = np.stack([np.sin(angle) * self.depth, np.cos(angle) * self.half_width], -1)
        return spot, out / np.linalg.norm(out, axis=-1, keepdims=True)


@dataclass(frozen=True, slots=True)
class Mouth:
    """What is behind the lips."""

    teeth: Mesh
    tongue: Mesh
    line: float
    """Height where the lips meet."""
    upper: Arch
    lower: Arch


def build(figure: Figure, skin: Mesh) -> Mouth:
    """Fit teeth and tongue into a mouth."""
    line, wall = _lips(figure, skin)
    size = lips.find(skin).corner / 0.262
    upper = Arch(wall - 2.6 * _MM, 0.252 * size, 0.44 * size, line - 1.8 * _MM, 1)
    lower = Arch(wall - 5.0 * _MM, 0.226 * size, 0.41 * size, line - 1.6 * _MM, -1)
    upper_sizes, lower_sizes = _scaled(_UPPER_MM, size), _scaled(_LOWER_MM, size)
    jaw = _jaw_motion(figure)
    lower_mesh = solids.join([_row(lower, lower_sizes), _gum(lower, lower_sizes)])
    teeth = solids.join([_row(upper, upper_sizes), _gum(upper, upper_sizes), _moved(lower_mesh, jaw)])
    return Mouth(teeth, _tongue(figure, lower), line, upper, lower)


def _scaled(sizes: Sizes, scale: float) -> Sizes:
    return tuple((width * scale, height * scale, depth * scale) for width, height, depth in sizes)


def _lips(figure: Figure, skin: Mesh) -> tuple[float, float]:
    """Height of the line between the lips, and how far to the front their inside is."""
    eye = figure.centre("joint-l-eye")
    x, y, z = (skin.positions - [0, eye[1], 0]).T
    middle = (np.abs(x) < 0.004) & (y < -0.45) & (y > -0.95) & (z > eye[2] - 0.2)
    red = middle & (z > z[middle].max() - 0.12)
    drop = -skin.morphs[arkit.INDEX["jawOpen"], :, 1]
    lower = drop > drop[red].max() / 2
    line = float(eye[1] + (y[red & ~lower].min() + y[red & lower].max()) / 2)
    inside = rays.distances(
        np.array([[0.001, line + 0.06, eye[2] - 0.3], [0.001, line + 0.09, eye[2] - 0.3]]),
        np.tile([0.0, 0, 1], (2, 1)),
        skin.positions,
        skin.triangles,
    )
    return line, float(eye[2] - 0.3 + inside.min())


def _jaw_motion(figure: Figure) -> Floats:
    """Affine motion (52, 4, 3) of the lower jaw in every morph, read off the source's lower teeth."""
    index = np.unique(figure.body.faces["helper-lower-teeth"])
    system = np.column_stack([figure.positions[index], np.ones(len(index))])
    return np.stack([np.linalg.lstsq(system, moves[index], rcond=None)[0] for moves in figure.morphs])


def _moved(mesh: Mesh, motion: Floats) -> Mesh:
    homogeneous = np.column_stack([mesh.positions, np.ones(len(mesh.positions))])
    return Mesh(mesh.positions, homogeneous @ motion, mesh.triangles, mesh.uvs)


def _row(arch: Arch, sizes: Sizes) -> Mesh:
    teeth = []
    for side in (-1, 1):
        start = 0.0
        for number, (width, height, depth) in enumerate(sizes):
            middle = side * (start + width / 2) * _MM
            teeth.append(_tooth(arch, number, middle, width * _MM, height * _MM, depth * _MM))
            start += width
    return solids.join(teeth)


_SPOKES = 10
_LEVELS = np.array([-0.03, 0.0, 0.08, 0.35, 0.72, 1.1])
"""Heights of a tooth's rings, of its height, from the biting edge; the first closes the edge."""


def _tooth(arch: Arch, number: int, middle: float, width: float, height: float, depth: float) -> Mesh:
    (spot,), (out,) = arch.at(np.array([middle]))
    along = np.array([out[1], -out[0]])
    turn = np.linspace(0, 2 * np.pi, _SPOKES, endpoint=False)
    square = 0.62 if number < 3 else 0.75
    across, deep = (np.sign(wave) * np.abs(wave) ** square for wave in (np.cos(turn), np.sin(turn)))
    edge_depth = _EDGE_MM[number] * _MM
    lift = (0.0, 0.6, -0.3, 0.3, 0.6, 0.6, 0.8)[number] * _MM
    points, uvs = [], []
    for level in _LEVELS:
        grown = np.clip(level, 0, 1) ** 0.7
        wide = width * np.interp(level, [-0.03, 0, 0.06, 0.25, 0.75, 1.1], [0.4, 0.84, 0.95, 0.985, 0.86, 0.66]) / 2
        thick = np.interp(level, [-0.03, 0, 1.1], [0.35, 1, 1]) * (edge_depth + (depth - edge_depth) * grown) / 2
        # The front face is nearly upright and a little convex; the depth grows to the back.
        front = -0.9 * _MM * (level - 0.45) ** 2 - (0.5 * _MM if level < 0 else 0)
        centre = spot + out * (front - thick)
        plane = centre + np.outer(across * wide, along) + np.outer(deep * thick, out)
        at = arch.edge + arch.up * (lift + level * height)
        points.append(np.insert(plane, 1, at, axis=1))
        place = [min(abs(middle) / 0.5, 1.0) * 0.94 + 0.03, _band(ATLAS_TEETH, np.clip(level, 0.02, 1))]
        uvs.append(np.tile(place, (_SPOKES, 1)))
    centre_point = points[0].mean(0)
    positions = np.vstack([*points, centre_point])
    texture = np.vstack([*uvs, uvs[0][:1]])
    cap = np.array([[len(positions) - 1, i, (i + 1) % _SPOKES] for i in range(_SPOKES)])
    triangles = np.concatenate([solids.grid(len(_LEVELS), _SPOKES, closed=True), cap[:, ::-1]])
    return solids.mesh(positions, triangles if arch.up < 0 else triangles[:, ::-1], texture)


def _band(band: tuple[float, float], share: float) -> float:
    return band[0] + (band[1] - band[0]) * float(share)


def _gum(arch: Arch, sizes: Sizes) -> Mesh:
    """A ridge that the teeth come out of, scalloped around each neck."""
    ends = np.cumsum([0, *(width for width, _, _ in sizes)]) * _MM
    half = np.concatenate([np.linspace(a, b, 6)[:-1] for a, b in pairwise(ends)] + [ends[-1:]])
    phase = np.concatenate([np.tile(np.linspace(0, 1, 6)[:-1], len(sizes)), [0]])
    height = np.concatenate([np.repeat([h for _, h, _ in sizes], 5), [sizes[-1][1]]]) * _MM
    height = np.convolve(np.pad(height, 4, "edge"), np.ones(9) / 9, "valid")
    length = np.concatenate([-half[:0:-1], half])
    neck = np.concatenate([height[:0:-1], height])
    bow = np.concatenate([phase[:0:-1], phase])
    line = arch.edge + arch.up * (neck * (0.78 + 0.2 * np.sin(np.pi * bow) ** 0.8))
    spot, out = arch.at(length)
    # Section of the ridge: out of the arch's line, towards the gum; the first point hides between the teeth.
    section = ((-2.6, -0.4), (-0.35, 0.0), (0.25, 0.9), (0.35, 2.4), (-0.4, 5.0), (-3.5, 7.0), (-8.0, 6.0))
    rows = []
    for forward, high in section:
        place = spot + out * forward * _MM
        rows.append(np.column_stack([place[:, 0], line + arch.up * high * _MM, place[:, 1]]))
    positions = np.concatenate(rows)
    u = np.tile(np.abs(length) / 0.6, len(section))
    v = np.repeat([_band(ATLAS_GUMS, share) for share in np.linspace(0.1, 0.9, len(section))], len(length))
    triangles = solids.grid(len(section), len(length))
    return solids.mesh(positions, triangles if arch.up > 0 else triangles[:, ::-1], np.column_stack([u, v]))


def _tongue(figure: Figure, lower: Arch) -> Mesh:
    surface = figure.cut("helper-tongue")
    fine = refine(surface, np.ones(len(surface.faces), bool))
    tip = fine.positions[:, 2].max()
    # Behind the lower teeth, its back just under their biting edge at the tip.
    shift = np.array([0, lower.edge - 2.5 * _MM - fine.positions[fine.positions[:, 2] > tip - 0.12][:, 1].max(), 0])
    shift[2] = min(0.0, lower.front - 8.5 * _MM - tip)
    positions = fine.positions + shift
    low, high = positions.min(0), positions.max(0)
    share = (positions - low) / (high - low)
    top, bottom = ATLAS_TONGUE
    uvs = np.column_stack([share[:, 0], top + (bottom - top) * (0.04 + 0.92 * (1 - share[:, 2]))])
    return Mesh(positions, _over_the_lip(positions, fine.morphs, lower), fine.triangles, uvs[fine.triangles])


def _over_the_lip(positions: Floats, morphs: Floats, lower: Arch) -> Floats:
    """Morphs in which tongueOut carries the tongue over the lower teeth and lip, its tip hanging a little."""
    morphs = morphs.copy()
    out = positions + morphs[arkit.INDEX["tongueOut"]]
    low, high = lower.front - 0.3, lower.front + 0.03
    front = smooth(low, high, out[:, 2])
    under = out[(out[:, 2] > lower.front - 0.02), 1].min(initial=out[:, 1].min())
    lip_top = lower.edge - 0.3 * 0.26
    droop = 2.0 * np.clip(out[:, 2] - lower.front - 0.12, 0, None) ** 2
    morphs[arkit.INDEX["tongueOut"], :, 1] += front * (lip_top - 1.5 * _MM - under) - droop
    return morphs
