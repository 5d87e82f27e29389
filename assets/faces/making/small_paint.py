"""Pictures of eyes, teeth, gums and tongue."""

import numpy as np

from assets.faces.making import noise
from assets.faces.making.characters import Recipe
from assets.faces.making.eyes import IRIS_RAD, texture_radius
from assets.faces.making.mouth import ATLAS_GUMS, ATLAS_TEETH, ATLAS_TONGUE
from assets.faces.making.pictures import mix, relief, smooth
from assets.faces.making.source import Floats

EYE_SIZE = 512
_IRIS = float(texture_radius(IRIS_RAD))
_PUPIL = 0.42
"""Of the iris's radius in the texture."""


def _eye_grid() -> tuple[Floats, Floats, Floats]:
    """Radius in irises, angle, and points on a circle for noise, for each texel."""
    axis = (np.arange(EYE_SIZE) + 0.5) / EYE_SIZE * 2 - 1
    x, y = np.meshgrid(axis, -axis)
    radius = np.hypot(x, y) / _IRIS
    angle = np.arctan2(y, x)
    return radius.ravel(), angle.ravel(), np.stack([np.cos(angle), np.sin(angle)], -1).reshape(-1, 2)


def eye(recipe: Recipe) -> Floats:
    """White, iris and pupil (rows, columns, 3)."""
    radius, _, ring = _eye_grid()
    flat = np.column_stack([ring * radius[:, None], np.zeros(len(radius))])
    colour = np.tile([0.86, 0.835, 0.81], (len(radius), 1))
    colour = mix(colour, (0.85, 0.66, 0.6), 0.5 * smooth(1.45, 2.4, radius))
    veins = smooth(0.1, 0.02, np.abs(noise.layered(flat * 6 + 3, 3, 80))) * smooth(1.3, 1.9, radius)
    colour = mix(colour, (0.78, 0.36, 0.32), 0.28 * veins)
    colour = mix(colour, _iris(recipe, radius, ring), smooth(1.035, 0.965, radius))
    return colour.reshape(EYE_SIZE, EYE_SIZE, 3)


def _iris(recipe: Recipe, radius: Floats, ring: Floats) -> Floats:
    base = np.array(recipe.iris)
    spokes = np.column_stack([ring * 11, radius * 1.3])
    fibres = noise.layered(spokes, 3, 81) * 0.6 + noise.layered(np.column_stack([ring * 26, radius * 1.0]), 2, 82) * 0.4
    colour = base * (1 + 0.42 * fibres[:, None])
    collar = 0.62 + 0.05 * noise.value(np.column_stack([ring * 4, ring[:, :1]]), 83)
    colour = mix(colour, np.array(recipe.iris_inner), 0.75 * smooth(0.06, -0.08, radius - collar))
    colour *= 1 + 0.35 * (smooth(0.5, 0.95, radius) * smooth(1.0, 0.85, radius))[:, None]
    colour = mix(colour, base * 0.16, 0.88 * smooth(0.84, 0.99, radius))
    return mix(colour, (0.008, 0.007, 0.008), smooth(_PUPIL + 0.03, _PUPIL - 0.02, radius))


def eye_relief() -> Floats:
    """Normals that hollow the iris out under the smooth cornea."""
    radius, _, ring = _eye_grid()
    fibres = noise.layered(np.column_stack([ring * 14, radius * 1.3]), 2, 81)
    inside = smooth(1.02, 0.9, radius)
    height = inside * (-9.0 * (1 - np.clip(radius, 0, 1) ** 2) + 0.5 * fibres * smooth(_PUPIL, 0.6, radius))
    return relief(height.reshape(EYE_SIZE, EYE_SIZE), 0.9)


MOUTH_SIZE = 256


def mouth(recipe: Recipe) -> Floats:
    """Teeth, gums and tongue: across, from the middle tooth to the back; down, the bands of the atlas."""
    axis = (np.arange(MOUTH_SIZE) + 0.5) / MOUTH_SIZE
    v, u = np.repeat(axis, MOUTH_SIZE), np.tile(axis, MOUTH_SIZE)
    flat = np.column_stack([u, v, np.zeros_like(u)])
    height = (v - ATLAS_TEETH[0]) / (ATLAS_TEETH[1] - ATLAS_TEETH[0])
    teeth = np.tile([0.9, 0.875, 0.815], (len(u), 1))
    teeth = mix(teeth, (0.84, 0.77, 0.64), smooth(0.45, 1.0, height))
    teeth = mix(teeth, (0.8, 0.82, 0.83), 0.5 * smooth(0.16, 0.0, height))
    teeth *= 1 + 0.02 * noise.layered(flat * [30, 12, 1], 2, 90)[:, None]
    back = 1 - 0.78 * smooth(0.2, 0.85, u)
    teeth *= back[:, None] ** np.array([0.75, 1.25, 1.4])
    gums = np.tile([0.72, 0.4, 0.39], (len(u), 1)) * (1 + 0.08 * noise.layered(flat * 40, 2, 91))[:, None]
    gums *= (back * 0.95)[:, None] ** np.array([0.75, 1.2, 1.25])
    tongue = np.tile(np.array(recipe.tongue), (len(u), 1)) * (1 + 0.1 * noise.layered(flat * 60, 2, 92))[:, None]
    deep = (v - ATLAS_TONGUE[0]) / (ATLAS_TONGUE[1] - ATLAS_TONGUE[0])
    tongue = mix(tongue, np.array(recipe.tongue) * 0.62, 0.35 * np.exp(-(((u - 0.5) / 0.04) ** 2)))
    tongue *= (1 - 0.85 * smooth(0.25, 0.95, deep))[:, None]
    colour = np.where((v < ATLAS_GUMS[0])[:, None], teeth, np.where((v < ATLAS_GUMS[1])[:, None], gums, tongue))
    return colour.reshape(MOUTH_SIZE, MOUTH_SIZE, 3)
