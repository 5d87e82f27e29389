"""Frames as another library reads them."""

import pytest
from websockets.frames import Frame, Opcode
from websockets.protocol import CLIENT, Protocol, State

from a2f_live.server.writer import REASON_BYTES, short_reason
from a2f_live.wire.framing import CLOSE, PING, PONG, whole_frame


def read(data: bytes) -> Frame:
    protocol = Protocol(CLIENT, state=State.OPEN)
    protocol.receive_data(data)
    (frame,) = protocol.events_received()
    assert isinstance(frame, Frame)
    assert frame.fin
    return frame


@pytest.mark.parametrize("size", [0, 1, 125, 126, 127, 65_535, 65_536, 100_000])
def test_a_message_of_any_size_is_read_back(size: int) -> None:
    frame = read(whole_frame(bytes(size)))
    assert (frame.opcode, bytes(frame.data)) == (Opcode.BINARY, bytes(size))
    text = "ü" * (size // 2) + "x" * (size % 2)
    frame = read(whole_frame(text))
    assert (frame.opcode, bytes(frame.data).decode()) == (Opcode.TEXT, text)


@pytest.mark.parametrize(("kind", "opcode"), [(PING, Opcode.PING), (PONG, Opcode.PONG)])
def test_control_frames(kind: int, opcode: Opcode) -> None:
    frame = read(whole_frame(b"life", kind))
    assert (frame.opcode, bytes(frame.data)) == (opcode, b"life")


def test_a_close_carries_code_and_reason() -> None:
    frame = read(whole_frame((4408).to_bytes(2, "big") + short_reason("r" * 500), CLOSE))
    assert frame.opcode is Opcode.CLOSE
    assert int.from_bytes(frame.data[:2], "big") == 4408


def test_a_reason_is_cut_between_characters() -> None:
    short = short_reason("ü" * 100)
    assert len(short) == REASON_BYTES - 1
    assert short.decode() == "ü" * 61
