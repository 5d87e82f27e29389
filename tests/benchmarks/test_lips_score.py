"""The measure of lip-sync: tracks made by hand with known answers, and the definition that it follows."""

import csv
import sys
from collections.abc import Callable
from dataclasses import replace
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from a2f_live import arkit
from assets.lipnet.training.phones import Phone
from benchmarks.lips.phonetics import CONSONANT_OPENNESS, OPENNESS, VOWEL_OPENNESS, asked
from benchmarks.lips.score import Scores, Track, score
from benchmarks.lips.statistics import auc, ranks, spearman

DEFINITION = Path(__file__).parents[3] / "shared" / "lipbench"
FPS = 100
WORDS = ["SIL", "P", "AA", "M", "IY", "SIL", "F", "AE", "V", "OW", "B", "UW", "SIL"]
STEP_S = 0.4
PHONES = [Phone(i * STEP_S, (i + 1) * STEP_S, name) for i, name in enumerate(WORDS)]

Curve = NDArray[np.float64]


def track(**curves: Curve) -> Track:
    """Weights that follow the curves, at 100 frames a second."""
    length = len(next(iter(curves.values())))
    weights = np.zeros((length, arkit.COUNT))
    for name, curve in curves.items():
        weights[:, arkit.NAMES.index(name)] = curve
    return np.arange(length) / FPS, weights


def steps(value: Callable[[str], float]) -> Curve:
    """A value a phone, held as long as the phone."""
    return np.repeat([value(name) for name in [*WORDS, "SIL"]], round(STEP_S * FPS))


def opened(name: str) -> float:
    return OPENNESS.get(name, 0.0) / 4


def scored(made: Track) -> Scores:
    return score({"clip": made}, {"clip": PHONES})


def test_lips_that_do_what_is_asked_are_best() -> None:
    scores = scored(track(jawOpen=steps(opened), mouthPucker=steps(lambda name: float(name in {"OW", "UW"}))))
    assert (scores.clips, scores.absent) == (1, 0)
    assert (scores.closure_auc, scores.closure, scores.labiodental, scores.rounding) == (1, 1, 1, 1)
    assert scores.openness == pytest.approx(1)
    assert scores.rest == 0
    assert scores.sync > 0.9
    assert scores.sync_best == scores.sync
    assert scores.lag_ms == 0
    assert scores.aperture_mm == pytest.approx(29.28)
    assert scores.score == pytest.approx((5 + scores.sync) / 6)


def test_lips_that_do_the_opposite_are_worst() -> None:
    scores = scored(track(jawOpen=1.0 - steps(opened), mouthSmileLeft=steps(lambda name: float(name in {"OW", "UW"}))))
    assert (scores.closure_auc, scores.labiodental, scores.rounding) == (0, 0, 0)
    assert scores.openness == pytest.approx(-1)
    assert scores.sync < -0.9
    assert scores.rest == pytest.approx(1)


def test_a_mouth_that_never_opens_is_worth_half_a_closure() -> None:
    scores = scored(track(jawOpen=np.zeros(600)))
    assert scores.closure_auc == scores.labiodental == scores.rounding == 0.5
    assert (scores.closure_recall, scores.vowel_alive, scores.closure) == (1, 0, 0)
    assert (scores.sync, scores.rest) == (0, 0)
    assert np.isnan(scores.openness)
    assert np.isnan(scores.jitter)


