"""Fields: what is said about a value that is refused, and defaults."""

from typing import Any

import pytest

from a2f_live.config import AudioFormat
from a2f_live.errors import A2FError, AudioError, ConfigError, RemoteProtocolError
from a2f_live.wire.fields import Field, Record, object_schema, read_fields, shown, with_defaults, write_fields
from a2f_live.wire.kinds import Boolean, Integer, ProfileMap
from a2f_live.wire.messages import Resumed
from a2f_live.wire.schema import AUDIO_FIELDS, FIELDS

AGE = Field("age", Integer(1, 9), "years", required=True)


@pytest.mark.parametrize(
    ("kind", "values", "error", "sentence"),
    [
        (
            "hello",
            {"audio": {"sample_rate": 1}},
            AudioError,
            "hello: audio.sample_rate is 1, but must be an integer from 8000 to 192000",
        ),
        (
            "hello",
            {"audio": {"sample_rate": "16k"}},
            RemoteProtocolError,
            "hello: audio.sample_rate is '16k', but must be an integer from 8000 to 192000",
        ),
        (
            "configure",
            {"idle": "often"},
            ConfigError,
            "configure: idle is 'often', but must be one of off, speech, always",
        ),
        ("hello", {"resume": {"session": "s"}}, RemoteProtocolError, "hello: resume.token is missing: send text"),
        ("flush", {"id": [1]}, RemoteProtocolError, "flush: id is a list, but must be an integer"),
    ],
)
def test_a_refusal_names_message_field_value_and_what_is_allowed(
    kind: str, values: dict[str, Any], error: type[A2FError], sentence: str
) -> None:
    with pytest.raises(error) as refused:
        read_fields(FIELDS[kind], values, f"{kind}: ")
    assert refused.value.message.startswith(sentence)
    assert "\n" not in refused.value.message


def test_unknown_fields_and_null_are_as_if_absent() -> None:
    assert read_fields((AGE, Field("old", Boolean(), "")), {"age": 5, "old": None, "shoe": 44}, "") == {"age": 5}


def test_null_is_a_value_where_the_field_says_so() -> None:
    profile = Field("profile", ProfileMap(), "", nullable=True)
    assert read_fields((profile,), {"profile": None}, "") == {"profile": None}
    assert read_fields((profile,), {}, "") == {}


def test_null_for_a_required_field_is_a_missing_field() -> None:
    with pytest.raises(RemoteProtocolError, match="age is missing"):
        read_fields((AGE,), {"age": None}, "")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (True, "True"),
        (1.5, "1.5"),
        (None, "null"),
        (b"x" * 99, "bytes"),
        ({"a": 1}, "a map"),
        ([[[]]], "a list"),
        ("short", "'short'"),
        ("\ud800", r"'\ud800'"),
    ],
)
def test_values_are_shown_in_few_words(value: Any, expected: str) -> None:
    assert shown(value) == expected


@pytest.mark.parametrize("value", ["x" * 1000, 10**100])
def test_long_values_are_cut(value: Any) -> None:
    assert len(shown(value)) < 50


def test_a_record_reads_and_writes_its_class() -> None:
    record = Record(AudioFormat, AUDIO_FIELDS)
    assert record.read({"channels": 2}, "") == AudioFormat(channels=2)
    assert record.read(record.write(AudioFormat("alaw")), "") == AudioFormat("alaw")
    with pytest.raises(TypeError):
        record.read([], "")


def test_none_is_not_written() -> None:
    field = Field("utterance", Integer(), "")
    assert write_fields((field, Field("audio_bytes", Integer(), "")), Resumed(1, 2)) == {
        "utterance": 1,
        "audio_bytes": 2,
    }
    assert write_fields((Field("ref", Integer(), ""),), A2FError("no")) == {}


def test_defaults_come_from_an_example() -> None:
    first, second = with_defaults(
        Resumed(3, 4), Field("utterance", Integer(), ""), Field("audio_bytes", Integer(), "", required=True)
    )
    assert (first.default, second.default) == (3, None)
    assert object_schema((first,))["properties"]["utterance"]["default"] == 3
    assert object_schema((second,))["required"] == ["audio_bytes"]
