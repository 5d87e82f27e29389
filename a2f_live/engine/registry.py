"""The engines by name: what each is, what may be set, and how one is made; its module is imported only then."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from importlib import import_module
from types import MappingProxyType
from typing import Any, ClassVar, Final, Protocol, cast

from a2f_live.engine.base import Engine
from a2f_live.errors import ConfigError, EngineUnavailable

Value = str | int | float | bool


@dataclass(frozen=True, slots=True)
class Entry:
    """Where a back end is found and what it is."""

    path: str
    """`module:Class`; see `Backend`."""
    summary: str
    """One line for `doctor`."""
    extra: str | None = None
    """The pip extra that installs what it imports."""


ENGINES: Final[Mapping[str, Entry]] = MappingProxyType(
    {
        "embedded": Entry("a2f_live.engine.embedded:EmbeddedEngine", "ships inside, a small network, runs on any CPU"),
        "a2f3d": Entry("a2f_live.engine.a2f3d:A2F3DEngine", "open Audio2Face-3D models, by onnxruntime", "a2f3d"),
        "nim": Entry("a2f_live.engine.nim:NimEngine", "Audio2Face-3D NIM, or a server that speaks like it", "nim"),
        "omniverse": Entry(
            "a2f_live.engine.omniverse:OmniverseEngine",
            "Omniverse Audio2Face 2023.x, headless instances over REST",
            extra="omniverse",
        ),
        "fake": Entry("a2f_live.engine.fake:FakeEngine", "for tests: slow, failing, hanging or wrong as told"),
    }
)
ISOLATED: Final = Entry("a2f_live.engine.isolated:IsolatedEngine", "runs another engine in a child process")
CHILD_MARK: Final = "A2F_LIVE_ENGINE_CHILD"
"""Environment variable that is set in the process of an isolated engine."""


class Backend(Protocol):
    """What the class of a back end offers the registry: it is made from one frozen dataclass of options.

    One that is costly to start may also have a static method `survey() -> str`: what it would start or call here. It
    raises `EngineUnavailable` where that is nothing, and `doctor` asks it instead of starting the engine.
    """

    Options: ClassVar[type[Any]]

    def __call__(self, options: Any) -> Engine:
        """Make one instance. Raises `EngineUnavailable` where it cannot start."""
        ...


@dataclass(frozen=True, slots=True)
class EngineSpec:
    """Which engine, how set, and whether in a process of its own."""

    name: str
    options: Mapping[str, Value] = field(default_factory=dict)
    isolated: bool = False


@dataclass(frozen=True, slots=True)
class EngineStatus:
    """Whether an engine could run here."""

    name: str
    summary: str
    ready: bool
    reason: str = ""
    """Why not, and what to do."""
    found: str = ""
    """What it would start or call, of those that are too costly to try for a look."""


def parse_spec(text: str) -> EngineSpec:
    """Read `name` or `name:option=value,option=value`; `isolated=true` asks for a process of its own.

    Raises `EngineUnavailable` for an unknown engine and `ConfigError` for options that cannot be used.
    """
    name, _, rest = text.strip().partition(":")
    options = dict(_pair(name, part) for part in rest.split(",") if part.strip())
    isolated = _converted(name, "isolated", bool, options.pop("isolated", "false"))
    return EngineSpec(name, _checked(name, _load(name, _entry(name)), options), isolated=bool(isolated))


def create(spec: EngineSpec) -> Engine:
    """Make one instance. Raises `EngineUnavailable` or `ConfigError`."""
    backend = _load(spec.name, _entry(spec.name))
    options = _checked(spec.name, backend, spec.options)
    if spec.isolated:
        return _load("isolated", ISOLATED)(EngineSpec(spec.name, options))
    return backend(backend.Options(**options))


def list_engines() -> list[EngineStatus]:
    """Every engine by name, and whether what it imports is installed."""
    return [_status(name, entry) for name, entry in ENGINES.items()]


def in_child() -> bool:
    """Whether this is the process of an isolated engine."""
    return CHILD_MARK in os.environ


def _status(name: str, entry: Entry) -> EngineStatus:
    try:
        backend = _load(name, entry)
        survey = getattr(backend, "survey", None)
        found = survey() if survey else ""
    except EngineUnavailable as error:
        return EngineStatus(name, entry.summary, ready=False, reason=error.message)
    return EngineStatus(name, entry.summary, ready=True, found=found)


def _entry(name: str) -> Entry:
    if name not in ENGINES:
        raise EngineUnavailable(f"engine {name!r} is not known: use one of {', '.join(ENGINES)}")
    return ENGINES[name]


def _load(name: str, entry: Entry) -> Backend:
    module, _, attribute = entry.path.partition(":")
    try:
        return cast(Backend, getattr(import_module(module), attribute))
    except ModuleNotFoundError as error:
        package = f"'a2f-live[{entry.extra}]'" if entry.extra else str(error.name)
        raise EngineUnavailable(
            f"engine {name!r} needs the module {error.name!r}: install it with pip install {package}"
        ) from error


def _pair(name: str, text: str) -> tuple[str, str]:
    option, equals, value = (part.strip() for part in text.partition("="))
    if not (option and equals and value):
        raise ConfigError(f"engine {name!r}: {text.strip()!r} is not an option: write name:option=value,option=value")
    return option, value


def _checked(name: str, backend: Backend, options: Mapping[str, Value]) -> dict[str, Value]:
    types: dict[str, type] = {option.name: cast(type, option.type) for option in fields(backend.Options)}
    for option in options:
        if option not in types:
            allowed = f"use one of {', '.join(types)}" if types else "it has none"
            raise ConfigError(f"engine {name!r} has no option {option!r}: {allowed}")
    return {option: _converted(name, option, types[option], value) for option, value in options.items()}


_BOOLEANS: Final = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


def _converted(name: str, option: str, kind: type, value: Value) -> Value:
    try:
        if kind is bool:
            return _BOOLEANS[str(value).lower()]
        return cast(Value, kind(value))
    except (KeyError, ValueError) as error:
        wanted = {bool: "true or false", int: "a whole number", float: "a number"}.get(kind, kind.__name__)
        raise ConfigError(f"engine {name!r}: {option} is {value!r} but must be {wanted}") from error
