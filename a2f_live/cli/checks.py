"""What `doctor` looks at; each check gives findings and none raises."""

import http.client
import importlib.metadata
import json
import platform
import re
import socket
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import a2f_live
from a2f_live.cli.self_test import times_real_time
from a2f_live.engine.registry import create, list_engines, parse_spec
from a2f_live.errors import A2FError
from a2f_live.server.page import page_dir

OK: Final = "ok"
MISSING: Final = "missing"
"""Not there, and not needed by everybody."""
FAILED: Final = "failed"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report."""

    area: str
    name: str
    state: str
    """`ok`, `missing` or `failed`."""
    detail: str
    """What is there; or what is wrong and what to do."""


def everything(port: int) -> Iterator[Finding]:
    """Look at all there is."""
    yield from system()
    yield from packages()
    yield from engines()
    yield from page()
    yield from sound()
    yield from ports(port)


def system() -> Iterator[Finding]:
    """This package, Python, the machine."""
    yield Finding("system", "a2f-live", OK, a2f_live.__version__)
    yield Finding("system", "python", OK, f"{platform.python_version()} ({sys.executable})")
    yield Finding("system", "platform", OK, platform.platform())


def packages() -> Iterator[Finding]:
    """What this package asks for, and its extras."""
    try:
        requirements = importlib.metadata.requires("a2f-live") or []
    except importlib.metadata.PackageNotFoundError:
        yield Finding(
            "packages", "a2f-live", MISSING, "not installed, run from its folder: pip install -e . installs it"
        )
        return
    for requirement in requirements:
        name = re.match(r"[\w.\-]+", requirement)
        extra = re.search(r"extra == ['\"]([\w.\-]+)", requirement)
        if name and not (extra and extra[1] == "dev"):
            yield _package(name[0], extra[1] if extra else None)


def engines() -> Iterator[Finding]:
    """Every engine: can it run, and how fast; of those that are costly to start only what there is of them."""
    for status in list_engines():
        if not status.ready:
            yield Finding("engines", status.name, MISSING, status.reason)
            continue
        if status.found:
            yield Finding("engines", status.name, OK, f"{status.summary}; {status.found}")
            continue
        try:
            engine = create(parse_spec(status.name))
            try:
                speed = times_real_time(engine)
            finally:
                engine.close()
        except A2FError as error:
            yield Finding("engines", status.name, FAILED, error.message)
        else:
            yield Finding("engines", status.name, OK, f"{status.summary}; {speed:,.0f} x real time for one stream")


def page() -> Iterator[Finding]:
    """The files of the page that a server shows."""
    folder = page_dir()
    if folder:
        yield Finding("page", "demo", OK, str(folder))
    else:
        yield Finding("page", "demo", MISSING, "a server runs without its page: install a2f-live again to get it")


def sound() -> Iterator[Finding]:
    """Microphones."""
    try:
        import sounddevice
    except (ImportError, OSError) as error:  # OSError: the package is there, PortAudio is not
        extra = "pip install 'a2f-live[mic]'" if isinstance(error, ImportError) else "install PortAudio (libportaudio2)"
        yield Finding("sound", "microphone", MISSING, f"no sound system for `a2f-live mic`: {extra}")
        return
    yield from _microphones(sounddevice.query_devices)


def ports(port: int) -> Iterator[Finding]:
    """Whether the port of the server is free, else who has it."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            owner = _owner(port)
            if owner:
                yield Finding("ports", str(port), OK, owner)
            else:
                reason = (error.strerror or str(error)).lower()
                yield Finding("ports", str(port), FAILED, f"{reason}: use `a2f-live serve --port` with another one")
        else:
            yield Finding("ports", str(port), OK, "free")


def _package(name: str, extra: str | None) -> Finding:
    try:
        return Finding("packages", name, OK, importlib.metadata.version(name))
    except importlib.metadata.PackageNotFoundError:
        if extra:
            return Finding("packages", name, MISSING, f"for `{extra}`: pip install 'a2f-live[{extra}]'")
        return Finding("packages", name, FAILED, f"pip install {name}")


def _microphones(query_devices: Callable[[], Any]) -> Iterator[Finding]:
    try:
        devices = [device for device in query_devices() if device["max_input_channels"]]
    except Exception as error:  # PortAudioError and whatever a sound driver raises
        yield Finding("sound", "microphone", MISSING, f"the sound system does not answer: {error}")
        return
    if not devices:
        yield Finding("sound", "microphone", MISSING, "none found: plug one in, or let this program use it")
    for device in devices:
        yield Finding("sound", device["name"], OK, f"{device['default_samplerate']:.0f} Hz")


def _owner(port: int) -> str | None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=1)
    try:
        connection.request("GET", "/health")
        status = json.loads(connection.getresponse().read(65_536))
    except (OSError, http.client.HTTPException, ValueError):
        return None
    finally:
        connection.close()
    known = isinstance(status, dict) and {"status", "version", "reasons"} <= set(status)
    return f"an a2f-live server runs there, version {status['version']}" if known else None
