"""Where this machine has Audio2Face: the script that starts it, and the scene that it loads."""

import contextlib
import os
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from a2f_live.errors import EngineUnavailable

SCRIPT_VARIABLE: Final = "A2F_HEADLESS_SCRIPT"
SCENE_VARIABLE: Final = "A2F_DEFAULT_USD_MODEL"
SCRIPTS: Final = (
    ("audio2face_headless.bat", "audio2face_headless.kit.bat")
    if sys.platform == "win32"
    else ("audio2face_headless.sh",)
)
SCENES: Final = ("*arkit_solved*.usd*", "*arkit*.usd*")
"""Scenes of the product whose solver gives ARKit weights, the better first."""
SCENE_FOLDERS: Final = ("assets", "data", "samples", "exts", "extscache")
"""Where in the folder of the product they may be, beside the script."""
ADVICE: Final = f"install Omniverse Audio2Face 2023.2, or let {SCRIPT_VARIABLE} name what starts one"


def headless_script(option: str, environment: Mapping[str, str] = os.environ) -> Path | None:
    """The script, or None where there is none. Raises `EngineUnavailable` where one is named that is not there."""
    for place, named in (("script", option), (SCRIPT_VARIABLE, environment.get(SCRIPT_VARIABLE, ""))):
        if named:
            return _existing(expanded(named, place), place)
    with contextlib.suppress(RuntimeError):  # a user without a home has nothing installed there
        return next(iter(_installed(_packages(environment))), None)
    return None


def scene(option: str, script: Path | None, environment: Mapping[str, str] = os.environ) -> str:
    """The scene to load, empty where none is known. What is named may be a file or an address of Omniverse."""
    for place, named in (("usd_model", option), (SCENE_VARIABLE, environment.get(SCENE_VARIABLE, ""))):
        if named:
            return named if "://" in named else str(_existing(expanded(named, place), place))
    if script is None:
        return ""
    return str(next(_scenes(script.parent), ""))


def expanded(path: str, place: str) -> Path:
    """The path with `~` as the home that it means. Raises `EngineUnavailable` where that is nobody's."""
    try:
        return Path(path).expanduser()
    except RuntimeError as error:
        raise EngineUnavailable(f"{place} names {path}, but whose home that is, nobody knows: write it out") from error


def command(script: Path, port: int, arguments: list[str]) -> list[str]:
    """What starts an instance on a port. A shell script need not be executable."""
    shell = ["bash"] if script.suffix == ".sh" else []
    return [*shell, str(script), f"--/exts/omni.services.transport.server.http/port={port}", *arguments]


def _scenes(product: Path) -> Iterator[Path]:
    for pattern in SCENES:
        yield from sorted(product.glob(pattern))
        for folder in SCENE_FOLDERS:
            yield from sorted((product / folder).rglob(pattern))


def _existing(path: Path, place: str) -> Path:
    if not path.is_file():
        raise EngineUnavailable(f"{place} names {path}, which is not there: correct it, or leave it out")
    return path.resolve()


def _packages(environment: Mapping[str, str]) -> Path:
    if sys.platform == "win32":
        local = environment.get("LOCALAPPDATA")
        return (Path(local) if local else Path.home() / "AppData" / "Local") / "ov" / "pkg"
    return Path.home() / ".local" / "share" / "ov" / "pkg"


def _installed(packages: Path) -> list[Path]:
    """Scripts in the folder of Omniverse packages, of the newest version first."""
    apps = sorted(packages.glob("audio2face-*"), key=_version, reverse=True)
    return [app / name for app in apps for name in SCRIPTS if (app / name).is_file()]


def _version(app: Path) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", app.name.partition("-")[2]))
