"""The skin's colour, gloss and pores, painted in space so that no seam shows."""

from dataclasses import dataclass

import numpy as np
from PIL import Image

from a2f_live import arkit
from assets.faces.making import atlas, noise, occlusion, source
from assets.faces.making.bust import Figure
from assets.faces.making.characters import Recipe
from assets.faces.making.pictures import bump, mix, relief, smaller, smooth
from assets.faces.making.source import Floats
from assets.faces.making.surface import Mesh, normals

SIZE = 2048


@dataclass(frozen=True, slots=True)
class SkinPaint:
    """Pictures for the skin's material, in 0 to 1."""

    colour: Floats
    gloss: Floats
    """Red: open sky; green: roughness; blue: nothing."""
    pores: Floats
    """Normals."""


@dataclass(frozen=True, slots=True)
class _Canvas:
    """What is under each texel: place relative to the eyes' middle, masks, open sky."""

    place: Floats
    mirrored: Floats
    """The same with x made positive."""
    lips: Floats
    lids: Floats
    inside: Floats
    sky: Floats
    normal: Floats


def paint(figure: Figure, skin: Mesh, recipe: Recipe, scalp: Floats, *, size: int = SIZE) -> SkinPaint:
    """Paint; `scalp` (vertices,) says where hair grows."""
    texels = atlas.texels(atlas.place(skin.uvs), size)
    canvas = _canvas(figure, skin, texels)
    hair = texels.of(skin, scalp[:, None])[:, 0]
    colour = _colour(canvas, recipe, hair)
    height = _height(canvas, recipe)
    rough = _roughness(canvas, recipe, hair)
    gloss = np.column_stack([0.1 + 0.9 * canvas.sky, rough, np.zeros(len(rough))])
    return SkinPaint(
        texels.picture(colour),
        smaller(texels.picture(gloss), 4),
        smaller(relief(texels.picture(height[:, None])[..., 0], 1.0), 2),
    )


def _canvas(figure: Figure, skin: Mesh, texels: atlas.Texels) -> _Canvas:
    eyes = (figure.centre("joint-l-eye") + figure.centre("joint-r-eye")) / 2
    place = texels.of(skin, skin.positions) - eyes
    from_source = texels.of_corners(skin.uvs)
    inside = texels.of_corners(atlas.is_mouth(skin.uvs.mean(1))[:, None, None] * np.ones((1, 3, 1)))[:, 0]
    return _Canvas(
        place,
        np.abs(place) * [1, 0, 0] + place * [0, 1, 1],
        _mask("lips", from_source),
        _mask("eyelids", from_source),
        inside,
        texels.of(skin, _sky(skin)[:, None])[:, 0],
        texels.of(skin, normals(skin.positions, skin.triangles)),
    )


def _mask(name: str, uvs: Floats) -> Floats:
    picture = np.asarray(Image.open(source.mask_path(name)).convert("L"), float) / 255
    rows, columns = picture.shape
    x, y = uvs[:, 0] * columns - 0.5, (1 - uvs[:, 1]) * rows - 0.5
    x0, y0 = np.clip(x.astype(int), 0, columns - 2), np.clip(y.astype(int), 0, rows - 2)
    fx, fy = np.clip(x - x0, 0, 1), np.clip(y - y0, 0, 1)
    top = picture[y0, x0] * (1 - fx) + picture[y0, x0 + 1] * fx
    low = picture[y0 + 1, x0] * (1 - fx) + picture[y0 + 1, x0 + 1] * fx
    return np.asarray(top * (1 - fy) + low * fy)


