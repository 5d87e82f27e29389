"""A whole utterance with no event loop."""

from fractions import Fraction

import numpy as np
import pytest

from a2f_live.config import AudioFormat, StreamConfig
from a2f_live.engine.embedded import EmbeddedEngine
from a2f_live.engine.fake import FakeEngine, FakeOptions
from a2f_live.errors import EngineFailed
from a2f_live.frames import Array
from a2f_live.motion.profile import Profile
from a2f_live.offline import render

PCM = (np.sin(np.arange(32_000) * 0.06) * np.sin(np.arange(32_000) / 900) ** 2 * 12_000).astype("<i2").tobytes()


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


@pytest.mark.parametrize("trouble", [{"fail_every": 2}, {"nonsense_every": 2}])
def test_an_engine_that_fails_is_told(trouble: dict[str, int]) -> None:
    engine = FakeEngine(FakeOptions(max_hops=5, **trouble))  # type: ignore[arg-type]
    with pytest.raises(EngineFailed):
        list(render(engine, StreamConfig(), Profile.neutral(), [PCM[:6_400], PCM[6_400:]]))
