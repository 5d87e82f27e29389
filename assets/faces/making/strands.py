"""Pictures of hairs on clear ground: brows, lashes, locks, and the shadow of the lids."""

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from assets.faces.making import noise
from assets.faces.making.characters import Colour, Recipe
from assets.faces.making.pictures import relief, smooth
from assets.faces.making.source import Floats

_FINE = 3
"""Drawn this much larger, then averaged."""


def _drawn(
    size: tuple[int, int], hairs: list[tuple[list[tuple[float, float]], float, float]], colour: Colour, seed: int
) -> Floats:
    """Hairs (points in 0 to 1, width in texels at the root, strength) as a picture with alpha."""
    rows, columns = size
    alpha = Image.new("L", (columns * _FINE, rows * _FINE), 0)
    tint = Image.new("L", (columns * _FINE, rows * _FINE), 128)
    pen, tone = ImageDraw.Draw(alpha), ImageDraw.Draw(tint)
    random = np.random.default_rng(seed)
    for points, width, strength in hairs:
        shade = int(128 + 70 * random.normal())
        for i in range(len(points) - 1):
            share = i / (len(points) - 1)
            ends = [(x * columns * _FINE, y * rows * _FINE) for x, y in points[i : i + 2]]
            wide = max(1, round(width * _FINE * (1 - 0.75 * share)))
            pen.line(ends, fill=int(255 * strength * (1 - 0.35 * share)), width=wide)
            tone.line(ends, fill=int(np.clip(shade, 20, 235)), width=wide + 2)
    small = [np.asarray(image.resize((columns, rows), Image.Resampling.BOX), float) / 255 for image in (alpha, tint)]
    body = np.array(colour)[None, None] * (0.55 + 0.9 * small[1][..., None])
    return np.concatenate([body, small[0][..., None]], -1)


def brow(recipe: Recipe) -> Floats:
    """One brow, inner end at the left."""
    random = np.random.default_rng(11)
    hairs = []
    for _ in range(int(1000 * recipe.brow)):
        u = random.beta(1.15, 1.2)
        half = 0.34 * np.clip(np.interp(u, [0, 0.08, 0.3, 0.62, 1.0], [0.6, 0.85, 1.0, 0.78, 0.12]), 0, 1)
        v = 0.52 + half * np.clip(random.normal(0.15, 0.48), -1, 1)
        # Upright at the inner end, lying along the brow at the outer one.
        slope = np.interp(u, [0, 0.15, 0.45, 1.0], [82, 58, 24, 8]) + random.normal(0, 7)
        bend = -18 if v > 0.52 else 14
        length = np.interp(u, [0, 0.3, 1], [0.075, 0.1, 0.075]) * random.uniform(0.7, 1.15)
        points, x, y = [], u, v
        for step in range(7):
            points.append((float(x), float(y)))
            angle = np.radians(slope - bend * step / 6)
            x += length / 6 * np.cos(angle) * 0.9
            y -= length / 6 * np.sin(angle) * 3.0
        hairs.append((points, random.uniform(0.8, 1.6), random.uniform(0.5, 0.95)))
    red, green, blue = recipe.hair
    picture = _drawn((128, 512), hairs, (red * 0.95, green * 0.78, blue * 0.66), 12)
    soft = Image.fromarray((picture[..., 3] * 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(6))
    picture[..., 3] = np.maximum(picture[..., 3], np.asarray(soft, float) / 255 * 0.8)
    return _framed(picture)


def lash(recipe: Recipe) -> Floats:
    """Upper lashes in the upper half, roots below; lower lashes in the lower half."""
    random = np.random.default_rng(21)
    hairs = []
    for low, count, strength in ((0.0, 150, 1.0), (0.5, 75, 0.75)):
        for index in range(count):
            u = (index + random.uniform(-0.4, 0.4)) / count
            clump = 0.012 * np.sin(u * 130) + random.normal(0, 0.006)
            length = random.uniform(0.62, 1.0) * 0.46
            points = [
                (float(u + clump * s + 0.02 * s * s * (u - 0.4)), float(low + 0.492 - length * s))
                for s in np.linspace(0, 1, 6)
            ]
            hairs.append((points, 2.5 if low == 0 else 1.7, strength))
    picture = _drawn((128, 512), hairs, (0.035, 0.022, 0.018), 22)
    liner = np.linspace(0, 1, 128)[:, None] * np.ones((1, 512))
    line = np.exp(-(((liner - 0.488) / 0.012) ** 2)) * (0.5 + 0.5 * recipe.makeup)
    picture[..., 3] = np.clip(np.maximum(picture[..., 3], line * 0.9), 0, 1)
    picture[63:65, :, 3] = np.minimum(picture[63:65, :, 3], 0.9)
    return _framed(picture)


def _framed(picture: Floats) -> Floats:
    """A picture whose outermost columns are clear, so that strips end softly."""
    columns = picture.shape[1]
    edge = smooth(0, 0.012, np.minimum(np.arange(columns), np.arange(columns)[::-1]) / columns)
    picture[..., 3] *= edge
    return picture


def lid_shadow() -> Floats:
    """Dark under the upper lid, a little at the lower one and in the corners; clear in the middle."""
    v, u = np.meshgrid(np.linspace(0, 1, 128), np.linspace(0, 1, 128), indexing="ij")
    upper = 0.78 * (1 - smooth(0.0, 0.42, v)) ** 1.4 + 0.2 * smooth(0.8, 0.0, v)
    lower = 0.5 * smooth(0.82, 1.0, v) ** 1.5
    corners = 0.5 * (1 - smooth(0.0, 0.2, u)) + 0.55 * smooth(0.8, 1.0, u)
    alpha = 1 - (1 - upper) * (1 - lower) * (1 - corners)
    colour = np.tile([0.13, 0.05, 0.04], (128, 128, 1))
    return np.concatenate([colour, np.clip(alpha, 0, 0.93)[..., None]], -1)


LOCK_SIZE = (512, 256)


def locks(recipe: Recipe) -> tuple[Floats, Floats]:
    """Long hairs from the roots (top) down: colour with alpha, and normals. It repeats across."""
    rows, columns = LOCK_SIZE
    u = (np.arange(columns) + 0.5) / columns
    v = (np.arange(rows) + 0.5) / rows
    wave = 0.006 * np.sin(2 * np.pi * v * 1.5)[:, None] * np.ones((1, columns))
    turn = 2 * np.pi * (u[None] + wave)
    place = np.stack([np.cos(turn), np.sin(turn), 0 * turn + v[:, None] * 0.25], -1)
    broad = noise.layered(place * [3.2, 3.2, 1], 2, 100)
    middle = noise.layered(place * [11, 11, 1], 2, 101)
    fine = noise.value(place * [34, 34, 1.5], 102) * 0.6 + noise.value(place * [70, 70, 2], 103) * 0.4
    height = 0.45 * broad + 0.5 * middle + 0.45 * fine
    tone = 1 + 0.1 * broad + 0.15 * middle + 0.26 * fine
    colour = np.array(recipe.hair) * np.clip(tone, 0.25, None)[..., None]
    colour += np.array(recipe.hair_light) * np.clip(middle + 0.5 * fine, 0, None)[..., None] * 0.24
    grown = smooth(0.0, 0.085, v[:, None] + 0.012 * middle + 0.05 * fine)
    alpha = np.clip(grown, 0, 1) * smooth(1.0, 0.97, v)[:, None]  # no hair from the tips wraps to the roots
    return np.concatenate([colour, alpha[..., None]], -1), relief(height, 2.2)
