"""Ports nobody has, windows, and options that suit a test."""

import socket
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np

from a2f_live.engine.base import Window
from a2f_live.engine.omniverse import OmniverseEngine
from a2f_live.engine.omniverse.deadline import Deadline
from a2f_live.engine.omniverse.options import OmniverseOptions
from tests.engine.helpers import speechlike

PATIENCE_S = 30.0
ROOT = Path(__file__).parents[3]


def patient() -> Deadline:
    """What no test is meant to reach."""
    return Deadline("the test", PATIENCE_S)


def go_on(_: float) -> None:
    """Nobody gives up."""


def free_ports(count: int) -> int:
    """The first of so many ports in a row that nobody has."""
    for _ in range(100):
        with socket.create_server(("127.0.0.1", 0)) as first:
            start = first.getsockname()[1]
        if start + count < 65_000 and all(_is_free(port) for port in range(start, start + count)):
            return int(start)
    raise AssertionError(f"there are no {count} free ports in a row")


def _is_free(port: int) -> bool:
    with ExitStack() as stack:
        try:
            stack.enter_context(socket.create_server(("127.0.0.1", port)))
        except OSError:
            return False
    return True


def options(folder: Path, port: int, **others: Any) -> OmniverseOptions:
    """For one port, at the full frame rate however slow the machine is."""
    settings: dict[str, Any] = {"ports": 1, "min_fps": 30, "timeout_s": PATIENCE_S, "folder": str(folder)}
    return OmniverseOptions(first_port=port, **{**settings, **others})


def window(engine: OmniverseEngine, seed: int = 1, **others: Any) -> Window:
    """One window of speech."""
    samples = np.resize(speechlike(seed, 1.0), engine.info.context_samples)
    return Window(0, 0, 1, samples, engine.info.lookaheads_ms[0] * 16, **others)


def script(folder: Path, *lines: str) -> Path:
    """A script for bash."""
    path = folder / "start.sh"
    path.write_text("\n".join(("#!/usr/bin/env bash", f"cd {ROOT}", *lines, "")))
    return path
