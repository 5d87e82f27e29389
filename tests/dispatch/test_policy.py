"""Who gets what and when, and who is let in: no loop, no thread, no clock."""

from collections import deque
from collections.abc import Sequence
from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from a2f_live.dispatch.job import Job
from a2f_live.dispatch.policy import Candidate, PoolSettings, may_retry, plan, refuse_session, take_expired
from a2f_live.errors import ConfigError, ServerFull
from tests.dispatch.helpers import Heard, window

NOW = 100.0


def job(number: int = 0, *, avoid: int = -1, max_batch: int = 1_000, submitted_s: float = NOW) -> Job:
    made = Job(window(number), Heard.done.__get__(object()), 2.0, submitted_s)
    made.avoid, made.max_batch = avoid, max_batch
    return made


def idle(place: int, *, started_s: float = -inf, window_s: float = 0.0) -> Candidate:
    return Candidate(place, True, True, started_s, window_s)


def busy(place: int) -> Candidate:
    return Candidate(place, True, False, NOW, 0.0)


def sick(place: int) -> Candidate:
    return Candidate(place, False, False, NOW, 0.0)


def planned(
    jobs: Sequence[Job], candidates: Sequence[Candidate], max_batch: int = 8, interval_s: float = 0.0
) -> list[tuple[int, list[int]]]:
    """(place, hops) of each batch."""
    assignments = plan(deque(jobs), candidates, NOW, max_batch=max_batch, interval_s=interval_s).assignments
    return [(place, [job.window.first_hop for job in batch]) for place, batch in assignments]


@pytest.mark.parametrize(
    ("count", "candidates", "expected"),
    [
        (0, [idle(0)], []),
        (3, [], []),
        (3, [busy(0)], []),
        (3, [sick(0)], []),
        (3, [idle(0)], [(0, 3)]),
        (20, [idle(0)], [(0, 8)]),
        (3, [idle(0), idle(1)], [(0, 3)]),
        (3, [busy(0), idle(1)], [(1, 3)]),
        (3, [sick(0), idle(1)], [(1, 3)]),
        (20, [idle(0), idle(1)], [(0, 8), (1, 8)]),
        # the least recently started first
        (1, [idle(0, started_s=90), idle(1, started_s=80), idle(2, started_s=85)], [(1, 1)]),
        # 4 windows of 0.1 ms are not worth two calls, 4 of 10 ms are, an even share each
        (4, [idle(0, window_s=0.0001), idle(1, window_s=0.0001)], [(0, 4)]),
        (4, [idle(0, window_s=0.010), idle(1, window_s=0.010)], [(0, 2), (1, 2)]),
        (3, [idle(0, window_s=0.010), idle(1, window_s=0.010)], [(0, 2), (1, 1)]),
        (2, [idle(n, window_s=0.010) for n in range(4)], [(0, 1), (1, 1)]),
        # one that is measured to be slower comes last, until the measurement is old
        (1, [idle(0, started_s=96, window_s=0.0003), idle(1, started_s=99, window_s=0.0001)], [(1, 1)]),
        (1, [idle(0, started_s=94, window_s=0.0003), idle(1, started_s=99, window_s=0.0001)], [(0, 1)]),
        (1, [idle(0, started_s=96, window_s=0.00015), idle(1, started_s=99, window_s=0.0001)], [(0, 1)]),
    ],
)
def test_shares(count: int, candidates: list[Candidate], expected: list[tuple[int, int]]) -> None:
    batches = planned([job(n) for n in range(count)], candidates)
    assert [(place, len(hops)) for place, hops in batches] == expected
    assert [hop for _, hops in batches for hop in hops] == list(range(sum(n for _, n in expected)))


def test_turns_are_fair() -> None:
    started = [-inf] * 3
    turns = []
    for step in range(9):
        candidates = [idle(place, started_s=at) for place, at in enumerate(started)]
        ((place, _),) = plan(deque([job()]), candidates, NOW + step, max_batch=8).assignments
        started[place] = NOW + step
        turns.append(place)
    assert turns == [0, 1, 2] * 3


@pytest.mark.parametrize(
    ("candidates", "expected"),
    [
        ([idle(0), idle(1)], [(1, [7])]),
        ([idle(0), busy(1)], []),
        ([idle(0), sick(1)], [(0, [7])]),
        ([idle(0)], [(0, [7])]),
    ],
)
def test_a_retry_avoids_where_it_failed_while_there_is_another(
    candidates: list[Candidate], expected: list[tuple[int, list[int]]]
) -> None:
    assert planned([job(7, avoid=0)], candidates) == expected


def test_a_retry_that_cannot_go_keeps_its_place() -> None:
    queue = deque([job(0, avoid=0), job(1), job(2, avoid=0), job(3)])
    made = plan(queue, [idle(0), busy(1)], NOW, max_batch=8)
    assert [[j.window.first_hop for j in batch] for _, batch in made.assignments] == [[1, 3]]
    assert [j.window.first_hop for j in queue] == [0, 2]


def test_a_retry_travels_in_a_small_batch() -> None:
    jobs = [job(0, max_batch=2), job(1, max_batch=2), job(2, max_batch=1), job(3), job(4)]
    assert planned(jobs, [idle(0)]) == [(0, [0, 1])]
    assert planned(jobs[2:], [idle(0)]) == [(0, [2])]
    assert planned(jobs[3:] + jobs[2:3], [idle(0)]) == [(0, [3, 4])]


