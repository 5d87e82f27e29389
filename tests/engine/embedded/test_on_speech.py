"""The embedded engine on recorded speech, and on what is no speech."""

import csv
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

from a2f_live import arkit, speech
from a2f_live.engine.base import Array
from a2f_live.engine.embedded import EmbeddedEngine
from a2f_live.lips import gap_mm
from tests.engine.embedded.helpers import noise, tone
from tests.engine.helpers import answer, whole_answer

ROOT = Path(__file__).parents[3]
SAMPLE = ROOT / "web_demo" / "sample" / "hello.wav"
LIPBENCH = ROOT.parent / "shared" / "lipbench"
EVERY = 5
"""Clips that pass for each one that is taken: it is a test, not the benchmark."""
LOOKAHEADS_MS = (0, 40, 80)
SHORTEST_CLOSURE_S = 0.03
"""In less, between an S and a vowel, the lips of people do not quite meet either."""
HOPS = [50] * 20


@pytest.fixture(scope="module")
def engine() -> EmbeddedEngine:
    return EmbeddedEngine()


@pytest.fixture(scope="module")
def hello() -> Array:
    return np.asarray(soundfile.read(SAMPLE, dtype="float32")[0], np.float32)


def phones_of_hello() -> list[tuple[float, float, str]]:
    with (ROOT / "docs" / "images" / "hello.tsv").open(newline="") as file:
        return [(float(start), float(end), name) for start, end, name in list(csv.reader(file, delimiter="\t"))[1:]]


@pytest.mark.parametrize("lookahead_ms", LOOKAHEADS_MS)
def test_lips_meet_in_p_b_and_m_and_part_in_vowels(lookahead_ms: int, engine: EmbeddedEngine, hello: Array) -> None:
    lips_mm = gap_mm(answer(engine, hello, lookahead_ms, HOPS))

    def within(start_s: float, end_s: float) -> Array:
        return np.asarray(lips_mm[round(start_s * 50) : round(end_s * 50) + 1])

    closures = [(start, end) for start, end, name in phones_of_hello() if name in {"P", "B", "M"}]
    closed = [within(start, end).min() for start, end in closures if end - start > SHORTEST_CLOSURE_S]
    opened = [within(start, end).max() for start, end, name in phones_of_hello() if name in {"AA", "AE", "AY", "EY"}]
    assert np.mean(np.array(closed) < 0.8) > 0.8
    assert max(closed) < 2.5
    assert np.median(opened) > 3


def test_lookaheads_differ_in_quality_and_not_in_timing(engine: EmbeddedEngine, hello: Array) -> None:
    *sooner, latest = (gap_mm(answer(engine, hello, lookahead_ms, HOPS)) for lookahead_ms in LOOKAHEADS_MS)
    shifts = range(-4, 5)
    for lips_mm in sooner:
        likeness = [np.corrcoef(np.roll(lips_mm, shift)[5:-5], latest[5:-5])[0, 1] for shift in shifts]
        assert shifts[int(np.argmax(likeness))] in (-1, 0)  # without a future it may be a hop late
        assert max(likeness) > 0.9


@pytest.mark.parametrize("gain_db", [-20, -10, 6])
def test_the_mouth_does_not_depend_on_the_level_of_the_microphone(
    gain_db: float, engine: EmbeddedEngine, hello: Array
) -> None:
    sounds = (hello, hello * np.float32(10 ** (gain_db / 20)))
    usual, other = (gap_mm(answer(engine, sound, 40, HOPS)) for sound in sounds)
    assert np.corrcoef(usual, other)[0, 1] > 0.99
    assert np.abs(usual - other).mean() < 0.2


def typing() -> Array:
    """Ten seconds of a keyboard in a quiet room."""
    rng = np.random.default_rng(0)
    sound = noise(1e-3, 10.0)
    for _ in range(60):
        start, length = int(rng.uniform(0, 158_000)), int(rng.uniform(60, 400))
        click = rng.standard_normal(length) * np.exp(-np.arange(length) / 60) * rng.uniform(0.05, 0.4)
        sound[start : start + length] += click.astype(np.float32)
    return sound


