"""The session: pure, so every property of a stream is tested here without an event loop."""

import itertools
import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from math import ceil

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from a2f_live.arkit import INDEX
from a2f_live.config import AudioFormat, StreamConfig
from a2f_live.engine.base import Engine, EngineInfo, Window
from a2f_live.engine.embedded import EmbeddedEngine
from a2f_live.engine.fake import FakeEngine, FakeOptions
from a2f_live.frames import Array, Cleared, Event, Flushed, Frames, Marker, Notice
from a2f_live.motion.profile import Profile
from a2f_live.session import Session, Step
from a2f_live.speech import VISEMES

STATELESS = FakeOptions(max_hops=1, lookahead_ms=40, context_ms=60)
STATEFUL = FakeOptions(stateful=True, max_hops=50, lookahead_ms=40, context_ms=60)
TELLING = FakeOptions(max_hops=3, lookahead_ms=40, context_ms=60, prosody=True, visemes=True)


def speech(seconds: float, seed: int = 0, rate_hz: int = 16_000) -> bytes:
    n = int(seconds * rate_hz)
    noise = np.random.default_rng(seed).normal(0, 4000, n) * np.abs(np.sin(np.arange(n) / rate_hz * 9))
    return np.clip(noise, -32768, 32767).astype("<i2").tobytes()


class Bench:
    """A session and an engine, put together by hand."""

    def __init__(self, engine: Engine, config: StreamConfig | None = None) -> None:
        self.engine = engine
        self.session = Session(engine.info, config or StreamConfig(), Profile.neutral())
        self.events: list[Event] = []
        self.waiting: list[Window] = []

    def take(self, step: Step) -> None:
        self.events.extend(step.events)
        self.waiting.extend(step.windows)

    def answer(self, which: int = 0) -> None:
        window = self.waiting.pop(which)
        self.take(self.session.push_result(window, self.engine.infer([window])[0]))

    def answer_all(self, order: random.Random | None = None) -> None:
        while self.waiting:
            self.answer(order.randrange(len(self.waiting)) if order else 0)

    def say(self, pcm: bytes, cuts: Sequence[int] = ()) -> None:
        edges = [0, *sorted(c % (len(pcm) + 1) for c in cuts), len(pcm)]
        for start, end in itertools.pairwise(edges):
            self.take(self.session.push_audio(pcm[start:end]))

    def frames(self, utterance: int = 0) -> list[Frames]:
        return [e for e in self.events if isinstance(e, Frames) and e.utterance == utterance and not e.final]

    def weights(self, utterance: int = 0) -> Array:
        return np.concatenate([f.weights for f in self.frames(utterance)])

    def visemes(self, utterance: int = 0) -> Array:
        return np.concatenate([f.visemes for f in self.frames(utterance) if f.visemes is not None])

    def of(self, kind: type) -> list[Event]:
        return [e for e in self.events if isinstance(e, kind)]


def engines() -> Iterator[Engine]:
    yield FakeEngine(STATELESS)
    yield FakeEngine(STATEFUL)
    yield EmbeddedEngine()
    yield FakeEngine(TELLING)


def whole(engine: Engine, config: StreamConfig, pcm: bytes) -> Array:
    bench = Bench(engine, config)
    bench.say(pcm)
    bench.take(bench.session.flush())
    bench.answer_all()
    return bench.weights()


