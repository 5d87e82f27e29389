"""The golden vectors, read and written by the C# core."""

import json
import subprocess
from pathlib import Path
from typing import Any

import msgpack
import pytest

from a2f_live.wire.messages import SERVER_MESSAGES
from tests.unity.mono import PATIENCE_S, needs_mono
from tests.wire.helpers import vectors

pytestmark = needs_mono

CLIENT = vectors("client.json")
SERVER = vectors("server.json")
INVALID = vectors("invalid.json")


def ask(console: Path, lines: list[str]) -> list[str]:
    """What the core answers to each line."""
    done = subprocess.run(
        ["mono", "--debug", str(console), "vectors"],
        input="\n".join(lines) + "\n",
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def for_a_client(vector: dict[str, Any]) -> bool:
    """Whether a client must refuse it: what cannot be read, what is no message, or a message of the server."""
    if vector["in"] != "a2f.v1.msgpack" or "binary" not in vector:
        return False
    if vector["code"] == "unreadable":
        return True
    values = msgpack.unpackb(bytes.fromhex(vector["binary"]))
    kind = values.get("type") if isinstance(values, dict) else None
    return not isinstance(kind, str) or kind in SERVER_MESSAGES


def test_messages_of_the_server_are_read(console: Path) -> None:
    told = ask(console, [f"read {vector['msgpack']}" for vector in SERVER])
    assert [json.loads(line) for line in told] == [vector["meaning"] for vector in SERVER]


def test_messages_of_the_client_are_written(console: Path) -> None:
    wanted = [vector for vector in CLIENT if vector["canonical"]]
    assert len(wanted) > 10
    told = ask(console, [f"write {msgpack.packb(vector['meaning']).hex()}" for vector in wanted])
    for line, vector in zip(told, wanted, strict=True):
        assert msgpack.unpackb(bytes.fromhex(line)) == msgpack.unpackb(bytes.fromhex(vector["msgpack"])), vector["name"]


def test_what_is_invalid_is_refused(console: Path) -> None:
    wanted = [vector for vector in INVALID if for_a_client(vector)]
    assert {vector["code"] for vector in wanted} == {"unreadable", "bad_field"}
    told = [json.loads(line) for line in ask(console, [f"read {vector['binary']}" for vector in wanted])]
    for answer, vector in zip(told, wanted, strict=True):
        assert (answer.get("code"), answer.get("fatal")) == (vector["code"], vector["fatal"]), vector["name"]


@pytest.mark.parametrize("vector", SERVER, ids=[vector["name"] for vector in SERVER])
def test_a_message_that_is_cut_short_or_changed_is_refused_or_read_and_nothing_worse(
    console: Path, vector: dict[str, Any]
) -> None:
    payload = bytes.fromhex(vector["msgpack"])
    step = max(1, len(payload) // 60)
    cut = [payload[:end] for end in range(0, len(payload), step)]
    changed = [
        payload[:at] + bytes([payload[at] ^ flip]) + payload[at + 1 :]
        for at in range(0, len(payload), step)
        for flip in (0xFF, 0x80, 0x01)
    ]
    told = [json.loads(line) for line in ask(console, [f"read {data.hex()}" for data in cut + changed])]
    assert len(told) == len(cut + changed)
    assert {answer["code"] for answer in told[: len(cut)]} == {"unreadable"}
    assert {answer["code"] for answer in told if answer and "fatal" in answer and "ref" not in answer} <= {
        "unreadable",
        "bad_field",
        "bad_audio",
    }
