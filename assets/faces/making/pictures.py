"""Small helpers for pictures made of numbers."""

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from assets.faces.making.source import Floats


def jpeg(picture: Floats, quality: int = 88) -> bytes:
    """A JPEG file of a picture (rows, columns, 3) in 0 to 1."""
    stream = io.BytesIO()
    Image.fromarray(_bytes(picture)).save(stream, "JPEG", quality=quality, optimize=True, subsampling=0)
    return stream.getvalue()


def png(picture: Floats, levels: int = 256) -> bytes:
    """A PNG file of a picture (rows, columns, 3 or 4) in 0 to 1; fewer levels of each colour make it smaller."""
    stream = io.BytesIO()
    steps = np.round(np.clip(picture, 0, 1) * (levels - 1)) / (levels - 1)
    Image.fromarray(_bytes(steps)).save(stream, "PNG", optimize=True)
    return stream.getvalue()


def _bytes(picture: Floats) -> NDArray[np.uint8]:
    return np.round(np.clip(picture, 0, 1) * 255).astype(np.uint8)


def smaller(picture: Floats, times: int) -> Floats:
    """A picture with blocks of texels averaged."""
    rows, columns, kinds = picture.shape
    return np.asarray(picture.reshape(rows // times, times, columns // times, times, kinds).mean((1, 3)))


def relief(height: Floats, strength: float) -> Floats:
    """A tangent-space normal map of heights (rows, columns), in texels; green points up the picture."""
    across = (np.roll(height, -1, 1) - np.roll(height, 1, 1)) / 2 * strength
    down = (np.roll(height, -1, 0) - np.roll(height, 1, 0)) / 2 * strength
    vectors = np.stack([-across, down, np.ones_like(height)], -1)
    return np.asarray(vectors / np.linalg.norm(vectors, axis=-1, keepdims=True) / 2 + 0.5)


def smooth(low: float, high: float, values: Floats) -> Floats:
    """0 below `low`, 1 above `high`, an S between; `low` may be the greater one."""
    t = np.clip((values - low) / (high - low), 0, 1)
    return np.asarray(t * t * (3 - 2 * t))


def bump(points: Floats, centre: tuple[float, float, float], size: tuple[float, float, float]) -> Floats:
    """A soft blob, 1 at its centre, in space."""
    offset = (points - np.array(centre)) / np.array(size)
    return np.asarray(np.exp(-(offset**2).sum(-1)))


def mix(colour: Floats, other: Floats | tuple[float, float, float], share: Floats) -> Floats:
    """Colours (n, 3) drawn towards another by shares (n,)."""
    return np.asarray(colour + (np.asarray(other) - colour) * share[:, None])
