import pytest
from websockets.exceptions import ConnectionClosedError
from websockets.frames import Close

from a2f_live.client.link import LinkEnded, LinkLost, closing_error, error_from, stream_url
from a2f_live.errors import (
    A2FError,
    ConfigError,
    ConnectionLost,
    NotAllowed,
    ProtocolError,
    ServerFull,
    SessionExpired,
    TooFast,
)
from a2f_live.wire.codes import CLOSE_CODES, ERROR_CODES, Advice


@pytest.mark.parametrize(
    ("address", "meant"),
    [
        ("ws://localhost:8000", "ws://localhost:8000/v1/stream"),
        ("localhost:8000", "ws://localhost:8000/v1/stream"),
        ("http://localhost:8000/", "ws://localhost:8000/v1/stream"),
        ("https://face.example", "wss://face.example/v1/stream"),
        ("wss://face.example/a/b?token=x", "wss://face.example/a/b?token=x"),
        ("ws://[::1]:8000", "ws://[::1]:8000/v1/stream"),
    ],
)
def test_an_address_of_a_server_is_enough(address: str, meant: str) -> None:
    assert stream_url(address) == meant


@pytest.mark.parametrize("address", ["", "ftp://x", "ws://", "ws://a:b", "ws://[::1", "a b", "ws://a:99999"])
def test_other_addresses_are_refused(address: str) -> None:
    with pytest.raises(ConfigError, match="ws://localhost:8000"):
        stream_url(address)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        *((1000, LinkEnded), (1001, LinkLost), (1006, LinkLost), (4242, LinkLost), (4409, ConnectionLost)),
        *((1008, NotAllowed), (1013, ServerFull), (4410, SessionExpired), (4429, TooFast), (4400, ProtocolError)),
    ],
)
def test_close_codes_become_errors(code: int, expected: type[A2FError]) -> None:
    closed = ConnectionClosedError(None if code == 1006 else Close(code, "why"), None)
    assert isinstance(closing_error(closed), expected)


def test_every_close_code_of_the_wire_is_known() -> None:
    for code, close in CLOSE_CODES.items():
        error = closing_error(ConnectionClosedError(Close(code, ""), None))
        assert isinstance(error, LinkLost) == (close.advice is Advice.RESUME)
        assert error.message


@pytest.mark.parametrize("code", ERROR_CODES)
def test_every_error_code_of_the_wire_has_a_class(code: str) -> None:
    error = error_from(code, "what to do")
    assert (error.code, error.message) == (code, "what to do")
    assert type(error) is not A2FError or code == "internal"
    assert isinstance(error_from("of the future", "x"), A2FError)
