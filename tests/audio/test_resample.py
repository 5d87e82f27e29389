from math import ceil
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from a2f_live.audio.resample import Resampler
from a2f_live.frames import Array
from tests.audio.helpers import RATES_HZ, cuts, noise, pieces


def resample(rate_hz: int, *messages: Array) -> Array:
    resampler = Resampler(rate_hz)
    return np.concatenate([*map(resampler.push, messages), resampler.flush()])


def tone(hz: float, rate_hz: int, seconds: float = 0.5) -> Array:
    return np.sin(2 * np.pi * hz * np.arange(int(rate_hz * seconds)) / rate_hz).astype(np.float32)


def spectrum(samples: Array) -> tuple[NDArray[Any], NDArray[Any]]:
    """Frequencies and amplitudes of what is heard once the filter has filled, a sine of amplitude 1 giving 1."""
    steady = samples[1_500:7_500]
    window = np.blackman(len(steady))
    amplitudes = np.abs(np.fft.rfft(steady * window)) * 2 / window.sum()
    return np.fft.rfftfreq(len(steady), 1 / 16_000), amplitudes


@settings(deadline=None)
@given(st.one_of(st.sampled_from(RATES_HZ), st.integers(8_000, 192_000)), st.integers(0, 6_000), cuts)
def test_any_cutting_gives_the_same_samples(rate_hz: int, length: int, lengths: list[int]) -> None:
    samples = noise(length)
    cut = resample(rate_hz, *pieces(samples, lengths))
    assert cut.tobytes() == resample(rate_hz, samples).tobytes()


@pytest.mark.parametrize("rate_hz", RATES_HZ)
def test_sample_by_sample_and_all_at_once_are_the_same(rate_hz: int) -> None:
    samples = noise(20_000)
    single = resample(rate_hz, *pieces(samples, [1] * 3_000))
    assert single.tobytes() == resample(rate_hz, samples).tobytes()


@settings(deadline=None)
@given(st.one_of(st.sampled_from(RATES_HZ), st.integers(8_000, 192_000)), cuts)
def test_nothing_is_held_back_at_any_time(rate_hz: int, lengths: list[int]) -> None:
    resampler = Resampler(rate_hz)
    received = given_back = 0
    for length in lengths:
        received += length
        given_back += len(resampler.push(noise(length)))
        assert given_back == ceil(received * 16_000 / rate_hz)
    assert resampler.flush().shape == (0,)


def test_16_khz_passes_untouched() -> None:
    samples = noise(1_000)
    assert resample(16_000, samples).tobytes() == samples.tobytes()


@pytest.mark.parametrize(
    ("rate_hz", "hz"),
    [(rate_hz, hz) for rate_hz in RATES_HZ for hz in (120, 1_000, 3_400, 5_000, 6_880) if hz < 7 / 16 * rate_hz],
)
def test_speech_passes_unchanged_and_clean(rate_hz: int, hz: int) -> None:
    frequencies, amplitudes = spectrum(resample(rate_hz, tone(hz, rate_hz)))
    near = np.abs(frequencies - hz) < 20
    assert amplitudes[near].max() == pytest.approx(1.0, abs=0.005)
    assert amplitudes[~near].max() < 10 ** (-52 / 20)


@pytest.mark.parametrize(
    ("rate_hz", "hz"),
    [(rate_hz, hz) for rate_hz in RATES_HZ for hz in (9_100, 12_000, 20_500, 40_000) if hz < rate_hz / 2],
)
def test_what_16_khz_cannot_carry_is_kept_out(rate_hz: int, hz: int) -> None:
    _, amplitudes = spectrum(resample(rate_hz, tone(hz, rate_hz)))
    assert amplitudes.max() < 10 ** (-58 / 20)


@pytest.mark.parametrize("rate_hz", RATES_HZ)
def test_a_constant_stays_what_it_is(rate_hz: int) -> None:
    heard = resample(rate_hz, np.full(rate_hz // 10, 0.5, np.float32))
    np.testing.assert_allclose(heard[100:], 0.5, atol=1e-6)


@pytest.mark.parametrize("rate_hz", RATES_HZ)
def test_the_shift_is_one_to_two_milliseconds(rate_hz: int) -> None:
    click = np.zeros(rate_hz // 5, np.float32)
    click[rate_hz // 10] = 1.0
    heard = resample(rate_hz, click)
    energy = heard.astype(np.float64) ** 2
    centre_ms = 1000 * (energy * np.arange(len(heard))).sum() / energy.sum() / 16_000
    expected_ms = 0.0 if rate_hz == 16_000 else 0.92 * max(1.0, 16_000 / rate_hz)
    assert centre_ms - 100 == pytest.approx(expected_ms, abs=0.06)


@pytest.mark.parametrize("rate_hz", RATES_HZ)
@pytest.mark.parametrize("end", ["flush", "reset"])
def test_an_utterance_leaves_nothing_to_the_next(rate_hz: int, end: str) -> None:
    used = Resampler(rate_hz)
    used.push(noise(1_001))
    getattr(used, end)()
    samples = noise(2_000, seed=1)
    assert used.push(samples).tobytes() == Resampler(rate_hz).push(samples).tobytes()


def test_silence_stays_exact_silence() -> None:
    assert not resample(44_100, np.zeros(5_000, np.float32)).any()


def test_what_was_given_does_not_change_later() -> None:
    resampler = Resampler(48_000)
    first = resampler.push(noise(960))
    before = first.copy()
    resampler.push(noise(960, seed=1))
    assert first.tobytes() == before.tobytes()
