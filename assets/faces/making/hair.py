"""Hair: where it grows, how it lies, and the two styles."""

from dataclasses import dataclass

import numpy as np

from assets.faces.making import materials, noise, occlusion, pictures, solids, strands
from assets.faces.making.bust import Figure
from assets.faces.making.characters import Recipe
from assets.faces.making.pictures import smooth
from assets.faces.making.source import Floats
from assets.faces.making.surface import Mesh, normals, unit_rows

_LINES, _ROWS = 112, 18


@dataclass(frozen=True, slots=True)
class Head:
    """A head without its ears: how far its surface is from its middle in every direction."""

    eyes: Floats
    """The middle between the eyes, that the hairline is told from."""
    middle: Floats
    radii: Floats
    """(rows, columns) over height angle and turn."""

    @staticmethod
    def of(figure: Figure, skin: Mesh) -> "Head":
        """Measure a head by rays from its middle."""
        eyes = (figure.centre("joint-l-eye") + figure.centre("joint-r-eye")) / 2
        middle = eyes + np.array([0, 0.28, -0.85])
        kept = skin.positions[skin.triangles].mean(1)
        ear = (
            (np.abs(kept[:, 0]) > 0.66) & (np.abs(kept[:, 1] - eyes[1] + 0.1) < 0.45) & (kept[:, 2] > middle[2] - 0.35)
        )
        ear &= kept[:, 2] < eyes[2] - 0.3
        samples = occlusion.scatter(skin.positions, skin.triangles[~ear & (kept[:, 1] > eyes[1] - 1.6)])
        return Head(eyes, middle, _filled(_farthest(samples - middle)))

    def surface(self, directions: Floats) -> Floats:
        """Distance (n,) of the surface along unit directions."""
        rows, columns = self.radii.shape
        lift = (np.arcsin(np.clip(directions[:, 1], -1, 1)) / np.pi + 0.5) * (rows - 1)
        turn = (np.arctan2(directions[:, 0], directions[:, 2]) / (2 * np.pi) + 0.5) * columns
        r0 = np.clip(lift.astype(int), 0, rows - 2)
        c0 = np.floor(turn).astype(int) % columns
        c1 = (c0 + 1) % columns
        fr, fc = lift - r0, turn - np.floor(turn)
        low = self.radii[r0, c0] * (1 - fc) + self.radii[r0, c1] * fc
        high = self.radii[r0 + 1, c0] * (1 - fc) + self.radii[r0 + 1, c1] * fc
        return np.asarray(low * (1 - fr) + high * fr)

    def point(self, directions: Floats, height: Floats | float) -> Floats:
        """Points (n, 3) above the surface."""
        unit = unit_rows(directions)
        return np.asarray(self.middle + unit * (self.surface(unit) + height)[:, None])

    def scalp(self, positions: Floats) -> Floats:
        """How surely hair grows at points (n, 3) of the skin, 0 to 1."""
        place = positions - self.eyes
        blur = 0.05 * noise.layered(place * 14, 2, 200)
        arms = positions - self.middle
        ear = smooth(0.03, 0.06, np.linalg.norm(arms, axis=1) - self.surface(unit_rows(arms)))
        ear *= smooth(0.5, 0.4, np.abs(place[:, 1] + 0.1)) * smooth(0.5, 0.6, np.abs(place[:, 0]))
        return smooth(-0.035, 0.06, above_hairline(positions - self.middle, place[:, 1]) + blur) * (1 - ear)


def above_hairline(arms: Floats, height: Floats) -> Floats:
    """How far points are above the hairline, decimetres: `arms` from the head's middle, `height` above the eyes."""
    return np.asarray(height - hairline(np.degrees(np.arctan2(np.abs(arms[:, 0]), arms[:, 2]))))


_HAIRLINE = (
    *((0, 0.66), (14, 0.655), (30, 0.61), (40, 0.565), (48, 0.5), (58, 0.38), (66, 0.2), (71, 0.07)),
    *((76, 0.09), (82, 0.15), (88, 0.17), (92, 0.13), (97, 0.0), (102, -0.2)),
    *((110, -0.42), (126, -0.58), (140, -0.62), (160, -0.65), (180, -0.63)),
)
"""Turn from the front in degrees, and height above the eyes in decimetres: forehead, temple and ear, nape."""