def _sky(skin: Mesh) -> Floats:
    """The sky at rest, and the most open of the poses that uncover lips and lids, in equal parts."""
    poses: tuple[dict[str, float], ...] = (
        {},
        {"jawOpen": 0.35},
        {"eyeBlinkLeft": 0.8, "eyeBlinkRight": 0.8, "jawOpen": 0.15},
    )
    seen = []
    for pose in poses:
        weights = np.zeros(arkit.COUNT)
        for name, weight in pose.items():
            weights[arkit.INDEX[name]] = weight
        points = skin.posed(weights)
        outward = normals(points, skin.triangles)
        seen.append(occlusion.open_sky(points + outward * 0.006, outward, points, skin.triangles))
    return np.asarray((seen[0] + np.max(seen, 0)) / 2)


def _colour(canvas: _Canvas, recipe: Recipe, hair: Floats) -> Floats:
    p, m = canvas.place, canvas.mirrored
    tone = np.array(recipe.skin)
    colour = np.tile(tone, (len(p), 1))
    mottle = noise.layered(p * 9, 3, 1)
    blotch = noise.layered(p * 30, 3, 2)
    colour *= 1 + 0.035 * mottle[:, None] * [0.6, 1.0, 1.1] + 0.03 * blotch[:, None] * [0.5, 1.0, 1.0]
    colour = mix(colour, tone * [1.03, 1.03, 0.99], 0.5 * bump(p, (0, 0.45, 0.2), (0.5, 0.28, 0.6)))
    flush = recipe.flush
    blood = tone * [1.0, 0.74, 0.7]
    cheeks = bump(m, (0.42, -0.36, 0.12), (0.2, 0.17, 0.35))
    nose = bump(p, (0, -0.36, 0.4), (0.13, 0.11, 0.2))
    wings = bump(m, (0.14, -0.38, 0.25), (0.06, 0.07, 0.1))
    chin = bump(p, (0, -0.95, 0.2), (0.16, 0.12, 0.3))
    ears = smooth(0.68, 0.8, m[:, 0]) * smooth(0.6, 0.4, np.abs(p[:, 1] + 0.1))
    rims = bump(m, (0.285, 0.0, 0.1), (0.2, 0.07, 0.3))
    colour = mix(
        colour, blood, np.clip(flush * (0.75 * cheeks + 0.55 * nose + 0.5 * wings + 0.3 * chin + 0.6 * ears), 0, 1)
    )
    colour = mix(colour, tone * [0.9, 0.72, 0.72], 0.3 * rims)
    under = bump(m, (0.27, -0.145, 0.15), (0.14, 0.05, 0.3))
    colour = mix(colour, tone * [0.86, 0.78, 0.84], 0.35 * under)
    colour = _makeup(colour, canvas, recipe)
    colour = _freckled(colour, canvas, recipe)
    colour = _bearded(colour, canvas, recipe)
    colour = _lips(colour, canvas, recipe)
    colour = mix(colour, np.array(recipe.hair) * 0.75, np.clip(hair * 1.05, 0, 0.96))
    colour = mix(colour, (0.36, 0.12, 0.11), canvas.inside * smooth(1.34, 1.2, p[:, 2] + 1.15))
    shade = 1 - smooth(0.75, 0.0, canvas.sky)
    tint = np.array([1.0, 1.25, 1.3])  # light between folds has been red from skin to skin
    return colour * np.clip(shade, 0.08, 1)[:, None] ** (0.55 * tint)


def _makeup(colour: Floats, canvas: _Canvas, recipe: Recipe) -> Floats:
    if not recipe.makeup:
        return colour
    m = canvas.mirrored
    shadow = bump(m, (0.3, 0.085, 0.12), (0.17, 0.05, 0.3)) * np.clip(canvas.lids * 0.5 + 0.6, 0, 1)
    return mix(colour, np.array(recipe.skin) * [0.66, 0.5, 0.47], recipe.makeup * 0.55 * shadow)


