"""The assemblies of the package, each compiled once."""

from pathlib import Path

import pytest

from tests.unity.mono import UNITY, Builder, sources

CORE = "A2FLive.Core.dll"


@pytest.fixture(scope="session")
def builder(tmp_path_factory: pytest.TempPathFactory) -> Builder:
    """A folder with the protocol core in it, compiled without any engine."""
    builder = Builder(tmp_path_factory.mktemp("unity"))
    builder.build(CORE, sources(UNITY / "Runtime" / "Core"), documented=True)
    return builder


@pytest.fixture(scope="session")
def console(builder: Builder) -> Path:
    """The console program that speaks with a server."""
    return builder.build("A2FLive.Console.exe", sources(UNITY / "Tests~" / "Console"), [CORE])
