"""The driver: a session and a real pool on a real event loop, with engines that misbehave as told."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from fractions import Fraction
from typing import cast

import numpy as np
import pytest

from a2f_live.config import StreamConfig
from a2f_live.dispatch.policy import PoolSettings
from a2f_live.dispatch.pool import Pool
from a2f_live.driver import Driver
from a2f_live.engine.base import Engine
from a2f_live.engine.embedded import EmbeddedEngine
from a2f_live.engine.fake import FakeEngine, FakeOptions
from a2f_live.frames import Array, Cleared, Event, Flushed, Frames, Notice
from a2f_live.motion.profile import Profile
from a2f_live.offline import render

LIMIT_S = 20


def speech(seconds: float) -> bytes:
    n = int(seconds * 16_000)
    tone = np.sin(np.arange(n) * 0.05) * np.sin(np.arange(n) / 16_000 * 9) * 9000
    return bytes(tone.astype("<i2").tobytes())


class Stream:
    """A driver and everything that it delivered."""

    def __init__(self, pool: Pool, config: StreamConfig | None = None) -> None:
        self.events: list[Event] = []
        self._changed = asyncio.Event()
        self.driver = Driver(pool, config or StreamConfig(), Profile.neutral(), self._take)

    def _take(self, events: Sequence[Event]) -> None:
        self.events.extend(events)
        self._changed.set()

    async def until(self, seen: Callable[[], bool]) -> None:
        async with asyncio.timeout(LIMIT_S):
            while not seen():
                self._changed.clear()
                await self._changed.wait()

    async def flushed(self) -> Flushed:
        self.driver.flush(1)
        await self.until(lambda: bool(self.events) and isinstance(self.events[-1], Flushed))
        last = self.events[-1]
        assert isinstance(last, Flushed)
        return last

    def weights(self) -> Array:
        return np.concatenate([e.weights for e in self.events if isinstance(e, Frames) and not (e.idle or e.final)])

    def codes(self) -> set[str]:
        return {e.code for e in self.events if isinstance(e, Notice)}


@asynccontextmanager
async def pool_of(make: Callable[[], Engine], settings: PoolSettings | None = None) -> AsyncIterator[Pool]:
    pool = Pool("test", make, settings or PoolSettings())
    await pool.start()
    try:
        yield pool
    finally:
        await pool.close()


def fake(**options: float) -> Callable[[], Engine]:
    return lambda: FakeEngine(FakeOptions(**options))  # type: ignore[arg-type]


async def test_a_stream_equals_its_file_bit_for_bit() -> None:
    pcm = speech(2.0)
    expected = np.concatenate([f.weights for f in render(EmbeddedEngine(), StreamConfig(), Profile.neutral(), [pcm])])
    async with pool_of(EmbeddedEngine, PoolSettings(instances=2)) as pool:
        streams = [Stream(pool) for _ in range(5)]
        for size, stream in zip((1, 637, 640, 5000, 64_000), streams, strict=True):
            for start in range(0, len(pcm), size):
                stream.driver.push_audio(pcm[start : start + size])
                if start % 7 == 0:
                    await asyncio.sleep(0)
        for stream in streams:
            assert (await stream.flushed()).frames == 120
            assert np.array_equal(stream.weights(), expected)
            stream.driver.close()


@pytest.mark.parametrize(
    "trouble", [{"fail_every": 3}, {"nonsense_every": 2}, {"hang_after": 4}, {"stateful": True, "fail_every": 4}]
)
async def test_a_sick_instance_costs_no_frame(trouble: dict[str, int]) -> None:
    sick = iter([trouble])
    settings = PoolSettings(instances=2, window_deadline_s=0.2, retries=5)
    async with pool_of(lambda: fake(max_hops=5, **next(sick, {}))(), settings) as pool:
        stream = Stream(pool)
        pcm = speech(3.0)
        for start in range(0, len(pcm), 640):
            stream.driver.push_audio(pcm[start : start + 640])
            await asyncio.sleep(0)
        assert (await stream.flushed()).frames == 180
        healthy = (
            np.concatenate(
                [
                    f.weights
                    for f in render(
                        fake(max_hops=5, **trouble | dict.fromkeys(trouble, 0))(),
                        StreamConfig(),
                        Profile.neutral(),
                        [pcm],
                    )
                ]
            )
            if "stateful" not in trouble
            else None
        )
        if healthy is not None:
            assert np.array_equal(stream.weights(), healthy)
        assert "frames_held" not in stream.codes()
        stream.driver.close()


async def test_when_every_instance_fails_the_frames_are_bridged_and_told() -> None:
    async with pool_of(fake(fail_every=1), PoolSettings(retries=1, give_up_s=0.5)) as pool:
        stream = Stream(pool)
        stream.driver.push_audio(speech(0.5))
        assert (await stream.flushed()).frames == 30
        assert stream.codes() == {"frames_held"}
        stream.driver.close()


async def test_clear_while_windows_are_under_way() -> None:
    async with pool_of(fake(delay_ms=30, max_hops=1)) as pool:
        stream = Stream(pool)
        stream.driver.push_audio(speech(1.0))
        await stream.until(lambda: any(isinstance(e, Frames) for e in stream.events))
        stream.driver.clear(4)
        kinds = [e.type for e in stream.events]
        assert isinstance(stream.events[-2], Cleared)
        stream.driver.push_audio(speech(0.1))
        await stream.flushed()
        after = stream.events[len(kinds) :]
        assert all(e.utterance == 1 for e in after if isinstance(e, Frames))
        stream.driver.close()


async def test_close_is_safe_at_any_time_and_leaves_nothing() -> None:
    async with pool_of(fake(delay_ms=20)) as pool:
        stream = Stream(pool, StreamConfig(idle="always"))
        stream.driver.push_audio(speech(1.0))
        waiter = asyncio.create_task(stream.driver.finished())
        await asyncio.sleep(0)
        stream.driver.close()
        stream.driver.close()
        async with asyncio.timeout(LIMIT_S):
            await waiter
        told = len(stream.events)
        await pool.close()
        assert len(stream.events) == told


async def test_a_file_sender_has_to_wait_for_room() -> None:
    async with pool_of(fake(window_delay_ms=1)) as pool:
        stream = Stream(pool, StreamConfig(pace="file"))
        largest = 0.0
        for _ in range(40):
            stream.driver.push_audio(speech(0.5))
            async with asyncio.timeout(LIMIT_S):
                await stream.driver.room()
            largest = max(largest, stream.driver.backlog_s)
        assert largest <= 5.0
        assert (await stream.flushed()).frames == 1200
        stream.driver.close()


class Clock:
    """A clock that tests set."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