@pytest.mark.parametrize("make", range(4))
@settings(max_examples=20)
@given(cuts=st.lists(st.integers(0, 60_000), max_size=30), order=st.randoms(use_true_random=False))
def test_any_cutting_and_any_order_of_results_give_the_same_frames(
    make: int, cuts: list[int], order: random.Random
) -> None:
    pcm = speech(0.9)
    config = StreamConfig(visemes=True)
    expected = Bench(list(engines())[make], config)
    expected.say(pcm)
    expected.take(expected.session.flush())
    expected.answer_all()
    bench = Bench(list(engines())[make], config)
    edges = [0, *sorted(c % (len(pcm) + 1) for c in cuts), len(pcm)]
    for start, end in itertools.pairwise(edges):
        bench.take(bench.session.push_audio(pcm[start:end]))
        if order.random() < 0.5:
            bench.answer_all(order)
    bench.take(bench.session.flush())
    bench.answer_all(order)
    assert bench.weights().tobytes() == expected.weights().tobytes()
    assert bench.session.visemes == ("visemes" in bench.engine.info.channels)
    if bench.session.visemes:
        assert bench.visemes().tobytes() == expected.visemes().tobytes()
        assert len(bench.visemes()) == len(bench.weights())


@pytest.mark.parametrize("rate_hz", [8_000, 16_000, 44_100, 48_000])
@pytest.mark.parametrize("fps", [Fraction(1), Fraction(30), Fraction(30_000, 1001), Fraction(60), Fraction(120)])
@pytest.mark.parametrize("samples", [1, 7, 799, 8_000, 16_000, 16_001, 30_007])
def test_an_utterance_is_worth_exactly_its_duration(rate_hz: int, fps: Fraction, samples: int) -> None:
    config = StreamConfig(AudioFormat(sample_rate=rate_hz), fps=fps, lookahead_ms=0)
    bench = Bench(EmbeddedEngine(), config)
    bench.say(speech(2, rate_hz=16_000)[: samples * 2])
    bench.answer_all()
    bench.take(bench.session.flush(5))
    bench.answer_all()
    expected = ceil(Fraction(samples, rate_hz) * fps)
    assert len(bench.weights()) == expected
    assert bench.events[-1] == Flushed(5, 0, expected, float(Fraction(samples, rate_hz)))


def test_frames_count_up_and_carry_their_exact_time() -> None:
    bench = Bench(EmbeddedEngine(), StreamConfig(fps=Fraction(30_000, 1001)))
    bench.say(speech(1.3), cuts=range(0, 40_000, 640))
    bench.take(bench.session.flush())
    bench.answer_all()
    index = 0
    for frames in bench.frames():
        assert frames.index == index
        assert frames.time_s == index / Fraction(30_000, 1001)
        index += frames.count


def test_a_frame_needs_no_more_audio_than_its_look_ahead() -> None:
    bench = Bench(FakeEngine(STATEFUL), StreamConfig(fps=Fraction(50)))
    for number in range(50):
        bench.say(speech(1)[number * 640 : (number + 1) * 640])
        bench.answer_all()
        heard_s = Fraction(number + 1, 50)
        given = sum(f.count for f in bench.frames())
        assert given == max(0, int((heard_s - Fraction(40, 1000)) * 50) + 1)


def test_a_flush_without_audio_is_answered_at_once() -> None:
    session = Bench(EmbeddedEngine()).session
    assert session.flush(3).events == (Flushed(3, 0, 0, 0.0),)


def test_utterances_follow_one_another_even_while_the_last_is_unanswered() -> None:
    bench = Bench(FakeEngine(STATELESS))
    bench.say(speech(0.5, 1))
    bench.take(bench.session.flush(1))
    bench.say(speech(0.4, 2))
    bench.take(bench.session.flush(2))
    bench.answer_all(random.Random(4))
    kinds = [(e.type, getattr(e, "utterance", None)) for e in bench.events]
    assert kinds == sorted(kinds, key=lambda kind: kind[1] or 0), "the second never overtakes the first"
    assert [e.frames for e in bench.of(Flushed) if isinstance(e, Flushed)] == [30, 24]
    assert bench.frames(1)[0].index == 0


def test_an_utterance_of_the_same_audio_has_the_same_frames_again() -> None:
    bench = Bench(EmbeddedEngine())
    for _ in range(2):
        bench.say(speech(0.7))
        bench.take(bench.session.flush())
        bench.answer_all()
    assert np.array_equal(bench.weights(0), bench.weights(1))


