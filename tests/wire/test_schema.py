"""Messages and the table of their fields belong together."""

from dataclasses import fields

import pytest

from a2f_live.config import StreamConfig
from a2f_live.wire.messages import CLIENT_MESSAGES, SERVER_MESSAGES, Hello
from a2f_live.wire.schema import CHANGEABLE, CONFIG_FIELDS, FIELDS
from tests.wire.helpers import EVERY

MESSAGES = CLIENT_MESSAGES | SERVER_MESSAGES
SPECIAL = {"hello", "configure", "frames"}
"""Those whose map is not laid out as their class."""


def test_every_message_has_fields_and_an_example() -> None:
    assert set(FIELDS) == set(MESSAGES) == {message.type for message in EVERY}


@pytest.mark.parametrize("kind", sorted(set(MESSAGES) - SPECIAL))
def test_the_table_has_the_attributes_of_the_class(kind: str) -> None:
    told_twice = {"fps", "sample_rate"} if kind == "ready" else set()
    assert {field.name for field in FIELDS[kind]} - told_twice == {field.name for field in fields(MESSAGES[kind])}


def test_the_configuration_is_whole() -> None:
    assert {field.name for field in CONFIG_FIELDS} == {field.name for field in fields(StreamConfig)}
    assert {field.name for field in FIELDS["hello"]} == {field.name for field in fields(StreamConfig)} | {"resume"}
    assert {field.name for field in FIELDS["configure"]} == set(CHANGEABLE)


def test_defaults_of_the_table_are_those_of_the_classes() -> None:
    found = {field.name: field.kind.read(field.default, "") for field in CONFIG_FIELDS if field.default is not None}
    assert StreamConfig(**found) == StreamConfig() == Hello().config


@pytest.mark.parametrize("kind", FIELDS)
def test_every_field_says_what_it_means(kind: str) -> None:
    assert all(field.meaning and not field.meaning.endswith(".") for field in FIELDS[kind])
