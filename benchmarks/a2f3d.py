"""What the engine a2f3d costs, with models of the published sizes and random weights.

    OPENBLAS_NUM_THREADS=1 python -m benchmarks.a2f3d [--models claire mark v3] [--provider cpu] [--keep DIR]

Three parts are timed apart: the network, the animator (what the network says to the right side of the solve, and its
smoothing in time) and the solve (bounded least squares, of poses that move as in speech). Then the engine as a whole,
as one stream uses it. On a processor the figures are processor time, on a graphics card wall time. The models are made
anew, which takes a minute, or kept in a folder. The last line is one JSON document.
"""

import argparse
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import Any

import numpy as np

from a2f_live.cli.bench import voice
from a2f_live.config import ENGINE_RATE_HZ
from a2f_live.engine.a2f3d import A2F3DEngine, A2F3DOptions
from a2f_live.engine.a2f3d.face_model import Part, read_face
from a2f_live.engine.a2f3d.folder import open_folder
from a2f_live.engine.a2f3d.network_info import read_network_info
from a2f_live.engine.a2f3d.smoothing import settled, stepped
from a2f_live.engine.base import Window
from tests.engine.a2f3d.real_models import make_real_diffusion, make_real_regression

MAKERS: dict[str, Callable[[Path], None]] = {
    "claire": lambda folder: make_real_regression(folder, "claire"),
    "mark": lambda folder: make_real_regression(folder, "mark"),
    "v3": make_real_diffusion,
}
Clock = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Bill:
    """Seconds."""

    model: str
    fps: int
    """Of the frames, for the factor of real time."""
    start_s: float
    network_s: float
    animator_s: float
    solve_s: float
    engine_s: float
    """All but the first for one frame."""

    def document(self) -> dict[str, Any]:
        """The figures, rounded."""
        return {
            "model": self.model,
            "start_s": round(self.start_s, 2),
            **{f"{part}_ms": round(getattr(self, f"{part}_s") * 1e3, 3) for part in PARTS},
            "frames_per_s": round(1 / self.engine_s, 1),
            "times_real_time": round(1 / self.engine_s / self.fps, 2),
        }

    def __str__(self) -> str:
        split = ", ".join(f"{part} {getattr(self, f'{part}_s') * 1e3:.2f}" for part in PARTS)
        return f"{self.model}: ms a frame: {split}; {1 / self.engine_s:.0f} frames/s, of {self.fps} in real time"


PARTS = ("network", "animator", "solve", "engine")


def measure(model: str, folder: Path, options: A2F3DOptions, frames: int, clock: Clock) -> Bill:
    """Time everything of one model."""
    began = clock()
    engine = A2F3DEngine(options)
    start_s = clock() - began
    say(engine, 1)
    with counted(engine, clock) as network:
        began = clock()
        said = say(engine, frames)
        engine_s = (clock() - began) / said
    info = read_network_info(open_folder(str(folder)).network_info)
    skin = read_face(open_folder(str(folder)).faces[0], info).skin
    fps = int(engine.info.row_rate)
    animator_s = time_animator(skin, frames, clock)
    return Bill(model, fps, start_s, network[0] / said, animator_s, time_solve(skin, frames, fps, clock), engine_s)


def say(engine: A2F3DEngine, frames: int) -> int:
    """Have the engine answer at least so many frames of one stream; how many it were."""
    info, hop, state, said = engine.info, 0, None, 0
    length = info.context_samples + (info.max_hops - 1) * info.hop_samples
    sound = voice((length + frames * ENGINE_RATE_HZ / info.row_rate) / ENGINE_RATE_HZ + 5.0)
    while said < frames:
        samples = sound[hop * info.hop_samples :][:length].astype(np.float32)
        lookahead = info.lookaheads_ms[0] * ENGINE_RATE_HZ // 1000
        (result,) = engine.infer([Window(0, hop, info.max_hops, samples, lookahead, state)])
        hop, state, said = hop + info.max_hops, result.state, said + len(result.rows)
    return said


@contextmanager
def counted(engine: A2F3DEngine, clock: Clock) -> Iterator[list[float]]:
    """Add up what the runs of the network take."""
    network, taken = engine._model.network, [0.0]
    run = network.run

    def timed(**inputs: Any) -> Any:
        began = clock()
        try:
            return run(**inputs)
        finally:
            taken[0] += clock() - began

    network.run = timed  # type: ignore[method-assign]
    yield taken


def time_animator(skin: Part, frames: int, clock: Clock) -> float:
    """Seconds a frame for projection and smoothing."""
    numbers = len(skin.projection.matrix) if skin.projection.columns is None else int(skin.projection.columns.max()) + 1
    said = np.random.default_rng(0).standard_normal((frames, numbers), np.float32)
    shares = np.full(skin.projection.matrix.shape[1], 0.9)
    began = clock()
    projected = skin.projection.apply(said)
    stages = settled(projected[0])
    for row in projected:
        stages = stepped(stages, row, shares)
    return (clock() - began) / frames


def time_solve(skin: Part, frames: int, fps: int, clock: Clock) -> float:
    """Seconds a frame for poses that come and go within a few frames, as many on a bound as in speech."""
    rng = np.random.default_rng(0)
    knots = rng.normal(0.1, 0.35, (frames * 8 // fps + 2, skin.solver.poses))
    places = np.linspace(0, len(knots) - 1, frames)
    weights = np.stack([np.interp(places, np.arange(len(knots)), knot) for knot in knots.T], axis=1)
    products = weights @ skin.solver.matrix
    previous = np.zeros((1, skin.solver.poses))
    began = clock()
    for row in products:
        previous = skin.solver.solve(row[None], previous)
    return (clock() - began) / frames


def main() -> None:
    """Measure and report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--models", nargs="+", choices=MAKERS, default=list(MAKERS))
    parser.add_argument("--provider", default="cpu", help="cpu, cuda or tensorrt (%(default)s)")
    parser.add_argument("--threads", type=int, default=1, help="of the network (%(default)s)")
    parser.add_argument("--batch", type=int, default=0, help="frames in one run of the network")
    parser.add_argument("--frames", type=int, default=60, help="to time, of each model (%(default)s)")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="folder for the models; those there are used again")
    chosen = parser.parse_args()
    clock = process_time if chosen.provider == "cpu" else perf_counter
    bills = []
    with TemporaryDirectory() as made:
        for model in chosen.models:
            folder = (chosen.keep or Path(made)) / model
            if not (folder / "network.onnx").is_file():
                MAKERS[model](folder)
            options = A2F3DOptions(str(folder), chosen.provider, threads=chosen.threads, batch=chosen.batch)
            bills.append(measure(model, folder, options, chosen.frames, clock))
            print(bills[-1], flush=True)
    figures = {"provider": chosen.provider, "threads": chosen.threads, "batch": chosen.batch}
    print(json.dumps({**figures, "models": [bill.document() for bill in bills]}))


if __name__ == "__main__":
    main()