def test_another_seed_lives_otherwise() -> None:
    pcm = speech(6.0)
    one, other = (whole(EmbeddedEngine(), StreamConfig(seed=seed), pcm) for seed in (1, 2))
    assert not np.array_equal(one, other)


def test_clear_forgets_what_is_under_way_and_eases_to_rest() -> None:
    bench = Bench(FakeEngine(STATELESS))
    bench.say(speech(0.6))
    for _ in range(10):
        bench.answer()
    shown = len(bench.weights())
    bench.take(bench.session.clear(9))
    late = list(bench.waiting)
    bench.answer_all()
    cleared, ease = bench.events[-2:]
    assert isinstance(cleared, Cleared)
    assert (cleared.id, cleared.utterance) == (9, 0)
    assert cleared.dropped_ms == pytest.approx(600 - shown * 1000 / 60, abs=1)
    assert late, "some windows were under way"
    assert isinstance(ease, Frames)
    assert (ease.final, ease.index, ease.utterance) == (True, shown, 0)
    assert not ease.weights[-1].any()
    bench.say(speech(0.2))
    bench.take(bench.session.flush(10))
    bench.answer_all()
    assert bench.events[-1] == Flushed(10, 1, 12, 0.2)


def test_clear_with_nothing_under_way_is_safe() -> None:
    session = Bench(EmbeddedEngine()).session
    assert session.clear(1).events == [Cleared(1, 0, 0)]
    assert session.utterance == 0


def test_a_marker_comes_back_after_the_frames_of_the_audio_before_it() -> None:
    bench = Bench(FakeEngine(STATELESS))
    bench.take(bench.session.marker(1))
    bench.say(speech(0.5))
    bench.take(bench.session.marker(2))
    bench.say(speech(0.1))
    bench.take(bench.session.flush())
    bench.take(bench.session.marker(3))
    bench.answer_all(random.Random(1))
    order = [e.id if isinstance(e, Marker) else e.type for e in bench.events]
    assert order[0] == 1
    assert order[-2:] == ["flushed", 3]
    before = sum(f.count for f in bench.events[: order.index(2)] if isinstance(f, Frames))
    assert before >= (0.5 - 0.04) * 60 - 1


def test_markers_under_way_are_not_lost_by_a_clear() -> None:
    bench = Bench(FakeEngine(STATELESS))
    bench.say(speech(0.3))
    bench.take(bench.session.marker(4))
    bench.take(bench.session.clear())
    assert [e.type for e in bench.events if not isinstance(e, Frames)] == ["marker", "cleared"]


@pytest.mark.parametrize(("make", "asked"), [(0, True), (3, False)])
def test_visemes_come_only_where_asked_for_and_where_the_engine_has_them(make: int, asked: bool) -> None:
    bench = Bench(list(engines())[make], StreamConfig(visemes=asked))
    bench.say(speech(0.3))
    bench.take(bench.session.flush())
    bench.answer_all()
    assert not bench.session.visemes
    assert len(bench.weights()) == 18
    assert all(frames.visemes is None for frames in bench.frames())


def test_visemes_of_an_engine_do_not_change_its_weights() -> None:
    """The options differ in what the engine tells beside the weights alone."""
    quiet = FakeOptions(max_hops=3, lookahead_ms=40, context_ms=60)
    pcm = speech(0.5)
    told, untold = (whole(FakeEngine(options), StreamConfig(idle="off"), pcm) for options in (TELLING, quiet))
    assert told.tobytes() == untold.tobytes()


def test_visemes_are_bridged_and_end_in_silence() -> None:
    bench = Bench(FakeEngine(TELLING), StreamConfig(visemes=True, fps=Fraction(50)))
    bench.say(speech(1.0), cuts=range(0, 32_000, 640))
    for _ in range(8):
        bench.answer()
    while bench.waiting:
        bench.take(bench.session.push_failure(bench.waiting.pop(0)))
    bench.take(bench.session.flush())
    while bench.waiting:
        bench.take(bench.session.push_failure(bench.waiting.pop(0)))
    visemes = bench.visemes()
    assert len(visemes) == 50
    assert visemes.sum(axis=1) == pytest.approx(1, abs=1e-5)
    silence = visemes[-20:, VISEMES.index("sil")]
    assert (np.diff(silence) > 0).all()
    assert silence[-1] > 0.95


