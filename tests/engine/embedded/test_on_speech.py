"""The embedded engine on recorded speech with phone timings, judged by lipbench."""

import csv
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

from a2f_live import arkit
from a2f_live.engine.embedded import EmbeddedEngine
from tests.engine.helpers import answer

LIPBENCH = Path(__file__).parents[3].parent / "shared" / "lipbench"
EVERY = 5
"""Clips that pass for each one that is taken: it is a test, not the benchmark."""


@pytest.mark.skipif(not LIPBENCH.exists(), reason="lipbench and its clips are not beside this checkout")
@pytest.mark.parametrize(("lookahead_ms", "least"), [(0, 0.75), (40, 0.8), (80, 0.8)])
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
    assert abs(figures["lag_ms"]) <= 30
    assert figures["jitter"] < 0.4
    assert 8 < figures["aperture_mm"] < 14


def write_track(wav: Path, lookahead_ms: int, track: Path) -> None:
    rows = answer(EmbeddedEngine(), soundfile.read(wav, dtype="float32")[0], lookahead_ms, [50] * 20)
    times = np.arange(len(rows))[:, None] / 50
    head = ",".join(("time_s", *arkit.NAMES))
    np.savetxt(track, np.hstack((times, rows)), fmt="%.4f", delimiter=",", header=head, comments="")
