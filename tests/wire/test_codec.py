"""The codecs: every class there and back, and nothing that a peer sends raises anything but a refusal."""

import json
from collections.abc import Callable
from typing import Any

import msgpack
import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from a2f_live.errors import AudioError, ConfigError, LocalProtocolError, RemoteProtocolError
from a2f_live.frames import Frames
from a2f_live.wire.codec import codec_for
from a2f_live.wire.messages import (
    JSON,
    MSGPACK,
    SUBPROTOCOLS,
    Audio,
    Error,
    Flush,
    Hello,
    Message,
    Stats,
)
from a2f_live.wire.schema import FIELDS
from tests.wire.helpers import EVERY, meaning, some_frames

REFUSALS = (RemoteProtocolError, AudioError, ConfigError)


@pytest.mark.parametrize("subprotocol", SUBPROTOCOLS)
@pytest.mark.parametrize("message", EVERY, ids=lambda message: type(message).__name__)
def test_every_message_comes_back(subprotocol: str, message: Message) -> None:
    expected = meaning(message)
    if subprotocol == JSON and isinstance(message, Hello):
        expected["config"]["weights"] = "list"
    found = codec_for(subprotocol).decode(codec_for(subprotocol).encode(message))
    assert type(found) is type(message)
    assert found is not None
    if isinstance(message, Frames):
        weights, exact = np.array(meaning(found).pop("weights")), np.array(expected["weights"])
        assert np.abs(weights - exact).max() <= (1e-5 if subprotocol == JSON else 0)
        assert {**meaning(found), "weights": 0} == {**expected, "weights": 0}
    else:
        assert meaning(found) == expected


def test_weights_of_json_have_five_decimals() -> None:
    third = some_frames(1, weights=np.full((1, 52), 1 / 3, np.float32))
    assert json.loads(codec_for(JSON).encode(third))["weights"] == [[0.33333] * 52]


@pytest.mark.parametrize("make", [bytes, bytearray, memoryview])
@pytest.mark.parametrize("subprotocol", SUBPROTOCOLS)
def test_any_buffer_is_read_and_copied(subprotocol: str, make: Callable[[bytes], Any]) -> None:
    payload = codec_for(subprotocol).encode(Audio(b"\x01\x02"))
    assert isinstance(payload, bytes)
    found = codec_for(subprotocol).decode(make(payload))
    assert isinstance(found, Audio)
    assert found.pcm == b"\x01\x02"
    assert type(found.pcm) is bytes


def test_a_server_may_send_what_is_unknown_here() -> None:
    for subprotocol, pack in ((MSGPACK, msgpack.packb), (JSON, json.dumps)):
        assert codec_for(subprotocol).decode(pack({"type": "later", "x": [1]})) is None
        assert codec_for(subprotocol).decode(pack({"type": "flush", "id": 1, "later": {"x": 1}})) == Flush(1)


@pytest.mark.parametrize("subprotocol", SUBPROTOCOLS)
@pytest.mark.parametrize(
    "message",
    [
        "hello",
        Flush({1}),  # type: ignore[arg-type]
        Stats(float("nan"), 0.0, 0.0, (0.0,) * 3, (0.0,) * 3, 0, 0),
        some_frames(weights=[[0.0]]),
        Error("x", "y", ref=object()),  # type: ignore[arg-type]
    ],
    ids=lambda message: type(message).__name__,
)
def test_what_cannot_be_sent_is_our_own_mistake(subprotocol: str, message: Any) -> None:
    with pytest.raises(LocalProtocolError, match="cannot be sent"):
        codec_for(subprotocol).encode(message)


@pytest.mark.parametrize("subprotocol", SUBPROTOCOLS)
@pytest.mark.parametrize(("said", "heard"), [("no \ud800 here", "no ? here"), ("x" * 9999, "x" * 4096)])
def test_whatever_an_error_quotes_it_can_be_sent(subprotocol: str, said: str, heard: str) -> None:
    found = codec_for(subprotocol).decode(codec_for(subprotocol).encode(Error("bad_setting", said)))
    assert found == Error("bad_setting", heard)


def test_an_unknown_subprotocol_is_our_own_mistake() -> None:
    with pytest.raises(LocalProtocolError, match=r"a2f\.v9"):
        codec_for("a2f.v9")


def test_a_refusal_tells_what_it_answers() -> None:
    with pytest.raises(ConfigError) as refused:
        codec_for(JSON).decode('{"type":"configure","idle":"often"}')
    assert refused.value.ref == "configure"


# What strangers send

SCALARS = st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats() | st.text(max_size=9)
VALUES = st.recursive(
    SCALARS | st.binary(max_size=9),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)
NAMES = sorted({field.name for fields in FIELDS.values() for field in fields})
MAPS = st.fixed_dictionaries(
    {"type": st.sampled_from(sorted(FIELDS))},
    optional={name: VALUES for name in NAMES},  # noqa: C420 - fromkeys loses the type of the keys
)
VALID = [codec_for(MSGPACK).encode(message) for message in EVERY]
VALID_TEXT = [text for text in (codec_for(JSON).encode(message) for message in EVERY) if isinstance(text, str)]


def survives(subprotocol: str, payload: bytes | str) -> None:
    refused = None
    try:
        codec_for(subprotocol).decode(payload)
    except REFUSALS as error:
        refused = error
    assert refused is None or (refused.message.isprintable() and 10 < len(refused.message) < 600)


@given(st.binary(max_size=200))
def test_random_bytes_are_refused(payload: bytes) -> None:
    survives(MSGPACK, payload)
    survives(JSON, payload)


@given(st.text(max_size=200))
@example("[" * 100_000)
@example('{"type":"flush","id":' + "9" * 4000 + "}")
@example('{"type":"flush","id":' + "9" * 6000 + "}")
@example('{"type":"hello","fps":1e999}')
@example('{"type":"stats","received_s":' + "9" * 4000 + "}")
@example('{"a":' * 3000)
def test_random_text_is_refused(payload: str) -> None:
    survives(JSON, payload)
    survives(MSGPACK, payload)


@given(VALUES | MAPS)
@example({"type": "hello", "profile": {"a": {"b": {"c": {"d": {"e": 1}}}}}})
@example({"type": "frames", "utterance": 0, "index": 0, "count": 2**40, "weights": b"", "time": 0})
@example({"type": "frames", "utterance": 0, "index": 2**53 - 1, "count": 1, "weights": b"", "time": 1e12})
@example({"type": "ready", "names": ["x"] * 52, "config": {"fps": [10**6, 10**6]}})
def test_random_values_are_refused(values: Any) -> None:
    survives(MSGPACK, msgpack.packb(values))


@given(VALUES.filter(lambda value: b"" not in [value]) | MAPS)
def test_random_values_in_json_are_refused(values: Any) -> None:
    survives(JSON, json.dumps(values, default=lambda pcm: pcm.hex()))


@given(st.sampled_from(VALID), st.data())
def test_broken_messages_are_refused(payload: bytes, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(payload) - 1))
    patch = data.draw(st.binary(max_size=4))
    survives(MSGPACK, payload[:at] + patch + payload[at + data.draw(st.integers(0, 4)) :])


@given(st.sampled_from(VALID_TEXT), st.data())
def test_broken_text_is_refused(text: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(text) - 1))
    patch = data.draw(st.text('{}[]":,0-eE.\\u', max_size=4))
    survives(JSON, text[:at] + patch + text[at + data.draw(st.integers(0, 4)) :])
