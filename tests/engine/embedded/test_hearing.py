import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from a2f_live.config import ENGINE_RATE_HZ
from a2f_live.engine.base import Array
from a2f_live.engine.embedded import hearing
from a2f_live.engine.embedded.hearing import CONTEXT_SAMPLES, HOP_SAMPLES, Heard, first_track, listen, overlapping


def hear(samples: Array) -> Heard:
    """One window over all of it."""
    hops = (len(samples) - CONTEXT_SAMPLES) // HOP_SAMPLES + 1
    whole = samples[: CONTEXT_SAMPLES + (hops - 1) * HOP_SAMPLES]
    return listen(np.array([whole], np.float32), hops, first_track()[None])


def tone(hz: float, level: float = 0.1, seconds: float = 1.0) -> Array:
    t = np.arange(int(seconds * ENGINE_RATE_HZ)) / ENGINE_RATE_HZ
    return np.asarray(level * np.sin(2 * np.pi * hz * t), np.float32)


@pytest.mark.parametrize(
    ("hz", "band"), [(300, 0), (530, 1), (950, 2), (1600, 3), (2300, 4), (3500, 5), (4800, 6), (6600, 7)]
)
def test_a_tone_is_heard_in_its_band(hz: float, band: int) -> None:
    bands_db = hear(tone(hz)).bands_db[0, -1]
    others = np.delete(bands_db, band)
    assert bands_db[band] > others.max() + 20


@pytest.mark.parametrize("level", [0.01, 0.1, 0.9])
def test_levels_are_relative_to_the_speaker(level: float) -> None:
    syllables = tone(500, level, seconds=8)
    syllables[np.arange(len(syllables)) % 6400 < 3200] = 0
    assert hear(syllables).bands_db[0, -50:, 1].max() == pytest.approx(0, abs=1.5)


def test_a_full_scale_sine_has_0_decibels() -> None:
    heard = hear(tone(500, level=1.0, seconds=0.2))
    peak_db = heard.tracks[0, 0] / hearing.STEPS_PER_DB
    assert peak_db == pytest.approx(0, abs=0.3)


@pytest.mark.parametrize("hz", [0.0, 50.0, 60.0, 100.0])
def test_hum_and_direct_current_are_not_heard(hz: float) -> None:
    samples = np.full(16_000, 0.3, np.float32) if hz == 0 else tone(hz, 0.02)
    assert hear(samples).over_noise_db[0, 5:].max() < 6


def test_a_click_does_not_raise_the_peak() -> None:
    speech = tone(500, level=0.02, seconds=2)
    clicked = speech.copy()
    clicked[10_000] = 1.0
    assert hear(clicked).tracks[0, 0] == hear(speech).tracks[0, 0]


def test_a_noise_that_goes_on_becomes_the_floor() -> None:
    noise = np.asarray(0.02 * np.random.default_rng(0).standard_normal(16_000 * 10), np.float32)
    over_noise_db = hear(noise).over_noise_db[0]
    assert over_noise_db[10:40].mean() > 10
    assert over_noise_db[-100:].max() < 6


def test_silence_does_not_make_a_faint_noise_stand_out() -> None:
    noise = 1e-3 * np.random.default_rng(0).standard_normal(16_000)
    samples = np.concatenate((np.zeros(16_000), noise)).astype(np.float32)
    assert hear(samples).over_noise_db.max() < 6


@given(
    levels=st.lists(st.integers(-60, 6), min_size=2, max_size=50),
    cut=st.integers(1, 49),
    peak_db=st.integers(-60, 6),
    floor_db=st.integers(-60, 6),
)
def test_the_tracker_gives_the_same_bits_in_one_scan_and_in_two(
    levels: list[int], cut: int, peak_db: int, floor_db: int
) -> None:
    loudness = np.array([levels], np.float32) * hearing.STEPS_PER_DB
    start = first_track()[None]
    start[0, :2] = np.array([peak_db, floor_db]) * hearing.STEPS_PER_DB
    whole = hearing._track(loudness, start)
    parts = [hearing._track(loudness[:, :cut], start)]
    if loudness[:, cut:].size:
        parts.append(hearing._track(loudness[:, cut:], parts[0][2]))
    for index in (0, 1):
        assert np.array_equal(whole[index], np.concatenate([part[index] for part in parts], axis=1))
    assert np.array_equal(whole[2], parts[-1][2])


def test_overlapping_stretches_share_the_memory_of_the_series() -> None:
    series = np.arange(24, dtype=np.float32).reshape(2, 12)
    stretches = overlapping(series, 3, 6, 3)
    assert stretches.shape == (2, 3, 6)
    assert stretches[1, 2].tolist() == [18, 19, 20, 21, 22, 23]
    assert np.shares_memory(stretches, series)
