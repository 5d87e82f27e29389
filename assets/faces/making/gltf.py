"""Writes a character as one binary glTF 2.0 file: quantised sparse morphs, a small skeleton, embedded pictures."""

import json
import struct
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from a2f_live import arkit
from assets.faces.making.source import Floats, Ints

METRES = 0.1
"""The body's decimetres in metres."""
_STILL_M, _STILL_TURN = 6e-5, 0.04
"""A vertex that moves by less, in metres, and whose normal turns by less does not move."""


@dataclass(frozen=True, slots=True)
class Part:
    """What is drawn with one material, in metres, seams already split."""

    positions: Floats
    normals: Floats
    uvs: Floats
    triangles: Ints
    material: str
    morphs: Floats
    """(52 or 0, vertices, 3)."""
    morph_normals: Floats
    joints: Floats
    """(vertices, joints) shares of the skeleton's joints, each row 1 in sum; at most four not 0."""
    opacity: Floats | None = None
    """(vertices,), 0 to 1, times the material's own."""


@dataclass(frozen=True, slots=True)
class Joint:
    """One bone: where it turns, in metres, and what it hangs on."""

    name: str
    position: Floats
    parent: int | None


@dataclass(frozen=True, slots=True)
class Character:
    """All that goes into a file."""

    name: str
    meshes: dict[str, list[Part]]
    joints: list[Joint]
    materials: dict[str, dict[str, Any]]
    """glTF materials; a texture is named by its picture: `{"picture": "skin"}`."""
    pictures: dict[str, bytes]
    """PNG or JPEG files."""
    notice: str


@dataclass(slots=True)
class _Writer:
    blob: bytearray = field(default_factory=bytearray)
    views: list[dict[str, Any]] = field(default_factory=list)
    accessors: list[dict[str, Any]] = field(default_factory=list)

    def view(self, content: bytes, target: int | None = None, stride: int | None = None) -> int:
        self.blob += b"\0" * (-len(self.blob) % 4)
        view: dict[str, Any] = {"buffer": 0, "byteOffset": len(self.blob), "byteLength": len(content)}
        if target:
            view["target"] = target
        if stride:
            view["byteStride"] = stride
        self.blob += content
        self.views.append(view)
        return len(self.views) - 1

    def accessor(self, **fields: Any) -> int:
        self.accessors.append(fields)
        return len(self.accessors) - 1

    def vertices(self, values: Floats, kind: str, bounds: bool = False) -> int:
        data = values.astype("<f4")
        limits = {"min": data.min(0).tolist(), "max": data.max(0).tolist()} if bounds else {}
        view = self.view(data.tobytes(), 34962)
        return self.accessor(bufferView=view, componentType=5126, count=len(data), type=kind, **limits)

    def integers(
        self, values: NDArray[Any], code: int, kind: str, target: int, stride: int | None = None, **more: Any
    ) -> int:
        view = self.view(values.tobytes(), target, stride)
        return self.accessor(bufferView=view, componentType=code, count=len(values), type=kind, **more)

    def sparse(self, rows: Ints, values: NDArray[Any], code: int, count: int, bounds: bool) -> int:
        """Vectors of normalised integers, 0 but for some rows."""
        limits: dict[str, Any] = {}
        if bounds:
            whole = np.vstack([values, np.zeros((1, 3), values.dtype)]) if len(rows) < count else values
            limits = {"min": whole.min(0).tolist(), "max": whole.max(0).tolist()}
        head = {"componentType": code, "count": count, "type": "VEC3", "normalized": True, **limits}
        if not len(rows):
            return self.accessor(**head)
        index = {"bufferView": self.view(rows.astype("<u2").tobytes()), "componentType": 5123}
        return self.accessor(
            **head,
            sparse={"count": len(rows), "indices": index, "values": {"bufferView": self.view(values.tobytes())}},
        )


def write(character: Character, path: Path) -> None:
    """Write the file."""
    writer = _Writer()
    texture_of = {name: index for index, name in enumerate(character.pictures)}
    images = [_image(writer, name, content) for name, content in character.pictures.items()]
    materials = [{"name": name, **_with_textures(m, texture_of)} for name, m in character.materials.items()]
    material_of = {name: index for index, name in enumerate(character.materials)}
    meshes = [_mesh(writer, name, parts, material_of) for name, parts in character.meshes.items()]
    nodes = _skeleton(character.joints)
    skin = _skin(writer, character.joints)
    first = len(nodes)
    nodes += [{"name": mesh["name"], "mesh": index, "skin": 0} for index, mesh in enumerate(meshes)]
    scene = {"name": character.name, "nodes": [0, *range(first, len(nodes))]}
    used = sorted({name for m in materials for name in m.get("extensions", {})} | {"KHR_mesh_quantization"})
    document = {
        "asset": {"version": "2.0", "generator": "a2f-live assets/make_faces.py", "copyright": character.notice},
        "extensionsUsed": used,
        "extensionsRequired": ["KHR_mesh_quantization"],
        "scene": 0,
        "scenes": [scene],
        "nodes": nodes,
        "skins": [skin],
        "meshes": meshes,
        "materials": materials,
        "textures": [{"name": name, "sampler": 0, "source": i} for name, i in texture_of.items()],
        "samplers": [{"magFilter": 9729, "minFilter": 9987, "wrapS": 10497, "wrapT": 10497}],
        "images": images,
        "accessors": writer.accessors,
        "bufferViews": writer.views,
        "buffers": [{"byteLength": len(writer.blob) + -len(writer.blob) % 4}],
    }
    path.write_bytes(_container(document, bytes(writer.blob)))


