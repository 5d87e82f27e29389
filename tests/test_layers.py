"""Holds the layers: who may import whom, what stays pure, and that nothing goes in circles."""

import ast
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "a2f_live"

BASE = {"", "errors", "arkit", "frames", "config", "settings", "speech", "lips"}
ALLOWED: dict[str, set[str]] = {
    **dict.fromkeys(BASE, BASE),
    "": BASE | {"client"},  # the public names, imported when they are asked for
    **{name: BASE | {name} for name in ("wire", "audio", "motion", "observe", "outputs")},
    "plot": BASE | {"plot", "outputs.track"},
    "relay": BASE | {"relay", "outputs", "motion.ease"},
    "engine": BASE | {"engine"},
    "utterance": BASE | {"audio", "engine.base"},
    "session": BASE | {"utterance", "audio", "motion", "engine.base"},
    "dispatch": BASE | {"dispatch", "observe", "engine.base", "engine.check", "engine.slow"},
    "idle_frames": BASE | {"session"},
    "driver": BASE | {"idle_frames", "session", "motion", "dispatch", "observe", "engine.base"},
    "take": BASE | {"offline", "audio", "engine.base", "motion", "outputs"},
    "offline": BASE | {"session", "audio", "engine.base", "engine.check", "motion"},
    "server": BASE | {"server", "wire", "driver", "dispatch", "observe", "audio", "motion", "engine.base", "outputs"},
    "headless": BASE
    | {"headless", "take", "audio", "motion", "outputs", "engine.base"}
    | {"server.security", "server.arrivals", "server.looks"},
    "client": BASE | {"client", "wire"},
    # A front for programs that know no server: it makes an engine by itself, and so is a composition of its own.
    "client.a2f": BASE | {"client", "take", "audio", "outputs", "engine.registry"},
    # For agents of other frameworks: clients, whose listeners are told messages of the wire.
    "integrations": BASE | {"integrations", "client", "wire"},
    "cli": BASE
    | {"cli", "wire", "audio", "motion", "observe", "outputs", "plot", "engine.registry", "engine.base"}
    | {"dispatch", "server", "headless", "client", "session", "offline", "relay"},
    "__main__": {"cli"},
}
PURE = {
    "",
    "errors",
    "arkit",
    "frames",
    "config",
    "speech",
    "lips",
    "wire",
    "audio",
    "motion",
    "engine.base",
    "engine.check",
    "engine.slow",
    *(f"engine.a2f3d.{name}" for name in ("options", "network_info", "blendshapes", "bounded", "solver", "smoothing")),
    *(f"engine.a2f3d.{name}" for name in ("projection", "emotions", "eyes", "jaw", "arkit_rows", "performance")),
    *(f"engine.omniverse.{name}" for name in ("options", "pace", "poses", "span")),
    "utterance",
    "session",
    "offline",
    "take",
    "outputs.curve",
    *(f"outputs.{name}" for name in ("pose", "livelink", "ifacialmocap", "mouth", "vmc", "vts")),
    *(f"outputs.{name}" for name in ("azure_visemes", "oculus_visemes")),
    *(f"relay.{name}" for name in ("timetable", "playback", "address")),
    *(f"integrations.{name}" for name in ("telling", "listener")),
    *(f"headless.{name}" for name in ("fields", "player", "emotion", "knobs")),
} | {
    *(f"plot.{name}" for name in ("shapes", "contours", "mouth", "eyes", "head", "face", "curves", "sound", "subject")),
    *("dispatch.policy", "dispatch.health", "dispatch.job", "dispatch.load", "dispatch.figures"),
}
IMPURE_MODULES = {"asyncio", "socket", "threading", "time", "random", "logging", "subprocess"} | {
    *("aiohttp", "grpc", "websockets", "matplotlib"),
}


def modules() -> Iterator[tuple[str, Path]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts), path


def imports(name: str, source: str) -> Iterator[str]:
    """Dotted names that the source of module `name` imports, relative ones resolved."""
    package = ("a2f_live", *name.split("."))[: -1 if name not in PACKAGES else None]
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(package[: len(package) - node.level + 1]) if node.level else ""
            module = ".".join(filter(None, (base, node.module)))
            for alias in node.names:
                whole = f"{module}.{alias.name}"
                yield whole if is_module(whole) else module


def is_module(name: str) -> bool:
    path = PACKAGE.parent.joinpath(*name.split("."))
    return path.with_suffix(".py").exists() or (path / "__init__.py").exists()


def own(name: str) -> str | None:
    if name == "a2f_live":
        return ""
    return name.removeprefix("a2f_live.") if name.startswith("a2f_live.") else None


PACKAGES = {name for name, path in modules() if path.name == "__init__.py"}
SOURCES = {name: path.read_text("utf-8") for name, path in modules()}


def own_imports(name: str, source: str) -> set[str]:
    return {target for target in map(own, imports(name, source)) if target}


def strangers(name: str, source: str) -> set[str]:
    """What the module imports of this package although its layer may not."""
    allowed = ALLOWED.get(name) or ALLOWED[name.partition(".")[0]]
    return {t for t in own_imports(name, source) if t not in allowed and t.partition(".")[0] not in allowed}


def effects(name: str, source: str) -> set[str]:
    """What the module imports that a pure one may not."""
    pure = name in PURE or name.partition(".")[0] in PURE
    return {target.partition(".")[0] for target in imports(name, source)} & IMPURE_MODULES if pure else set()


def siblings(name: str, source: str) -> set[str]:
    """Other back ends that a back end imports."""
    shared = {"engine", "engine.base", "engine.check", "engine.registry", "engine.slow"}
    if not name.startswith("engine.") or name in shared:
        return set()
    mine = ".".join(name.split(".")[:2])
    found = {t for t in own_imports(name, source) if t.startswith("engine.")}
    return {t for t in found if t not in shared and not t.startswith(mine)}


@pytest.mark.parametrize("name", SOURCES)
def test_a_module_keeps_to_its_layer(name: str) -> None:
    assert not strangers(name, SOURCES[name]), f"{name} imports above its layer"
    assert not effects(name, SOURCES[name]), f"{name} is pure and may not import this"
    assert not siblings(name, SOURCES[name]), f"{name} may not know another back end"
    assert ast.get_docstring(ast.parse(SOURCES[name])), f"{name} has no docstring"


@pytest.mark.parametrize(
    ("check", "name", "planted"),
    [
        (effects, "wire.codec", "import asyncio"),
        (effects, "session", "from time import monotonic"),
        (strangers, "wire.codec", "from a2f_live.engine import base"),
        (strangers, "wire.codec", "from ..dispatch import pool"),
        (strangers, "dispatch.pool", "import a2f_live.engine.fake"),
        (siblings, "engine.fake", "from a2f_live.engine.embedded import EmbeddedEngine"),
    ],
)
def test_a_planted_violation_is_seen(check: Callable[[str, str], set[str]], name: str, planted: str) -> None:
    assert check(name, planted)


def test_no_import_goes_in_circles() -> None:
    graph = {name: own_imports(name, source) & set(SOURCES) for name, source in SOURCES.items()}
    done: set[str] = set()

    def visit(name: str, trail: tuple[str, ...]) -> None:
        assert name not in trail, " -> ".join((*trail, name))
        if name not in done:
            for target in graph[name]:
                visit(target, (*trail, name))
            done.add(name)

    for name in graph:
        visit(name, ())
