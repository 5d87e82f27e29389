"""The pool with engines that fail, hang and answer nonsense: every window is told once what became of it."""

import asyncio
import threading
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from a2f_live.dispatch.policy import PoolSettings
from a2f_live.dispatch.pool import Pool
from a2f_live.engine.base import Engine, Result, Window
from a2f_live.errors import EngineError, EngineFailed, EngineTimeout, EngineUnavailable, ServerFull
from tests.dispatch.helpers import (
    INFO,
    PATIENCE_S,
    Heard,
    Script,
    ScriptedEngine,
    bad,
    bench,
    die,
    good,
    hang,
    in_turn,
    nonsense,
    result,
    threads,
    until,
    window,
)

TWO = PoolSettings(instances=2)


async def test_what_is_ready_in_one_turn_travels_in_one_batch() -> None:
    async with bench() as b:
        b.submit(*range(5))
        await b.heard.until(5)
        assert [len(call) for call in b.engines[0].calls] == [5]
        assert b.heard.all_good
        assert (b.heard.outcomes[3][0]).rows[0, 0] == pytest.approx(0.3)  # type: ignore[union-attr]


async def test_more_than_a_batch_goes_in_several_and_in_order() -> None:
    async with bench() as b:
        b.submit(*range(20))
        await b.heard.until(20)
        assert [[w.first_hop for w in call] for call in b.engines[0].calls] == [
            list(range(8)),
            list(range(8, 16)),
            list(range(16, 20)),
        ]


async def test_equal_instances_take_turns() -> None:
    async with bench(settings=PoolSettings(instances=3)) as b:
        for number in range(9):
            b.clock.now += 0.01
            b.submit(number)
            await b.heard.until(number + 1)
        assert [instance.windows for instance in b.pool.snapshot().instances] == [3, 3, 3]


async def test_a_cancelled_window_is_not_told() -> None:
    async with bench() as b:
        job = b.pool.submit(window(0), b.heard.done)
        b.submit(1)
        job.cancel()
        await b.heard.until(1)
        assert list(b.heard.outcomes) == [1]
        assert [w.first_hop for w in b.engines[0].calls[0]] == [1]


async def test_a_window_cancelled_under_way_is_not_told() -> None:
    async with bench(hang) as b:
        job = b.pool.submit(window(0), b.heard.done)
        b.submit(1)
        await until(b.engines[0].hanging.is_set)
        job.cancel()
        b.engines[0].release()
        await b.heard.until(1)
        assert list(b.heard.outcomes) == [1]


@pytest.mark.parametrize(("script", "instances"), [(bad, 2), (nonsense, 2), (bad, 1), (nonsense, 1)])
async def test_a_failed_batch_is_answered_on_another_try(script: Script, instances: int) -> None:
    scripts = [in_turn(script, good)] if instances == 1 else [script, good]
    async with bench(*scripts, settings=PoolSettings(instances=instances)) as b:
        b.submit(*range(6))
        await b.heard.until(6)
        assert b.heard.all_good
        assert b.pool.snapshot().totals.retries == 6


async def test_sane_neighbours_of_nonsense_are_kept() -> None:
    def third_is_nonsense(engine: ScriptedEngine, batch: Sequence[Window]) -> list[Result]:
        results = good(engine, batch)
        results[2:3] = nonsense(engine, batch[2:3])
        return results

    async with bench(in_turn(third_is_nonsense, good)) as b:
        b.submit(*range(5))
        await b.heard.until(5)
        assert b.heard.all_good
        assert [len(call) for call in b.engines[0].calls] == [5, 1]
        assert b.pool.snapshot().totals.nonsense == 1


async def test_a_poisonous_window_fails_none_of_its_neighbours() -> None:
    def poisoned(engine: ScriptedEngine, batch: Sequence[Window]) -> list[Result]:
        return bad(engine, batch) if any(w.first_hop == 3 for w in batch) else good(engine, batch)

    async with bench(poisoned) as b:
        b.submit(*range(8))
        while len(b.heard.outcomes) < 8:
            await asyncio.sleep(0)
            if b.states() == ["quarantined"]:
                b.advance(0.6)
        poison = b.heard.outcomes.pop(3)
        assert [type(told) for told in poison] == [EngineFailed]
        assert b.heard.all_good


async def test_the_windows_of_a_hung_instance_are_answered_by_another() -> None:
    async with bench(in_turn(hang, good), good, settings=TWO) as b:
        b.submit(*range(4))
        await until(b.engines[0].hanging.is_set)
        b.clock.now += 0.01
        b.submit(10)  # the healthy one goes on meanwhile
        await b.heard.until(1)
        b.advance(2.0)
        await b.heard.until(5)
        assert b.heard.all_good
        assert b.pool.snapshot().totals.timeouts == 1
        await until(lambda: b.engines[0].aborts == 1)
        await until(lambda: not b.pool.snapshot().instances[0].busy)
        b.advance(1.1)  # rested: it answers a probe and is admitted again
        await until(lambda: b.states() == ["healthy", "healthy"])
        assert [w.first_hop for w in b.engines[0].calls[-1]] == [0]
        assert len(b.heard.outcomes) == 5


