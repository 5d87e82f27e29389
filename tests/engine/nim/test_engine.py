"""The back end `nim` against a scripted NIM: every fault has a recovery, and a call lives as long as its utterance."""

import asyncio
import gc
import pickle
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

pytest.importorskip("nvidia_audio2face_3d", reason="needs the extra nim: pip install 'a2f-live[nim]'")

from a2f_live import arkit
from a2f_live.config import StreamConfig
from a2f_live.dispatch.policy import PoolSettings
from a2f_live.dispatch.pool import Pool
from a2f_live.driver import Driver
from a2f_live.engine.base import Array, Engine
from a2f_live.engine.nim import NimEngine, NimOptions
from a2f_live.errors import ConfigError, EngineError, EngineTimeout, EngineUnavailable
from a2f_live.frames import Event, Flushed, Frames, Notice
from a2f_live.motion.profile import Profile
from tests.engine.helpers import Utterance, speechlike
from tests.engine.nim.helpers import NAMES_52, NAMES_55, NAMES_68, PATIENCE_S, SIGNED, ScriptedNim, scripted, signatures


def sound(seconds: float, seed: int = 0) -> Array:
    """Samples that 16 bits hold exactly."""
    return np.asarray(np.rint(speechlike(seed, seconds) * 32767) / 32768, np.float32)


@contextmanager
def engine_for(*nims: ScriptedNim, **options: Any) -> Iterator[NimEngine]:
    url = "+".join(f"127.0.0.1:{nim.port}" for nim in nims)
    engine = NimEngine(NimOptions(url=url, **{"lookahead_ms": 400, "answer_ms": 20_000, **options}))
    for nim in nims:
        nim.calls.clear()
    try:
        yield engine
    finally:
        engine.close()


def rows_of(engine: Engine, samples: Array, hops: int = 3) -> Array:
    """All rows of an utterance whose state is let go in the end."""
    utterance = Utterance(engine.info, samples, engine.info.lookaheads_ms[0])
    while not utterance.done:
        window = utterance.window(hops)
        utterance.take(window, engine.infer([window])[0])
    return np.concatenate(utterance.rows)


@pytest.mark.parametrize("names", [NAMES_52, NAMES_55, NAMES_68, tuple(reversed(NAMES_68)), arkit.NAMES])
def test_weights_are_found_by_the_names_of_the_header(names: tuple[str, ...]) -> None:
    samples = sound(2)
    with scripted(names=names) as nim, engine_for(nim) as engine:
        rows = rows_of(engine, samples)
    place = list(names).index("JawOpen") if "JawOpen" in names else 0
    column = arkit.INDEX[names[place][0].lower() + names[place][1:]]
    assert np.array_equal(rows[:60, column], signatures(samples))
    assert not np.delete(rows[:, : arkit.COUNT], column, axis=1).any()


@pytest.mark.parametrize(("rate_hz", "hop", "rows"), [(30, 1600, 3), (60, 800, 3), (25, 640, 1), (50, 320, 1)])
def test_the_frame_rate_is_that_of_the_nim(rate_hz: int, hop: int, rows: int) -> None:
    with scripted(rate_hz=rate_hz) as nim, engine_for(nim, lookahead_ms=600) as engine:
        assert (engine.info.hop_samples, engine.info.rows_per_hop) == (hop, rows)
        assert engine.info.row_rate == Fraction(rate_hz)
        samples = sound(1)
        assert np.array_equal(rows_of(engine, samples)[:rate_hz, SIGNED], signatures(samples, rate_hz))


@pytest.mark.parametrize("lag_frames", [1, 8, 20])
def test_the_look_ahead_is_measured_and_is_enough(lag_frames: int) -> None:
    samples = sound(1.5)
    with scripted(lag_frames=lag_frames) as nim, engine_for(nim, lookahead_ms=0, answer_ms=10_000) as engine:
        (lookahead_ms,) = engine.info.lookaheads_ms
        assert lookahead_ms % 100 == 0
        assert lookahead_ms >= lag_frames / 30 * 1000
        assert np.array_equal(rows_of(engine, samples, hops=1)[:45, SIGNED], signatures(samples))


