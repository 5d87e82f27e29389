"""Bodies of requests, checked as Omniverse's FastAPI does it: lenient with types, 422 with a list of details."""

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

Location = tuple[str | int, ...]
Read = Callable[[Any], Any]
"""Reads one value; raises `Wrong`."""

REQUIRED: Final = object()
"""Instead of a default."""
_WORDS: Final = {
    **dict.fromkeys(("1", "true", "t", "yes", "y", "on"), True),
    **dict.fromkeys(("0", "false", "f", "no", "n", "off"), False),
}


class Wrong(Exception):
    """A value that cannot be used: where within it, in the words of pydantic 1, and its kind of error."""

    def __init__(self, message: str, kind: str, *within: str | int) -> None:
        super().__init__(message)
        self.message = message
        self.kind = kind
        self.within: Location = within


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a body."""

    name: str
    read: Read
    default: Any = REQUIRED
    schema: str = "string"
    """Its JSON type, for the description of the API."""


def text(name: str, default: Any = REQUIRED) -> Field:
    """Text; a number is taken as text."""
    return Field(name, _text, default, "string")


def number(name: str, default: Any = REQUIRED) -> Field:
    """A finite number, or text that is one."""
    return Field(name, read_number, default, "number")


def switch(name: str, default: Any = REQUIRED) -> Field:
    """True or false, or a word for it."""
    return Field(name, read_switch, default, "boolean")


def numbers(name: str, default: Any = REQUIRED) -> Field:
    """A list of numbers."""
    return Field(name, read_numbers, default, "array")


def texts(name: str, default: Any = REQUIRED) -> Field:
    """A list of texts."""
    return Field(name, lambda value: _each(value, _text), default, "array")


def amounts(name: str, default: Any = REQUIRED) -> Field:
    """A map from names to numbers."""
    return Field(name, lambda value: _values(value, read_number), default, "object")


def mapping(name: str, default: Any = REQUIRED) -> Field:
    """A map from names to anything."""
    return Field(name, lambda value: _values(value, lambda item: item), default, "object")


def read_body(raw: bytes, fields: Sequence[Field]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Give the values of a body, and the details of what is wrong with it; unknown fields are ignored."""
    if not fields:
        return {}, []
    if not raw.strip():
        return {}, [_detail(("body",), "field required", "value_error.missing")]
    try:
        body = json.loads(raw)
    except (ValueError, RecursionError) as error:  # JSONDecodeError, or bytes that are no text
        at, message = getattr(error, "pos", 0), getattr(error, "msg", "the body is not JSON")
        return {}, [_detail(("body", at), f"{message}: char {at}", "value_error.jsondecode")]
    if not isinstance(body, Mapping):
        return {}, [_detail(("body",), "value is not a valid dict", "type_error.dict")]
    return _read_fields(body, fields)


def read_number(value: Any) -> float:
    """A finite number."""
    try:
        if isinstance(value, bool | int | float | str) and math.isfinite(number := float(value)):
            return number
    except (ValueError, OverflowError):
        pass
    raise Wrong("value is not a valid float", "type_error.float")


def read_switch(value: Any) -> bool:
    """True or false."""
    if isinstance(value, bool):
        return value
    word = str(value).lower()
    if isinstance(value, int | str) and word in _WORDS:
        return _WORDS[word]
    raise Wrong("value could not be parsed to a boolean", "type_error.bool")


def read_numbers(value: Any) -> list[float]:
    """A list of finite numbers."""
    return _each(value, read_number)


def _text(value: Any) -> str:
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        return str(value)
    raise Wrong("str type expected", "type_error.str")


def _read_fields(body: Mapping[str, Any], fields: Sequence[Field]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    values: dict[str, Any] = {}
    details = []
    for field in fields:
        try:
            values[field.name] = _read_field(body, field)
        except Wrong as wrong:
            details.append(_detail(("body", field.name, *wrong.within), wrong.message, wrong.kind))
    return values, details


def _read_field(body: Mapping[str, Any], field: Field) -> Any:
    value = body.get(field.name)
    if field.name in body and value is not None:
        return field.read(value)
    if field.default is not REQUIRED:
        return field.default
    if field.name in body:
        raise Wrong("none is not an allowed value", "type_error.none.not_allowed")
    raise Wrong("field required", "value_error.missing")


def _each(value: Any, read: Read) -> list[Any]:
    if not isinstance(value, list):
        raise Wrong("value is not a valid list", "type_error.list")
    return [_within(index, item, read) for index, item in enumerate(value)]


def _values(value: Any, read: Read) -> dict[str, Any]:
    if not isinstance(value, Mapping):
        raise Wrong("value is not a valid dict", "type_error.dict")
    return {name: _within(name, item, read) for name, item in value.items()}


def _within(place: str | int, value: Any, read: Read) -> Any:
    try:
        return read(value)
    except Wrong as wrong:
        raise Wrong(wrong.message, wrong.kind, place, *wrong.within) from None


def _detail(location: Location, message: str, kind: str) -> dict[str, Any]:
    return {"loc": list(location), "msg": message, "type": kind}
