import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from a2f_live.engine.base import Array
from a2f_live.engine.embedded import features
from a2f_live.engine.embedded.features import (
    BANDS,
    CONTEXT_SAMPLES,
    HOP_SAMPLES,
    first_track,
    listen,
    overlapping,
    track,
)
from tests.engine.embedded.helpers import noise, tone
from tests.engine.helpers import speechlike


def hear(samples: Array) -> tuple[Array, Array]:
    """The features of one window over all of it, (hops, FEATURES), and the tracks after."""
    hops = (len(samples) - CONTEXT_SAMPLES) // HOP_SAMPLES + 1
    whole = samples[: CONTEXT_SAMPLES + (hops - 1) * HOP_SAMPLES]
    heard = listen(np.array([whole], np.float32), hops, first_track()[None])
    return heard.features[:hops], heard.tracks[0]


def peaks_db(heard: Array) -> Array:
    return heard[:, -2] * features.BAND_SCALE_DB + features.PEAK_MIDDLE_DB


def over_noise_db(heard: Array) -> Array:
    return heard[:, -1] * features.BAND_SCALE_DB


@pytest.mark.parametrize("hz", [120, 300, 530, 950, 1600, 2300, 3500, 4800, 6600])
def test_a_tone_is_heard_in_its_band_in_both_frames_of_a_hop(hz: float) -> None:
    low, high = (features.mel(edge) for edge in features.BAND_RANGE_HZ)
    place = (features.mel(hz) - low) / (high - low) * (BANDS + 1) - 1
    frames = hear(tone(hz))[0][-1, :-2].reshape(2, BANDS)
    assert np.abs(frames.argmax(axis=1) - place).max() <= 1


@pytest.mark.parametrize("level", [0.01, 0.1, 0.9])
def test_levels_are_relative_to_the_speaker(level: float) -> None:
    syllables = tone(500, level, seconds=8)
    syllables[np.arange(len(syllables)) % 6400 < 3200] = 0
    loudest = hear(syllables)[0][-50:, :-2].max() * features.BAND_SCALE_DB
    assert loudest == pytest.approx(-2, abs=2)


def test_a_full_scale_sine_has_0_decibels() -> None:
    assert peaks_db(hear(tone(500, level=1.0, seconds=0.3))[0])[-1] == pytest.approx(0, abs=0.3)


@pytest.mark.parametrize("hz", [0.0, 50.0, 60.0, 100.0])
def test_hum_and_direct_current_do_not_count_for_loudness(hz: float) -> None:
    samples = np.full(16_000, 0.3, np.float32) if hz == 0 else tone(hz, 0.02)
    assert over_noise_db(hear(samples)[0])[5:].max() < 6


def test_a_click_does_not_raise_the_peak() -> None:
    quiet = tone(500, level=0.02, seconds=2)
    clicked = quiet.copy()
    clicked[10_000] = 1.0
    assert hear(clicked)[1][0] == hear(quiet)[1][0]


def test_a_noise_that_goes_on_becomes_the_floor() -> None:
    over_db = over_noise_db(hear(noise(0.02, seconds=10))[0])
    assert over_db[10:40].mean() > 10
    assert over_db[-100:].max() < 6


def test_silence_does_not_make_a_faint_noise_stand_out() -> None:
    samples = np.concatenate((np.zeros(16_000, np.float32), noise(5e-4)))
    assert over_noise_db(hear(samples)[0]).max() < 6


@given(
    levels=st.lists(st.integers(-60, 6), min_size=2, max_size=50),
    cut=st.integers(1, 49),
    peak_db=st.integers(-60, 6),
    floor_db=st.integers(-60, 6),
)
def test_the_tracker_gives_the_same_bits_in_one_scan_and_in_two(
    levels: list[int], cut: int, peak_db: int, floor_db: int
) -> None:
    loudness = np.array([levels], np.float32) * features.STEPS_PER_DB
    start = first_track()[None]
    start[0, :2] = np.array([peak_db, floor_db]) * features.STEPS_PER_DB
    whole = track(loudness, start)
    parts = [track(loudness[:, :cut], start)]
    if loudness[:, cut:].size:
        parts.append(track(loudness[:, cut:], parts[0][2]))
    for index in (0, 1):
        assert np.array_equal(whole[index], np.concatenate([part[index] for part in parts], axis=1))
    assert np.array_equal(whole[2], parts[-1][2])


def test_overlapping_stretches_share_the_memory_of_the_series() -> None:
    series = np.arange(24, dtype=np.float32).reshape(2, 12)
    stretches = overlapping(series, 1, 3, 5, 3)
    assert stretches.shape == (2, 3, 5)
    assert stretches[1, 2].tolist() == [19, 20, 21, 22, 23]
    assert np.shares_memory(stretches, series)


def test_the_network_learns_from_the_very_features_that_the_engine_hears() -> None:
    torch = pytest.importorskip("torch", reason="the extra `train` is needed to hear with the ears of the training")
    from assets.lipnet.training.ears import Ears

    samples = speechlike(3, seconds=2)
    # Step `j` of the training has heard all before sample `j * HOP`.
    heard = hear(np.concatenate((np.zeros(CONTEXT_SAMPLES, np.float32), samples)))[0]
    taught = Ears()(torch.from_numpy(samples[None]))[0].numpy()
    assert np.abs(heard - taught[: len(heard)]).max() < 0.02
