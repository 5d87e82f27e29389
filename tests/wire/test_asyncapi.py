"""The AsyncAPI document is the committed one, and true of the golden vectors."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from a2f_live.wire import asyncapi
from a2f_live.wire.messages import CLIENT_MESSAGES, SERVER_MESSAGES
from tests.wire.helpers import vectors

DOCUMENT = asyncapi.document()
COMMITTED = Path(__file__).parents[2] / "docs" / "asyncapi.json"
VALID = [v for v in (*vectors("client.json"), *vectors("server.json")) if v["json"] and v["meaning"]]
INVALID = [v for v in vectors("invalid.json") if v["in"] == "a2f.v1.json" and v["code"].startswith("bad_")]


def is_valid(kind: str, value: Any) -> bool:
    return bool(jsonschema.Draft202012Validator(asyncapi.payload_schema(kind)).is_valid(value))


def test_the_committed_document_is_the_generated_one(capsys: pytest.CaptureFixture[str]) -> None:
    asyncapi.main()
    assert COMMITTED.read_text("utf-8") == capsys.readouterr().out, (
        "run python -m a2f_live.wire.asyncapi > docs/asyncapi.json"
    )


@pytest.mark.parametrize("vector", VALID, ids=lambda vector: vector["name"])
def test_the_schemas_take_every_golden_vector(vector: dict[str, Any]) -> None:
    assert is_valid(vector["meaning"]["type"], json.loads(vector["json"]))


@pytest.mark.parametrize("vector", INVALID, ids=lambda vector: vector["name"])
def test_the_schemas_refuse_what_the_codecs_refuse(vector: dict[str, Any]) -> None:
    value = json.loads(vector["text"])
    kind = value.get("type", "hello") if isinstance(value, dict) else "hello"
    # That PCM is a binary frame, that a lone surrogate is no text, no schema of JSON can tell.
    beyond = vector["name"] in ("audio as text", "a lone surrogate")
    assert is_valid(kind if isinstance(kind, str) else "hello", value) == beyond


@pytest.mark.parametrize("kind", sorted({*CLIENT_MESSAGES, *SERVER_MESSAGES}))
def test_schemas_are_schemas(kind: str) -> None:
    jsonschema.Draft202012Validator.check_schema(asyncapi.payload_schema(kind))


def references(value: Any) -> list[str]:
    if isinstance(value, list):
        return [found for item in value for found in references(item)]
    if not isinstance(value, dict):
        return []
    return [value["$ref"]] if "$ref" in value else references(list(value.values()))


def test_every_reference_leads_somewhere() -> None:
    found = references(DOCUMENT)
    assert len(found) > 30
    for reference in found:
        place = DOCUMENT
        for name in reference.removeprefix("#/").split("/"):
            place = place[name]
        assert place


def test_both_directions_are_complete() -> None:
    said, told = (
        [message["$ref"].rsplit("/", 1)[1] for message in DOCUMENT["operations"][name]["messages"]]
        for name in ("hear", "tell")
    )
    assert (said, told) == (list(CLIENT_MESSAGES), list(SERVER_MESSAGES))