def test_an_utterance_is_one_call_and_hears_every_sample_once() -> None:
    samples = sound(3)
    with scripted() as nim, engine_for(nim) as engine:
        rows_of(engine, samples, hops=1)
        (call,) = nim.calls
        said = np.frombuffer(call.pcm, "<i2")
        assert np.array_equal(said[: len(samples)], np.rint(samples * 32768).astype("<i2"))
        assert not said[len(samples) :].any()


def test_no_message_is_longer_than_the_nim_takes() -> None:
    with scripted() as nim, engine_for(nim, message_s=0.25) as engine:
        rows_of(engine, sound(3), hops=20)
        assert nim.calls[0].largest == 0.25 * 16_000 * 2


def test_an_utterance_that_is_longer_than_a_clip_goes_on_in_another_call() -> None:
    samples = sound(9)
    with scripted() as nim, engine_for(nim, clip_s=5) as engine:
        rows = rows_of(engine, samples)
        assert len(nim.calls) == 3
        assert all(len(call.pcm) <= 5 * 32_000 for call in nim.calls)
    assert np.array_equal(rows[:270, SIGNED], signatures(samples))


@pytest.mark.parametrize("fault", ["refuse", "cut", "nan", "skip", "few", "width", "error", "nameless", "names"])
@pytest.mark.parametrize("after_frames", [0, 10])
def test_no_frame_is_lost_when_a_call_fails(fault: str, after_frames: int) -> None:
    samples = sound(2)
    with scripted(after_frames=after_frames) as nim, engine_for(nim) as engine:
        nim.script.fault, nim.script.times = fault, 1
        rows = rows_of(engine, samples)
        assert nim.script.times == 0
    assert np.array_equal(rows[:60, SIGNED], signatures(samples))


def test_a_nim_that_hangs_is_left_after_its_time() -> None:
    samples = sound(2)
    with scripted() as nim, engine_for(nim, answer_ms=1_000) as engine:
        nim.script.fault, nim.script.times = "hang", 1
        utterance = Utterance(engine.info, samples, 400)
        window = utterance.window(3)
        utterance.take(window, engine.infer([window])[0])
        window = utterance.window(8)
        with pytest.raises(EngineTimeout, match="set lookahead_ms"):
            engine.infer([window])
        window.state = utterance.state
        utterance.take(window, engine.infer([window])[0])
        del window
        assert np.array_equal(np.concatenate(utterance.rows)[:33, SIGNED], signatures(samples)[:33])
        assert nim.calls[0].cancelled.wait(PATIENCE_S)


@pytest.mark.parametrize(("fault", "said"), [("error", "it does not like the audio"), ("full", "as many streams")])
def test_a_refusal_that_does_not_pass_concerns_its_window_alone(fault: str, said: str) -> None:
    with scripted(after_frames=0) as nim, engine_for(nim) as engine:
        well = Utterance(engine.info, sound(2), 400)
        first = well.window(3)
        well.take(first, engine.infer([first])[0])
        nim.script.fault, nim.script.times = fault, 99
        refused, answered = engine.infer([Utterance(engine.info, sound(1), 400).window(1), well.window(3)])
        assert refused.refused is not None
        assert said in refused.refused.message
        assert np.array_equal(answered.rows[:, SIGNED], signatures(sound(2))[9:18])


def test_a_nim_that_is_full_is_not_asked_at_every_window() -> None:
    with scripted() as nim, engine_for(nim) as engine:
        nim.script.fault, nim.script.times = "full", 99
        for _ in range(20):
            assert engine.infer([Utterance(engine.info, sound(1), 400).window(1)])[0].refused is not None
        assert nim.script.times > 90


def test_a_failure_that_does_not_pass_is_told() -> None:
    with scripted(after_frames=0) as nim, engine_for(nim) as engine:
        nim.script.fault, nim.script.times = "cut", 99
        with pytest.raises(EngineError, match="the stream was cut"):
            engine.infer([Utterance(engine.info, sound(1), 400).window(1)])


def test_calls_are_spread_over_nims_and_one_that_fails_is_left_alone() -> None:
    samples = sound(2)
    with scripted() as first, scripted(after_frames=0) as second, engine_for(first, second) as engine:
        streams = [Utterance(engine.info, sound(2, seed), 400) for seed in range(4)]
        windows = [stream.window(3) for stream in streams]
        results = engine.infer(windows)
        assert (len(first.calls), len(second.calls)) == (2, 2)
        second.script.fault, second.script.times = "refuse", 99
        del results
        for _ in range(3):
            assert np.array_equal(rows_of(engine, samples)[:60, SIGNED], signatures(samples))
        assert second.script.times >= 98


