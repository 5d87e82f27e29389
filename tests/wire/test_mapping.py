"""Maps of messages: what is told once and left out after, and what comes back exactly."""

import json
from fractions import Fraction

import msgpack
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from a2f_live.config import StreamConfig
from a2f_live.frames import Frames
from a2f_live.wire.codec import codec_for
from a2f_live.wire.messages import MSGPACK, SUBPROTOCOLS, Configured, Hello, Ready
from tests.wire.helpers import some_frames


def ready(config: StreamConfig) -> Ready:
    return Ready("s", "t", "fake", config, 40)


@pytest.mark.parametrize(("weights", "kind"), [("f32", bytes), ("f16", bytes), ("list", list)])
def test_weights_travel_as_ready_told(weights: str, kind: type) -> None:
    writer, reader, frames = codec_for(MSGPACK), codec_for(MSGPACK), some_frames(head=np.ones((2, 3), np.float32))
    writer.encode(ready(StreamConfig(weights=weights)))
    payload = writer.encode(frames)
    assert isinstance(payload, bytes)
    values = msgpack.unpackb(payload)
    assert type(values["weights"]) is type(values["head"]) is kind
    found = reader.decode(payload)
    assert isinstance(found, Frames)
    assert found.weights.dtype == np.float32
    assert np.array_equal(found.weights, frames.weights)
    assert found.head is not None
    assert found.head.shape == (2, 3)


@pytest.mark.parametrize("subprotocol", SUBPROTOCOLS)
def test_the_frame_rate_is_told_only_where_it_is_another(subprotocol: str) -> None:
    writer, reader = codec_for(subprotocol), codec_for(subprotocol)
    for told in (ready(StreamConfig(fps=Fraction(30))), Configured(StreamConfig(fps=Fraction(25)))):
        reader.decode(writer.encode(told))
        for fps in (told.config.fps, Fraction(15), told.config.fps):
            payload = writer.encode(some_frames(fps=fps))
            values = json.loads(payload) if isinstance(payload, str) else msgpack.unpackb(payload)
            assert values.get("fps") == (None if fps == told.config.fps else [15, 1])
            found = reader.decode(payload)
            assert isinstance(found, Frames)
            assert found.fps == fps


@given(st.integers(0, 10**6), st.fractions(1, 120, max_denominator=1001), st.fractions(0, 3600, max_denominator=10_000))
def test_times_come_back_exactly(index: int, fps: Fraction, anchor: Fraction) -> None:
    for time_s in (index / fps, anchor):
        found = codec_for(MSGPACK).decode(codec_for(MSGPACK).encode(some_frames(index=index, time_s=time_s, fps=fps)))
        assert isinstance(found, Frames)
        assert found.time_s == time_s


def test_hello_tells_only_what_was_chosen() -> None:
    payload = codec_for(MSGPACK).encode(Hello(StreamConfig(idle="off")))
    assert isinstance(payload, bytes)
    assert msgpack.unpackb(payload) == {"type": "hello", "idle": "off"}
