"""Small avatars of quads, whose parts move in ways that a picture shows, under any names."""

import json
import struct
from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

FLOAT: Final = 5126
UNSIGNED_SHORT: Final = 5123

Corners = tuple[float, float, float, float]
"""Left, bottom, right and top, in centimetres from the middle of the face."""

SKIN: Final = ((-7.0, -10.0, 7.0, 11.0), 0.0, (0.85, 0.62, 0.5))
PARTS: Final[Mapping[str, tuple[Corners, float, tuple[float, float, float]]]] = {
    "mouth": ((-2.5, -4.6, 2.5, -4.5), 0.4, (0.06, 0.01, 0.01)),
    "eyeLeft": ((1.6, 2.0, 4.4, 3.6), 0.2, (0.05, 0.06, 0.1)),
    "eyeRight": ((-4.4, 2.0, -1.6, 3.6), 0.2, (0.05, 0.06, 0.1)),
    "lidLeft": ((1.6, 3.6, 4.4, 3.7), 0.4, (0.85, 0.62, 0.5)),
    "lidRight": ((-4.4, 3.6, -1.6, 3.7), 0.4, (0.85, 0.62, 0.5)),
}
MOVES: Final[Mapping[str, tuple[str, float]]] = {
    "jawOpen": ("mouth", -6.0),
    "eyeBlinkLeft": ("lidLeft", -1.8),
    "eyeBlinkRight": ("lidRight", -1.8),
}
"""The first word of a shape tells what moves: the lower edge of a part, by so many centimetres."""
EYES_HEIGHT_M: Final = 1.6
NECK_HEIGHT_M: Final = 1.53


class Buffer:
    """Collects numbers, and describes where they lie."""

    def __init__(self) -> None:
        self.data = b""
        self.views: list[dict[str, Any]] = []
        self.accessors: list[dict[str, Any]] = []

    def add(self, values: NDArray[Any], kind: str) -> int:
        """Give the accessor's place."""
        bounds = {"min": values.min(axis=0).tolist(), "max": values.max(axis=0).tolist()} if kind == "VEC3" else {}
        self.views.append({"buffer": 0, "byteOffset": len(self.data), "byteLength": values.nbytes})
        component = UNSIGNED_SHORT if values.dtype == np.uint16 else FLOAT
        view = len(self.views) - 1
        self.accessors.append(
            {"bufferView": view, "componentType": component, "count": len(values), "type": kind, **bounds}
        )
        raw = values.tobytes()
        self.data += raw + b"\0" * (-len(raw) % 4)
        return len(self.accessors) - 1


def avatar(names: Mapping[str, str], *, vrm: Mapping[str, str] | None = None, image: str | None = None) -> bytes:
    """A GLB whose morph targets are `names`, of ARKit to its own; `vrm`: expressions of VRM 1 to what each moves."""
    buffer = Buffer()
    materials, primitives = [], []
    for part, (corners, depth_cm, colour) in {"skin": SKIN, **PARTS}.items():
        points = quad(corners, depth_cm)
        materials.append({"pbrMetallicRoughness": {"baseColorFactor": [*colour, 1], "metallicFactor": 0}})
        targets = [{"POSITION": buffer.add(moved(points, part, shape), "VEC3")} for shape in names]
        primitives.append(
            {
                "attributes": {
                    "POSITION": buffer.add(points, "VEC3"),
                    "NORMAL": buffer.add(np.tile(np.array([0, 0, 1], np.float32), (4, 1)), "VEC3"),
                },
                "indices": buffer.add(np.array([0, 1, 2, 0, 2, 3], np.uint16), "SCALAR"),
                "material": len(materials) - 1,
                "targets": targets,
            }
        )
    document = {
        "asset": {"version": "2.0"},
        "scene": 0,
        "scenes": [{"nodes": [0]}],
        "nodes": [
            {"name": "Rig", "children": [1]},
            {"name": "mixamorig:Head", "children": [2], "translation": [0, NECK_HEIGHT_M, 0]},
            {"mesh": 0, "translation": [0, -NECK_HEIGHT_M, 0]},
        ],
        "meshes": [{"primitives": primitives, "extras": {"targetNames": list(names.values())}}],
        "materials": materials,
        "bufferViews": buffer.views,
        "accessors": buffer.accessors,
        "buffers": [{"byteLength": len(buffer.data)}],
        **({"images": [{"uri": image}]} if image else {}),
    }
    if vrm:
        document |= {"extensionsUsed": ["VRMC_vrm"], "extensions": {"VRMC_vrm": expressions(list(names), vrm)}}
    return packed(document, buffer.data)


def expressions(shapes: list[str], vrm: Mapping[str, str]) -> dict[str, Any]:
    """Expressions that move one morph target each."""
    binds = {
        name: {"morphTargetBinds": [{"node": 2, "index": shapes.index(shape), "weight": 1}]}
        for name, shape in vrm.items()
    }
    return {"specVersion": "1.0", "humanoid": {"humanBones": {"head": {"node": 1}}}, "expressions": {"preset": binds}}


def quad(corners: Corners, depth_cm: float) -> NDArray[np.float32]:
    """Four corners, anticlockwise from the lower left, in metres."""
    left, bottom, right, top = corners
    points = [(left, bottom), (right, bottom), (right, top), (left, top)]
    return np.array([(x / 100, y / 100 + EYES_HEIGHT_M, depth_cm / 100) for x, y in points], np.float32)


def moved(points: NDArray[np.float32], part: str, shape: str) -> NDArray[np.float32]:
    """How far each corner of a part goes at a weight of 1."""
    shift = np.zeros_like(points)
    moves, far_cm = MOVES.get(shape.split()[0], ("", 0.0))
    if moves == part:
        shift[:2, 1] = far_cm / 100
    return shift


def packed(document: Mapping[str, Any], binary: bytes) -> bytes:
    """A GLB of its two parts."""
    text = json.dumps(document).encode()
    text += b" " * (-len(text) % 4)
    chunks = struct.pack("<II", len(text), 0x4E4F534A) + text + struct.pack("<II", len(binary), 0x004E4942) + binary
    return struct.pack("<III", 0x46546C67, 2, 12 + len(chunks)) + chunks
