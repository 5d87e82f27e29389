"""Kinds of field: what is allowed, how it becomes a Python value and back, and how JSON Schema says it."""

# ruff: noqa: D102 - the methods of a kind are documented once, in `Kind`

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import isfinite
from typing import Any, Final

from a2f_live.config import FPS_RANGE

LARGEST_INTEGER: Final = 2**53 - 1
"""The largest integer that every language reads exactly."""
_LARGEST_TERM: Final = 1_000_000
_NTSC_TOLERANCE: Final = Fraction(1, 5000)
_PROFILE_DEPTH: Final = 4


class Kind:
    """What a field may hold; `str()` of it completes the sentence "must be ..."."""

    __slots__ = ()

    def read(self, value: Any, where: str) -> Any:
        """Python value of a wire value. Raises TypeError for a wrong type, ValueError for a wrong value of it.

        `where` names the field, for kinds that hold fields and refuse one of those themselves.
        """
        raise NotImplementedError

    def write(self, value: Any) -> Any:
        """Wire value of a Python value."""
        return value

    def schema(self) -> dict[str, Any]:
        """JSON Schema of the wire value."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Boolean(Kind):
    """True or false."""

    def read(self, value: Any, where: str) -> bool:
        if type(value) is not bool:
            raise TypeError
        return value

    def schema(self) -> dict[str, Any]:
        return {"type": "boolean"}

    def __str__(self) -> str:
        return "true or false"


@dataclass(frozen=True, slots=True)
class Integer(Kind):
    """A whole number within a range; 5.0 is one, true is not."""

    low: int = 0
    high: int = LARGEST_INTEGER

    def read(self, value: Any, where: str) -> int:
        if type(value) is float and value.is_integer():
            value = int(value)
        if type(value) is not int:
            raise TypeError
        if not self.low <= value <= self.high:
            raise ValueError
        return value

    def schema(self) -> dict[str, Any]:
        return {"type": "integer", "minimum": self.low, "maximum": self.high}

    def __str__(self) -> str:
        return f"an integer from {self.low} to {self.high}"


@dataclass(frozen=True, slots=True)
class Number(Kind):
    """A finite number within a range."""

    low: float = 0.0
    high: float = 1e12

    def read(self, value: Any, where: str) -> float:
        if type(value) not in (int, float):
            raise TypeError
        # False for NaN, and safe for integers too large for a float.
        if not self.low <= value <= self.high:
            raise ValueError
        return float(value)

    def write(self, value: float) -> float:
        if not isfinite(value):
            raise ValueError(f"{value} cannot be sent")
        return float(value)

    def schema(self) -> dict[str, Any]:
        return {"type": "number", "minimum": self.low, "maximum": self.high}

    def __str__(self) -> str:
        return f"a number from {self.low:g} to {self.high:g}"


@dataclass(frozen=True, slots=True)
class Text(Kind):
    """A string that is valid Unicode, not longer than `longest` characters."""

    longest: int = 256

    def read(self, value: Any, where: str) -> str:
        if type(value) is not str:
            raise TypeError
        if len(value) > self.longest:
            raise ValueError
        value.encode()  # A lone surrogate raises a ValueError here, where it is told, instead of wherever it is used.
        return value

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "maxLength": self.longest}

    def __str__(self) -> str:
        return f"text of at most {self.longest} characters"


@dataclass(frozen=True, slots=True)
class Sentence(Text):
    """Text for people. It may quote what a peer sent, so it is made fit to be sent: cut, and valid Unicode."""

    longest: int = 4096

    def write(self, value: str) -> str:
        return value[: self.longest].encode("utf-8", "replace").decode()


@dataclass(frozen=True, slots=True)
class Choice(Kind):
    """One of a few words."""

    choices: tuple[str, ...]

    def read(self, value: Any, where: str) -> str:
        if type(value) is not str:
            raise TypeError
        if value not in self.choices:
            raise ValueError
        return value

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "enum": list(self.choices)}

    def __str__(self) -> str:
        return f"one of {', '.join(self.choices)}"


@dataclass(frozen=True, slots=True)
class Bytes(Kind):
    """Raw bytes: `bin` in msgpack, a binary frame beside JSON."""

    def read(self, value: Any, where: str) -> bytes:
        if type(value) is not bytes:
            raise TypeError
        return value

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "contentMediaType": "application/octet-stream"}

    def __str__(self) -> str:
        return "bytes (bin in msgpack, a binary frame beside JSON)"


@dataclass(frozen=True, slots=True)
class FrameRate(Kind):
    """Frames a second: a number, or numerator and denominator; becomes a Fraction."""

    def read(self, value: Any, where: str) -> Fraction:
        rate = _pair(value) if type(value) is list else _rational(value)
        low, high = FPS_RANGE
        if not low <= rate <= high:
            raise ValueError
        return rate

    def write(self, value: Fraction) -> list[int]:
        return [value.numerator, value.denominator]

    def schema(self) -> dict[str, Any]:
        low, high = map(int, FPS_RANGE)
        term = {"type": "integer", "minimum": 1, "maximum": _LARGEST_TERM}
        pair = {"type": "array", "items": term, "minItems": 2, "maxItems": 2}
        return {"anyOf": [{"type": "number", "minimum": low, "maximum": high}, pair]}

    def __str__(self) -> str:
        low, high = FPS_RANGE
        return f"a number from {low} to {high}, or a list of numerator and denominator"


def _pair(value: list[Any]) -> Fraction:
    term = Integer(1, _LARGEST_TERM)
    if len(value) != 2:
        raise ValueError
    numerator, denominator = (term.read(part, "") for part in value)
    return Fraction(numerator, denominator)


def _rational(value: Any) -> Fraction:
    """29.97, 23.976 and 59.94 are meant as 30000/1001 and its like; others take the nearest fraction up to /1001."""
    number = Fraction(Number(*map(float, FPS_RANGE)).read(value, ""))
    ntsc = Fraction(round(number) * 1000, 1001)
    return ntsc if abs(number - ntsc) < _NTSC_TOLERANCE else number.limit_denominator(1001)


@dataclass(frozen=True, slots=True)
class MapOf(Kind):
    """A map of given names, each optional, to one kind."""

    names: tuple[str, ...]
    kind: Kind

    def read(self, value: Any, where: str) -> dict[str, Any]:
        if type(value) is not dict:
            raise TypeError
        if not all(name in self.names for name in value):
            raise ValueError
        return {name: self.kind.read(item, where) for name, item in value.items()}

    def write(self, value: Mapping[str, Any]) -> dict[str, Any]:
        return {name: self.kind.write(item) for name, item in value.items()}

    def schema(self) -> dict[str, Any]:
        return {
            "type": "object",
            "properties": {name: self.kind.schema() for name in self.names},
            "additionalProperties": False,
        }

    def __str__(self) -> str:
        return f"a map of any of {', '.join(self.names)} to {self.kind}"


@dataclass(frozen=True, slots=True)
class ListOf(Kind):
    """So many values of one kind; becomes a tuple."""

    kind: Kind
    count: int

    def read(self, value: Any, where: str) -> tuple[Any, ...]:
        if type(value) is not list:
            raise TypeError
        if len(value) != self.count:
            raise ValueError
        return tuple(self.kind.read(item, where) for item in value)

    def write(self, value: Sequence[Any]) -> list[Any]:
        return [self.kind.write(item) for item in value]

    def schema(self) -> dict[str, Any]:
        return {"type": "array", "items": self.kind.schema(), "minItems": self.count, "maxItems": self.count}

    def __str__(self) -> str:
        return f"a list of {self.count}, each {self.kind}"


@dataclass(frozen=True, slots=True)
class ProfileMap(Kind):
    """Null, the name of a profile, or a profile itself, whose content the motion layer checks."""

    def read(self, value: Any, where: str) -> str | dict[str, Any] | None:
        if type(value) is str:
            return Text().read(value, where)
        if type(value) not in (dict, type(None)):
            raise TypeError
        if _deeper_than(value, _PROFILE_DEPTH):
            raise ValueError
        return value  # type: ignore[no-any-return]

    def write(self, value: str | Mapping[str, Any]) -> str | dict[str, Any]:
        return value if isinstance(value, str) else dict(value)

    def schema(self) -> dict[str, Any]:
        return {"anyOf": [{"type": "string", "maxLength": Text().longest}, {"type": "object"}, {"type": "null"}]}

    def __str__(self) -> str:
        return f"the name of a profile, a profile (a map at most {_PROFILE_DEPTH} deep), or null"


def _deeper_than(value: Any, levels: int) -> bool:
    if type(value) not in (dict, list):
        return False
    items = value.values() if type(value) is dict else value
    return levels == 0 or any(_deeper_than(item, levels - 1) for item in items)