@pytest.mark.parametrize("late_ms", [-200, -40, 0, 30, 150])
def test_lag_is_found(late_ms: int) -> None:
    curve = np.roll(np.convolve(steps(opened), np.hanning(9) / 4, "same"), late_ms * FPS // 1000)
    assert scored(track(jawOpen=curve)).lag_ms == late_ms


@pytest.mark.parametrize(("closed_s", "recall"), [(0.0, 1.0), (0.03, 1.0), (0.06, 0.0)])
def test_a_closure_counts_within_40_ms(closed_s: float, recall: float) -> None:
    phones = [Phone(0.0, 0.5, "AA"), Phone(0.5, 0.6, "P"), Phone(0.6, 1.0, "AA")]
    curve = np.full(101, 0.5)
    at = round((0.6 + closed_s) * FPS)
    curve[at : at + 3] = 0.0
    assert score({"clip": track(jawOpen=curve)}, {"clip": phones}).closure_recall == recall


def test_speed_above_12_hz_is_jitter() -> None:
    t_s = np.arange(400) / FPS
    slow, fast = np.sin(2 * np.pi * 3 * t_s), np.sin(2 * np.pi * 20 * t_s)
    assert scored(track(jawOpen=0.5 + 0.2 * slow)).jitter < 0.02
    assert scored(track(jawOpen=0.5 + 0.2 * fast)).jitter > 0.98


@given(gain=st.floats(0.1, 10.0))
def test_no_figure_but_the_aperture_depends_on_the_gain(gain: float) -> None:
    curve = np.random.default_rng(1).random(520) * 0.5
    one, other = scored(track(jawOpen=curve)), scored(track(jawOpen=curve * gain))
    assert other.aperture_mm == pytest.approx(one.aperture_mm * gain)
    for name in ("closure_auc", "closure", "labiodental", "openness", "sync", "rest", "jitter", "score"):
        assert getattr(other, name) == pytest.approx(getattr(one, name)), name


def test_clips_without_a_track_are_counted_and_stress_and_order_do_not_matter() -> None:
    made = track(jawOpen=steps(opened))
    shuffled = [
        Phone(start_s, end_s, name + "1" if name in VOWEL_OPENNESS else name) for start_s, end_s, name in PHONES
    ]
    scores = score({"a": made, "short": track(jawOpen=np.zeros(3))}, {"a": shuffled[::-1], "short": PHONES, "none": []})
    assert scores.absent == 2
    assert replace(scores, absent=0) == scored(made)


def test_what_the_phones_give_no_occasion_for_is_unknown() -> None:
    scores = score({"clip": track(jawOpen=np.ones(100))}, {"clip": [Phone(0.0, 1.0, "S")]})
    unknown = (scores.closure_auc, scores.closure_recall, scores.vowel_alive, scores.labiodental, scores.openness)
    assert np.isnan([*unknown, scores.rest, scores.score]).all()
    assert np.isnan(score({}, {"clip": PHONES}).aperture_mm)


def test_what_is_asked_is_a_blurred_step() -> None:
    grid_s = np.arange(100) / 100
    wanted = asked([Phone(0.0, 0.5, "AA"), Phone(0.5, 1.0, "SIL")], grid_s, 100)
    assert wanted[25] == pytest.approx(4.0)
    assert wanted[75] == 0.0
    assert wanted[49] + wanted[50] == pytest.approx(4.0)
    assert not set(CONSONANT_OPENNESS) & set(VOWEL_OPENNESS)


@given(st.lists(st.integers(0, 5), min_size=1), st.lists(st.integers(0, 5), min_size=1))
def test_auc_counts_pairs(low: list[int], high: list[int]) -> None:
    pairs = [(x < y) + 0.5 * (x == y) for x in low for y in high]
    assert auc(low, high) == pytest.approx(np.mean(pairs))


def test_ranks_of_equals_are_shared() -> None:
    assert ranks([3, 1, 3, 2]).tolist() == [3.5, 1, 3.5, 2]
    assert spearman([1, 2, 3], [10, 100, 1000]) == pytest.approx(1)
    assert np.isnan(spearman([1, 1, 1], [1, 2, 3]))
    assert np.isnan(auc([], [1.0]))


def definition() -> ModuleType:
    path = DEFINITION / "lipbench.py"
    if not path.is_file():
        pytest.skip("the definition is not beside this checkout")
    spec = spec_from_file_location("lipbench", path)
    assert spec
    assert spec.loader
    module = module_from_spec(spec)
    sys.modules.setdefault("lipbench", module)
    spec.loader.exec_module(module)
    return module


def test_scores_are_those_of_the_definition(tmp_path: Path) -> None:
    lipbench = definition()
    source = DEFINITION / "dev" / "phones.tsv"
    clips = {name: [Phone(*row) for row in rows] for name, rows in list(lipbench.load_phones(source).items())[:12]}
    tracks = {name: wandering(number, rows[-1].end_s) for number, (name, rows) in enumerate(clips.items())}
    for name, (times_s, weights) in tracks.items():
        with (tmp_path / name).with_suffix(".csv").open("w", newline="") as file:
            rows = [[repr(float(value)) for value in (t_s, *row)] for t_s, row in zip(times_s, weights, strict=True)]
            csv.writer(file).writerows([["time_s", *arkit.NAMES], *rows])
    some = tmp_path / "phones.tsv"
    chosen = [line for line in source.read_text().splitlines(keepends=True) if line.split("\t")[0] in {"file", *clips}]
    some.write_text("".join(chosen))
    mine = score(tracks, clips)
    for figure, value in lipbench.score(some, tmp_path).items():
        assert getattr(mine, figure) == pytest.approx(value, abs=1e-9), figure


def wandering(seed: int, seconds: float) -> Track:
    """A mouth that moves at random, smoothly enough to be one, 60 frames a second."""
    noise = np.random.default_rng(seed).standard_normal((round(seconds * 60) + 8, arkit.COUNT))
    smooth = np.apply_along_axis(np.convolve, 0, noise, np.hanning(9), "valid")
    return np.arange(len(smooth)) / 60, np.clip(0.2 + 0.1 * smooth, 0, 1)