def test_a_window_that_is_tried_again_gets_the_same_rows() -> None:
    with scripted() as nim, engine_for(nim) as engine:
        utterance = Utterance(engine.info, sound(1), 400)
        first = utterance.window(2)
        utterance.take(first, engine.infer([first])[0])
        window = utterance.window(3)
        once, again = engine.infer([window])[0], engine.infer([window])[0]
        assert once.rows.tobytes() == again.rows.tobytes()
        assert len(nim.calls) == 1


def test_another_instance_goes_on_with_the_call() -> None:
    samples = sound(2)
    with scripted() as nim, engine_for(nim) as one, engine_for(nim) as other:
        utterance = Utterance(one.info, samples, 400)
        for turn in range(100):
            if utterance.done:
                break
            window = utterance.window(2)
            utterance.take(window, (one, other)[turn % 2].infer([window])[0])
        assert len(nim.calls) == 1
        assert np.array_equal(np.concatenate(utterance.rows)[:60, SIGNED], signatures(samples))


def test_a_state_from_another_process_begins_another_call() -> None:
    samples = sound(2)
    with scripted() as nim, engine_for(nim) as engine:
        utterance = Utterance(engine.info, samples, 400)
        window = utterance.window(8)
        utterance.take(window, engine.infer([window])[0])
        packed = pickle.dumps(utterance.state)
        assert pickle.loads(packed) is utterance.state
        utterance.state = None
        assert pickle.loads(packed) is None
        window = utterance.window(3)
        utterance.take(window, engine.infer([window])[0])
        assert np.array_equal(np.concatenate(utterance.rows)[:33, SIGNED], signatures(samples)[:33])
        assert len(nim.calls) == 2


def test_audio_that_was_skipped_begins_another_call() -> None:
    samples = sound(4)
    with scripted() as nim, engine_for(nim) as engine:
        utterance = Utterance(engine.info, samples, 400)
        window = utterance.window(2)
        utterance.take(window, engine.infer([window])[0])
        utterance.hop = 30
        rows = engine.infer([utterance.window(2)])[0].rows
        assert np.array_equal(rows[:, SIGNED], signatures(samples)[90:96])
        assert len(nim.calls) == 2


def test_emotions_of_the_windows_are_said_when_they_change() -> None:
    with scripted() as nim, engine_for(nim) as engine:
        utterance = Utterance(engine.info, sound(2), 400)
        for emotions in (None, {"joy": 1.0}, {"joy": 1.0}, {}):
            window = utterance.window(2)
            window.emotions = emotions
            utterance.take(window, engine.infer([window])[0])
        calm = dict.fromkeys(arkit.EMOTIONS, 0.0)
        assert [felt for _, felt in nim.calls[0].emotions] == [calm | {"joy": 1.0}, calm]
        assert [round(time_s, 3) for time_s, _ in nim.calls[0].emotions] == [0.5, 0.9]


def test_the_header_says_the_parameters_of_the_file(tmp_path: Any) -> None:
    file = tmp_path / "claire.toml"
    file.write_text(
        "live_transition_time = 0.25\n"
        "[face_parameters]\nlowerFaceStrength = 1.25\n"
        "[blendshape_parameters]\nenable_clamping_bs_weight = true\n"
        "[blendshape_parameters.multipliers]\nJawOpen = 0.5\n"
        "[post_processing_parameters]\nmax_emotions = 2\n"
    )
    with scripted() as nim, engine_for(nim, parameters=str(file)) as engine:
        rows_of(engine, sound(0.5))
        header = nim.calls[0].header
    assert header.audio_header.samples_per_second == 16_000
    assert dict(header.face_params.float_params) == {"lowerFaceStrength": 1.25}
    assert dict(header.blendshape_params.bs_weight_multipliers) == {"JawOpen": 0.5}
    assert header.blendshape_params.enable_clamping_bs_weight
    assert header.emotion_post_processing_params.max_emotions == 2
    assert header.emotion_params.live_transition_time == 0.25


