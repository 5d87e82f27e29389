"""What may be set of the back end `nim`, and the addresses in it."""

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from a2f_live.errors import ConfigError

SECURE_SCHEMES: Final = {"grpcs": True, "https": True, "grpc": False, "http": False}
TLS_PORT: Final = 443
LONGEST_LOOKAHEAD_MS: Final = 1500
"""A window holds half a second of the past beside it, for a call that has to begin in the middle of an utterance."""
LOCAL: Final = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class Address:
    """Where one NIM is reached."""

    target: str
    """`host:port`."""
    secure: bool
    local: bool


@dataclass(frozen=True, slots=True)
class NimOptions:
    """How NIMs are reached and fed."""

    url: str = "localhost:52000"
    """`host:port`, several joined by `+`; `grpcs://` asks for TLS, as port 443 does by itself."""
    function_id: str = ""
    """Of NVIDIA Cloud Functions."""
    key_variable: str = "A2F_LIVE_NIM_KEY"
    """Environment variable that holds the key; where it is set, it is sent as `authorization: Bearer`."""
    root_certificates: str = ""
    """PEM file of whom to trust; the usual authorities where there is none."""
    certificate: str = ""
    private_key: str = ""
    """PEM files of who we are, where a NIM asks for that (its mode `mtls`)."""
    parameters: str = ""
    """TOML file with parameters of face and emotions, in the tables and names of NVIDIA's sample configurations."""
    lookahead_ms: int = 0
    """Future audio that a frame waits for; 0: as much as the NIM is measured to need when the engine starts."""
    answer_ms: int = 1500
    """Time for the frames of one window; keep it below the deadline for windows."""
    connect_ms: int = 10_000
    """Time for the first answer of a NIM when the engine starts."""
    time_offset_ms: float = 0.0
    """Measured lead of the frames over the sound."""
    clip_s: float = 300.0
    """Longest clip that the NIM takes; a longer utterance goes on in another call."""
    message_s: float = 10.0
    """Longest audio in one message that the NIM takes."""

    def __post_init__(self) -> None:
        self.addresses()
        if not 0 <= self.lookahead_ms <= LONGEST_LOOKAHEAD_MS:
            raise ConfigError(
                f"engine 'nim': lookahead_ms is {self.lookahead_ms}: use 0 (measured) to {LONGEST_LOOKAHEAD_MS}"
            )
        for name, least in (("answer_ms", 1), ("connect_ms", 1), ("clip_s", 5), ("message_s", 0.1)):
            if getattr(self, name) < least:
                raise ConfigError(f"engine 'nim': {name} is {getattr(self, name)}: use {least} or more")
        if bool(self.certificate) != bool(self.private_key):
            raise ConfigError("engine 'nim': certificate and private_key belong together: give both or none")

    def addresses(self) -> tuple[Address, ...]:
        """Read `url`. Raises `ConfigError`."""
        return tuple(_address(part) for part in self.url.split("+"))


def _address(text: str) -> Address:
    scheme, found, rest = text.rpartition("://")
    try:
        parts = urlsplit(f"//{rest}")
        host, port = parts.hostname, parts.port
    except ValueError:
        host = port = None
    if not host or not port or parts.path or (found and scheme not in SECURE_SCHEMES):
        raise ConfigError(f"engine 'nim': {text!r} is no address of a NIM: write host:port or grpcs://host:port")
    named = f"[{host}]" if ":" in host else host
    return Address(f"{named}:{port}", SECURE_SCHEMES.get(scheme, port == TLS_PORT), host in LOCAL)
