"""The golden vectors: made by hand, read and written by our codecs."""

import json
import runpy
from typing import Any

import msgpack
import pytest

from a2f_live.errors import A2FError, RemoteProtocolError
from a2f_live.wire.codec import codec_for
from a2f_live.wire.messages import CLIENT_MESSAGES, JSON, MSGPACK, SERVER_MESSAGES
from tests.wire.helpers import VECTORS, meaning, vectors

VALID = [*vectors("client.json"), *vectors("server.json")]
INVALID = vectors("invalid.json")


def named(found: list[dict[str, Any]]) -> Any:
    return pytest.mark.parametrize(
        "vector", found, ids=[f"{v.get('direction', '')} {v['name']}".strip() for v in found]
    )


def test_the_files_are_what_the_script_makes() -> None:
    made = runpy.run_path(str(VECTORS / "make.py"))["files"]()
    assert made == {name: (VECTORS / name).read_text("utf-8") for name in made}


@named(VALID)
def test_msgpack_is_read_and_written(vector: dict[str, Any]) -> None:
    payload = bytes.fromhex(vector["msgpack"])
    message = codec_for(MSGPACK).decode(payload)
    assert (message and meaning(message)) == vector["meaning"]
    if vector["canonical"] and message:
        assert msgpack.unpackb(codec_for(MSGPACK).encode(message)) == msgpack.unpackb(payload)


@named([vector for vector in VALID if vector["json"] is not None])
def test_json_is_read_and_written(vector: dict[str, Any]) -> None:
    message = codec_for(JSON).decode(vector["json"])
    expected = vector["meaning"]
    if expected and expected["type"] == "hello":
        expected = {**expected, "config": {**expected["config"], "weights": "list"}}
    assert (message and meaning(message)) == expected
    if vector["canonical"] and message and message.type not in ("hello", "frames"):
        assert json.loads(codec_for(JSON).encode(message)) == json.loads(vector["json"])


@named([vector for vector in VALID if vector.get("json_binary")])
def test_a_binary_frame_beside_json_is_audio(vector: dict[str, Any]) -> None:
    payload = bytes.fromhex(vector["json_binary"])
    message = codec_for(JSON).decode(payload)
    assert message is not None
    assert meaning(message) == vector["meaning"]
    assert codec_for(JSON).encode(message) == payload


@named(INVALID)
def test_what_is_invalid_is_refused(vector: dict[str, Any]) -> None:
    payload = bytes.fromhex(vector["binary"]) if "binary" in vector else vector["text"]
    with pytest.raises(A2FError) as refused:
        codec_for(vector["in"]).decode(payload)
    error = refused.value
    fatal = isinstance(error, RemoteProtocolError) and error.fatal
    assert (error.code, error.close_code, fatal) == (vector["code"], vector["close_code"], vector["fatal"])


@pytest.mark.parametrize(
    ("direction", "kinds"),
    [("client to server", CLIENT_MESSAGES), ("server to client", SERVER_MESSAGES)],
)
def test_every_message_has_a_vector(direction: str, kinds: dict[str, type]) -> None:
    found = {v["meaning"]["type"] for v in VALID if v["direction"] == direction and v["meaning"]}
    assert found == set(kinds)
