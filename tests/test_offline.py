"""A whole utterance with no event loop."""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from a2f_live.config import AudioFormat, StreamConfig
from a2f_live.engine.base import EngineInfo, Result, Window
from a2f_live.engine.embedded import EmbeddedEngine
from a2f_live.engine.fake import FakeEngine, FakeOptions
from a2f_live.errors import EngineDied, EngineFailed, EngineRefused, EngineTimeout
from a2f_live.frames import Array
from a2f_live.motion.profile import Profile
from a2f_live.offline import RETRIES, go_on, render

PCM = (np.sin(np.arange(32_000) * 0.06) * np.sin(np.arange(32_000) / 900) ** 2 * 12_000).astype("<i2").tobytes()

Trouble = Exception | Callable[[list[Result]], list[Result]] | None


def weights(size: int, config: StreamConfig, pcm: bytes = PCM) -> Array:
    blocks = (pcm[start : start + size] for start in range(0, len(pcm), size))
    return np.concatenate([f.weights for f in render(EmbeddedEngine(), config, Profile.neutral(), blocks)])


@pytest.mark.parametrize("size", [3, 640, 9_999])
@pytest.mark.parametrize("lookahead_ms", [0, 40, 80])
def test_blocks_of_any_size_give_the_same_frames(size: int, lookahead_ms: int) -> None:
    config = StreamConfig(lookahead_ms=lookahead_ms, fps=Fraction(30))
    whole = weights(len(PCM), config)
    assert len(whole) == 60
    assert whole.max() > 0.1
    assert np.array_equal(weights(size, config), whole)


def test_nothing_in_nothing_out() -> None:
    assert list(render(EmbeddedEngine(), StreamConfig(), Profile.neutral(), [])) == []


def test_float_samples_are_heard_as_their_integers() -> None:
    floats = (np.frombuffer(PCM, "<i2") / np.float32(32768)).astype("<f4").tobytes()
    config = StreamConfig(AudioFormat("pcm_f32le"))
    assert np.array_equal(weights(6_400, config, floats), weights(6_400, StreamConfig()))


class Troubled:
    """An engine with one trouble after the other, a call each: an error it raises, or what becomes of its answers."""

    def __init__(self, *troubles: Trouble, **options: Any) -> None:
        self._engine = FakeEngine(FakeOptions(**options))
        self._troubles = deque(troubles)
        self.batches: list[int] = []
        """Windows of each call."""

    @property
    def info(self) -> EngineInfo:
        return self._engine.info

    def infer(self, batch: Sequence[Window]) -> list[Result]:
        self.batches.append(len(batch))
        trouble = self._troubles.popleft() if self._troubles else None
        if isinstance(trouble, Exception):
            raise trouble
        answers = self._engine.infer(batch)
        return trouble(answers) if trouble else answers

    def abort(self) -> None: ...

    def close(self) -> None: ...


def nonsense(answers: list[Result]) -> list[Result]:
    """The second is none."""
    return [replace(each, rows=each.rows * np.nan) if i == 1 else each for i, each in enumerate(answers)]


def refusal(answers: list[Result]) -> list[Result]:
    """The first is refused."""
    return [replace(answers[0], refused=EngineRefused("full")), *answers[1:]]


def too_few(answers: list[Result]) -> list[Result]:
    return answers[1:]


FAILED = EngineFailed("it failed")
BATCH = 9
"""Windows of the first batch that `rendered` makes."""


def rendered(engine: Troubled, step: Callable[[], None] = go_on) -> Array:
    pcm = PCM[: BATCH * 640]
    return np.concatenate([f.weights for f in render(engine, StreamConfig(), Profile.neutral(), [pcm], step)])


def stateless(*troubles: Trouble) -> Troubled:
    return Troubled(*troubles, max_hops=1)


@pytest.mark.parametrize(
    ("troubles", "batches"),
    [
        ([], [9]),
        ([FAILED], [9, 3, 3, 3]),
        ([EngineDied("gone")], [9, 3, 3, 3]),
        ([EngineTimeout("late")], [9, 3, 3, 3]),
        ([ValueError("a bug")], [9, 3, 3, 3]),
        ([too_few], [9, 3, 3, 3]),
        ([FAILED, None, FAILED], [9, 3, 3, 1, 1, 1, 3]),
        ([nonsense], [9, 1]),
        ([refusal], [9, 1]),
        ([nonsense, FAILED], [9, 1, 1]),
        ([FAILED, nonsense, FAILED], None),
    ],
)
def test_calls_that_fail_are_made_again_and_change_no_frame(troubles: list[Trouble], batches: list[int] | None) -> None:
    engine = stateless(*troubles)
    if batches is None:
        with pytest.raises(EngineFailed, match="it failed"):
            rendered(engine)
    else:
        assert np.array_equal(rendered(engine), rendered(stateless()))
        assert engine.batches == [*batches, 1]  # the last window is not whole before the end


@pytest.mark.parametrize("trouble", [FAILED, EngineTimeout("late"), nonsense])
def test_a_state_is_not_lost_by_a_fault(trouble: Trouble) -> None:
    well, troubled = (Troubled(*troubles, stateful=True) for troubles in ((), (None, trouble, trouble)))
    assert np.array_equal(rendered(troubled), rendered(well))


@pytest.mark.parametrize("trouble", [{"fail_every": 1}, {"nonsense_every": 1}])
def test_an_engine_that_fails_again_and_again_is_told(trouble: dict[str, int]) -> None:
    engine = Troubled(max_hops=5, **trouble)
    with pytest.raises(EngineFailed):
        rendered(engine)
    assert len(engine.batches) == 1 + RETRIES


def test_an_error_that_is_none_of_ours_becomes_one() -> None:
    bug = ValueError("a bug")
    with pytest.raises(EngineFailed, match="engine fake failed: ValueError: a bug") as caught:
        rendered(stateless(bug, bug, bug))
    assert caught.value.__cause__ is bug


def test_nothing_is_tried_again_once_a_step_has_ended_it() -> None:
    engine = stateless(FAILED)

    def enough() -> None:
        if engine.batches:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        rendered(engine, enough)
    assert engine.batches == [BATCH]
