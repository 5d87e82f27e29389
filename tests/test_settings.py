"""Settings: one definition, four sources, one sentence for each wrong value."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from a2f_live.errors import ConfigError
from a2f_live.settings import (
    SETTINGS,
    ServeSettings,
    combine,
    from_environment,
    from_flags,
    from_table,
    is_loopback,
)

FILE = "a2f-live.toml"
VALUES: Mapping[str, tuple[str, Any]] = {
    "host": ("::1", "::1"),
    "port": ("9000", 9000),
    "uvloop": ("off", False),
    "tokens": ("12345678,abcdefgh", ("12345678", "abcdefgh")),
    "insecure": ("yes", True),
    "origins": ("https://a.example, http://b.example:81", ("https://a.example", "http://b.example:81")),
    "hosts": ("face.example *", ("face.example", "*")),
    "engines": ("fake:delay_ms=5,fail_every=3 embedded", ("fake:delay_ms=5,fail_every=3", "embedded")),
    "instances": ("3", 3),
    "isolate": ("1", True),
    "window_deadline_ms": ("750", 750),
    "engine_start_s": ("300", 300.0),
    "model_dir": ("/models/claire, v2.3.1", "/models/claire, v2.3.1"),
    "a2f_port": ("8020", 8020),
    "nim_url": ("localhost:52001 grpcs://nim.example:443", ("localhost:52001", "grpcs://nim.example:443")),
    "nim_function_id": ("0961a6da-fb9e", "0961a6da-fb9e"),
    "nim_port": ("52000", 52_000),
    "nim_streams": ("40", 40),
    "nim_certificate": ("server.pem", "server.pem"),
    "nim_private_key": ("server.key", "server.key"),
    "nim_client_authority": ("clients.pem", "clients.pem"),
    "max_sessions": ("12", 12),
    "sessions_per_instance": ("5", 5),
    "message_kib": ("64", 64),
    "first_message_s": ("2.5", 2.5),
    "idle_s": ("60", 60.0),
    "resume_s": ("0", 0.0),
    "burst_s": ("3", 3.0),
    "rate": ("1.5", 1.5),
    "drain_s": ("0", 0.0),
    "profiles": ("faces", "faces"),
    "outputs": ("livelink://localhost vts://10.0.0.7:8001", ("livelink://localhost", "vts://10.0.0.7:8001")),
    "output_fps": ("60000/1001", Fraction(60000, 1001)),
    "output_delay_ms": ("100", 100),
    "log_level": ("debug", "debug"),
    "log_format": ("json", "json"),
    "access_log": ("true", True),
}
"""Of every setting a text that is allowed, and what it means."""

OLD_VARIABLES = {
    "A2F_FASTAPI_HOST": "host",
    "A2F_FASTAPI_PORT": "port",
    "A2F_FASTAPI_DEFAULT_WORKERS": "instances",
    "A2F_FASTAPI_CLIENTS_PER_WORKER": "sessions_per_instance",
    "A2F_PORT": "a2f_port",
}

BAD = [
    ("host", "two words"),
    ("host", ""),
    ("port", "http"),
    ("port", "70000"),
    ("port", "-1"),
    ("port", "80.5"),
    ("uvloop", "maybe"),
    ("tokens", "short"),
    ("tokens", "with spaces in it"),
    ("origins", "example.org"),
    ("instances", "0"),
    ("rate", "nan"),
    ("rate", "0.5"),
    ("idle_s", "inf"),
    ("log_level", "loud"),
]


@pytest.mark.parametrize("name", SETTINGS)
def test_every_setting_is_read_from_text(name: str) -> None:
    text, meaning = VALUES[name]
    settings = combine({}, from_environment({f"A2F_LIVE_{name.upper()}": text}), {})
    assert getattr(settings, name) == meaning
    assert meaning != SETTINGS[name].default


@pytest.mark.parametrize("name", SETTINGS)
def test_every_setting_is_read_as_a_toml_value(name: str) -> None:
    _, meaning = VALUES[name]
    value = list(meaning) if isinstance(meaning, tuple) else meaning
    assert getattr(combine(from_table({name: value}, FILE)), name) == meaning


@pytest.mark.parametrize(("variable", "name"), OLD_VARIABLES.items())
def test_old_variables_still_count(variable: str, name: str) -> None:
    text, meaning = VALUES[name]
    assert getattr(combine(from_environment({variable: text})), name) == meaning


@pytest.mark.parametrize(("variable", "name"), OLD_VARIABLES.items())
def test_new_variables_win_over_old_ones(variable: str, name: str) -> None:
    text, meaning = VALUES[name]
    environment = {variable: "1", f"A2F_LIVE_{name.upper()}": text}
    assert getattr(combine(from_environment(environment)), name) == meaning


@given(st.data())
def test_the_most_important_source_wins_for_each_setting(data: st.DataObject) -> None:
    ports = data.draw(st.lists(st.none() | st.integers(0, 65535), min_size=3, max_size=3))
    flag, variable, key = ports
    settings = combine(
        from_flags({"port": None if flag is None else str(flag), "unrelated": "x"}),
        from_environment({} if variable is None else {"A2F_LIVE_PORT": str(variable), "HOME": "/"}),
        from_table({} if key is None else {"port": key}, FILE),
    )
    assert settings.port == next((port for port in ports if port is not None), 8000)


def test_an_empty_variable_is_not_set() -> None:
    assert combine(from_environment({"A2F_LIVE_PORT": "", "A2F_FASTAPI_PORT": "81"})).port == 81


@pytest.mark.parametrize(("name", "value"), BAD)
def test_a_wrong_value_is_told_with_its_place_and_what_is_allowed(name: str, value: str) -> None:
    setting = SETTINGS[name]
    sources = [(from_flags({name: value}), setting.flag), (from_table({name: value}, FILE), f"{name} in {FILE}")]
    if value:
        variable = f"A2F_LIVE_{name.upper()}"
        sources.append((from_environment({variable: value}), variable))
    for source, place in sources:
        with pytest.raises(ConfigError) as refused:
            combine(source)
        message = refused.value.message
        assert message.startswith(f"{place}: ")
        assert setting.kind.allowed in message
        assert (repr(value) in message) is not setting.secret
        assert "\n" not in message


@pytest.mark.parametrize(
    ("name", "value"), [("port", True), ("port", 80.0), ("rate", True), ("host", 5), ("uvloop", 1)]
)
def test_a_toml_value_of_another_type_is_refused(name: str, value: object) -> None:
    with pytest.raises(ConfigError, match=f"{name} in {FILE}"):
        combine(from_table({name: value}, FILE))


@pytest.mark.parametrize(
    ("key", "advice"), [("prot", "did you mean port"), ("token", "did you mean tokens"), ("zzz", "--help")]
)
def test_an_unknown_key_is_refused_with_advice(key: str, advice: str) -> None:
    with pytest.raises(ConfigError, match=advice):
        from_table({key: 1}, FILE)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.2", "face.example"])
def test_a_public_host_needs_a_token_or_a_clear_word(host: str) -> None:
    with pytest.raises(ConfigError, match="--token"):
        ServeSettings(host=host)
    assert ServeSettings(host=host, tokens=("12345678",)).host == host
    assert ServeSettings(host=host, insecure=True).host == host


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1.2.3", "::1", "[::1]", "localhost"])
def test_loopback_needs_none(host: str) -> None:
    assert is_loopback(host)
    assert ServeSettings(host=host).tokens == ()


def test_tokens_are_not_shown() -> None:
    assert "12345678" not in repr(ServeSettings(tokens=("12345678",)))
