"""Reads what the characters' files hold: enough of glTF 2.0 for them, written apart from what writes them."""

import json
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

COMPONENTS: Final = {5120: "<i1", 5121: "<u1", 5122: "<i2", 5123: "<u2", 5125: "<u4", 5126: "<f4"}
WIDTHS: Final = {"SCALAR": 1, "VEC2": 2, "VEC3": 3, "VEC4": 4, "MAT4": 16}


@dataclass(frozen=True, slots=True)
class Glb:
    """The two parts of a file."""

    document: dict[str, Any]
    binary: bytes

    @classmethod
    def read(cls, path: Path) -> "Glb":
        content = path.read_bytes()
        magic, version, length = struct.unpack_from("<4sII", content)
        assert (magic, version, length) == (b"glTF", 2, len(content))
        size, kind = struct.unpack_from("<I4s", content, 12)
        assert kind == b"JSON"
        return cls(json.loads(content[20 : 20 + size]), content[20 + size + 8 :])

    def primitive(self, mesh: str, material: str) -> dict[str, Any]:
        """What of a mesh is drawn with that material."""
        place = [entry["name"] for entry in self.document["materials"]].index(material)
        whole = next(entry for entry in self.document["meshes"] if entry["name"] == mesh)
        found: dict[str, Any] = next(part for part in whole["primitives"] if part["material"] == place)
        return found

    def values(self, accessor: int) -> Array:
        """(count, width) numbers, normalised ones as fractions."""
        head = self.document["accessors"][accessor]
        rows = self._rows(head, head["count"]) if "bufferView" in head else self._zeros(head)
        if "sparse" in head:
            sparse = head["sparse"]
            places = self._rows(sparse["indices"] | {"type": "SCALAR"}, sparse["count"])[:, 0]
            rows[places] = self._rows({**head, **sparse["values"]}, sparse["count"])
        if not head.get("normalized"):
            return rows
        return np.asarray(rows / np.iinfo(COMPONENTS[head["componentType"]]).max)

    def _zeros(self, head: dict[str, Any]) -> Array:
        return np.zeros((head["count"], WIDTHS[head["type"]]), COMPONENTS[head["componentType"]])

    def _rows(self, head: dict[str, Any], count: int) -> Array:
        view, width = self.document["bufferViews"][head["bufferView"]], WIDTHS[head["type"]]
        kind = np.dtype(COMPONENTS[head["componentType"]])
        stride = view.get("byteStride", width * kind.itemsize)
        raw = np.frombuffer(self.binary, np.uint8, view["byteLength"], view["byteOffset"])
        whole = np.resize(raw, count * stride).reshape(count, stride)[:, : width * kind.itemsize]
        return np.ascontiguousarray(whole).view(kind).reshape(count, width).copy()
