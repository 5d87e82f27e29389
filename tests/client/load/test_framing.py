"""Frames of the load: any cutting of the bytes, and nothing that a WebSocket library would read otherwise."""

from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.frames import Frame, Opcode
from websockets.protocol import State
from websockets.server import ServerProtocol

from a2f_live.client.load.framing import Frames
from a2f_live.wire.framing import BINARY, masked_frame

TEXT = 0x81
SIZES = st.sampled_from([0, 1, 125, 126, 127, 660, 65_535, 65_536, 70_000])
KINDS = st.sampled_from([(BINARY, Opcode.BINARY), (TEXT, Opcode.TEXT)])


def pieces(data: bytes, cuts: Sequence[int]) -> list[bytes]:
    """The data, cut at those places."""
    at = sorted({0, *(cut % (len(data) + 1) for cut in cuts), len(data)})
    return [data[begin:end] for begin, end in pairwise(at)]


@given(
    st.lists(st.tuples(KINDS, SIZES, st.integers(0, 255)), max_size=5), st.lists(st.integers(0, 1_000_000), max_size=12)
)
def test_frames_of_a_server_are_found_however_they_are_cut(
    sent: list[tuple[tuple[int, Opcode], int, int]], cuts: list[int]
) -> None:
    said = [(kind, opcode, bytes([value]) * size) for (kind, opcode), size, value in sent]
    data = b"".join(Frame(opcode, payload).serialize(mask=False) for _, opcode, payload in said)
    frames = Frames()
    found = [frame for piece in pieces(data, cuts) for frame in frames.feed(piece)]
    assert [(frame.kind, frame.payload) for frame in found] == [(kind, payload) for kind, _, payload in said]


@pytest.mark.parametrize("size", [0, 125, 126, 65_535, 65_536])
def test_a_server_reads_what_is_masked(size: int) -> None:
    payload = bytes(range(256)) * (size // 256) + bytes(size % 256)
    server = ServerProtocol(state=State.OPEN)
    server.receive_data(masked_frame(payload))
    [frame] = server.events_received()
    assert isinstance(frame, Frame)
    assert (frame.opcode, bytes(frame.data)) == (Opcode.BINARY, payload)