async def test_an_isolated_engine_that_died_gets_the_time_to_start_again() -> None:
    async with bench(in_turn(die, hang, good), info=replace(INFO, isolated=True), abortable=False) as b:
        b.submit(0)
        await until(lambda: b.states() == ["quarantined"])
        b.advance(0.5)
        await until(b.engines[0].hanging.is_set)
        b.advance(10.0)  # the probe waits for the start of the new process
        assert b.states() == ["probation"]
        b.engines[0].release()
        await b.heard.until(1)
        assert b.heard.all_good


async def test_a_single_instance_that_hangs_for_ever_is_replaced() -> None:
    async with bench(hang, good, abortable=False) as b:
        b.submit(0, 1)
        await until(b.engines[0].hanging.is_set)
        b.advance(2.0)
        assert b.states() == ["quarantined"]
        assert b.heard.outcomes == {}
        b.advance(1.0)
        await b.heard.until(2)
        assert b.heard.all_good
        assert len(b.engines) == 2
        b.engines[0].release()
        await until(lambda: b.engines[0].closes == 1)
        assert b.pool.snapshot().instances[0].replacements == 1


async def test_an_engine_may_have_more_time_for_a_call_than_the_setting_gives() -> None:
    async with bench(hang, info=replace(INFO, call_limit_s=6.0)) as b:
        b.submit(0)
        await until(b.engines[0].hanging.is_set)
        b.advance(5.9)
        assert b.states() == ["healthy"]
        b.advance(0.2)
        assert b.states() == ["quarantined"]


async def test_when_everything_hangs_the_windows_are_told_and_no_one_is_let_in() -> None:
    async with bench(hang, abortable=False, settings=PoolSettings(replacements=1)) as b:
        b.submit(0)
        await until(b.engines[0].hanging.is_set)
        b.advance(2.0)
        b.advance(1.0)
        await until(lambda: len(b.engines) == 2 and b.engines[1].hanging.is_set())
        b.advance(2.0)
        b.advance(2.0)
        assert b.states() == ["dead"]
        await b.heard.until(1)
        assert isinstance(b.heard.outcomes[0][0], EngineError)
        with pytest.raises(ServerFull, match="no instance"):
            b.pool.admit(0)
        b.engines[0].release()  # one comes back: there is room for another try
        await until(lambda: b.engines[0].closes == 1)
        b.engines[1].release()
        await until(lambda: not b.pool.snapshot().instances[0].busy)
        b.advance(31.0)
        await until(lambda: b.engines[1].hanging.is_set())


async def test_a_window_that_finds_no_instance_is_given_up() -> None:
    async with bench(in_turn(bad, bad, bad, bad), settings=PoolSettings(retries=5)) as b:
        b.submit(0)
        await until(lambda: b.states() == ["quarantined"])
        b.advance(16.0)
        await b.heard.until(1)
        assert isinstance(b.heard.outcomes[0][0], EngineTimeout)


async def test_a_foreign_exception_is_translated_and_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    def foreign(engine: ScriptedEngine, batch: Sequence[Window]) -> list[Result]:
        raise ZeroDivisionError("oh")

    async with bench(foreign, settings=PoolSettings(retries=0)) as b:
        for number in range(2):
            b.submit(number)
            await b.heard.until(number + 1)
        error = b.heard.outcomes[0][0]
        assert isinstance(error, EngineFailed)
        assert "ZeroDivisionError: oh" in error.message
        assert sum("ZeroDivisionError is logged once" in record.getMessage() for record in caplog.records) == 1


async def test_an_engine_that_exits_does_not_take_its_windows_with_it() -> None:
    def leave(engine: ScriptedEngine, batch: Sequence[Window]) -> list[Result]:
        raise SystemExit(3)

    async with bench(in_turn(leave, good)) as b:
        b.submit(0)
        await b.heard.until(1)
        assert b.heard.all_good


async def test_who_raises_on_a_result_harms_nobody_else(caplog: pytest.LogCaptureFixture) -> None:
    def raising(asked: Window, outcome: Result | EngineError) -> None:
        raise LookupError("mine")

    async with bench() as b:
        b.pool.submit(window(0), raising)
        b.submit(1)
        await b.heard.until(1)
        assert b.heard.all_good
        assert "failed on its result" in caplog.text