def test_a_face_that_is_cleared_says_nothing_any_more() -> None:
    bench = Bench(FakeEngine(TELLING), StreamConfig(visemes=True, idle="always"))
    bench.say(speech(0.3, seed=3))
    bench.answer_all()
    bench.take(bench.session.clear())
    ease, idle = bench.events[-1], bench.session.live(2)[0]
    for frames in (ease, idle):
        assert isinstance(frames, Frames)
        assert frames.visemes is not None
        assert frames.visemes[-1, VISEMES.index("sil")] == 1
        assert frames.visemes[-1].sum() == 1


@pytest.mark.parametrize("options", [STATELESS, STATEFUL, TELLING])
def test_a_window_without_answer_costs_no_frame(options: FakeOptions) -> None:
    bench = Bench(FakeEngine(options))
    bench.say(speech(1.0), cuts=range(0, 32_000, 640))
    bench.take(bench.session.flush(1))
    number = 0
    while bench.waiting:
        number += 1
        if number % 3 == 0:
            bench.take(bench.session.push_failure(bench.waiting.pop(0)))
        else:
            bench.answer()
    assert len(bench.weights()) == 60
    assert bench.events[-1] == Flushed(1, 0, 60, 1.0)


def test_when_no_window_is_answered_the_face_still_comes_to_rest() -> None:
    bench = Bench(FakeEngine(STATELESS), StreamConfig(idle="off"))
    bench.say(speech(0.5))
    bench.take(bench.session.flush())
    while bench.waiting:
        bench.take(bench.session.push_failure(bench.waiting.pop()))
    assert bench.weights().shape == (30, 52)
    assert not bench.weights().any()


def test_live_audio_that_waited_too_long_is_bridged() -> None:
    bench = Bench(FakeEngine(STATEFUL))
    bench.say(speech(0.1))
    bench.say(speech(2.0))
    assert bench.session.waiting_hops > 80
    skipped = bench.session.skip_waiting(10)
    assert bench.session.waiting_hops == 10
    assert skipped > 70
    bench.answer_all()
    bench.take(bench.session.flush(1))
    bench.answer_all()
    assert bench.events[-1] == Flushed(1, 0, 126, 2.1)
    assert len(bench.weights()) == 126


def test_a_new_frame_rate_holds_from_the_next_frame_on() -> None:
    bench = Bench(EmbeddedEngine())
    bench.say(speech(0.5))
    bench.answer_all()
    shown = len(bench.weights())
    bench.session.configure({"fps": Fraction(30)})
    bench.say(speech(0.5))
    bench.take(bench.session.flush())
    bench.answer_all()
    first = next(f for f in bench.frames() if f.index >= shown)
    assert first.fps == 30
    assert first.time_s == Fraction(shown, 60)
    last = bench.frames()[-1]
    assert last.time_s + (last.count - 1) / last.fps < 1
    assert last.time_s + last.count / last.fps >= 1
    assert bench.session.config.fps == 30


def test_another_emotion_shows_from_the_next_frame_on() -> None:
    pcm, joy = speech(1.0), INDEX["mouthSmileLeft"]
    plain = whole(EmbeddedEngine(), StreamConfig(idle="off"), pcm)
    bench = Bench(EmbeddedEngine(), StreamConfig(idle="off"))
    bench.say(pcm[:16_000])
    bench.answer_all()
    shown = len(bench.weights())
    bench.session.configure({"emotions": {"joy": 1.0}})
    assert bench.session.config.emotions == {"joy": 1.0}
    bench.say(pcm[16_000:])
    bench.take(bench.session.flush())
    bench.answer_all()
    weights = bench.weights()
    assert weights[:shown].tobytes() == plain[:shown].tobytes()
    assert weights[shown + 2, joy] > plain[shown + 2, joy]
    assert weights[-1, joy] > plain[-1, joy] + 0.3
    steps = np.abs(np.diff(weights - plain, axis=0)).max()
    assert steps < 0.15, "it blends in"


