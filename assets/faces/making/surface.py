"""Surfaces that carry their 52 morphs: subdivision, normals, seams, and things that ride on them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assets.faces.making.source import Floats, Ints


@dataclass(frozen=True, slots=True)
class Quads:
    """A surface of quads before subdivision."""

    positions: Floats
    """(vertices, 3), decimetres."""
    morphs: Floats
    """(52, vertices, 3), displacement at weight 1."""
    faces: Ints
    """(faces, 4)."""
    uvs: Floats
    """(faces, 4, 2), for each corner."""


@dataclass(frozen=True, slots=True)
class Mesh:
    """A surface of triangles; a vertex on a seam of the texture still is one vertex here."""

    positions: Floats
    """(vertices, 3), decimetres."""
    morphs: Floats
    """(52, vertices, 3), displacement at weight 1; or (0, vertices, 3) for what never deforms."""
    triangles: Ints
    """(triangles, 3)."""
    uvs: Floats
    """(triangles, 3, 2), for each corner."""

    def posed(self, weights: Floats) -> Floats:
        """Positions under 52 weights."""
        return np.asarray(self.positions + np.tensordot(weights, self.morphs, 1))


def compact(positions: Floats, morphs: Floats, faces: Ints, uvs: Floats) -> Quads:
    """The part of a body that some faces use."""
    used, index = np.unique(faces, return_inverse=True)
    return Quads(positions[used], morphs[:, used], index.reshape(faces.shape), uvs)


def refine(surface: Quads, finer: NDArray[np.bool_]) -> Mesh:
    """One step of Catmull and Clark (1978), morphs included; only faces marked `finer` are split, without cracks."""
    count = len(surface.positions)
    stack = np.concatenate([surface.positions[None], surface.morphs]).transpose(1, 0, 2).reshape(count, -1)
    faces = surface.faces
    edges, face_edges, sides = _edges(faces)
    centres = stack[faces].mean(1)
    middles = stack[edges].mean(1)
    border: NDArray[np.bool_] = np.asarray((sides < 0).any(1))
    edge_points = np.where(border[:, None], middles, (middles * 2 + centres[sides].sum(1)) / 4)
    corners = _moved_corners(stack, faces, edges, centres, middles, border)
    split_edges = np.zeros(len(edges), bool)
    split_edges[face_edges[finer].ravel()] = True
    edge_index = np.where(split_edges, count + np.cumsum(split_edges) - 1, -1)
    face_index = np.where(finer, count + split_edges.sum() + np.cumsum(finer) - 1, -1)
    points = np.concatenate([corners, edge_points[split_edges], centres[finer]])
    triangles, uvs = _triangles(surface, face_edges, edge_index, face_index)
    points = points.reshape(len(points), -1, 3).transpose(1, 0, 2)
    return Mesh(points[0].copy(), points[1:].copy(), triangles, uvs)


def _edges(faces: Ints) -> tuple[Ints, Ints, Ints]:
    """Edges (n, 2), the four edges of each face, and the two faces of each edge (-1 at a border)."""
    ends = np.stack([faces, np.roll(faces, -1, 1)], 2).reshape(-1, 2)
    edges, index = np.unique(np.sort(ends, 1), axis=0, return_inverse=True)
    index = index.reshape(-1)
    sides = np.full((len(edges), 2), -1)
    order = np.argsort(index, kind="stable")
    first = np.ones(len(order), bool)
    first[1:] = index[order][1:] != index[order][:-1]
    sides[index[order[first]], 0] = order[first] // 4
    sides[index[order[~first]], 1] = order[~first] // 4
    return edges, index.reshape(-1, 4), sides


def _moved_corners(
    stack: Floats, faces: Ints, edges: Ints, centres: Floats, middles: Floats, border: NDArray[np.bool_]
) -> Floats:
    total_faces, around = np.zeros_like(stack), np.zeros(len(stack))
    for corner in range(4):
        np.add.at(total_faces, faces[:, corner], centres)
        np.add.at(around, faces[:, corner], 1)
    total_edges, degree = np.zeros_like(stack), np.zeros(len(stack))
    rim_total, rim = np.zeros_like(stack), np.zeros(len(stack))
    for end in range(2):
        np.add.at(total_edges, edges[:, end], middles)
        np.add.at(degree, edges[:, end], 1)
        np.add.at(rim_total, edges[border, end], middles[border])
        np.add.at(rim, edges[border, end], 1)
    n = np.maximum(degree, 1)[:, None]
    inside = (total_faces / np.maximum(around, 1)[:, None] + 2 * total_edges / n + (n - 3) * stack) / n
    on_rim = rim_total / np.maximum(rim, 1)[:, None] / 2 + stack / 2
    return np.asarray(np.where((rim > 0)[:, None], on_rim, inside))


def _triangles(surface: Quads, face_edges: Ints, edge_index: Ints, face_index: Ints) -> tuple[Ints, Floats]:
    triangles: list[list[int]] = []
    uvs: list[list[Floats]] = []
    middle_uvs = (surface.uvs + np.roll(surface.uvs, -1, 1)) / 2
    centre_uvs = surface.uvs.mean(1)
    for face, quad in enumerate(surface.faces):
        ring: list[int] = []
        ring_uvs: list[Floats] = []
        for corner in range(4):
            ring.append(int(quad[corner]))
            ring_uvs.append(surface.uvs[face, corner])
            middle = int(edge_index[face_edges[face, corner]])
            if middle >= 0:
                ring.append(middle)
                ring_uvs.append(middle_uvs[face, corner])
        if face_index[face] >= 0:
            centre, centre_uv = int(face_index[face]), centre_uvs[face]
            for i in range(0, 8, 2):
                a, b, c = i, (i + 1) % 8, (i - 1) % 8
                triangles += [[ring[a], ring[b], centre], [ring[a], centre, ring[c]]]
                uvs += [[ring_uvs[a], ring_uvs[b], centre_uv], [ring_uvs[a], centre_uv, ring_uvs[c]]]
        else:
            # A fan from a point on an edge, if there is one, makes no needle.
            start = next((i for i in range(len(ring)) if ring[i] >= len(surface.positions)), 0)
            for i in range(1, len(ring) - 1):
                a, b = (start + i) % len(ring), (start + i + 1) % len(ring)
                triangles.append([ring[start], ring[a], ring[b]])
                uvs.append([ring_uvs[start], ring_uvs[a], ring_uvs[b]])
    return np.array(triangles), np.array(uvs)


def normals(positions: Floats, triangles: Ints) -> Floats:
    """Unit normals of vertices, each triangle weighted by its angle there (Thürmer and Wüthrich, 1998)."""
    corners = positions[triangles]
    sides = np.roll(corners, -1, 1) - corners
    lengths = np.linalg.norm(sides, axis=2, keepdims=True)
    unit = sides / np.maximum(lengths, 1e-12)
    flat = np.cross(sides[:, 0], sides[:, 1])
    flat /= np.maximum(np.linalg.norm(flat, axis=1, keepdims=True), 1e-12)
    angles = np.arccos(np.clip(-(unit * np.roll(unit, 1, 1)).sum(2), -1, 1))
    result = np.zeros_like(positions)
    for corner in range(3):
        np.add.at(result, triangles[:, corner], flat * angles[:, corner, None])
    return unit_rows(result)


def unit_rows(vectors: Floats) -> Floats:
    """Vectors scaled to length 1; one without a length points up."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.where(lengths > 1e-9, vectors / np.maximum(lengths, 1e-9), np.array([0.0, 1.0, 0.0]))


