"""The text of Prometheus, made from a snapshot when it is asked for."""

import re

import pytest

from a2f_live.observe.metrics import METRICS, Reading, create_registry, render


def test_readings_become_lines_with_help_and_type() -> None:
    readings = [Reading("a2f_live_sessions", 3, ("live",)), Reading("a2f_live_sessions", 1, ("parked",))]
    text = render(create_registry(lambda: readings)).decode()
    assert "# TYPE a2f_live_sessions gauge" in text
    assert 'a2f_live_sessions{state="live"} 3.0' in text
    assert 'a2f_live_sessions{state="parked"} 1.0' in text


def test_counters_end_in_total_and_keep_their_name() -> None:
    text = render(create_registry(lambda: [Reading("a2f_live_sessions_total", 7)])).decode()
    assert "# TYPE a2f_live_sessions_total counter" in text
    assert "a2f_live_sessions_total 7.0" in text.splitlines()


def test_it_reads_when_it_is_asked_and_only_then() -> None:
    asked: list[int] = []

    def read() -> list[Reading]:
        asked.append(1)
        return [Reading("a2f_live_uptime_seconds", len(asked))]

    registry = create_registry(read)
    assert asked == []
    assert b"a2f_live_uptime_seconds 1.0" in render(registry)
    assert b"a2f_live_uptime_seconds 2.0" in render(registry)


@pytest.mark.parametrize("name", METRICS)
def test_names_follow_the_rules(name: str) -> None:
    definition = METRICS[name]
    assert re.fullmatch(r"a2f_live_[a-z_]+", name)
    assert (definition.kind == "counter") is name.endswith("_total")
    assert definition.help.endswith(".")


def test_a_label_that_is_missing_is_noticed() -> None:
    registry = create_registry(lambda: [Reading("a2f_live_sessions", 3)])
    with pytest.raises(ValueError, match="zip"):
        render(registry)
