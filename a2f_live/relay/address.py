"""Addresses of outputs as a user writes them: `livelink://host:port?option=value`, or `azure-visemes:FILE`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl, unquote, urlsplit

from a2f_live.errors import ConfigError
from a2f_live.outputs import ifacialmocap, livelink, vmc, vts


@dataclass(frozen=True, slots=True)
class Scheme:
    """What an address of a kind may have."""

    example: str
    port: int | None
    """Where none is given; None for files."""
    options: frozenset[str]


SCHEMES: Final[Mapping[str, Scheme]] = {
    "livelink": Scheme(
        "livelink://localhost?subject=a2f-live", livelink.PORT, frozenset({"subject", "device", "head"})
    ),
    "vmc": Scheme("vmc://localhost?names=perfect-sync", vmc.PORT, frozenset({"names", "head"})),
    "ifacialmocap": Scheme(
        "ifacialmocap://localhost?version=1", ifacialmocap.PORT, frozenset({"version", "wait", "reply"})
    ),
    "vts": Scheme("vts://localhost", vts.PORT, frozenset({"parameters", "token_file", "head"})),
    "azure-visemes": Scheme("azure-visemes:visemes.jsonl", None, frozenset()),
    "oculus-visemes": Scheme("oculus-visemes:visemes.jsonl", None, frozenset()),
}


@dataclass(frozen=True, slots=True)
class Address:
    """A target as it was asked for."""

    text: str
    scheme: str
    host: str = ""
    port: int = 0
    path: str = ""
    """Of a file; `-` is standard output."""
    options: Mapping[str, str] | None = None

    def option(self, name: str, default: str) -> str:
        """The value of an option."""
        return (self.options or {}).get(name, default)

    def switch(self, name: str, *, default: bool) -> bool:
        """The value of an option that is on or off. Raises `ConfigError`."""
        value = self.option(name, "on" if default else "off")
        if value not in ("on", "off"):
            raise ConfigError(f"{self.text}: {name} is on or off, not {value}")
        return value == "on"


def parse(text: str) -> Address:
    """Read an address; raises `ConfigError` with what would be right."""
    name, separator, rest = text.partition(":")
    scheme = SCHEMES.get(name)
    if scheme is None or not separator:
        examples = ", ".join(known.example for known in SCHEMES.values())
        raise ConfigError(f"{text} is no output: use one like {examples}")
    if scheme.port is None:
        if not rest:
            raise ConfigError(f"{text}: name a file, or - for standard output, like {scheme.example}")
        return Address(text, name, path=rest)
    try:
        parts = urlsplit(text)
        host, port = unquote(parts.hostname or ""), parts.port or scheme.port
        options = dict(parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query)))
    except ValueError:
        host, port, options = "", 0, {}
    if not host or parts.path.strip("/") or parts.username or any(map(str.isspace, host)):
        raise ConfigError(f"{text} is no address of {name}: write it like {scheme.example}")
    if unknown := sorted(options.keys() - scheme.options):
        raise ConfigError(f"{text}: {name} has no {unknown[0]}, only {', '.join(sorted(scheme.options))}")
    return Address(text, name, host, port, options=options)
