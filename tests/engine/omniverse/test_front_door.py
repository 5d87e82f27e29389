"""The engine against the headless front door of this package, the embedded engine behind it, as programs."""

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from a2f_live import arkit
from a2f_live.config import AudioFormat, StreamConfig
from a2f_live.engine.base import Array
from a2f_live.engine.embedded import EmbeddedEngine
from a2f_live.engine.omniverse import OmniverseEngine
from a2f_live.motion.profile import Profile
from a2f_live.offline import render
from tests.engine.helpers import answer
from tests.engine.omniverse.helpers import PATIENCE_S, ROOT, free_ports, options, window

SCRIPT = ROOT / "assets" / "headless" / "a2f_headless.sh"
FPS = 15


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """Options by which an engine finds an instance that runs."""
    folder = tmp_path_factory.mktemp("front door")
    port = free_ports(1)
    starter = OmniverseEngine(options(folder, port, script=str(SCRIPT), start_timeout_s=PATIENCE_S))
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("A2F_HEADLESS_SCRIPT", raising=False)
        yield {"first_port": port, "folder": str(folder / "of another server")}
    starter.close()
    assert [path.name for path in folder.iterdir() if path.name.startswith(str(port))] == [f"{port}.lock"]


@pytest.fixture(scope="module")
def speech() -> Array:
    """11 s of a recorded voice."""
    samples, rate_hz = soundfile.read(ROOT / "web_demo" / "sample" / "hello.wav", dtype="float32")
    assert rate_hz == 16_000
    return np.ascontiguousarray(samples, np.float32)


def weights(running: dict[str, Any], samples: Array, **others: Any) -> Array:
    engine = OmniverseEngine(options(Path(running["folder"]), running["first_port"], **others))
    try:
        return answer(engine, samples)
    finally:
        engine.close()


def test_chunks_of_3_s_at_15_fps_agree_with_the_whole(running: dict[str, Any], speech: Array) -> None:
    times = {"fps": FPS, "min_fps": FPS}
    whole_ms = 1000 * (len(speech) // 16_000 + 1)
    whole = weights(running, speech, hop_ms=whole_ms, context_ms=0, after_ms=0, overlap_ms=0, **times)
    chunked = weights(running, speech, hop_ms=3000, after_ms=400, **times)
    frames = len(speech) * FPS // 16_000
    apart = np.abs(whole[:frames] - chunked[:frames])
    assert whole[:frames, arkit.INDEX["jawOpen"]].max() > 0.2
    assert np.mean(apart > 0.1) < 0.01
    assert apart.max() < 0.1  # better than what is asked for: 2 s of context leave no seam


def test_without_context_there_would_be_seams(running: dict[str, Any], speech: Array) -> None:
    """That the comparison above can fail."""
    times = {"fps": FPS, "min_fps": FPS, "overlap_ms": 0, "context_ms": 0, "after_ms": 0}
    whole = weights(running, speech, hop_ms=1000 * (len(speech) // 16_000 + 1), **times)
    chunked = weights(running, speech, hop_ms=200, **times)
    frames = len(speech) * FPS // 16_000
    assert np.mean(np.abs(whole[:frames] - chunked[:frames]) > 0.1) > 0.01


def test_the_rows_are_those_of_the_engine_behind_it(running: dict[str, Any], speech: Array) -> None:
    """Through 16 bit audio, REST, JSON and back: the jaw moves as it does without all that, and at the same time."""
    direct = answer(EmbeddedEngine(), speech, 80, [50] * 20)
    there = weights(running, speech, fps=50, min_fps=50, hop_ms=1000, after_ms=400)
    jaw = arkit.INDEX["jawOpen"]
    count = min(len(direct), len(there))
    assert np.corrcoef(direct[:count, jaw], there[:count, jaw])[0, 1] > 0.98
    assert np.abs(direct[:count, jaw] - there[:count, jaw]).mean() < 0.02


def test_a_lead_over_the_sound_is_taken_back(
    running: dict[str, Any], speech: Array, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An instance whose weights come 240 ms before the sound, as Omniverse's do, gives the frames of one without."""
    monkeypatch.setenv("A2F_LIVE_HEADLESS_LEAD_MS", "240")
    others = {"script": str(SCRIPT), "start_timeout_s": PATIENCE_S, "after_ms": 400}
    leading = OmniverseEngine(options(tmp_path, free_ports(1), lead_ms=240, **others))
    plain = OmniverseEngine(options(Path(running["folder"]), running["first_port"], lead_ms=0, after_ms=400))
    jaws = [jaw_of(engine, speech[:64_000]) for engine in (leading, plain)]
    leading.close()
    plain.close()
    settled = round(0.24 * FPS) + 1
    assert np.corrcoef(jaws[0][settled:], jaws[1][settled:])[0, 1] > 0.99
    assert np.corrcoef(jaws[0][settled + 3 :], jaws[1][settled:-3])[0, 1] < 0.9  # it is a matter of time


def jaw_of(engine: OmniverseEngine, samples: Array) -> Array:
    """Of every frame that a client would see."""
    config = StreamConfig(fps=Fraction(FPS), audio=AudioFormat("pcm_f32le"), idle="off")
    frames = list(render(engine, config, Profile.neutral(), [samples.tobytes()]))
    return np.concatenate([some.weights[:, arkit.INDEX["jawOpen"]] for some in frames])


def test_emotions_arrive(running: dict[str, Any], speech: Array) -> None:
    engine = OmniverseEngine(options(Path(running["folder"]), running["first_port"]))
    neutral, joyful = (engine.infer([window(engine, emotions=felt)])[0].rows for felt in ({}, {"joy": 1.0}))
    smile = arkit.INDEX["mouthSmileLeft"]
    assert joyful[:, smile].mean() > neutral[:, smile].mean() + 0.2
    engine.close()
