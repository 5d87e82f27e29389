"""Fields of messages: reading a map of the wire into Python values, writing it, and saying what is wrong with it."""

# ruff: noqa: D102 - the methods of a kind are documented once, in `Kind`

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from a2f_live.errors import A2FError, RemoteProtocolError
from a2f_live.wire.kinds import Kind

BAD_FIELD: Final = "bad_field"
_SHOWN_CHARACTERS: Final = 40


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a message: its name, kind, meaning with unit, and what refuses a value outside its range."""

    name: str
    kind: Kind
    meaning: str
    required: bool = False
    nullable: bool = False
    """Whether null is a value; elsewhere it means that the field is absent."""
    refusal: type[A2FError] = RemoteProtocolError
    default: Any = None
    """Wire value that its absence stands for, where there is one."""


def read_fields(fields: Sequence[Field], values: Mapping[str, Any], where: str) -> dict[str, Any]:
    """Python values of the fields that are there; unknown ones are ignored. `where` begins every sentence."""
    found = {}
    for field in fields:
        value = values.get(field.name)
        if value is not None or (field.nullable and field.name in values):
            found[field.name] = _read_field(field, value, where)
        elif field.required:
            raise RemoteProtocolError(f"{where}{field.name} is missing: send {field.kind}", code=BAD_FIELD)
    return found


def with_defaults(example: object, *fields: Field) -> tuple[Field, ...]:
    """The fields, each with the default that an example made without arguments has for it."""
    values = [None if field.required else getattr(example, field.name) for field in fields]
    return tuple(
        field if value is None else replace(field, default=field.kind.write(value))
        for field, value in zip(fields, values, strict=True)
    )


def write_fields(fields: Sequence[Field], source: object) -> dict[str, Any]:
    """Wire values of the attributes of the same names; None is left out."""
    pairs = ((field, getattr(source, field.name)) for field in fields)
    return {field.name: field.kind.write(value) for field, value in pairs if value is not None}


def _read_field(field: Field, value: Any, where: str) -> Any:
    try:
        return field.kind.read(value, where + field.name)
    except TypeError:
        refusal: type[A2FError] = RemoteProtocolError
    except ValueError:
        refusal = field.refusal
    sentence = f"{where}{field.name} is {shown(value)}, but must be {field.kind}"
    raise refusal(sentence, code=BAD_FIELD if refusal is RemoteProtocolError else None)


def shown(value: Any) -> str:
    """A value of a peer in a sentence: short, and never walking into what it holds."""
    if type(value) in _NAMES_OF_TYPES:
        return _NAMES_OF_TYPES[type(value)]
    text = repr(value[: _SHOWN_CHARACTERS + 1] if type(value) is str else value)
    return text if len(text) <= _SHOWN_CHARACTERS + 2 else f"{text[:_SHOWN_CHARACTERS]}…"


_NAMES_OF_TYPES: Final[Mapping[type, str]] = {dict: "a map", list: "a list", bytes: "bytes", type(None): "null"}


@dataclass(frozen=True, slots=True)
class Record(Kind):
    """A map with fields of its own; becomes what `make` gives for them."""

    make: Callable[..., Any]
    fields: tuple[Field, ...]

    def read(self, value: Any, where: str) -> Any:
        if type(value) is not dict:
            raise TypeError
        return self.make(**read_fields(self.fields, value, where + "."))

    def write(self, value: Any) -> dict[str, Any]:
        return write_fields(self.fields, value)

    def schema(self) -> dict[str, Any]:
        return object_schema(self.fields)

    def __str__(self) -> str:
        return f"a map of {', '.join(field.name for field in self.fields)}"


def object_schema(fields: Sequence[Field]) -> dict[str, Any]:
    """JSON Schema of a map with such fields; others are allowed, because they are ignored."""
    properties = {field.name: _property(field) for field in fields}
    required = [field.name for field in fields if field.required]
    return {"type": "object", "properties": properties, **({"required": required} if required else {})}


def _property(field: Field) -> dict[str, Any]:
    default = {} if field.default is None else {"default": field.default}
    return {**field.kind.schema(), **default, "description": field.meaning}
