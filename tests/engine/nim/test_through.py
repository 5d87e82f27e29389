"""The back end `nim` and the front door for NIM clients against each other, with the embedded engine behind both."""

import threading
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

pytest.importorskip("nvidia_audio2face_3d", reason="needs the extra nim: pip install 'a2f-live[nim]'")

from a2f_live.config import StreamConfig
from a2f_live.engine.base import Engine
from a2f_live.engine.nim import NimEngine, NimOptions
from a2f_live.engine.registry import EngineSpec, create
from a2f_live.frames import Array
from a2f_live.motion.profile import Profile
from a2f_live.offline import render
from tests.engine.helpers import speechlike
from tests.engine.test_contract import (  # noqa: F401 - the suite of all engines, here on this one
    test_a_state_travels_as_a_pickle_and_is_never_changed,
    test_a_window_that_does_not_fit_is_refused_as_an_engine_error,
    test_an_abort_between_calls_costs_no_more_than_one_call,
    test_an_empty_batch_has_no_answers,
    test_it_tells_of_what_its_channels_name_and_of_nothing_else,
    test_no_sound_makes_nonsense,
    test_rows_are_many_enough_finite_and_within_0_and_1,
    test_rows_do_not_depend_on_the_company_in_a_batch,
    test_rows_do_not_depend_on_the_hops_of_a_window,
    test_samples_are_left_as_they_are,
    test_the_info_makes_sense,
    test_the_mouth_is_shut_in_silence,
    test_the_mouth_moves_in_speech_and_shuts_after_it,
)
from tests.server.nim_grpc.helpers import door_in_a_thread

FPS = Fraction(30)


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with door_in_a_thread() as port:
        made = NimEngine(NimOptions(url=f"127.0.0.1:{port}", answer_ms=20_000))
        yield made
        made.close()


@pytest.fixture(scope="module")
def real_engine(engine: Engine) -> Engine:
    return engine


def rendered(engine: Engine, pcm: bytes, parts: Sequence[int], **config: Any) -> Array:
    """All frames of an utterance that comes in parts of so many bytes."""
    wanted = StreamConfig(fps=FPS, idle="off", pace="file", lookahead_ms=260, **config)
    blocks, at = [], 0
    for size in (*parts, len(pcm)):
        blocks.append(pcm[at : at + size])
        at += size
    return np.concatenate([frames.weights for frames in render(engine, wanted, Profile.neutral(), blocks)])


def pcm_of(seconds: float, seed: int) -> bytes:
    return np.rint(speechlike(seed, seconds) * 32767).astype("<i2").tobytes()


@pytest.mark.parametrize("seconds", [0.05, 0.1, 1.0, 2.345, 7.0])
@pytest.mark.parametrize("parts", [(), (640,) * 400])
def test_frames_are_those_of_the_engine_behind_used_directly(
    engine: Engine, seconds: float, parts: tuple[int, ...]
) -> None:
    pcm = pcm_of(seconds, int(seconds * 10))
    behind = create(EngineSpec("embedded"))
    assert rendered(engine, pcm, parts).tobytes() == rendered(behind, pcm, ()).tobytes()
    behind.close()


def test_emotions_reach_the_engine_behind_as_strong_as_a_nim_shows_them(engine: Engine) -> None:
    pcm = pcm_of(1.5, 3)
    behind = create(EngineSpec("embedded"))
    through = rendered(engine, pcm, (), emotions={"joy": 1.0})
    assert np.allclose(through[20:], rendered(behind, pcm, (), emotions={"joy": 0.3})[20:], atol=1e-6)
    behind.close()


def test_a_speaker_who_pauses_is_cut_off_and_heard_again() -> None:
    pcm = pcm_of(3.0, 5)
    with door_in_a_thread(idle_s=1.0) as port:
        engine = NimEngine(NimOptions(url=f"127.0.0.1:{port}", lookahead_ms=300, answer_ms=20_000))
        behind = create(EngineSpec("embedded"))

        def blocks() -> Iterator[bytes]:
            yield pcm[:32_000]
            ended = threading.Event()
            while not all(call.over for nim in engine._nims._nims for call in nim.calls()):
                ended.wait(0.01)
            yield pcm[32_000:]

        wanted = StreamConfig(fps=FPS, idle="off", pace="file")
        paused = np.concatenate([one.weights for one in render(engine, wanted, Profile.neutral(), blocks())])
        whole = rendered(behind, pcm, ())
        assert paused.shape == whole.shape
        assert paused[:18].tobytes() == whole[:18].tobytes()
        assert (np.abs(paused - whole) > 0.1).mean() < 0.01
        engine.close()
        behind.close()
