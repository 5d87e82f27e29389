"""Bodies, read and refused as FastAPI does it."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from a2f_live.headless.fields import amounts, mapping, number, numbers, read_body, switch, text, texts

FIELDS = (
    text("name"),
    number("fps", 60.0),
    switch("batch", False),
    numbers("range", []),
    texts("names", []),
    amounts("felt", {}),
    mapping("any", {}),
)


def values(**body: Any) -> dict[str, Any]:
    read, wrong = read_body(json.dumps({"name": "x"} | body).encode(), FIELDS)
    assert not wrong
    return read


def details(raw: bytes | None = None, **body: Any) -> list[dict[str, Any]]:
    return read_body(json.dumps({"name": "x"} | body).encode() if raw is None else raw, FIELDS)[1]


@pytest.mark.parametrize(
    ("field", "given_value", "expected"),
    [
        ("fps", "30", 30.0),  # clients in C++ send text
        ("fps", 30, 30.0),
        ("fps", None, 60.0),
        ("batch", "false", False),
        ("batch", "True", True),
        ("batch", 1, True),
        ("range", [0, -1], [0.0, -1.0]),
        ("name", 7, "7"),
        ("felt", {"joy": 1}, {"joy": 1.0}),
        ("any", {"a": [1]}, {"a": [1]}),
    ],
)
def test_types_are_taken_as_meant(field: str, given_value: Any, expected: Any) -> None:
    assert values(**{field: given_value})[field] == expected


def test_what_is_left_out_is_as_by_default_and_what_is_unknown_ignored() -> None:
    read = values(batchSize=16)
    assert read == {"name": "x", "fps": 60.0, "batch": False, "range": [], "names": [], "felt": {}, "any": {}}


@pytest.mark.parametrize(
    ("body", "location", "message", "kind"),
    [
        ({"name": ["x"]}, ["body", "name"], "str type expected", "type_error.str"),
        ({"name": None}, ["body", "name"], "none is not an allowed value", "type_error.none.not_allowed"),
        ({"fps": "quick"}, ["body", "fps"], "value is not a valid float", "type_error.float"),
        ({"batch": "maybe"}, ["body", "batch"], "value could not be parsed to a boolean", "type_error.bool"),
        ({"batch": 2.5}, ["body", "batch"], "value could not be parsed to a boolean", "type_error.bool"),
        ({"range": 3}, ["body", "range"], "value is not a valid list", "type_error.list"),
        ({"range": [0, "x"]}, ["body", "range", 1], "value is not a valid float", "type_error.float"),
        ({"names": [[]]}, ["body", "names", 0], "str type expected", "type_error.str"),
        ({"felt": []}, ["body", "felt"], "value is not a valid dict", "type_error.dict"),
        ({"felt": {"joy": {}}}, ["body", "felt", "joy"], "value is not a valid float", "type_error.float"),
    ],
)
def test_a_wrong_value_is_told_of(body: Any, location: list[Any], message: str, kind: str) -> None:
    assert details(**body) == [{"loc": location, "msg": message, "type": kind}]


@pytest.mark.parametrize(
    ("raw", "location", "kind"),
    [
        (b"", ["body"], "value_error.missing"),
        (b"  ", ["body"], "value_error.missing"),
        (b"{", ["body", 1], "value_error.jsondecode"),
        (b"\xff\xfe\xfa", ["body", 0], "value_error.jsondecode"),
        (b"[" * 100_000, ["body", 0], "value_error.jsondecode"),
        (b"[]", ["body"], "type_error.dict"),
        (b"{}", ["body", "name"], "value_error.missing"),
        (b'{"name": "x", "fps": NaN}', ["body", "fps"], "type_error.float"),
        (b'{"name": "x", "fps": 1' + b"0" * 400 + b"}", ["body", "fps"], "type_error.float"),
    ],
)
def test_a_body_that_cannot_be_read_is_told_of(raw: bytes, location: list[Any], kind: str) -> None:
    (detail,) = details(raw)
    assert (detail["loc"], detail["type"]) == (location, kind)


def test_every_wrong_field_is_told_of_at_once() -> None:
    assert [detail["loc"][1] for detail in details(b'{"fps": "a", "batch": "b"}')] == ["name", "fps", "batch"]


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from([field.name for field in FIELDS]), ANYTHING) | ANYTHING)
def test_whatever_comes_is_read_or_told_of(body: Any) -> None:
    read, wrong = read_body(json.dumps(body).encode(), FIELDS)
    assert wrong or set(read) == {field.name for field in FIELDS}


@given(st.binary(max_size=50))
def test_no_bytes_break_it(raw: bytes) -> None:
    read_body(raw, FIELDS)