async def test_a_window_may_be_submitted_out_of_a_result() -> None:
    async with bench() as b:

        def next_one(asked: Window, outcome: Result | EngineError) -> None:
            b.heard.done(asked, outcome)
            if asked.first_hop < 5:
                b.pool.submit(window(asked.first_hop + 1), next_one)

        b.pool.submit(window(0), next_one)
        await b.heard.until(6)
        assert b.heard.all_good


async def test_close_tells_every_window_that_waits() -> None:
    async with bench(hang, settings=PoolSettings(close_limit_s=5)) as b:
        b.submit(*range(12))
        await until(b.engines[0].hanging.is_set)
        b.submit(20)
        await b.pool.close()
        assert len(b.heard.outcomes) == 13
        assert all(isinstance(told, EngineError) for (told,) in b.heard.outcomes.values())
        assert b.engines[0].closes == 1
        b.submit(21)
        await b.heard.until(14)
        await b.pool.close()


async def test_close_leaves_a_hung_engine_behind_and_says_so(caplog: pytest.LogCaptureFixture) -> None:
    async with bench(hang, abortable=False, settings=PoolSettings(close_limit_s=0.01)) as b:
        b.submit(0)
        await until(b.engines[0].hanging.is_set)
        await b.pool.close()
        assert len(b.heard.outcomes) == 1
        assert "1 hung instances were left behind" in caplog.text
        b.engines[0].release()
        await until(lambda: b.engines[0].closes == 1)
        await until(lambda: not threads("scripted"))


async def test_an_engine_that_cannot_start_says_why() -> None:
    def factory() -> Engine:
        raise OSError("no such model")

    pool = Pool("broken", factory, PoolSettings(instances=2))
    with pytest.raises(EngineUnavailable, match="broken-0 could not start: OSError: no such model"):
        await pool.start()
    with pytest.raises(EngineUnavailable, match="has not been started"):
        _ = pool.info


async def test_one_of_two_engines_that_cannot_start_tries_again_later() -> None:
    tries: list[int] = []
    lock = threading.Lock()

    def factory() -> Engine:
        with lock:
            tries.append(1)
            if len(tries) == 1:
                raise OSError("busy")
        return ScriptedEngine(good)

    heard = Heard()
    clock = 0.0
    pool = Pool("scripted", factory, TWO, lambda: clock)
    await pool.start()
    pool.submit(window(0), heard.done)
    await heard.until(1)
    clock += 1.0
    pool.review()
    await until(lambda: pool.snapshot().healthy == 2)
    await pool.close()


async def test_a_start_that_is_cancelled_leaves_nothing_behind() -> None:
    started, release = threading.Event(), threading.Event()
    engines: list[ScriptedEngine] = []

    def slow() -> Engine:
        started.set()
        release.wait(PATIENCE_S)
        engines.append(ScriptedEngine(good))
        return engines[-1]

    pool = Pool("slow", slow, PoolSettings())
    task = asyncio.create_task(pool.start())
    await until(started.is_set)
    task.cancel()
    release.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert engines[0].closes == 1
    assert not threads("slow")


async def test_an_engine_that_does_not_start_in_time_is_given_up() -> None:
    release = threading.Event()

    def stuck() -> Engine:
        release.wait(PATIENCE_S)
        return ScriptedEngine(good)

    pool = Pool("stuck", stuck, PoolSettings(start_limit_s=0.01, close_limit_s=0.01))
    with pytest.raises(EngineTimeout, match=r"did not start within 0.01 s"):
        await pool.start()
    release.set()
    await until(lambda: not threads("stuck"))


async def test_calls_keep_their_distance() -> None:
    async with bench(info=replace(INFO, batch_interval_s=0.004)) as b:
        b.submit(0)
        await b.heard.until(1)
        b.clock.now += 0.001
        b.submit(1)
        b.submit(2)
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert len(b.engines[0].calls) == 1
        b.clock.now += 0.003
        await b.heard.until(3)  # its own timer wakes it
        assert [len(call) for call in b.engines[0].calls] == [1, 2]


async def test_a_session_too_many_is_told_what_to_do() -> None:
    async with bench(settings=PoolSettings(max_sessions=3)) as b:
        b.pool.admit(2)
        with pytest.raises(ServerFull, match="--max-sessions"):
            b.pool.admit(3)


async def test_figures_add_up() -> None:
    async with bench() as b:
        b.pool.submit(window(0, hops=3), b.heard.done)
        b.submit(1)
        await b.heard.until(2)
        snapshot = b.pool.snapshot()
        assert (snapshot.totals.windows, snapshot.totals.batches, snapshot.queued) == (2, 1, 0)
        assert snapshot.totals.audio_s == pytest.approx(0.04)
        assert snapshot.instances[0].mean_batch == 2
        assert snapshot.healthy == 1