def test_the_key_and_the_function_travel_as_metadata(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_KEY", "nvapi-1")
    with scripted() as nim, engine_for(nim, key_variable="SOME_KEY", function_id="f-1") as engine:
        rows_of(engine, sound(0.5))
        assert nim.calls[0].metadata["authorization"] == "Bearer nvapi-1"
        assert nim.calls[0].metadata["function-id"] == "f-1"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"url": "nowhere"}, "is no address"),
        ({"url": "a:1+b"}, "is no address"),
        ({"url": "ftp://a:1"}, "is no address"),
        ({"lookahead_ms": 9_000}, "lookahead_ms is 9000"),
        ({"answer_ms": 0}, "answer_ms is 0"),
        ({"certificate": "a.pem"}, "belong together"),
    ],
)
def test_options_that_cannot_be_used_are_refused(options: dict[str, Any], said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        NimOptions(**options)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"url": "grpcs://nim.example:443", "function_id": "f"}, "a function id needs a key"),
        ({"url": "nim.example:52000", "key_variable": "SOME_KEY"}, "in the clear"),
        ({"url": "grpcs://nim.example:443", "root_certificates": "/no/such.pem"}, "cannot be read"),
        ({"parameters": "/no/such.toml"}, "cannot be read"),
    ],
)
def test_what_cannot_start_says_why(options: dict[str, Any], said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("A2F_LIVE_NIM_KEY", raising=False)
    monkeypatch.setenv("SOME_KEY", "secret")
    with pytest.raises((ConfigError, EngineUnavailable), match=said):
        NimEngine(NimOptions(**options))


def test_a_nim_that_is_not_there_is_told_at_the_start() -> None:
    with scripted() as nim:
        port = nim.port
    with pytest.raises(EngineUnavailable, match="unavailable"):
        NimEngine(NimOptions(url=f"127.0.0.1:{port}"))


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ({"names": ("Happy", "JawOpen")}, "names 2 blendshapes, of which 1"),
        ({"names": (*NAMES_52, "JawOpen")}, "names 53"),
        ({"fault": "error", "after_frames": 0, "times": 9}, "it does not like the audio"),
        ({"fault": "nan", "after_frames": 0, "times": 9}, "no numbers"),
        ({"lag_frames": 60}, "not live any more"),
    ],
)
def test_a_nim_that_cannot_be_used_is_told_at_the_start(script: dict[str, Any], said: str) -> None:
    with scripted(**script) as nim, pytest.raises(EngineUnavailable, match=said):
        NimEngine(NimOptions(url=f"127.0.0.1:{nim.port}"))


def test_a_survey_says_who_answers_without_a_call(monkeypatch: pytest.MonkeyPatch) -> None:
    with scripted() as nim:
        gone = f"127.0.0.1:{nim.port}"
        monkeypatch.setenv("A2F_LIVE_NIM_URL", gone)
        assert NimEngine.survey() == f"somebody answers at {gone}"
        assert not nim.calls
    with pytest.raises(EngineUnavailable, match=f"nobody answers at {gone}"):
        NimEngine.survey()


