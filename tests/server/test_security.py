"""Who is let in, as a table."""

import base64
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from a2f_live.errors import BadToken, ConfigError, NotAllowed
from a2f_live.server.security import Credentials, Keys, check_host, check_origin, check_token, is_own_origin

TOKEN = "a-good-token"
ENTRY = "a2f.token." + base64.urlsafe_b64encode(TOKEN.encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "host",
    *[
        [
            "localhost",
            "localhost:8000",
            "face.localhost:1",
            "127.0.0.1:8000",
            "[::1]:8000",
            "192.168.1.5:8000",
            "Own.Host:80",
        ]
    ],
)
def test_own_names_and_addresses_are_fine(host: str) -> None:
    check_host(host, "own.host", ())


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:8000",
        "localhost.evil.example",
        "",
        "a b",
        "localhost/@evil",
        "[::1",
        "x@localhost",
    ],
)
def test_a_strange_host_is_refused(host: str) -> None:
    with pytest.raises(NotAllowed, match="--allow-host"):
        check_host(host, "127.0.0.1", ("other.example",))


@pytest.mark.parametrize("listed", ["evil.example", "*"])
def test_a_listed_host_is_fine(listed: str) -> None:
    check_host("evil.example:8000", "127.0.0.1", (listed,))


@pytest.mark.parametrize(
    ("origin", "host", "own"),
    [
        ("http://localhost:8000", "localhost:8000", True),
        ("http://LOCALHOST:8000", "localhost:8000", True),
        ("https://face.example", "face.example", True),
        ("https://face.example", "face.example:443", True),
        ("http://face.example:80", "face.example", True),
        ("http://localhost:3000", "localhost:8000", False),
        ("http://evil.example", "localhost:8000", False),
        ("file://", "localhost:8000", False),
        ("null", "localhost:8000", False),
        ("", "", False),
    ],
)
def test_an_origin_is_own_by_host_and_port(origin: str, host: str, own: bool) -> None:
    assert is_own_origin(origin, host) is own


def test_foreign_pages_need_to_be_listed_and_native_clients_do_not() -> None:
    check_origin(None, "localhost:8000", ())
    check_origin("http://app.example", "localhost:8000", ("http://app.example",))
    check_origin("http://app.example", "localhost:8000", ("*",))
    with pytest.raises(NotAllowed, match="--origin"):
        check_origin("http://app.example", "localhost:8000", ("https://app.example",))


@pytest.mark.parametrize(
    "credentials",
    [
        Credentials(authorization=f"Bearer {TOKEN}"),
        Credentials(authorization=f"bearer  {TOKEN}"),
        Credentials(subprotocols=("a2f.v1.msgpack", ENTRY)),
        Credentials(query_token=TOKEN),
        Credentials(authorization="Bearer wrong", query_token=TOKEN),
    ],
)
def test_a_token_is_good_in_three_places(credentials: Credentials) -> None:
    check_token(credentials, Keys(["another-token", TOKEN], b"secret"), 0)


@pytest.mark.parametrize(
    ("credentials", "said"),
    [
        (Credentials(), "a token is needed"),
        (Credentials(authorization="Basic dTpw"), "a token is needed"),
        (Credentials(authorization="Bearer wrong"), "not known"),
        (Credentials(subprotocols=("a2f.token.%%%", "a2f.token._w")), "needed"),
        (Credentials(query_token="ümlaut"), "not known"),
        (Credentials(query_token="99999999999."), "not known"),
        (Credentials(query_token="x.y"), "not known"),
    ],
)
def test_anything_else_is_not(credentials: Credentials, said: str) -> None:
    with pytest.raises(BadToken, match=said):
        check_token(credentials, Keys([TOKEN], b"secret"), 0)
    check_token(credentials, Keys([], b"secret"), 0)


def test_a_signed_token_is_good_until_it_expires() -> None:
    keys = Keys([TOKEN], b"secret")
    token = keys.sign(60, now_s=1000)
    assert keys.is_good(token, 1059)
    assert not keys.is_good(token, 1060)
    assert not Keys([TOKEN], b"other").is_good(token, 1000)


@pytest.mark.parametrize("secret", [None, b""])
def test_without_a_secret_no_token_is_signed(secret: bytes | None) -> None:
    keys = Keys([TOKEN], secret)
    forged = f"2000.{hmac.digest(b'', b'2000', 'sha256').hex()}"
    assert keys.is_good(TOKEN, 1000)
    assert not keys.is_good(forged, 1000)
    with pytest.raises(ConfigError, match="without a secret"):
        keys.sign(60, now_s=1000)


@given(st.text())
def test_no_header_makes_it_crash(text: str) -> None:
    keys = Keys([TOKEN], b"secret")
    for credentials in (
        Credentials(text),
        Credentials(subprotocols=("a2f.token." + text,)),
        Credentials(query_token=text),
    ):
        with pytest.raises(BadToken):
            check_token(credentials, keys, 0)
    is_own_origin(text, text)
