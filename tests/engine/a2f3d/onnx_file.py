"""Writes ONNX files: the few fields of its protobuf that a small graph needs, so that no package is needed for it.

Field numbers as in onnx.proto of ONNX 1.17 (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto).
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

IR_VERSION = 8
OPSET = 17
FLOAT, INT64 = 1, 7
"""Of `TensorProto.DataType`."""
_VARINT, _BYTES, _FIXED32 = 0, 2, 5
_KINDS: dict[str, int] = {"f": FLOAT, "i": INT64}
_ATTRIBUTE_KINDS = {float: 1, int: 2, str: 3}
_INTS = 7

Shape = Sequence[int | str]
"""Sizes, or names of those that may vary."""


class Graph:
    """A graph under way: `add` gives the name of what a node puts out."""

    def __init__(self) -> None:
        self._nodes: list[bytes] = []
        self._constants: list[bytes] = []
        self._values = 0

    def constant(self, array: NDArray[Any]) -> str:
        """Name of a tensor that is part of the file, float32 or int64."""
        name = self._name()
        wide = np.ascontiguousarray(array, np.float32 if array.dtype.kind == "f" else np.int64)
        fields = [_number(1, size) for size in wide.shape]
        fields += [_number(2, _KINDS[wide.dtype.kind]), _text(8, name), _field(9, wide.tobytes())]
        self._constants.append(_field(5, b"".join(fields)))
        return name

    def floats(self, *values: float) -> str:
        """Name of a constant of one dimension."""
        return self.constant(np.array(values, np.float32))

    def ints(self, *values: int) -> str:
        """Name of a constant of one dimension."""
        return self.constant(np.array(values, np.int64))

    def add(self, operator: str, *inputs: str, output: str = "", **attributes: object) -> str:
        """Append a node; attributes are whole numbers, floats, texts or lists of whole numbers."""
        name = output or self._name()
        self._nodes.append(_node(operator, inputs, [name], attributes))
        return name

    def add_two(self, operator: str, *inputs: str, **attributes: object) -> tuple[str, str]:
        """Append a node with two outputs."""
        names = self._name(), self._name()
        self._nodes.append(_node(operator, inputs, names, attributes))
        return names

    def prepend(self, operator: str, *inputs: str, output: str, **attributes: object) -> None:
        """Put a node first: nodes stand in the order in which they run."""
        self._nodes.insert(0, _node(operator, inputs, [output], attributes))

    def save(self, path: Path, inputs: Mapping[str, Shape], outputs: Mapping[str, Shape]) -> None:
        """Write the model; all inputs and outputs are float32."""
        fields = [*self._nodes, _text(2, "made"), *self._constants]
        fields += [_field(11, _value(name, shape)) for name, shape in inputs.items()]
        fields += [_field(12, _value(name, shape)) for name, shape in outputs.items()]
        opset = _field(8, _text(1, "") + _number(2, OPSET))
        path.write_bytes(_number(1, IR_VERSION) + _text(2, "made") + _field(7, b"".join(fields)) + opset)

    def _name(self) -> str:
        self._values += 1
        return f"v{self._values}"


def _node(operator: str, inputs: Iterable[str], outputs: Iterable[str], attributes: Mapping[str, object]) -> bytes:
    fields = [_text(1, each) for each in inputs] + [_text(2, each) for each in outputs] + [_text(4, operator)]
    return _field(1, b"".join([*fields, *(_field(5, _attribute(key, value)) for key, value in attributes.items())]))


def _attribute(name: str, value: object) -> bytes:
    if isinstance(value, Iterable) and not isinstance(value, str):
        kind, fields = _INTS, b"".join(_number(8, int(each)) for each in value)
    elif isinstance(value, float):
        kind, fields = _ATTRIBUTE_KINDS[float], _tag(2, _FIXED32) + np.float32(value).tobytes()
    elif isinstance(value, int):
        kind, fields = _ATTRIBUTE_KINDS[int], _number(3, value)
    else:
        kind, fields = _ATTRIBUTE_KINDS[str], _text(4, str(value))
    return _text(1, name) + fields + _number(20, kind)


def _value(name: str, shape: Shape) -> bytes:
    sizes = b"".join(_field(1, _number(1, s) if isinstance(s, int) else _text(2, s)) for s in shape)
    return _text(1, name) + _field(2, _field(1, _number(1, FLOAT) + _field(2, sizes)))


def _number(field: int, value: int) -> bytes:
    return _tag(field, _VARINT) + _varint(value)


def _text(field: int, value: str) -> bytes:
    return _field(field, value.encode())


def _field(field: int, value: bytes) -> bytes:
    return _tag(field, _BYTES) + _varint(len(value)) + value


def _tag(field: int, kind: int) -> bytes:
    return _varint(field << 3 | kind)


def _varint(value: int) -> bytes:
    value &= (1 << 64) - 1
    digits = bytearray()
    while value > 0x7F:
        digits.append(value & 0x7F | 0x80)
        value >>= 7
    digits.append(value)
    return bytes(digits)
