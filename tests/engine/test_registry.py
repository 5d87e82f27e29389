from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import pytest

from a2f_live.engine import registry
from a2f_live.engine.embedded import EmbeddedEngine
from a2f_live.engine.fake import FakeEngine
from a2f_live.engine.isolated import IsolatedEngine
from a2f_live.engine.registry import EngineSpec, Entry, Value, create, list_engines, parse_spec
from a2f_live.errors import A2FError, ConfigError, EngineUnavailable


@pytest.mark.parametrize(
    ("text", "spec"),
    [
        ("embedded", EngineSpec("embedded")),
        (" fake ", EngineSpec("fake")),
        ("fake:", EngineSpec("fake")),
        ("fake:delay_ms=50,fail_every=3", EngineSpec("fake", {"delay_ms": 50.0, "fail_every": 3})),
        (
            "fake: stateful = yes , hop_ms = 40,context_ms=40",
            EngineSpec("fake", {"stateful": True, "hop_ms": 40, "context_ms": 40}),
        ),
        ("fake:isolated=true,max_hops=1", EngineSpec("fake", {"max_hops": 1}, isolated=True)),
    ],
)
def test_a_spec_is_read_and_its_options_get_their_types(text: str, spec: EngineSpec) -> None:
    read = parse_spec(text)
    assert read == spec
    assert {k: type(v) for k, v in read.options.items()} == {k: type(v) for k, v in spec.options.items()}


@pytest.mark.parametrize(
    ("text", "kind", "said"),
    [
        ("magic", EngineUnavailable, "engine 'magic' is not known: use one of embedded, "),
        ("", EngineUnavailable, "engine '' is not known"),
        ("fake:speed=3", ConfigError, "no option 'speed': use one of delay_ms, "),
        ("embedded:speed=3", ConfigError, "engine 'embedded' has no option 'speed': it has none"),
        ("fake:fail_every=often", ConfigError, "fail_every is 'often' but must be a whole number"),
        ("fake:delay_ms=long", ConfigError, "delay_ms is 'long' but must be a number"),
        ("fake:stateful=maybe", ConfigError, "stateful is 'maybe' but must be true or false"),
        ("fake:isolated=maybe", ConfigError, "isolated is 'maybe' but must be true or false"),
        ("fake:delay_ms", ConfigError, "'delay_ms' is not an option: write name:option=value"),
        ("fake:=4", ConfigError, "'=4' is not an option"),
    ],
)
def test_a_bad_spec_is_refused_in_one_sentence(text: str, kind: type[A2FError], said: str) -> None:
    with pytest.raises(kind) as caught:
        parse_spec(text)
    assert said in caught.value.message
    assert "\n" not in caught.value.message


@pytest.mark.parametrize(("name", "kind"), [("embedded", EmbeddedEngine), ("fake", FakeEngine)])
def test_an_engine_is_made_by_name(name: str, kind: type) -> None:
    engine = create(EngineSpec(name))
    assert isinstance(engine, kind)
    assert engine.info.name == name


def test_options_reach_the_engine_whatever_type_they_come_in() -> None:
    assert create(EngineSpec("fake", {"lookahead_ms": "40", "stateful": "true"})).info.lookaheads_ms == (40,)


def test_isolation_wraps_any_engine() -> None:
    engine = create(EngineSpec("fake", {"hop_ms": "10"}, isolated=True))
    try:
        assert isinstance(engine, IsolatedEngine)
        assert engine.info.hop_samples == 160
    finally:
        engine.close()


@pytest.mark.parametrize("options", [{"speed": 1}, {"hop_ms": 0}, {"context_ms": 5}])
def test_create_refuses_what_parse_refuses(options: Mapping[str, Value]) -> None:
    with pytest.raises(ConfigError):
        create(EngineSpec("fake", options))


@pytest.mark.parametrize(
    ("survey", "ready", "said"),
    [("return 'starts it'", True, "starts it"), ("raise EngineUnavailable('get it')", False, "get it")],
)
def test_what_is_costly_to_start_is_asked_for_what_there_is(
    survey: str, ready: bool, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / f"costly_{ready}.py").write_text(
        "from a2f_live.errors import EngineUnavailable\n"
        f"class Costly:\n    @staticmethod\n    def survey():\n        {survey}\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    entry = Entry(f"costly_{ready}:Costly", "costs much")
    monkeypatch.setattr(registry, "ENGINES", MappingProxyType({"costly": entry}))
    (status,) = list_engines()
    assert status.ready is ready
    assert (status.found if ready else status.reason) == said


@pytest.fixture
def engine_without_its_module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "needy_backend.py").write_text("import a_module_that_nobody_has\n")
    monkeypatch.syspath_prepend(tmp_path)
    entry = Entry("needy_backend:Engine", "needs something", extra="needy")
    monkeypatch.setattr(registry, "ENGINES", MappingProxyType({**registry.ENGINES, "needy": entry}))


@pytest.mark.usefixtures("engine_without_its_module")
def test_a_missing_module_names_the_extra_that_installs_it() -> None:
    with pytest.raises(EngineUnavailable) as caught:
        create(EngineSpec("needy"))
    assert "needs the module 'a_module_that_nobody_has'" in caught.value.message
    assert "pip install 'a2f-live[needy]'" in caught.value.message


@pytest.mark.usefixtures("engine_without_its_module")
def test_the_list_says_what_can_run_and_why_not() -> None:
    statuses = {status.name: status for status in list_engines()}
    assert statuses["embedded"].ready
    assert statuses["fake"].ready
    assert not statuses["needy"].ready
    assert "a2f-live[needy]" in statuses["needy"].reason
    assert all(status.summary for status in statuses.values())
