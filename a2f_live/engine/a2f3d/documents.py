"""The JSON files of a model folder: values by key, checked; what is wrong is said with file and key."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite, prod
from pathlib import Path
from typing import Any, Final

from a2f_live.errors import EngineUnavailable

LARGEST: Final = 1 << 53
"""Of the whole numbers, which are numbers of JSON."""


@dataclass(frozen=True, slots=True)
class Section:
    """One object of a JSON file."""

    place: str
    """File, and keys that lead here, for messages."""
    values: Mapping[str, Any]

    def section(self, key: str) -> "Section":
        """The object at the key. Raises `EngineUnavailable`, as all of these do."""
        value = self._at(key)
        if not isinstance(value, dict):
            raise self.wrong(key, "an object")
        return Section(f"{self.place}, {key}", value)

    def sections(self, key: str) -> "list[Section]":
        """The objects of the list at the key."""
        value = self._at(key)
        if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
            raise self.wrong(key, "a list of objects")
        return [Section(f"{self.place}, {key}[{index}]", each) for index, each in enumerate(value)]

    def text(self, key: str) -> str:
        """The text at the key."""
        value = self._at(key)
        if not isinstance(value, str) or not value:
            raise self.wrong(key, "a text")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """The texts of the list at the key."""
        value = self._at(key)
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            raise self.wrong(key, "a list of texts")
        return tuple(value)

    def whole(self, key: str, low: int = 0) -> int:
        """The whole number at the key."""
        value = self._at(key)
        if not isinstance(value, int) or isinstance(value, bool) or value < low:
            raise self.wrong(key, f"a whole number of {low} or more")
        return value

    def number(self, key: str, low: float, high: float, default: float | None = None) -> float:
        """The number at the key, within a closed range; the default where the key is not there."""
        value = default if default is not None and key not in self.values else self._at(key)
        if not _is_number(value) or not low <= value <= high:
            raise self.wrong(key, f"a number from {low:g} to {high:g}")
        return float(value)

    def numbers(self, key: str, count: int) -> tuple[float, ...]:
        """So many numbers of the list at the key."""
        value = self._at(key)
        if not isinstance(value, list) or len(value) != count or not all(map(_is_number, value)):
            raise self.wrong(key, f"a list of {count} numbers")
        return tuple(map(float, value))

    def wholes(self, key: str, count: int) -> tuple[int, ...]:
        """So many whole numbers of the list at the key."""
        numbers = self.numbers(key, count)
        if any(number != int(number) for number in numbers):
            raise self.wrong(key, f"a list of {count} whole numbers")
        return tuple(map(int, numbers))

    def wrong(self, key: str, wanted: str) -> EngineUnavailable:
        """The error for a value that is not what it must be."""
        return EngineUnavailable(
            f"{self.place}: {key} is {shortened(self.values.get(key))} but must be {wanted}: get the file anew"
        )

    def _at(self, key: str) -> Any:
        if key not in self.values:
            raise EngineUnavailable(
                f"{self.place}: {key} is missing, so this is not the file of an Audio2Face-3D model: get it anew"
            )
        return self.values[key]


def read_json(path: Path) -> Section:
    """The object that a JSON file holds. Raises `EngineUnavailable`."""
    try:
        values = json.loads(path.read_text("utf-8"))
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise EngineUnavailable(f"{path} cannot be read: {reason}") from error
    except (ValueError, RecursionError) as error:  # not UTF-8, not JSON, or without a bottom
        raise EngineUnavailable(f"{path} is not JSON: get the file anew ({error})") from error
    if not isinstance(values, dict):
        raise EngineUnavailable(f"{path} holds no JSON object: get the file anew")
    return Section(str(path), values)


def shortened(value: object, length: int = 60) -> str:
    """A value for a message."""
    text = repr(value)
    return text if len(text) <= length else text[:length] + "..."


def _is_number(value: object) -> bool:
    if isinstance(value, int):
        return not isinstance(value, bool) and abs(value) <= LARGEST
    return isinstance(value, float) and isfinite(value)


def fits(shape: tuple[int, ...], wanted: tuple[int, ...]) -> bool:
    """Whether an array of one shape can be seen as the other, in which -1 stands for any size."""
    size, known = prod(shape), prod(each for each in wanted if each != -1)
    if -1 not in wanted:
        return size == known
    return known > 0 and size % known == 0