def _container(document: dict[str, Any], blob: bytes) -> bytes:
    text = json.dumps(document, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 4)
    blob += b"\0" * (-len(blob) % 4)
    chunks = struct.pack("<I4s", len(text), b"JSON") + text + struct.pack("<I4s", len(blob), b"BIN\0") + blob
    return struct.pack("<4sII", b"glTF", 2, 12 + len(chunks)) + chunks


def _image(writer: _Writer, name: str, content: bytes) -> dict[str, Any]:
    kind = "image/png" if content.startswith(b"\x89PNG") else "image/jpeg"
    return {"name": name, "mimeType": kind, "bufferView": writer.view(content)}


def _with_textures(value: Any, texture_of: dict[str, int]) -> Any:
    if isinstance(value, dict):
        if "picture" in value:
            rest = {key: item for key, item in value.items() if key != "picture"}
            return {"index": texture_of[value["picture"]], **rest}
        return {key: _with_textures(item, texture_of) for key, item in value.items()}
    return value


def _mesh(writer: _Writer, name: str, parts: Sequence[Part], material_of: dict[str, int]) -> dict[str, Any]:
    mesh: dict[str, Any] = {"name": name, "primitives": [_primitive(writer, part, material_of) for part in parts]}
    if len(parts[0].morphs):
        mesh["weights"] = [0] * arkit.COUNT
        mesh["extras"] = {"targetNames": list(arkit.NAMES)}
    return mesh


def _primitive(writer: _Writer, part: Part, material_of: dict[str, int]) -> dict[str, Any]:
    joints, weights = _influences(part.joints)
    attributes = {
        "POSITION": writer.vertices(part.positions, "VEC3", bounds=True),
        "NORMAL": writer.integers(_padded_normals(part.normals), 5120, "VEC3", 34962, 4, normalized=True),
        "TEXCOORD_0": writer.vertices(part.uvs, "VEC2"),
        "JOINTS_0": writer.integers(joints, 5121, "VEC4", 34962, 4),
        "WEIGHTS_0": writer.integers(weights, 5121, "VEC4", 34962, 4, normalized=True),
    }
    if part.opacity is not None:
        shades = np.full((len(part.opacity), 4), 255, np.uint8)
        shades[:, 3] = np.round(part.opacity * 255)
        attributes["COLOR_0"] = writer.integers(shades, 5121, "VEC4", 34962, 4, normalized=True)
    kind, code = ("<u2", 5123) if len(part.positions) < 65535 else ("<u4", 5125)
    primitive: dict[str, Any] = {
        "attributes": attributes,
        "indices": writer.integers(part.triangles.astype(kind).reshape(-1), code, "SCALAR", 34963),
        "material": material_of[part.material],
    }
    if len(part.morphs):
        primitive["targets"] = _targets(writer, part)
    return primitive


def _targets(writer: _Writer, part: Part) -> list[dict[str, int]]:
    count = len(part.positions)
    none = np.zeros(0, np.int64)
    still: dict[str, int] = {}
    targets = []
    for moves, turns in zip(part.morphs, part.morph_normals, strict=True):
        moved = np.flatnonzero((np.abs(moves).max(1) > _STILL_M) | (np.abs(turns).max(1) > _STILL_TURN))
        if not len(moved):
            still = still or {
                "POSITION": writer.sparse(none, np.zeros((0, 3), "<i2"), 5122, count, bounds=True),
                "NORMAL": writer.sparse(none, np.zeros((0, 3), "i1"), 5120, count, bounds=False),
            }
            targets.append(still)
            continue
        steps = np.round(moves[moved] * 32767).astype("<i2")
        angles = np.round(np.clip(turns[moved], -1, 1) * 127).astype("i1")
        targets.append(
            {
                "POSITION": writer.sparse(moved, steps, 5122, count, bounds=True),
                "NORMAL": writer.sparse(moved, angles, 5120, count, bounds=False),
            }
        )
    return targets


def _padded_normals(vectors: Floats) -> NDArray[np.int8]:
    """Signed bytes, each vertex padded to four."""
    return np.pad(np.round(np.clip(vectors, -1, 1) * 127).astype(np.int8), ((0, 0), (0, 1)))


def _influences(shares: Floats) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    order = np.argsort(-shares, axis=1)[:, :4]
    weights = np.take_along_axis(shares, order, 1)
    if order.shape[1] < 4:
        pad = 4 - order.shape[1]
        order, weights = np.pad(order, ((0, 0), (0, pad))), np.pad(weights, ((0, 0), (0, pad)))
    steps = np.round(weights / weights.sum(1, keepdims=True) * 255).astype(np.int64)
    steps[:, 0] += 255 - steps.sum(1)
    return np.where(steps > 0, order, 0).astype(np.uint8), steps.astype(np.uint8)


def _skeleton(joints: list[Joint]) -> list[dict[str, Any]]:
    nodes: list[dict[str, Any]] = []
    for index, joint in enumerate(joints):
        origin = joints[joint.parent].position if joint.parent is not None else np.zeros(3)
        node: dict[str, Any] = {"name": joint.name, "translation": (joint.position - origin).round(6).tolist()}
        children = [i for i, other in enumerate(joints) if other.parent == index]
        nodes.append({**node, "children": children} if children else node)
    return nodes


def _skin(writer: _Writer, joints: list[Joint]) -> dict[str, Any]:
    inverse = np.tile(np.eye(4), (len(joints), 1, 1))
    for index, joint in enumerate(joints):
        inverse[index, 3, :3] = -joint.position  # column-major: a row here is a column there
    view = writer.view(inverse.astype("<f4").tobytes())
    matrices = writer.accessor(bufferView=view, componentType=5126, count=len(joints), type="MAT4")
    return {"joints": list(range(len(joints))), "skeleton": 0, "inverseBindMatrices": matrices}