async def test_live_audio_that_waits_too_long_is_bridged_and_told() -> None:
    async with pool_of(fake(stateful=True, delay_ms=200, max_hops=1), PoolSettings(window_deadline_s=5)) as pool:
        clock = Clock()
        stream = Stream(pool)
        stream.driver = Driver(pool, StreamConfig(), Profile.neutral(), stream._take, clock)
        for _ in range(100):
            stream.driver.push_audio(speech(0.02))
            assert stream.driver.backlog_s > 0, "looking at it makes the session hear"
            clock.now += 0.02
        assert "audio_skipped" in stream.codes()
        stream.driver.close()


class CappedPool:
    """A pool whose overload is set by the test."""

    def __init__(self, pool: Pool) -> None:
        self.fps_cap: Fraction | None = None
        self.info = pool.info
        self.submit = pool.submit
        self.announce = pool.announce


async def test_overload_lowers_the_frame_rate_and_restores_it() -> None:
    async with pool_of(fake()) as pool:
        capped = CappedPool(pool)
        stream = Stream(cast("Pool", capped))
        rates = []
        for cap in (Fraction(30), Fraction(15), None):
            capped.fps_cap = cap
            for _ in range(2):  # the rate follows with the next answer, and holds for the audio after it
                stream.driver.push_audio(speech(0.5))
                await stream.driver.finished()
            rates.append(next(e.fps for e in reversed(stream.events) if isinstance(e, Frames)))
        assert rates == [30, 15, 60]
        told = [e.code for e in stream.events if isinstance(e, Notice)]
        assert told == ["frame_rate_lowered", "frame_rate_lowered", "frame_rate_restored"]
        flushed = await stream.flushed()
        assert flushed.frames == sum(e.count for e in stream.events if isinstance(e, Frames))
        stream.driver.close()


async def test_stats_tell_what_was_heard_and_answered() -> None:
    async with pool_of(EmbeddedEngine) as pool:
        stream = Stream(pool)
        stream.driver.push_audio(speech(1.0))
        await stream.flushed()
        stats = stream.driver.stats()
        assert stats.received_s == 1.0
        assert stats.answered_s >= 1.0
        assert stats.latency_ms[0] > 0
        assert 0 < stats.real_time_factor < 1
        stream.driver.close()


async def test_who_is_delivered_to_may_close_the_stream() -> None:
    async with pool_of(fake(fail_every=2), PoolSettings(retries=0, give_up_s=0.5)) as pool:
        stream = Stream(pool)
        stream.driver = Driver(pool, StreamConfig(), Profile.neutral(), lambda events: stream.driver.close())
        for _ in range(4):
            stream.driver.push_audio(speech(0.3))
            await stream.driver.finished()
        assert pool.snapshot().queued == 0
