"""Finds the settings of a server: adds their flags to a parser, reads the file, and puts all sources together."""

import argparse
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from a2f_live.errors import ConfigError
from a2f_live.settings import (
    PREFIX,
    SETTINGS,
    ServeSettings,
    Setting,
    combine,
    from_environment,
    from_flags,
    from_table,
)

FILE: Final = "a2f-live.toml"
"""Read from the working directory where no other file is named."""
FILE_VARIABLE: Final = f"{PREFIX}CONFIG"


def add_flags(parser: argparse.ArgumentParser) -> None:
    """Give a parser a flag for each setting, and `--config`."""
    parser.add_argument("--config", metavar="FILE", help=f"TOML file with settings (default: ./{FILE} if there is one)")
    for name in dict.fromkeys(setting.group for setting in SETTINGS.values()):
        group = parser.add_argument_group(name.lower())
        for setting in SETTINGS.values():
            if setting.group == name:
                group.add_argument(setting.flag, dest=setting.name, default=None, **_flag(setting))


def load(flags: Mapping[str, Any], environment: Mapping[str, str], folder: Path) -> ServeSettings:
    """Put flags, environment and file together; raises `ConfigError`."""
    file = _file(flags.get("config") or environment.get(FILE_VARIABLE), folder)
    table = from_table(_read(file), file.name) if file else {}
    return combine(from_flags(flags), from_environment(environment), table)


def _flag(setting: Setting) -> dict[str, Any]:
    repeated = ", can be repeated" if setting.kind.many else ""
    about = f"{setting.help} (default: {_shown(setting.default)}{repeated})".replace("%", "%%")
    if setting.kind.switch:
        return {"action": argparse.BooleanOptionalAction, "help": about}
    metavar = setting.flag.rpartition("-")[2].upper()
    return {"action": "append" if setting.kind.many else "store", "metavar": metavar, "help": about}


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return (" ".join(value) if isinstance(value, tuple) else str(value)) or "none"


def _file(named: str | None, folder: Path) -> Path | None:
    if named:
        return folder / named
    default = folder / FILE
    return default if default.is_file() else None


def _read(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text("utf-8"))
    except OSError as error:
        raise ConfigError(
            f"the settings file {file} cannot be read: {(error.strerror or str(error)).lower()}"
        ) from error
    except ValueError as error:  # not UTF-8, or not TOML
        raise ConfigError(f"the settings file {file} is not TOML: {error}") from error
