"""The layout of the skin's texture, and what lies under each of its texels."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assets.faces.making.source import Floats
from assets.faces.making.surface import Mesh

# Islands of the source's UV square: the head lies on its side and gets half of our texture.
_HEAD_AT, _HEAD_SIZE = (0.637, 0.143), 0.68
_MOUTH_AT, _MOUTH_SIZE = (0.75, 0.0), 0.19
_SOCKET_AT, _SOCKET_SIZE = (0.0, 0.53), 0.17
_BODY_AT, _BODY_SIZE = (0.0, 0.6), 0.76
_ZOOM = 1.8


def is_mouth(uvs: Floats) -> NDArray[np.bool_]:
    """Whether texture coordinates of the source lie on the island inside the mouth."""
    return np.asarray((uvs[..., 0] > 0.745) & (uvs[..., 1] < 0.143))


def is_socket(uvs: Floats) -> NDArray[np.bool_]:
    """Whether texture coordinates of the source lie on the islands behind the eyelids."""
    return np.asarray((uvs[..., 0] < 0.16) & (uvs[..., 1] > 0.53) & (uvs[..., 1] < 0.64))


def is_head(uvs: Floats) -> NDArray[np.bool_]:
    """Whether texture coordinates of the source lie on the island of the head."""
    return np.asarray((uvs[..., 0] > 0.637) & (uvs[..., 1] >= 0.143) & (uvs[..., 1] < 0.83))


def place(uvs: Floats) -> Floats:
    """Coordinates in our texture, from its top left corner, for triangles (n, 3, 2) of the source's UV square."""
    middle = uvs.mean(1)
    u, v = uvs[..., 0], uvs[..., 1]
    head = np.stack(
        [
            _spread((v - _HEAD_AT[1]) / _HEAD_SIZE, 0.5, 0.0, 1.0),
            _spread((u - _HEAD_AT[0]) / _HEAD_SIZE, 0.36, 0.0, 0.535),
        ],
        -1,
    )
    mouth = np.stack([0.77 + (u - _MOUTH_AT[0]) * 0.21 / _MOUTH_SIZE, 0.56 + v * 0.21 / _MOUTH_SIZE], -1)
    socket = np.stack(
        [0.77 + (u - _SOCKET_AT[0]) * 0.2 / _SOCKET_SIZE, 0.79 + (v - _SOCKET_AT[1]) * 0.2 / _SOCKET_SIZE], -1
    )
    body = np.stack([0.01 + u * 0.74 / _BODY_SIZE, 0.56 + (v - _BODY_AT[1]) * 0.74 / _BODY_SIZE], -1)
    result = np.where(is_head(middle)[:, None, None], head, body)
    result = np.where(is_mouth(middle)[:, None, None], mouth, result)
    return np.where(is_socket(middle)[:, None, None], socket, result)


def _spread(values: Floats, middle: float, low: float, high: float) -> Floats:
    """Give the middle, where the face is, more of the room between two bounds: 2.8 times the scale there."""
    offset = values - middle
    share = np.clip(offset / np.where(offset < 0, low - middle, high - middle), 0, 1)
    return np.asarray(middle + offset * (1 + _ZOOM) / (1 + _ZOOM * share))


@dataclass(frozen=True, slots=True)
class Texels:
    """The texels of a square texture that a surface covers."""

    size: int
    rows: NDArray[np.int64]
    columns: NDArray[np.int64]
    triangle: NDArray[np.int64]
    shares: Floats
    """(texels, 3), barycentric."""

    def of(self, mesh: Mesh, values: Floats) -> Floats:
        """Values of a mesh's vertices (vertices, k) at the texels."""
        return np.asarray((values[mesh.triangles[self.triangle]] * self.shares[..., None]).sum(1))

    def of_corners(self, values: Floats) -> Floats:
        """Values of a mesh's corners (triangles, 3, k) at the texels."""
        return np.asarray((values[self.triangle] * self.shares[..., None]).sum(1))

    def picture(self, values: Floats) -> Floats:
        """A picture (size, size, k) with values of texels; its bare parts take the nearest values."""
        picture = np.zeros((self.size, self.size, values.shape[1]))
        filled = np.zeros((self.size, self.size), bool)
        picture[self.rows, self.columns] = values
        filled[self.rows, self.columns] = True
        for _ in range(8):
            picture, filled = _grown(picture, filled)
        picture[~filled] = values.mean(0)
        return picture


def _grown(picture: Floats, filled: NDArray[np.bool_]) -> tuple[Floats, NDArray[np.bool_]]:
    total, count = np.zeros_like(picture), np.zeros(filled.shape)
    for axis, step in ((0, 1), (0, -1), (1, 1), (1, -1)):
        total += np.roll(picture * filled[..., None], step, axis)
        count += np.roll(filled, step, axis)
    fresh = ~filled & (count > 0)
    picture[fresh] = total[fresh] / count[fresh][:, None]
    return picture, filled | fresh


def texels(uvs: Floats, size: int) -> Texels:
    """The texels whose middles triangles (n, 3, 2) of a texture cover."""
    corners = uvs * size - 0.5
    found = [_covered(index, corner, size) for index, corner in enumerate(corners)]
    found = [item for item in found if item is not None]
    rows, columns, triangle, shares = (np.concatenate([item[i] for item in found if item]) for i in range(4))
    return Texels(size, rows, columns, triangle, shares)


def _covered(index: int, corner: Floats, size: int) -> tuple[NDArray[np.int64], ...] | None:
    low = np.maximum(np.floor(corner.min(0)).astype(int), 0)
    high = np.minimum(np.ceil(corner.max(0)).astype(int), size - 1)
    x, y = np.meshgrid(np.arange(low[0], high[0] + 1), np.arange(low[1], high[1] + 1))
    (ax, ay), (bx, by), (cx, cy) = corner
    area = (bx - ax) * (cy - ay) - (cx - ax) * (by - ay)
    if abs(area) < 1e-12:
        return None
    second = ((x - ax) * (cy - ay) - (cx - ax) * (y - ay)) / area
    third = ((bx - ax) * (y - ay) - (x - ax) * (by - ay)) / area
    inside = (second >= -1e-6) & (third >= -1e-6) & (second + third <= 1 + 1e-6)
    if not inside.any():
        return None
    b, c = second[inside], third[inside]
    return y[inside], x[inside], np.full(len(b), index), np.stack([1 - b - c, b, c], 1)
