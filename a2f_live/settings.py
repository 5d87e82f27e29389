"""The settings of a server, defined once: flags, environment, file keys and documentation are derived from here.

A setting `idle_s` is the flag `--idle-s`, the variable `A2F_LIVE_IDLE_S` and the file key `idle_s`. Flags win over
variables, variables over the file, the file over the defaults.
"""

import difflib
import ipaddress
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields
from fractions import Fraction
from typing import Any, Final, NamedTuple

from a2f_live.errors import ConfigError

PREFIX: Final = "A2F_LIVE_"
AUTO: Final = "auto"
"""Instead of a token: make one and print it."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What the value of a setting may be, and how it is read from text or from a TOML value."""

    allowed: str
    """Completes "use ..."."""
    read: Callable[[Any], Any]
    """Raises ValueError or TypeError for what is not allowed."""
    switch: bool = False
    """On or off: the flag takes no value."""
    many: bool = False
    """Any number of values: the flag can be repeated."""


def whole(low: int, high: int) -> Kind:
    """A whole number of a closed range."""

    def read(value: str | int) -> int:
        number = int(value)
        if isinstance(value, bool | float) or not low <= number <= high:
            raise ValueError
        return number

    return Kind(f"a whole number from {low} to {high}", read)


def decimal(low: float, high: float) -> Kind:
    """A number of a closed range."""

    def read(value: str | float) -> float:
        number = float(value)
        if isinstance(value, bool) or not low <= number <= high:
            raise ValueError
        return number

    return Kind(f"a number from {low:g} to {high:g}", read)


def on_or_off() -> Kind:
    """A switch."""
    words = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}

    def read(value: str | bool) -> bool:
        if isinstance(value, bool):
            return value
        if not isinstance(value, str) or value.lower() not in words:
            raise ValueError
        return words[value.lower()]

    return Kind("true or false", read, switch=True)


def fraction(low: float, high: float) -> Kind:
    """A number of a closed range, exact: `30`, `29.97` or `30000/1001`."""

    def read(value: str) -> Fraction:
        number = Fraction(value)
        if not low <= number <= high:
            raise ValueError
        return number

    return Kind(f"a number from {low:g} to {high:g}, or a fraction like 30000/1001", read)


def one_of(*choices: str) -> Kind:
    """One of a few words."""

    def read(value: str) -> str:
        if value not in choices:
            raise ValueError
        return value

    return Kind(f"one of {', '.join(choices)}", read)


def text(pattern: str, allowed: str) -> Kind:
    """Text that matches a pattern as a whole."""

    def read(value: str) -> str:
        if not re.fullmatch(pattern, value):
            raise ValueError
        return value

    return Kind(allowed, read)


def texts(pattern: str, allowed: str, separators: str = r"[\s,;]+") -> Kind:
    """Any number of texts: a list, or one text that separators divide."""

    def read(value: str | Iterable[str]) -> tuple[str, ...]:
        parts = re.split(separators, value.strip()) if isinstance(value, str) else tuple(value)
        if not all(isinstance(part, str) and re.fullmatch(pattern, part) for part in parts):
            raise ValueError
        return tuple(parts)

    return Kind(allowed, read, many=True)


class Given(NamedTuple):
    """A value as somebody gave it, and what to call the place in a message."""

    value: Any
    place: str