def _freckled(colour: Floats, canvas: _Canvas, recipe: Recipe) -> Floats:
    if not recipe.freckles:
        return colour
    p, m = canvas.place, canvas.mirrored
    spots = smooth(0.26, 0.12, noise.cells(p * 17, 30)) * smooth(-0.1, 0.5, noise.value(p * 17.3, 31))
    where = bump(m, (0.24, -0.26, 0.25), (0.26, 0.12, 0.5))
    return mix(colour, np.array(recipe.skin) * [0.78, 0.62, 0.52], recipe.freckles * spots * where)


def _bearded(colour: Floats, canvas: _Canvas, recipe: Recipe) -> Floats:
    if not recipe.stubble:
        return colour
    p = canvas.place
    share = recipe.stubble * beard(p) * (1 - canvas.lips)
    dots = smooth(0.4, 0.2, noise.cells(p * 100, 40))
    colour = mix(colour, np.array(recipe.skin) * [0.62, 0.64, 0.68], 0.6 * share)
    return mix(colour, np.array(recipe.hair) * 0.9, 0.38 * share * dots)


def beard(place: Floats) -> Floats:
    """Where a beard grows, 0 to 1, at places relative to the eyes' middle."""
    x, y, z = np.abs(place[:, 0]), place[:, 1], place[:, 2]
    top = -0.5 - 0.1 * smooth(0.12, 0.3, x) + 0.55 * smooth(0.4, 0.7, x)
    jaw = smooth(0.07, -0.1, y - top) * smooth(-1.3, -1.1, y) * smooth(-0.8, -0.45, z)
    soul = 1 - 0.75 * bump(place, (0, -0.78, 0.3), (0.2, 0.035, 0.4)) * smooth(0.05, 0.1, x)
    return np.asarray(jaw * soul * (1 - 0.4 * smooth(0.1, 0.0, x) * smooth(-0.62, -0.5, y)))


def _lips(colour: Floats, canvas: _Canvas, recipe: Recipe) -> Floats:
    p = canvas.place
    lines = noise.layered(p * [60, 14, 14], 2, 50)
    red = np.array(recipe.lips) * (1 + 0.045 * lines[:, None])
    edge = smooth(0.15, 0.75, canvas.lips + 0.1 * noise.value(p * 40, 51))
    return mix(colour, red, edge * 0.8)


def _roughness(canvas: _Canvas, recipe: Recipe, hair: Floats) -> Floats:
    p, m = canvas.place, canvas.mirrored
    rough = np.full(len(p), 0.58) + 0.05 * noise.layered(p * 25, 3, 60)
    oil = bump(p, (0, 0.42, 0.35), (0.35, 0.2, 0.3)) + bump(p, (0, -0.25, 0.4), (0.12, 0.28, 0.3))
    rough -= 0.1 * np.clip(oil, 0, 1) + 0.05 * bump(m, (0.42, -0.22, 0.15), (0.16, 0.12, 0.3))
    rough = rough + (recipe.lip_roughness - rough) * smooth(0.2, 0.8, canvas.lips)
    rough = rough + (0.6 - rough) * canvas.inside
    rim = bump(m, (0.285, -0.01, 0.1), (0.17, 0.03, 0.3)) * canvas.lids
    return np.asarray(np.clip(rough - 0.1 * rim + 0.25 * hair, 0.2, 1))


def _height(canvas: _Canvas, recipe: Recipe) -> Floats:
    p = canvas.place
    pores = smooth(0.5, 0.1, noise.cells(p * 62, 70))
    fine = noise.layered(p * 85, 2, 71)
    lid = bump(canvas.mirrored, (0.3, 0.02, 0.1), (0.2, 0.1, 0.3))
    creases = noise.layered(p * [60, 14, 14], 2, 50)
    skin = -0.42 * pores * (0.6 + 0.4 * bump(canvas.mirrored, (0.2, -0.3, 0.2), (0.3, 0.25, 0.5))) + 0.12 * fine
    return np.asarray(
        skin * recipe.pores * (1 - canvas.lips) * (1 - 0.85 * lid) + 0.55 * creases * smooth(0.3, 0.8, canvas.lips)
    )
