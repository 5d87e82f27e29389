import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from a2f_live.engine.base import Array
from a2f_live.engine.embedded import features, prosody
from a2f_live.engine.embedded.grid import Grid
from a2f_live.engine.embedded.tiles import filled_up
from tests.engine.embedded.helpers import VOWELS, contexts, noise, vowel

LOUDNESS, PITCH, VOICED, PAUSE = range(4)


def hear(samples: Array, silence: Array | float = 0.0, groups: list[int] | None = None) -> Array:
    """The figures of every hop, (hops, 4), heard in windows of so many hops."""
    every = contexts(samples)
    silences = np.broadcast_to(np.asarray(silence, np.float32), len(every))
    tracks, notes = features.first_track()[None], prosody.first_notes()[None]
    figures, first = [], 0
    for hops in groups or [100] * (len(every) // 100 + 1):
        part, quiet = every[first : first + hops], silences[first : first + hops]
        if not len(part):
            break
        grid = Grid([len(part)])
        heard = features.listen(filled_up(part), grid, tracks)
        quiet = filled_up(quiet[:, None])[:, 0]
        told, notes = prosody.listen(filled_up(part), heard.level_db, quiet, grid, notes)
        tracks, first = heard.tracks, first + len(part)
        figures.append(told[: len(part)])
    return np.concatenate(figures)


def steps(*levels: float) -> Array:
    """A vowel at such levels, two seconds each."""
    return np.concatenate([vowel(VOWELS["AA"], seconds=2, level=level) for level in levels])


@pytest.mark.parametrize("level", [0.01, 0.1, 0.3])
def test_who_speaks_as_usual_has_a_loudness_of_a_half(level: float) -> None:
    assert hear(steps(level))[-20:, LOUDNESS] == pytest.approx(0.5, abs=0.02)


def test_12_decibels_more_are_twice_as_loud_and_12_less_half() -> None:
    figures = hear(steps(0.05, 0.2, 0.05, 0.0125))
    seconds = {1.9: 0.5, 2.1: 1.0, 5.9: 0.5, 6.1: 0.25}
    for second, loudness in seconds.items():
        assert figures[round(second * 50), LOUDNESS] == pytest.approx(loudness, abs=0.07)


def test_a_raised_voice_becomes_the_usual_one_after_some_seconds() -> None:
    figures = hear(steps(0.05, 0.1, 0.1, 0.1))
    assert figures[2 * 50 + 5, LOUDNESS] > 0.65
    assert figures[-1, LOUDNESS] < 0.55


def test_pitch_is_told_in_semitones_over_the_usual_one() -> None:
    low, high = (vowel(VOWELS["AA"], hz, seconds=2) for hz in (110, 110 * 2 ** (3 / 12)))
    figures = hear(np.concatenate((low, high)))
    assert figures[50:95, PITCH] == pytest.approx(0, abs=0.2)
    assert figures[105, PITCH] == pytest.approx(3, abs=0.4)
    assert figures[50:, VOICED].min() > 0.9


def test_what_is_not_voiced_has_no_pitch() -> None:
    figures = hear(noise(0.05, 2.0))
    assert np.median(figures[:, VOICED]) < 0.1
    assert (figures[figures[:, VOICED] == 0, PITCH] == 0).all()


def test_a_pause_is_likely_silence_and_nothing_else_is_heard_in_it() -> None:
    figures = hear(steps(0.1), silence=1.0)
    assert figures[5:, PAUSE].min() == 1
    assert figures[5:, :PAUSE].max() == 0


def test_one_hop_of_doubt_is_not_a_pause() -> None:
    silence = np.zeros(99, np.float32)
    silence[60] = 1
    pause = hear(steps(0.1), silence)[:, PAUSE]
    assert pause[60] == 0.5
    assert pause[63] == 0


@given(groups=st.lists(st.integers(1, 20), min_size=1), seed=st.integers(0, 9))
def test_figures_have_the_same_bits_however_hops_are_grouped(groups: list[int], seed: int) -> None:
    rng = np.random.default_rng(seed)
    samples = vowel(VOWELS["EH"], rng.uniform(90, 300), seconds=1) * np.float32(rng.choice([0.1, 1, 3]))
    silence = rng.uniform(0, 1, 49).astype(np.float32)
    whole = hear(samples, silence)
    assert hear(samples, silence, [*groups, *[1] * 50]).tobytes() == whole.tobytes()