async def test_a_job_knows_its_times() -> None:
    async with bench(hang) as b:
        job = b.pool.submit(window(0), b.heard.done)
        b.clock.now += 0.5
        await until(b.engines[0].hanging.is_set)
        b.clock.now += 0.25
        b.engines[0].release()
        await b.heard.until(1)
        assert (job.started_s - job.submitted_s, job.finished_s - job.started_s) == (0.5, 0.25)


async def test_windows_that_wait_lower_the_frame_rate() -> None:
    async with bench(hang, settings=PoolSettings(window_deadline_s=100, give_up_s=100)) as b:
        b.submit(0)
        await until(b.engines[0].hanging.is_set)
        b.submit(1)
        caps = []
        for _ in range(16):
            b.advance(0.25)
            caps.append(b.pool.fps_cap)
        assert list(dict.fromkeys(caps)) == [None, 30, 15]
        with pytest.raises(ServerFull, match="overloaded"):
            b.pool.admit(0)


SCRIPTS = st.sampled_from([good, good, good, bad, die, nonsense, hang])


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(SCRIPTS, min_size=1, max_size=8), min_size=1, max_size=3), st.data())
def test_whatever_happens_every_window_is_told_once(plans: list[list[Script]], data: st.DataObject) -> None:
    cancelled = data.draw(st.sets(st.integers(0, 19), max_size=4))

    async def play() -> None:
        scripts = [in_turn(*plan, good) for plan in plans]
        async with bench(*scripts, good, settings=PoolSettings(instances=len(plans))) as b:
            jobs = []
            for number in range(20):
                jobs.append(b.pool.submit(window(number), b.heard.done))
                if number % 3 == 0:
                    await asyncio.sleep(0)
            wanted = set(range(20))
            async with asyncio.timeout(PATIENCE_S):
                while set(b.heard.outcomes) < wanted:
                    if cancelled:  # one a round: some wait, some are under way, some failed before
                        number = cancelled.pop()
                        jobs[number].cancel()
                        wanted -= {number} - set(b.heard.outcomes)
                    b.advance(0.05)
                    await asyncio.sleep(0)
            assert set(b.heard.outcomes) == wanted
            assert all(len(told) == 1 for told in b.heard.outcomes.values())
            for number, (told,) in b.heard.outcomes.items():
                if isinstance(told, Result):
                    assert (told.rows == result(window(number)).rows).all()

    asyncio.run(play())


async def test_short_calls_of_an_engine_that_allows_it_are_made_on_the_loop() -> None:
    calls: list[tuple[int, bool]] = []
    here = threading.get_ident()

    def script(engine: ScriptedEngine, batch: Sequence[Window]) -> list[Result]:
        calls.append((len(batch), threading.get_ident() == here))
        return good(engine, batch)

    pool = Pool("quick", lambda: ScriptedEngine(script, replace(INFO, inline_hops=4)), PoolSettings())
    await pool.start()
    for count in (4, 5):
        heard = Heard()
        for number in range(count):
            pool.submit(window(number), heard.done)
        await heard.until(count)
        assert heard.all_good
    await pool.close()
    assert calls == [(4, True), (5, False)]


async def test_who_announces_himself_submits_right_before_the_next_batch() -> None:
    async with bench() as b:
        asked: list[int] = []

        def submit() -> None:
            asked.append(len(asked))
            b.submit(len(asked))

        for _ in range(3):
            b.pool.announce(submit)
        assert not asked, "not at once: what comes in this turn of the loop is worked on together"
        await b.heard.until(3)
        assert [len(call) for call in b.engines[0].calls] == [3]


async def test_the_announced_are_not_forgotten_while_every_instance_hangs() -> None:
    async with bench(hang) as b:
        b.submit(1)
        await until(lambda: bool(b.engines) and b.engines[0].hanging.is_set())
        asked = asyncio.Event()
        b.pool.announce(asked.set)
        await asyncio.sleep(0)
        assert not asked.is_set()
        b.clock.now += 0.3
        b.pool.review()
        assert asked.is_set()
        b.engines[0].release()


async def test_an_announcement_that_raises_does_not_keep_the_others_from_theirs(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def broken() -> None:
        raise ZeroDivisionError

    async with bench() as b:
        b.pool.announce(broken)
        b.pool.announce(lambda: b.submit(1))
        await b.heard.until(1)
        assert "ZeroDivisionError" in caplog.text


async def test_a_pool_that_closes_tells_the_announced() -> None:
    async with bench() as b:
        b.pool.announce(lambda: b.submit(7))
        await b.pool.close()
        assert isinstance(b.heard.outcomes[7][0], EngineError)
