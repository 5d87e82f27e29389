"""Addresses of outputs: what they mean, and what is said to those that mean nothing."""

from fractions import Fraction
from pathlib import Path

import pytest

from a2f_live.errors import ConfigError
from a2f_live.relay.address import SCHEMES, parse
from a2f_live.relay.building import BUILDERS, build, configuration_folder
from tests.relay.helpers import RATE


@pytest.mark.parametrize(
    ("text", "host", "port", "options"),
    [
        ("livelink://localhost", "localhost", 11111, {}),
        ("livelink://10.0.0.7:11112?subject=Ana%20B&head=on", "10.0.0.7", 11112, {"subject": "Ana B", "head": "on"}),
        ("vmc://[::1]:39540/", "::1", 39540, {}),
        ("ifacialmocap://127.0.0.1?wait=on", "127.0.0.1", 49983, {"wait": "on"}),
        ("vts://localhost?parameters=own", "localhost", 8001, {"parameters": "own"}),
    ],
)
def test_programs(text: str, host: str, port: int, options: dict[str, str]) -> None:
    address = parse(text)
    assert (address.host, address.port, address.options) == (host, port, options)
    assert build(text, RATE)


@pytest.mark.parametrize(
    ("text", "path"),
    [("azure-visemes:-", "-"), ("oculus-visemes:a b.jsonl", "a b.jsonl"), (r"azure-visemes:C:\x.json", r"C:\x.json")],
)
def test_files(text: str, path: str) -> None:
    assert parse(text).path == path
    assert build(text, RATE)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("localhost:11111", "use one like livelink://localhost"),
        ("livelink", "use one like"),
        ("unreal://localhost", "use one like"),
        ("livelink://", "write it like livelink://localhost"),
        ("livelink:localhost", "write it like"),
        ("livelink://localhost:99999", "write it like"),
        ("livelink://localhost/path", "write it like"),
        ("livelink://me@localhost", "write it like"),
        ("livelink://localhost?subject", "write it like"),
        ("livelink://localhost?subjekt=Ana", "livelink has no subjekt, only device, head, subject"),
        ("livelink://localhost?head=yes", "head is on or off"),
        ("vmc://localhost?names=vrm3", "vrm0"),
        ("ifacialmocap://localhost?version=3", "versions 1 and 2"),
        ("ifacialmocap://localhost?wait=on&reply=x", "reply is a port"),
        ("vts://localhost?parameters=all", "both, standard, own"),
        ("oculus-visemes:", "name a file"),
    ],
)
def test_what_is_none_is_told_with_what_would_be(text: str, told: str) -> None:
    with pytest.raises(ConfigError) as caught:
        build(text, RATE)
    assert told in caught.value.message


def test_azure_has_a_rate_of_its_own() -> None:
    with pytest.raises(ConfigError, match="--fps 60"):
        build("azure-visemes:-", Fraction(30))


def test_every_kind_can_be_built_from_its_example() -> None:
    assert set(BUILDERS) == set(SCHEMES)
    for scheme in SCHEMES.values():
        assert build(scheme.example, RATE)


def test_what_is_kept_is_kept_where_the_system_has_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("APPDATA", str(tmp_path))
    assert configuration_folder() == tmp_path / "a2f-live"
