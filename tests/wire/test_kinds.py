"""Kinds of field: what each takes and refuses, and that its JSON Schema says the same."""

from fractions import Fraction
from typing import Any

import jsonschema
import pytest

from a2f_live.wire.arrays import Rows
from a2f_live.wire.kinds import (
    LARGEST_INTEGER,
    Boolean,
    Bytes,
    Choice,
    FrameRate,
    Integer,
    Kind,
    ListOf,
    MapOf,
    Number,
    ProfileMap,
    Text,
)

NAN, INFINITY = float("nan"), float("inf")
JOY = MapOf(("joy", "fear"), Number(0.0, 1.0))
DEEP: dict[str, Any] = {"a": {"b": [{"c": 1}]}}

READ: list[tuple[Kind, Any, Any]] = [
    (Boolean(), True, True),
    (Integer(), 0, 0),
    (Integer(), 5.0, 5),
    (Integer(), LARGEST_INTEGER, LARGEST_INTEGER),
    (Integer(low=-1), -1, -1),
    (Number(), 1, 1.0),
    (Number(), 0.25, 0.25),
    (Text(), "Größe", "Größe"),
    (Text(), "x" * 256, "x" * 256),
    (Choice(("a", "b")), "b", "b"),
    (FrameRate(), 60, Fraction(60)),
    (FrameRate(), 1, Fraction(1)),
    (FrameRate(), 120.0, Fraction(120)),
    (FrameRate(), 12.5, Fraction(25, 2)),
    (FrameRate(), 29.97, Fraction(30000, 1001)),
    (FrameRate(), 23.976, Fraction(24000, 1001)),
    (FrameRate(), 59.94, Fraction(60000, 1001)),
    (FrameRate(), 119.88, Fraction(120000, 1001)),
    (FrameRate(), 29.9, Fraction(299, 10)),
    (FrameRate(), [30000, 1001], Fraction(30000, 1001)),
    (JOY, {}, {}),
    (JOY, {"joy": 1}, {"joy": 1.0}),
    (ListOf(Number(), 2), [1, 2.5], (1.0, 2.5)),
    (ProfileMap(), None, None),
    (ProfileMap(), "soft", "soft"),
    (ProfileMap(), DEEP, DEEP),
]
REFUSED: list[tuple[Kind, Any, type[Exception]]] = [
    (Boolean(), 1, TypeError),
    (Boolean(), None, TypeError),
    (Integer(), True, TypeError),
    (Integer(), 5.5, TypeError),
    (Integer(), "5", TypeError),
    (Integer(), NAN, TypeError),
    (Integer(), INFINITY, TypeError),
    (Integer(), -1, ValueError),
    (Integer(), LARGEST_INTEGER + 1, ValueError),
    (Number(), False, TypeError),
    (Number(), "1", TypeError),
    (Number(), NAN, ValueError),
    (Number(), INFINITY, ValueError),
    (Number(), 10**400, ValueError),
    (Number(), -0.5, ValueError),
    (Text(), b"bytes", TypeError),
    (Text(), "x" * 257, ValueError),
    (Text(), "\ud800", ValueError),
    (Choice(("a", "b")), "c", ValueError),
    (Choice(("a", "b")), ["a"], TypeError),
    (Bytes(), "text", TypeError),
    (FrameRate(), True, TypeError),
    (FrameRate(), "60", TypeError),
    (FrameRate(), 0.5, ValueError),
    (FrameRate(), 121, ValueError),
    (FrameRate(), NAN, ValueError),
    (FrameRate(), [60], ValueError),
    (FrameRate(), [60, 0], ValueError),
    (FrameRate(), [60, True], TypeError),
    (FrameRate(), [1, 2], ValueError),
    (JOY, [], TypeError),
    (JOY, {"joy": 1.5}, ValueError),
    (JOY, {"joy": "much"}, TypeError),
    (JOY, {"envy": 1.0}, ValueError),
    (ListOf(Number(), 2), [1], ValueError),
    (ListOf(Number(), 2), (1, 2), TypeError),
    (ListOf(Number(), 2), [1, None], TypeError),
    (ProfileMap(), 5, TypeError),
    (ProfileMap(), [], TypeError),
    (ProfileMap(), {"a": {"b": {"c": {"d": {}}}}}, ValueError),
    (Rows(52), "text", TypeError),
]
PYTHON_ONLY = (NAN, INFINITY, (1, 2), "\ud800")


def is_valid(kind: Kind, value: Any) -> bool:
    return bool(jsonschema.Draft202012Validator(kind.schema()).is_valid(value))


@pytest.mark.parametrize(("kind", "value", "expected"), READ)
def test_what_is_allowed_is_read(kind: Kind, value: Any, expected: Any) -> None:
    found = kind.read(value, "here")
    assert found == expected
    assert type(found) is type(expected)
    assert is_valid(kind, value)


@pytest.mark.parametrize(("kind", "value", "error"), REFUSED)
def test_what_is_not_allowed_is_refused(kind: Kind, value: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        kind.read(value, "here")


@pytest.mark.parametrize(
    ("kind", "value"),
    [(k, v) for k, v, _ in REFUSED if not any(v is p for p in PYTHON_ONLY) and k != Bytes() and v != [1, 2]]
    + [(FrameRate(), [0, 1])],
)
def test_the_json_schema_refuses_it_too(kind: Kind, value: Any) -> None:
    deeper_than_schemas_tell = kind == ProfileMap() and isinstance(value, dict)
    assert is_valid(kind, value) == deeper_than_schemas_tell


@pytest.mark.parametrize("kind", [kind for kind, _, _ in READ if not isinstance(kind, Bytes)])
def test_what_was_read_is_written_so_that_it_reads_the_same(kind: Kind) -> None:
    for value in (value for other, value, _ in READ if other == kind and value is not None):
        found = kind.read(value, "here")
        assert kind.read(kind.write(found), "here") == found


@pytest.mark.parametrize("value", [NAN, INFINITY])
def test_numbers_that_are_none_are_not_written(value: float) -> None:
    with pytest.raises(ValueError, match="cannot be sent"):
        Number().write(value)


@pytest.mark.parametrize("kind", {str(kind): kind for kind, _, _ in REFUSED}.values(), ids=str)
def test_a_kind_completes_the_sentence(kind: Kind) -> None:
    assert f"must be {kind}".count("\n") == 0
    assert len(str(kind)) > 5