def hairline(turn_deg: Floats) -> Floats:
    """Height of the hairline above the eyes, for turns from the front (0) to the nape (180)."""
    at, height = zip(*_HAIRLINE, strict=True)
    return np.asarray(np.interp(turn_deg, at, height))


def _direction(lift: Floats, turn: Floats) -> Floats:
    return np.stack([np.cos(lift) * np.sin(turn), np.sin(lift), np.cos(lift) * np.cos(turn)], -1)


def _farthest(arms: Floats) -> Floats:
    """Greatest length of arms in each cell of height angle and turn; infinite where there is none."""
    rows, columns = 90, 180
    length = np.linalg.norm(arms, axis=1)
    lift = np.arcsin(arms[:, 1] / length) / np.pi + 0.5
    turn = np.arctan2(arms[:, 0], arms[:, 2]) / (2 * np.pi) + 0.5
    far = np.full((rows, columns), -np.inf)
    row, column = np.round(lift * (rows - 1)).astype(int), np.round(turn * columns).astype(int) % columns
    np.maximum.at(far, (row, column), length)
    return np.where(np.isfinite(far), far, np.inf)


def _filled(far: Floats) -> Floats:
    """Distances with their holes filled smoothly from around, then smoothed a little."""
    known = np.isfinite(far)
    values = np.where(known, far, far[known].mean())
    for step in range(600):
        padded = np.pad(np.pad(values, ((0, 0), (1, 1)), "wrap"), ((1, 1), (0, 0)), "edge")
        around = (padded[:-2, 1:-1] + padded[2:, 1:-1] + padded[1:-1, :-2] + padded[1:-1, 2:]) / 4
        values = np.where(known, far, around) if step < 597 else (values + around) / 2
    return np.asarray(values)


Groomed = tuple[dict[str, tuple[Mesh, Floats | None]], dict[str, materials.Material], dict[str, bytes]]


def groom(head: Head, skin: Mesh, recipe: Recipe) -> Groomed:
    """Meshes by material with the opacity of their vertices, materials of their own, and pictures."""
    if recipe.style == "crop":
        return _crop(head, skin, recipe)
    colour, relief = strands.locks(recipe)
    hair = solids.join([_sleek(head), _bun(head)])
    return {"Hair": (hair, None)}, {}, {"hair": pictures.png(colour, levels=64), "hairs": pictures.jpeg(relief, 85)}


_KNOT = np.array([0.0, 0.52, -0.85]) / np.hypot(0.52, 0.85)
"""Where the hair is gathered: at the back, above the middle."""


def _sleek(head: Head) -> Mesh:
    """All hair combed from the hairline to the knot, as one sheet with thickness."""
    turn = np.linspace(-np.pi, np.pi, _LINES + 1)
    line = hairline(np.degrees(np.abs(turn)))
    start = _on_hairline(head, turn, line)
    knot = _KNOT
    share = np.linspace(0, 1, _ROWS) ** 1.15
    full = 0.42 + 0.5 * np.exp(-(((np.degrees(np.abs(turn)) - 74) / 16) ** 2))  # close to the temples: no light between
    rows = []
    for s in share:
        directions = _slerp(start, knot, s * 0.97)
        lift = 0.004 + (0.105 + 0.045 * np.cos(turn)) * smooth(0.0, 1.0, s / full)
        comb = 0.012 * noise.layered(
            np.column_stack([np.cos(turn) * 7, np.sin(turn) * 7, np.full(len(turn), s * 1.5)]), 2, 210
        )
        rows.append(head.point(directions, lift + comb * smooth(0.05, 0.3, np.array(s))))
    positions = np.concatenate(rows)
    u = np.tile(np.linspace(0, 10, _LINES + 1), _ROWS)
    v = np.repeat(0.02 + share * 0.9, _LINES + 1)
    triangles = solids.grid(_ROWS, _LINES + 1)
    return solids.mesh(positions, triangles, np.column_stack([u, v]))


def _on_hairline(head: Head, turn: Floats, height: Floats) -> Floats:
    """Unit directions from the head's middle to where the surface has a height above the eyes."""
    directions = _direction(np.zeros_like(turn), turn)
    for _ in range(40):
        points = head.point(directions, 0.0)
        arms = points - head.middle
        wrong = head.eyes[1] + height - points[:, 1]
        flat = np.hypot(arms[:, 0], arms[:, 2])
        lift = np.arctan2(arms[:, 1] + wrong * 0.3, flat)
        directions = _direction(lift, turn)
    return directions


