"""Who may come in: tokens in three places, Origin against foreign pages, Host against DNS rebinding."""

import base64
import binascii
import hmac
import ipaddress
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from a2f_live.errors import BadToken, ConfigError, NotAllowed

TOKEN_PREFIX: Final = "a2f.token."  # noqa: S105
"""A subprotocol entry that starts so carries the token in base64url: browsers cannot set headers."""
ANY: Final = "*"


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a request brings along, as text, empty where absent."""

    authorization: str = ""
    """The header."""
    subprotocols: tuple[str, ...] = ()
    query_token: str = ""

    def tokens(self) -> Iterable[str]:
        """Every token in it."""
        scheme, _, token = self.authorization.partition(" ")
        if scheme.lower() == "bearer" and token:
            yield token.strip()
        yield from filter(None, map(token_of_subprotocol, self.subprotocols))
        if self.query_token:
            yield self.query_token


def token_of_subprotocol(entry: str) -> str | None:
    """The token in `a2f.token.<base64url>`; None for any other entry."""
    if not entry.startswith(TOKEN_PREFIX):
        return None
    encoded = entry.removeprefix(TOKEN_PREFIX)
    try:
        return base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)).decode()
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return None


def check_host(host: str, own: str, listed: Iterable[str]) -> None:
    """Refuse a Host header that names a stranger: a foreign page may have pointed its name at this machine.

    `own` is where the server listens. Any address is fine: a name is what rebinding needs. Raises `NotAllowed`.
    """
    name = _host_name(host)
    allowed = {own.strip("[]").lower(), *(entry.lower() for entry in listed)}
    if ANY in allowed or (name and (name in allowed or _is_local_or_address(name))):
        return
    raise NotAllowed("the Host header names another machine: start the server with --allow-host for that name")


def check_origin(origin: str | None, host: str, listed: Iterable[str]) -> None:
    """Refuse pages of other sites. No Origin is a native client, which is fine. Raises `NotAllowed`."""
    if origin is None or is_own_origin(origin, host):
        return
    if not is_listed_origin(origin, listed):
        raise NotAllowed("pages of this origin may not connect: start the server with --origin for it")


def is_own_origin(origin: str, host: str) -> bool:
    """Whether the page came from this server: same host and port."""
    scheme, _, netloc = origin.partition("://")
    default_port = {"http": ":80", "https": ":443"}.get(scheme.lower(), "")
    return bool(default_port and netloc) and netloc.lower().removesuffix(default_port) == host.lower().removesuffix(
        default_port
    )


def is_listed_origin(origin: str, listed: Iterable[str]) -> bool:
    """Whether the operator has let pages of this origin in."""
    return any(entry in (ANY, origin) for entry in listed)


def check_token(credentials: Credentials, keys: "Keys", now_s: float) -> None:
    """Let in whoever brings a token that is good. Raises `BadToken`."""
    brought = list(credentials.tokens())
    if not keys.needed or any(keys.is_good(token, now_s) for token in brought):
        return
    what = "this token is not known here" if brought else "a token is needed"
    raise BadToken(f"{what}: send one as Authorization: Bearer, as a subprotocol {TOKEN_PREFIX}..., or as ?token=")


class Keys:
    """The tokens of the server, and short-lived ones that it signs for browsers; without a secret there are none."""

    def __init__(self, tokens: Iterable[str], secret: bytes | None = None) -> None:
        self._tokens = [token.encode() for token in tokens]
        self._secret = secret

    @property
    def needed(self) -> bool:
        """Whether a token is asked for at all."""
        return bool(self._tokens)

    def is_good(self, token: str, now_s: float) -> bool:
        """Compare in constant time with each token, then as a signed one."""
        given = _bytes(token)
        matches = [hmac.compare_digest(given, known) for known in self._tokens]
        return any(matches) or self._is_signed(token, now_s)

    def sign(self, lifetime_s: int, now_s: float) -> str:
        """A token that is good for so many seconds. Raises `ConfigError` without a secret."""
        if not self._secret:
            raise ConfigError("no token can be signed without a secret: give one")
        expiry = str(int(now_s) + lifetime_s)
        return f"{expiry}.{_signature(self._secret, expiry)}"

    def _is_signed(self, token: str, now_s: float) -> bool:
        if not self._secret:  # anybody can sign with an empty one
            return False
        expiry, _, signature = token.partition(".")
        genuine = hmac.compare_digest(_bytes(signature), _bytes(_signature(self._secret, expiry)))
        return genuine and int(expiry) > now_s


def _signature(secret: bytes, expiry: str) -> str:
    return hmac.digest(secret, _bytes(expiry), "sha256").hex()


def subprotocol_entries(headers: Mapping[str, str]) -> tuple[str, ...]:
    """The entries of Sec-WebSocket-Protocol."""
    return tuple(filter(None, map(str.strip, headers.get("Sec-WebSocket-Protocol", "").split(","))))


def _host_name(host: str) -> str:
    """Lower-case name or address of `name:port`; empty if it is none."""
    try:
        return "" if set(host) & set("/?#@\\ ") else urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def _is_local_or_address(name: str) -> bool:
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _bytes(text: str) -> bytes:
    """Whatever came in a header, which need not be UTF-8."""
    return text.encode("utf-8", "surrogatepass")
