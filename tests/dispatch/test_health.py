"""The states of an instance, walked without a thread or a clock."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from a2f_live.dispatch.health import (
    FIRST_QUARANTINE_S,
    LAST_QUARANTINE_S,
    TRANSITIONS,
    Event,
    Health,
    State,
    advance,
)

E, S = Event, State


@pytest.mark.parametrize(
    ("events", "state"),
    [
        ([], S.STARTING),
        ([E.STARTED], S.HEALTHY),
        ([E.FAILED], S.QUARANTINED),
        ([E.STARTED, E.FAILED], S.SUSPECT),
        ([E.STARTED, E.FAILED, E.ANSWERED, E.FAILED], S.SUSPECT),
        ([E.STARTED, E.FAILED, E.FAILED], S.QUARANTINED),
        ([E.STARTED, E.GONE], S.QUARANTINED),
        ([E.STARTED, E.GONE, E.RESTED], S.PROBATION),
        ([E.STARTED, E.GONE, E.RESTED, E.ANSWERED], S.HEALTHY),
        ([E.STARTED, E.GONE, E.RESTED, E.FAILED], S.QUARANTINED),
        ([E.STARTED, E.GONE, E.REPLACED], S.RESTARTING),
        ([E.STARTED, E.GONE, E.REPLACED, E.STARTED], S.PROBATION),
        ([E.STARTED, E.GONE, E.LOST], S.DEAD),
        ([E.STARTED, E.GONE, E.LOST, E.LOST, E.RESTED, E.ANSWERED], S.HEALTHY),
    ],
)
def test_a_path(events: list[Event], state: State) -> None:
    health = Health()
    for event in events:
        health = advance(health, event, 10.0)
    assert health.state is state
    assert health.usable is (state in (S.HEALTHY, S.SUSPECT))


def test_a_step_that_is_not_in_the_table_names_state_and_event() -> None:
    with pytest.raises(RuntimeError, match="STARTING cannot be ANSWERED"):
        advance(Health(), E.ANSWERED, 0.0)


def sick(health: Health, now: float) -> Health:
    """Quarantined once more, at once after its re-admission."""
    for event in (E.RESTED, E.ANSWERED, E.GONE):
        health = advance(health, event, now)
    return health


def test_the_quarantine_doubles_up_to_a_limit() -> None:
    health = advance(advance(Health(), E.STARTED, 0.0), E.GONE, 0.0)
    lengths = []
    for _ in range(9):
        lengths.append(health.quarantine_s)
        health = sick(health, health.until_s)
    assert lengths == [0.5, 1, 2, 4, 8, 16, 30, 30, 30]


def test_a_long_time_without_trouble_is_not_held_against_it() -> None:
    health = advance(advance(Health(), E.STARTED, 0.0), E.GONE, 0.0)
    health = sick(health, 1.0)
    assert health.quarantine_s == 2 * FIRST_QUARANTINE_S
    for event in (E.RESTED, E.ANSWERED):
        health = advance(health, event, 2.0)
    for event in (E.FAILED, E.ANSWERED, E.ANSWERED):
        health = advance(health, event, 3.0)
    assert advance(health, E.GONE, 31.0).quarantine_s == 4 * FIRST_QUARANTINE_S
    assert advance(health, E.GONE, 32.0).quarantine_s == FIRST_QUARANTINE_S


@given(st.lists(st.tuples(st.sampled_from(Event), st.floats(0, 100)), max_size=60))
def test_any_walk_keeps_to_the_rules(steps: list[tuple[Event, float]]) -> None:
    health, now = Health(), 0.0
    for event, passed_s in steps:
        if (health.state, event) not in TRANSITIONS:
            continue
        now += passed_s
        before, health = health, advance(health, event, now)
        assert health.state is TRANSITIONS[before.state, event]
        if health.state in (S.QUARANTINED, S.DEAD):
            assert FIRST_QUARANTINE_S - 1e-9 <= health.until_s - now <= LAST_QUARANTINE_S + 1e-9
        if health.usable and not before.usable:
            assert event in (E.STARTED, E.ANSWERED)
            assert health.healthy_since_s == now


def test_every_state_can_become_healthy_again() -> None:
    reach = {State.HEALTHY}
    for _ in State:
        reach |= {before for (before, _), after in TRANSITIONS.items() if after in reach}
    assert reach == set(State)