NO_SPEECH = {
    "silence": np.zeros(80_000, np.float32),
    "a room": noise(1e-3, 5.0),
    "a fan": noise(0.03, 5.0),
    "hum": tone(50, 0.02, 5.0) + tone(150, 0.01, 5.0) + noise(3e-4, 5.0),
    "typing": typing(),
}


@pytest.mark.parametrize("lookahead_ms", LOOKAHEADS_MS)
@pytest.mark.parametrize("sound", NO_SPEECH)
def test_what_is_no_speech_leaves_the_mouth_nearly_shut(sound: str, lookahead_ms: int, engine: EmbeddedEngine) -> None:
    lips_mm = gap_mm(answer(engine, NO_SPEECH[sound], lookahead_ms, HOPS))
    assert lips_mm.mean() < 1.3
    assert np.percentile(lips_mm, 95) < 1.6


def test_visemes_and_prosody_go_with_what_is_said(engine: EmbeddedEngine, hello: Array) -> None:
    whole = whole_answer(engine, hello, 40, HOPS)
    visemes, prosody = whole[:, speech.VISEME_COLUMNS], whole[:, speech.PROSODY_COLUMNS]
    seen_as = {"M": "PP", "F": "FF", "S": "SS", "SIL": "sil", "L": "nn"}
    found = [
        speech.VISEMES[visemes[round((start + end) * 25)].argmax()] == seen_as[name]
        for start, end, name in phones_of_hello()
        if name in seen_as
    ]
    assert np.mean(found) > 0.7
    loudness, pitch, voiced, pause = prosody.T
    middles = [round((start + end) * 25) for start, end, name in phones_of_hello() if name in {"AA", "AE", "EY", "AY"}]
    assert np.median(voiced[middles]) > 0.9
    assert np.median(loudness[middles]) == pytest.approx(0.5, abs=0.15)
    assert np.abs(pitch[voiced > 0.9]).mean() < 5
    assert pause[middles].max() < 0.2 < 0.8 < pause[-5:].min()


@pytest.mark.skipif(not LIPBENCH.exists(), reason="lipbench and its clips are not beside this checkout")
@pytest.mark.parametrize(("lookahead_ms", "least"), [(0, 0.8), (40, 0.85), (80, 0.85)])
def test_the_lips_follow_speech(lookahead_ms: int, least: float, tmp_path: Path) -> None:
    with (LIPBENCH / "dev" / "phones.tsv").open(newline="") as file:
        phones = list(csv.reader(file, delimiter="\t"))
    names = sorted({row[0] for row in phones[1:]})[::EVERY]
    for name in names:
        write_track(LIPBENCH / "dev" / "wav" / name, lookahead_ms, tmp_path / Path(name).with_suffix(".csv"))
    with (tmp_path / "phones.tsv").open("w", newline="") as file:
        csv.writer(file, delimiter="\t").writerows(row for row in phones if row[0] in {"file", *names})

    command = map(str, (sys.executable, LIPBENCH / "lipbench.py", tmp_path / "phones.tsv", tmp_path, "--json"))
    figures = json.loads(subprocess.run([*command], check=True, capture_output=True).stdout)
    assert figures["clips"] == len(names)
    assert figures["score"] > least
    assert abs(figures["lag_ms"]) <= 20
    assert figures["jitter"] < 0.3
    assert 4 < figures["aperture_mm"] < 14


def write_track(wav: Path, lookahead_ms: int, track: Path) -> None:
    rows = answer(EmbeddedEngine(), soundfile.read(wav, dtype="float32")[0], lookahead_ms, HOPS)
    times = np.arange(len(rows))[:, None] / 50
    head = ",".join(("time_s", *arkit.NAMES))
    np.savetxt(track, np.hstack((times, rows)), fmt="%.4f", delimiter=",", header=head, comments="")
