"""What becomes of speech on its way, and sounds that are no speech: of the strength they claim, always the same."""

import numpy as np
import pytest
from numpy.typing import NDArray

from a2f_live.audio.pcm import PcmDecoder
from a2f_live.config import AudioFormat
from assets.lipnet.training.phones import Samples
from benchmarks.lips.conditions import MULAW_RATE_HZ, MULAW_VALUES, babble, coded, mulaw, quiet, telephone
from benchmarks.lips.noises import NOISES, SECONDS, noise

RATE_HZ = 16_000


def tone(hz: float, seconds: float = 1.0) -> Samples:
    return (0.3 * np.sin(2 * np.pi * hz * np.arange(int(seconds * RATE_HZ)) / RATE_HZ)).astype(np.float32)


def level_db(samples: NDArray[np.floating]) -> float:
    return float(10 * np.log10(np.mean(np.square(samples, dtype=np.float64)) + 1e-20))


@pytest.mark.parametrize(("hz", "heard"), [(100, False), (400, True), (1000, True), (3300, True), (4000, False)])
def test_a_telephone_passes_its_band(hz: float, heard: bool) -> None:
    change_db = level_db(telephone("", tone(hz), [])) - level_db(tone(hz))
    assert abs(change_db) < 0.1 if heard else change_db < -60


def test_babble_is_10_db_softer_and_another_for_each_clip() -> None:
    speech, others = tone(500), [tone(hz, 0.7) for hz in (700, 900, 1100, 1300)]
    heard = babble("a", speech, others)
    assert level_db(speech) - level_db(heard - speech) == pytest.approx(10, abs=0.01)
    assert np.array_equal(heard, babble("a", speech, others))
    assert not np.array_equal(heard, babble("b", speech, others))


def test_quiet_is_20_db_softer() -> None:
    assert level_db(quiet("", tone(500), [])) - level_db(tone(500)) == pytest.approx(-20, abs=0.01)


def test_mulaw_is_what_the_product_reads() -> None:
    decoded = PcmDecoder(AudioFormat("mulaw", MULAW_RATE_HZ)).push(mulaw(tone(500)))
    exact = tone(500)[::2]
    inner = slice(200, -200)  # the ends ring
    assert len(decoded) == MULAW_RATE_HZ
    assert level_db(decoded[inner] - exact[inner]) < level_db(exact) - 34


def test_each_value_of_mulaw_has_its_code() -> None:
    values = PcmDecoder(AudioFormat("mulaw", MULAW_RATE_HZ)).push(coded(MULAW_VALUES))
    assert np.array_equal(values, MULAW_VALUES)
    assert coded(np.array([-1.0, 1.0], np.float32)) == bytes([0x00, 0x80])


@pytest.mark.parametrize("kind", NOISES)
def test_noises_have_their_level_and_are_always_the_same(kind: str) -> None:
    wanted_db, made = NOISES[kind][1], noise(kind)
    assert len(made) == SECONDS * RATE_HZ
    assert np.array_equal(made, noise(kind))
    assert np.abs(made).max() <= 1
    if kind == "silence":
        assert not made.any()
    else:
        assert level_db(made) == pytest.approx(wanted_db, abs=1.0)