def check(kind: Kind, given: Given, *, secret: bool = False) -> Any:
    """Read a value; raises `ConfigError` with the place, the value unless it is secret, and what is allowed."""
    try:
        return kind.read(given.value)
    except (ValueError, TypeError, ZeroDivisionError):
        shown = "this value" if secret else repr(given.value)
        raise ConfigError(f"{given.place}: {shown} cannot be used, use {kind.allowed}") from None


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: its names, its kind, its meaning."""

    name: str
    """Field of `ServeSettings` and key of the file."""
    default: Any
    kind: Kind
    help: str
    group: str
    flag: str
    variables: tuple[str, ...]
    """Environment variables, the first that is set wins; those after the first are older names."""
    secret: bool = False
    """Never shown in a message."""

    def read(self, given: Given) -> Any:
        """Give the value, checked; raises `ConfigError`."""
        return check(self.kind, given, secret=self.secret)


def _setting(
    group: str,
    default: Any,
    kind: Kind,
    help: str,  # noqa: A002 - the field's term
    *,
    flag: str | None = None,
    variables: tuple[str, ...] = (),
    secret: bool = False,
) -> Any:
    about = {"group": group, "kind": kind, "help": help, "flag": flag, "variables": variables, "secret": secret}
    return field(default=default, repr=not secret, metadata=about)


_HOST = r"[A-Za-z0-9._:\-\[\]*]+"
_ENGINE = r"[A-Za-z0-9_]\S*"


@dataclass(frozen=True, slots=True)
class ServeSettings:
    """Everything that `a2f-live serve` can be told; raises `ConfigError` for what does not go together."""

    host: str = _setting(
        "Network",
        "127.0.0.1",
        text(_HOST, "a host name or an address"),
        "address to listen on; one that is not loopback needs a token",
        variables=("A2F_FASTAPI_HOST",),
    )
    port: int = _setting(
        "Network", 8000, whole(0, 65535), "port to listen on; 0 takes a free one", variables=("A2F_FASTAPI_PORT",)
    )
    uvloop: bool = _setting("Network", True, on_or_off(), "use the faster event loop where it is installed")
    tokens: tuple[str, ...] = _setting(
        "Access",
        (),
        texts(rf"{AUTO}|[A-Za-z0-9._~\-]{{8,}}", "8 or more letters, digits or . _ ~ -, or `auto`"),
        "token that lets a client in, any number of them; `auto` makes one and prints it",
        flag="--token",
        variables=("A2F_LIVE_TOKEN",),
        secret=True,
    )
    insecure: bool = _setting("Access", False, on_or_off(), "let the network in without a token")
    origins: tuple[str, ...] = _setting(
        "Access",
        (),
        texts(r"\*|[a-z][a-z0-9+.\-]*://[^\s/]+", "origins like https://example.org, or *"),
        "web origin whose pages may connect, beside the server's own; `*` for all",
        flag="--origin",
    )
    hosts: tuple[str, ...] = _setting(
        "Access",
        (),
        texts(_HOST, "host names, or *"),
        "name by which clients may call the server, beside loopback and `host`; `*` for all",
        flag="--allow-host",
    )
    engines: tuple[str, ...] = _setting(
        "Engines",
        ("embedded",),
        texts(_ENGINE, "engines like `embedded` or `fake:delay_ms=5`", r"[\s;]+"),
        "engine to offer, as NAME or NAME:OPTION=VALUE,...; the first is the default",
        flag="--engine",
    )
    instances: int = _setting(
        "Engines", 1, whole(1, 256), "instances of each engine", variables=("A2F_FASTAPI_DEFAULT_WORKERS",)
    )
    isolate: bool = _setting(
        "Engines", False, on_or_off(), "run each instance in a child process, so that a crash costs only a retry"
    )
    window_deadline_ms: int = _setting(
        "Engines", 2000, whole(10, 600_000), "milliseconds after which a window that got no answer is given elsewhere"
    )
    engine_start_s: float = _setting(
        "Engines",
        115.0,
        decimal(1, 3600),
        "seconds that an instance may take to start, for engines that start programs",
    )
    model_dir: str = _setting(
        "Engines", "", text(r".*", "a folder"), "folder of an open Audio2Face-3D model, for the engine `a2f3d`"
    )
    a2f_port: int = _setting(
        "Engines",
        8190,
        whole(1, 65535),
        "port of the first headless instance of Audio2Face, for the engine `omniverse`; the next follow it",
        variables=("A2F_PORT",),
    )
    nim_url: tuple[str, ...] = _setting(
        "Engines",
        (),
        texts(r"[A-Za-z0-9._:/\-\[\]]+", "addresses like `localhost:52000` or `grpcs://nim.example:443`"),
        "where the engine nim finds Audio2Face-3D NIMs",
        flag="--nim-url",
    )
    nim_function_id: str = _setting(
        "Engines",
        "",
        text(r"[A-Za-z0-9\-]*", "letters, digits and -"),
        "function of NVIDIA Cloud Functions that the engine nim calls; its key is the variable A2F_LIVE_NIM_KEY",
    )
    nim_port: int = _setting(
        "NIM front door",
        0,
        whole(0, 65535),
        "port for clients of the Audio2Face-3D NIM, theirs is 52000; 0 for none",
    )
    nim_streams: int = _setting("NIM front door", 10, whole(1, 100_000), "calls at a time on that port")
    nim_certificate: str = _setting(
        "NIM front door", "", text(r".*", "a PEM file"), "certificate of the server there: with it, it speaks TLS"
    )
    nim_private_key: str = _setting("NIM front door", "", text(r".*", "a PEM file"), "private key of that certificate")
    nim_client_authority: str = _setting(
        "NIM front door",
        "",
        text(r".*", "a PEM file"),
        "who signs the certificates that clients must bring there",
    )
    max_sessions: int = _setting("Limits", 1000, whole(1, 1_000_000), "sessions at a time")
    sessions_per_instance: int = _setting(
        "Limits",
        0,
        whole(0, 1_000_000),
        "sessions at a time for each instance of an engine; 0 for no such limit",
        variables=("A2F_FASTAPI_CLIENTS_PER_WORKER",),
    )
    message_kib: int = _setting("Limits", 256, whole(1, 65_536), "largest message, in KiB")
    first_message_s: float = _setting(
        "Limits", 10.0, decimal(0.1, 3600), "seconds that a new connection has for its first message"
    )
    idle_s: float = _setting(
        "Limits", 300.0, decimal(1, 86_400), "seconds without a message after which a session is closed"
    )
    resume_s: float = _setting("Limits", 30.0, decimal(0, 3600), "seconds for which a session outlives its connection")
    burst_s: float = _setting("Limits", 10.0, decimal(0.1, 3600), "seconds of live audio that may come at once")
    rate: float = _setting(
        "Limits", 4.0, decimal(1, 1000), "times real time that live audio may come at beyond the burst"
    )
    drain_s: float = _setting("Limits", 10.0, decimal(0, 3600), "seconds that sessions have to finish after SIGTERM")
    profiles: str = _setting(
        "Motion",
        "",
        text(r".*", "a file or a folder"),
        "profile of the face: a JSON file that becomes the default, or a folder of them to choose from by name",
    )
    outputs: tuple[str, ...] = _setting(
        "Outputs",
        (),
        texts(r"[a-z-]+:\S+", "outputs like `livelink://localhost?subject=Ana`", r"\s+"),
        "program that shows the face of the newest live session that speaks",
        flag="--output",
    )
    output_fps: Fraction = _setting(  # noqa: RUF009 - it describes the field
        "Outputs", Fraction(60), fraction(1, 120), "poses a second sent to outputs"
    )
    output_delay_ms: int = _setting("Outputs", 20, whole(0, 10_000), "milliseconds that frames wait to be shown there")
    log_level: str = _setting("Logs", "info", one_of("debug", "info", "warning", "error"), "least level that is logged")
    log_format: str = _setting(
        "Logs", "auto", one_of("auto", "text", "json"), "how logs are written; auto is text on a terminal, else json"
    )
    access_log: bool = _setting("Logs", False, on_or_off(), "log every HTTP request")

    def __post_init__(self) -> None:
        if not (self.tokens or self.insecure or is_loopback(self.host)):
            raise ConfigError(
                f"host {self.host} would let the whole network in: add --token auto (or a token of your own), "
                "or --insecure if that is meant"
            )


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach a server that listens there."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


def _describe() -> dict[str, Setting]:
    described = {}
    for each in fields(ServeSettings):
        about = dict(each.metadata)
        about["flag"] = about["flag"] or f"--{each.name.replace('_', '-')}"
        about["variables"] = (PREFIX + each.name.upper(), *about["variables"])
        described[each.name] = Setting(each.name, each.default, **about)
    return described


SETTINGS: Final[Mapping[str, Setting]] = _describe()
"""By name, in the order of definition."""


def from_flags(flags: Mapping[str, Any]) -> dict[str, Given]:
    """Take the settings among parsed flags; None is a flag that was not given."""
    return {name: Given(flags[name], setting.flag) for name, setting in SETTINGS.items() if flags.get(name) is not None}


def from_environment(environment: Mapping[str, str]) -> dict[str, Given]:
    """Take the settings among environment variables; an empty one counts as not set."""
    given = {}
    for name, setting in SETTINGS.items():
        variable = next(filter(environment.get, setting.variables), None)
        if variable is not None:
            given[name] = Given(environment[variable], variable)
    return given


def from_table(table: Mapping[str, Any], file: str) -> dict[str, Given]:
    """Take the settings of a TOML file; raises `ConfigError` for a key that is none."""
    for key in table:
        if key not in SETTINGS:
            near = difflib.get_close_matches(key, SETTINGS, n=1)
            advice = f"did you mean {near[0]}?" if near else "`a2f-live serve --help` lists what there is"
            raise ConfigError(f"{file}: {key} is not a setting, {advice}")
    return {key: Given(value, f"{key} in {file}") for key, value in table.items()}


def combine(*sources: Mapping[str, Given]) -> ServeSettings:
    """Make the settings from sources, the most important first; raises `ConfigError` for a value not allowed."""
    given: dict[str, Given] = {}
    for source in reversed(sources):
        given.update(source)
    return ServeSettings(**{name: SETTINGS[name].read(value) for name, value in given.items()})
