import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from a2f_live.engine.base import Array
from a2f_live.engine.embedded import features
from a2f_live.engine.embedded.features import BANDS, CONTEXT_SAMPLES, first_track, listen, track
from a2f_live.engine.embedded.grid import Grid
from a2f_live.engine.embedded.tiles import filled_up
from tests.engine.embedded.helpers import contexts, noise, tone
from tests.engine.helpers import speechlike


def hear(samples: Array) -> tuple[Array, Array]:
    """The features of every hop, (hops, FEATURES), and the tracks after the last."""
    tracks, told = first_track()[None], []
    every = contexts(samples)
    for part in np.split(every, range(100, len(every), 100)):
        grid = Grid([len(part)])
        heard = listen(filled_up(part), grid, tracks)
        told.append(heard.features[: len(part)])
        tracks = heard.tracks
    return np.concatenate(told), tracks[0]


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
    levels=st.lists(st.lists(st.integers(-60, 6), min_size=1, max_size=40), min_size=1, max_size=4),
    starts_db=st.lists(st.tuples(st.integers(-60, 6), st.integers(-60, 6)), min_size=4, max_size=4),
    groups=st.lists(st.integers(1, 9), min_size=1),
)
def test_the_tracker_gives_the_same_bits_hop_by_hop_and_in_any_company(
    levels: list[list[int]], starts_db: list[tuple[int, int]], groups: list[int]
) -> None:
    first = [first_track() for _ in levels]
    for tracks, (peak_db, floor_db) in zip(first, starts_db, strict=False):
        tracks[:2] = np.array([peak_db, -floor_db]) * features.STEPS_PER_DB
    loudness = [np.array(level, np.float32) * features.STEPS_PER_DB for level in levels]
    together = tracked(loudness, np.array(first))
    for window, level in enumerate(loudness):
        at = 0
        tracks = first[window][None]
        for group in [*groups, *[1] * len(level)]:
            part = level[at : at + group]
            if len(part):
                found = tracked([part], tracks)
                for index in (0, 1):
                    wanted = together[index][window, at : at + len(part)]
                    assert np.array_equal(found[index][0], wanted)
                tracks = found[2]
            at += len(part)
        assert np.array_equal(tracks[0], together[2][window])


def tracked(loudness: list[Array], tracks: Array) -> tuple[Array, Array, Array]:
    """Windows of any lengths at once: peak and floor, (windows, longest), and the tracks after."""
    grid = Grid([len(level) for level in loudness])
    return track(grid.table(filled_up(np.concatenate(loudness)[:, None])[:, 0]), grid, tracks)


def test_the_network_learns_from_the_very_features_that_the_engine_hears() -> None:
    torch = pytest.importorskip("torch", reason="the extra `train` is needed to hear with the ears of the training")
    from assets.lipnet.training.ears import Ears

    samples = speechlike(3, seconds=2)
    # Step `j` of the training has heard all before sample `j * HOP`.
    heard = hear(np.concatenate((np.zeros(CONTEXT_SAMPLES, np.float32), samples)))[0]
    taught = Ears()(torch.from_numpy(samples[None]))[0].numpy()
    assert np.abs(heard - taught[: len(heard)]).max() < 0.02
