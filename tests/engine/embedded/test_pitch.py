import numpy as np
import pytest

from a2f_live.engine.base import Array
from a2f_live.engine.embedded.pitch import pitch
from a2f_live.engine.embedded.tiles import filled_up
from tests.engine.embedded.helpers import VOWELS, contexts, noise, tone, vowel


def of(samples: Array) -> tuple[Array, Array]:
    """Hertz and strength in every hop."""
    every = contexts(samples)
    heard = pitch(filled_up(every))
    return 2 ** heard.octaves[: len(every)], heard.strength[: len(every)]


@pytest.mark.parametrize("name", VOWELS)
@pytest.mark.parametrize("pitch_hz", [75, 90, 120, 160, 210, 280, 370])
def test_the_pitch_of_a_vowel_is_found(name: str, pitch_hz: float) -> None:
    hz, strength = of(vowel(VOWELS[name], pitch_hz) + noise(0.005, 0.5))
    assert 12 * np.abs(np.log2(hz / pitch_hz)).max() < 0.5
    assert strength.min() > 0.75


def test_it_is_the_same_whatever_the_level() -> None:
    loud, quiet = (of(vowel(VOWELS["AA"], level=level)) for level in (0.3, 0.003))
    assert loud[0] == pytest.approx(quiet[0], rel=1e-3)


def test_noise_and_silence_repeat_little() -> None:
    assert np.median(of(noise(0.1))[1]) < 0.45
    assert of(np.zeros(16_000, np.float32))[1].max() == 0
    assert of(noise(1e-5))[1].max() < 0.45


@pytest.mark.parametrize("hz", [20.0, 50.0, 1000.0, 3000.0])
def test_what_has_no_pitch_in_range_is_nothing_strange(hz: float) -> None:
    found_hz, strength = of(tone(hz))
    assert np.isfinite(found_hz).all()
    assert 60 < found_hz.min() <= found_hz.max() < 450
    assert 0 <= strength.min() <= strength.max() <= 1