def test_the_cancelled_are_dropped() -> None:
    jobs = [job(n) for n in range(4)]
    for cancelled in (jobs[0], jobs[2]):
        cancelled.cancel()
    assert planned(jobs, [idle(0)]) == [(0, [1, 3])]
    assert planned([jobs[0]], [idle(0)]) == []


@pytest.mark.parametrize(
    ("started_s", "starts", "wake_at_s"),
    [
        ([-inf], True, None),
        ([NOW - 0.004], True, None),
        ([NOW - 0.001], False, NOW + 0.003),
        ([NOW - 0.001, NOW - 0.003], False, NOW + 0.001),
        ([NOW - 0.001, NOW - 0.005], True, None),
    ],
)
def test_calls_keep_their_distance(started_s: list[float], starts: bool, wake_at_s: float | None) -> None:
    candidates = [idle(place, started_s=at) for place, at in enumerate(started_s)]
    made = plan(deque([job()]), candidates, NOW, max_batch=8, interval_s=0.004)
    assert bool(made.assignments) is starts
    assert made.wake_at_s == (None if wake_at_s is None else pytest.approx(wake_at_s))


def test_what_is_left_over_wakes_an_instance_at_the_end_of_its_interval() -> None:
    candidates = [idle(0), idle(1, started_s=NOW - 0.001)]
    made = plan(deque(job(n) for n in range(10)), candidates, NOW, max_batch=8, interval_s=0.004)
    assert [(place, len(batch)) for place, batch in made.assignments] == [(0, 8)]
    assert made.wake_at_s == pytest.approx(NOW + 0.003)


JOBS = st.lists(st.builds(job, st.integers(0, 99), avoid=st.integers(-1, 3), max_batch=st.integers(1, 9)), max_size=40)
CANDIDATES = st.integers(0, 4).flatmap(
    lambda count: st.tuples(
        *(
            st.builds(
                Candidate,
                st.just(place),
                st.booleans(),
                st.booleans(),
                st.floats(NOW - 10, NOW),
                st.floats(0, 0.1),
            )
            for place in range(count)
        )
    )
)


@given(JOBS, CANDIDATES, st.integers(1, 9), st.sampled_from([0.0, 0.004]), st.data())
def test_no_job_is_lost_or_doubled(
    jobs: list[Job], candidates: tuple[Candidate, ...], max_batch: int, interval_s: float, data: st.DataObject
) -> None:
    for cancelled in data.draw(st.sets(st.sampled_from(range(len(jobs))))) if jobs else ():
        jobs[cancelled].cancel()
    queue = deque(jobs)
    made = plan(queue, candidates, NOW, max_batch=max_batch, interval_s=interval_s)
    given_out = [job for _, batch in made.assignments for job in batch]
    live = [job for job in jobs if job.done is not None]
    assert sorted(map(id, [*given_out, *(j for j in queue if j.done is not None)])) == sorted(map(id, live))
    assert [j for j in jobs if j in queue] == list(queue)
    places = [place for place, _ in made.assignments]
    assert len(set(places)) == len(places)
    usable = sum(candidate.usable for candidate in candidates)
    for place, batch in made.assignments:
        candidate = candidates[place]
        assert candidate.usable
        assert candidate.idle
        assert candidate.started_s + interval_s <= NOW + 1e-9
        assert 0 < len(batch) <= min([max_batch, *(job.max_batch for job in batch)])
        assert usable < 2 or all(job.avoid != place for job in batch)
    assert made.wake_at_s is None or NOW < made.wake_at_s <= NOW + interval_s


@given(JOBS, st.integers(1, 9))
def test_nothing_waits_while_the_only_instance_is_idle(jobs: list[Job], max_batch: int) -> None:
    made = plan(deque(jobs), [idle(0)], NOW, max_batch=max_batch)
    assert bool(made.assignments) is bool(jobs)


def test_a_job_has_so_many_retries_and_makes_the_last_alone() -> None:
    retried = job()
    outcome = []
    for place in range(3):
        outcome.append((may_retry(retried, place, 4, retries=2), retried.avoid, retried.max_batch))
    assert outcome[:2] == [(True, 0, 4), (True, 1, 1)]
    assert outcome[2][0] is False


def test_what_waited_too_long_is_taken_out() -> None:
    queue = deque(job(n, submitted_s=NOW + n) for n in range(4))
    assert [j.window.first_hop for j in take_expired(queue, NOW + 1)] == [0, 1]
    assert [j.window.first_hop for j in queue] == [2, 3]


@pytest.mark.parametrize(
    ("sessions", "level", "usable", "message"),
    [
        (9, 0, 1, None),
        (9, 2, 1, None),
        (10, 0, 1, "all 10 sessions are taken: try again later, or raise --max-sessions"),
        (0, 3, 1, "overloaded: try again later"),
        (0, 0, 0, "no instance of the engine works"),
    ],
)
def test_admission(sessions: int, level: int, usable: int, message: str | None) -> None:
    if message is None:
        refuse_session(sessions, 10, level, usable)
    else:
        with pytest.raises(ServerFull, match=message):
            refuse_session(sessions, 10, level, usable)


@pytest.mark.parametrize(
    "wrong", [{"instances": 0}, {"retries": -1}, {"window_deadline_s": 0.0}, {"give_up_s": inf}, {"max_sessions": 0}]
)
def test_settings_that_cannot_be_used(wrong: dict[str, int]) -> None:
    with pytest.raises(ConfigError, match=next(iter(wrong))):
        PoolSettings(**wrong)
