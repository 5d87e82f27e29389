"""Settings as a user gives them: flags, variables, a file named or found, and what is wrong with it."""

import argparse
from pathlib import Path

import pytest

from a2f_live.cli.settings_loader import add_flags, load
from a2f_live.errors import ConfigError
from a2f_live.settings import SETTINGS, ServeSettings
from tests.test_settings import VALUES


def parse(*arguments: str) -> dict[str, object]:
    parser = argparse.ArgumentParser()
    add_flags(parser)
    return vars(parser.parse_args(arguments))


def flags_for(name: str) -> list[str]:
    setting, (_, meaning) = SETTINGS[name], VALUES[name]
    if setting.kind.switch:
        return [setting.flag if meaning else setting.flag.replace("--", "--no-", 1)]
    return [part for value in (meaning if setting.kind.many else [meaning]) for part in (setting.flag, str(value))]


@pytest.mark.parametrize("name", SETTINGS)
def test_every_setting_has_a_flag(name: str, tmp_path: Path) -> None:
    assert getattr(load(parse(*flags_for(name)), {}, tmp_path), name) == VALUES[name][1]


def test_nothing_given_is_the_defaults(tmp_path: Path) -> None:
    assert load(parse(), {}, tmp_path) == ServeSettings()


@pytest.mark.parametrize("way", ["flag", "variable", "found"])
def test_a_file_is_named_or_found(way: str, tmp_path: Path) -> None:
    file = tmp_path / ("a2f-live.toml" if way == "found" else "other.toml")
    file.write_text('port = 81\nhost = "::1"')
    flags = parse("--config", "other.toml") if way == "flag" else parse()
    environment = {"A2F_LIVE_CONFIG": str(file)} if way == "variable" else {}
    settings = load(flags, environment | {"A2F_FASTAPI_PORT": "82"}, tmp_path)
    assert (settings.host, settings.port) == ("::1", 82)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"port = ", "is not TOML"),
        (b"\xff\xfe", "is not TOML"),
        (b"port = 'x'", "port in bad.toml: 'x'"),
        (b"[server]\nport = 1", "server is not a setting"),
        (None, "no such file"),
    ],
)
def test_a_wrong_file_is_told(content: bytes | None, told: str, tmp_path: Path) -> None:
    if content is not None:
        (tmp_path / "bad.toml").write_bytes(content)
    with pytest.raises(ConfigError, match=told) as refused:
        load(parse("--config", "bad.toml"), {}, tmp_path)
    assert "bad.toml" in refused.value.message
    assert "\n" not in refused.value.message