def test_it_does_not_run_in_a_child(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("A2F_LIVE_ENGINE_CHILD", "1")
    with pytest.raises(ConfigError, match="leave out isolate"):
        NimEngine()


def test_an_abort_ends_calls_and_the_next_windows_go_on() -> None:
    samples = sound(2)
    with scripted() as nim, engine_for(nim) as engine:
        utterance = Utterance(engine.info, samples, 400)
        window = utterance.window(8)
        utterance.take(window, engine.infer([window])[0])
        engine.abort()
        assert nim.calls[0].cancelled.wait(PATIENCE_S)
        while not utterance.done:
            window = utterance.window(3)
            utterance.take(window, engine.infer([window])[0])
        assert np.array_equal(np.concatenate(utterance.rows)[:60, SIGNED], signatures(samples))


@contextmanager
def no_garbage_collector() -> Iterator[None]:
    """What ends with its last reference ends at once, or these tests see that it does not."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


class Stream:
    """A driver on a pool of one nim engine, and what it delivers."""

    def __init__(self, pool: Pool, **config: Any) -> None:
        self.events: list[Event] = []
        self.news = asyncio.Event()
        config = {"fps": Fraction(30), "idle": "off", "pace": "file", **config}
        self.driver = Driver(pool, StreamConfig(**config), Profile.neutral(), self._deliver)

    def _deliver(self, events: Any) -> None:
        self.events.extend(events)
        self.news.set()

    def say(self, samples: Array) -> None:
        self.driver.push_audio(np.rint(samples * 32768).astype("<i2").tobytes())

    @property
    def jaws(self) -> Array:
        return np.concatenate([event.weights[:, SIGNED] for event in self.events if isinstance(event, Frames)])

    async def until(self, kind: type) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while not any(isinstance(event, kind) for event in self.events):
                self.news.clear()
                await self.news.wait()


async def pool_for(nim: ScriptedNim, **options: Any) -> Pool:
    chosen = NimOptions(url=f"127.0.0.1:{nim.port}", **{"lookahead_ms": 400, "answer_ms": 20_000, **options})
    pool = Pool("nim", lambda: NimEngine(chosen), PoolSettings(window_deadline_s=30))
    await pool.start()
    nim.calls.clear()
    return pool


async def heard(event: threading.Event) -> bool:
    return await asyncio.to_thread(event.wait, PATIENCE_S)


async def test_a_clear_cancels_the_call_at_once() -> None:
    with scripted() as nim, no_garbage_collector():
        pool = await pool_for(nim)
        stream = Stream(pool)
        stream.say(sound(2))
        await stream.until(Frames)
        stream.driver.clear(1)
        assert await heard(nim.calls[0].cancelled)
        stream.say(sound(1, seed=1))
        stream.driver.flush(2)
        await stream.until(Flushed)
        assert len(nim.calls) == 2
        stream.driver.close()
        await pool.close()


async def test_a_client_that_is_gone_cancels_the_call() -> None:
    with scripted() as nim, no_garbage_collector():
        pool = await pool_for(nim)
        stream = Stream(pool)
        stream.say(sound(2))
        await stream.until(Frames)
        stream.driver.close()
        del stream
        assert await heard(nim.calls[0].cancelled)
        await pool.close()


async def test_an_utterance_that_ends_ends_its_call_in_order() -> None:
    samples = sound(2)
    with scripted() as nim, no_garbage_collector():
        pool = await pool_for(nim)
        stream = Stream(pool)
        stream.say(samples)
        stream.driver.flush(1)
        await stream.until(Flushed)
        assert await heard(nim.calls[0].over)
        assert nim.calls[0].ended
        assert not nim.calls[0].cancelled.is_set()
        assert np.array_equal(stream.jaws, signatures(samples))
        stream.driver.close()
        await pool.close()


async def test_a_stream_loses_no_frame_when_its_nim_hangs() -> None:
    samples = sound(3)
    with scripted() as nim:
        pool = await pool_for(nim, answer_ms=1_000)
        nim.script.fault, nim.script.times = "hang", 1
        stream = Stream(pool)
        stream.say(samples)
        stream.driver.flush(1)
        await stream.until(Flushed)
        assert not [event for event in stream.events if isinstance(event, Notice)]
        assert np.array_equal(stream.jaws, signatures(samples))
        stream.driver.close()
        await pool.close()


async def test_one_stream_more_than_a_nim_takes_costs_the_others_nothing() -> None:
    samples = sound(2)
    with scripted(streams=2) as nim:
        pool = await pool_for(nim)
        streams = [Stream(pool) for _ in range(2)]
        for stream in streams:
            stream.say(samples)
            await stream.until(Frames)
        one_more = Stream(pool)
        one_more.say(samples)
        one_more.driver.flush(1)
        await one_more.until(Flushed)
        assert {event.code for event in one_more.events if isinstance(event, Notice)} == {"frames_held"}
        assert pool.snapshot().instances[0].state == "healthy"
        for stream in streams:
            stream.driver.flush(1)
            await stream.until(Flushed)
            assert np.array_equal(stream.jaws, signatures(samples))
        for stream in (*streams, one_more):
            stream.driver.close()
        await pool.close()


def test_nothing_is_left_behind() -> None:
    before = {thread for thread in threading.enumerate() if thread.name.startswith("a2f-nim")}
    with scripted() as nim, engine_for(nim) as engine:
        rows_of(engine, sound(1))
        mine = [thread for thread in threading.enumerate() if thread.name == "a2f-nim-call" and thread not in before]
    for thread in mine:
        thread.join(PATIENCE_S)
        assert not thread.is_alive()