@settings(max_examples=15)
@given(cuts=st.lists(st.integers(0, 60_000), max_size=30), order=st.randoms(use_true_random=False))
def test_emotions_are_the_same_however_the_audio_is_cut(cuts: list[int], order: random.Random) -> None:
    pcm, config = speech(0.9), StreamConfig(emotions={"anger": 0.6}, auto_emotion=True, head=True)
    expected = whole(FakeEngine(TELLING), config, pcm)
    bench = Bench(FakeEngine(TELLING), config)
    bench.say(pcm, cuts)
    bench.take(bench.session.flush())
    bench.answer_all(order)
    assert bench.weights().tobytes() == expected.tobytes()


def test_an_engine_that_understands_emotions_is_left_to_it() -> None:
    class Understanding(FakeEngine):
        @property
        def info(self) -> EngineInfo:
            return replace(super().info, channels=("emotions",))

    pcm = speech(0.5)
    felt, plain = (whole(Understanding(STATELESS), StreamConfig(emotions=e), pcm) for e in ({"joy": 1.0}, {}))
    assert felt.tobytes() == plain.tobytes()


def test_emotions_travel_in_the_windows_of_an_engine_that_understands_them() -> None:
    info = FakeEngine(STATELESS).info
    for channels, first, second in (((), None, None), (("emotions",), {"joy": 0.5}, {"anger": 1.0})):
        session = Session(replace(info, channels=channels), StreamConfig(emotions={"joy": 0.5}), Profile.neutral())
        assert {str(window.emotions) for window in session.push_audio(speech(0.2)).windows} == {str(first)}
        session.configure({"emotions": {"anger": 1.0}})
        assert {str(window.emotions) for window in session.push_audio(speech(0.2)).windows} == {str(second)}


def test_strange_samples_are_told_once_an_utterance() -> None:
    bench = Bench(EmbeddedEngine(), StreamConfig(AudioFormat("pcm_f32le")))
    strange = np.array([np.nan, 3.0, np.inf, 0.5] * 200, "<f4").tobytes()
    bench.say(strange)
    bench.say(strange)
    bench.take(bench.session.push_audio(b"\x01"))
    bench.take(bench.session.flush())
    bench.answer_all()
    codes = [e.code for e in bench.events if isinstance(e, Notice)]
    assert codes == ["samples_repaired", "samples_clamped", "odd_bytes"]
    assert np.isfinite(bench.weights()).all()


def test_the_backlog_is_what_was_heard_and_not_yet_shown() -> None:
    bench = Bench(FakeEngine(STATELESS))
    assert bench.session.backlog_s == 0
    bench.say(speech(0.5))
    assert bench.session.backlog_s == Fraction(1, 2)
    bench.answer_all()
    assert bench.session.backlog_s == Fraction(1, 2) - Fraction(len(bench.weights()), 60)
    assert bench.session.busy
    bench.take(bench.session.flush())
    bench.answer_all()
    assert bench.session.backlog_s == 0
    assert not bench.session.busy


def test_idle_frames_are_marked_and_belong_to_the_last_utterance() -> None:
    bench = Bench(EmbeddedEngine(), StreamConfig(idle="always", head=True))
    bench.say(speech(0.5))
    bench.take(bench.session.flush())
    bench.answer_all()
    first, second = (bench.session.live(2)[0] for _ in range(2))
    assert isinstance(first, Frames)
    assert isinstance(second, Frames)
    assert (first.idle, first.utterance, first.index, second.index) == (True, 0, 0, 2)
    assert first.head is not None
    assert first.head.shape == (2, 3)