def _slerp(start: Floats, end: Floats, share: float) -> Floats:
    angle = np.arccos(np.clip(start @ end, -1, 1))[:, None]
    return np.asarray(
        (np.sin((1 - share) * angle) * start + np.sin(share * angle) * end) / np.maximum(np.sin(angle), 1e-6)
    )


def _bun(head: Head) -> Mesh:
    """The knot: a ball wound of one thick strand."""
    rows, columns, radius = 20, 36, 0.3
    out = _KNOT
    middle = head.point(out[None], radius * 0.62)[0]
    side = np.array([1.0, 0, 0])
    over = np.cross(out, side)
    lift = np.linspace(-np.pi / 2, np.pi / 2, rows)
    turn = np.linspace(0, 2 * np.pi, columns + 1)
    a, b = np.meshgrid(lift, turn, indexing="ij")
    wound = 1 + 0.075 * np.abs(np.sin(b * 1.5 + a * 2.6)) ** 0.7 - 0.04
    flat = 0.86
    positions = (
        middle
        + radius * (np.cos(a) * np.cos(b) * wound)[..., None] * side
        + radius * (np.cos(a) * np.sin(b) * wound)[..., None] * over
        + radius * flat * np.sin(a)[..., None] * out
    ).reshape(-1, 3)
    u = (a / np.pi * 2.2 + b / (2 * np.pi) * 1.0).reshape(-1)
    v = (0.3 + b / (2 * np.pi) * 0.0 + 0.4 * (a / np.pi + 0.5)).reshape(-1)
    return solids.mesh(positions, solids.grid(rows, columns + 1)[:, ::-1], np.column_stack([u, v]))


_SHELLS = 6


def _crop(head: Head, skin: Mesh, recipe: Recipe) -> Groomed:
    """Short curls: layers over the scalp, each drawn only where a curl reaches it."""
    scalp = head.scalp(skin.positions)
    grown = scalp[skin.triangles].max(1) > 0.02
    used, index = np.unique(skin.triangles[grown], return_inverse=True)
    triangles = index.reshape(-1, 3)
    points, outward = skin.positions[used], normals(skin.positions, skin.triangles)[used]
    place = points - head.eyes
    above = above_hairline(points - head.middle, place[:, 1])
    tall = 0.02 + 0.15 * smooth(0.05, 0.62, place[:, 1] + 0.15 * smooth(0.2, 0.6, above)) * smooth(0.0, 0.16, above)
    arms = points - head.middle
    polar = np.arccos(np.clip(unit_rows(arms)[:, 1], -1, 1))
    turn = np.arctan2(arms[:, 0], arms[:, 2])
    uvs = np.column_stack([polar * np.sin(turn), polar * np.cos(turn)]) * 2.6
    meshes: dict[str, tuple[Mesh, Floats | None]] = {}
    looks: dict[str, materials.Material] = {}
    for shell in range(1, _SHELLS + 1):
        share = shell / _SHELLS
        name = f"Fur{shell}"
        meshes[name] = (solids.mesh(points + outward * (tall * share)[:, None], triangles, uvs), scalp[used])
        looks[name] = materials.fur(0.2 + 0.6 * share, 0.4 + 0.6 * share)
    return meshes, looks, {"fur": pictures.png(_fur(recipe), levels=40)}


def _fur(recipe: Recipe) -> Floats:
    """A repeating picture of curls from above: colour, and how high each spot reaches as alpha."""
    size = 256
    axis = (np.arange(size) + 0.5) / size * 2 * np.pi
    x, y = np.meshgrid(axis, axis)
    ring = 5.5
    a = np.stack([np.cos(x) * ring, np.sin(x) * ring, np.cos(y) * ring], -1)
    b = np.stack([np.sin(y) * ring, np.cos(x + y) * ring, np.sin(x - y) * ring], -1)
    warp = noise.layered(a + b, 2, 220)
    curls = np.abs(noise.layered(a * 1.7 + b * 1.7 + warp[..., None] * 1.5, 2, 221))
    height = np.clip(0.95 - 1.5 * curls + 0.2 * warp, 0, 1)
    tone = 0.8 + 0.5 * noise.layered(a * 3 + b * 2, 2, 222)
    colour = np.array(recipe.hair) * tone[..., None] + np.array(recipe.hair_light) * (height**2)[..., None] * 0.6
    return np.concatenate([np.clip(colour, 0, 1), height[..., None]], -1)
