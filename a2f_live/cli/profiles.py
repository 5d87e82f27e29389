"""Reads profiles of a face from JSON files."""

import json
from pathlib import Path

from a2f_live.errors import ConfigError
from a2f_live.motion.profile import Profile


def load(path: Path) -> Profile:
    """Read one profile; raises `ConfigError` that names the file."""
    try:
        return Profile.from_map(json.loads(path.read_text("utf-8")))
    except OSError as error:
        raise ConfigError(f"the profile {path} cannot be read: {(error.strerror or str(error)).lower()}") from error
    except ValueError as error:  # not UTF-8, or not JSON
        raise ConfigError(f"the profile {path} is not JSON: {error}") from error
    except ConfigError as error:
        raise ConfigError(f"the profile {path} cannot be used: {error.message}") from error


def load_all(path: Path) -> dict[str, Profile]:
    """Read a profile as `default`, or each of a folder under the name of its file."""
    if not path.is_dir():
        return {"default": load(path)}
    return {file.stem: load(file) for file in sorted(path.glob("*.json"))}
