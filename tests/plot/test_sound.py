"""Envelope and spectrogram show what is heard, where it is heard."""

import numpy as np
import pytest

from a2f_live.plot.sound import Sound
from tests.plot.helpers import sound


def test_the_envelope_holds_the_sound() -> None:
    low, high = sound().envelope(0, 1, 10)
    assert (np.diff(high) > 0).all()
    assert high[-1] == pytest.approx(0.5, abs=0.02)
    assert low == pytest.approx(-high, abs=0.03)


def test_where_there_is_no_sound_the_envelope_is_flat() -> None:
    low, high = sound().envelope(-1, 3, 8)
    assert not high[:2].any()
    assert not low[4:].any()
    assert high[2:4].all()


def test_the_spectrogram_shows_the_pitch() -> None:
    levels = sound().spectrogram(0, 1, 20)
    assert levels.shape == (401, 20)
    assert levels.min() >= 0
    assert levels.max() <= 1
    loudest_hz = levels[:, 15].argmax() * 8000 / 400
    assert loudest_hz == pytest.approx(400, abs=40)


def test_the_spectrogram_stands_where_the_sound_is() -> None:
    burst = np.zeros(16_000, np.float32)
    burst[8000:8400] = np.random.default_rng(1).uniform(-0.5, 0.5, 400)
    levels = Sound(burst).spectrogram(0, 1, 100).sum(axis=0)
    assert levels.argmax() in (50, 51)
    assert not levels[:45].any()


@pytest.mark.parametrize("samples", [0, 1, 7])
def test_hardly_any_sound_can_be_drawn(samples: int) -> None:
    short = Sound(np.zeros(samples, np.float32))
    assert short.spectrogram(0, 1, 5).shape == (401, 5)
    assert short.peak(0, 1) == 0


def test_the_peak_is_that_of_the_range() -> None:
    assert sound().peak(0, 0.5) == pytest.approx(0.25, abs=0.01)
    assert sound().peak(0.5, 1) == pytest.approx(0.5, abs=0.01)