@dataclass(frozen=True, slots=True)
class Anchors:
    """Points that ride on a mesh: each on a triangle, at a height along its normal."""

    triangles: Ints
    """(points, 3) vertex indices."""
    shares: Floats
    """(points, 3), barycentric."""

    def of(self, values: Floats) -> Floats:
        """Values of vertices (..., vertices, k) at the points."""
        return np.asarray((values[..., self.triangles, :] * self.shares[..., None]).sum(-2))


def anchor(points: Floats, mesh: Mesh, candidates: NDArray[np.bool_]) -> Anchors:
    """The nearest spot of a mesh for each point, among triangles whose vertices are all candidates."""
    pool = mesh.triangles[candidates[mesh.triangles].all(1)]
    a, b, c = (mesh.positions[pool[:, i]] for i in range(3))
    centres = (a + b + c) / 3
    chosen, shares = np.empty((len(points), 3), np.int64), np.empty((len(points), 3))
    for row, point in enumerate(points):
        near = np.argsort(((centres - point) ** 2).sum(1))[:24]
        weights = _barycentric(point, a[near], b[near], c[near])
        spots = (weights[:, :, None] * np.stack([a[near], b[near], c[near]], 1)).sum(1)
        best = int(((spots - point) ** 2).sum(1).argmin())
        chosen[row], shares[row] = pool[near[best]], weights[best]
    return Anchors(chosen, shares)


def _barycentric(point: Floats, a: Floats, b: Floats, c: Floats) -> Floats:
    """Shares of the spots nearest to a point: projected, then pulled into the triangles."""
    u, v, w = b - a, c - a, point - a
    uu, uv, vv = (u * u).sum(1), (u * v).sum(1), (v * v).sum(1)
    wu, wv = (w * u).sum(1), (w * v).sum(1)
    scale = np.maximum(uu * vv - uv * uv, 1e-18)
    s, t = (vv * wu - uv * wv) / scale, (uu * wv - uv * wu) / scale
    shares = np.clip(np.stack([1 - s - t, s, t], 1), 0, None)
    return np.asarray(shares / shares.sum(1, keepdims=True))
