"""Small models whose right answer is known: few vertices, and networks that are a line of numpy."""

import atexit
import shutil
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from a2f_live import arkit
from tests.engine.a2f3d.layout import (
    CENTRE,
    EMOTIONS,
    IMPLICIT,
    SACCADES,
    SHOT_START,
    TONGUE_POSES,
    WINDOW,
    Array,
    FaceNumbers,
    Settings,
    write_diffusion,
    write_regression,
)
from tests.engine.a2f3d.onnx_file import Graph

Floats = NDArray[np.float64]

SKIN_VERTICES, TONGUE_VERTICES = 90, 24
SKIN_SHAPES, TONGUE_SHAPES = 140, 10
"""Of Claire and James."""
IDENTITIES = ("Claire", "James", "Mark")
LISTENERS = 24
DIFFUSION_WINDOW, DIFFUSION_FRAMES, LATENTS = 16_000, 60, 256


@dataclass(frozen=True)
class RegressionNetwork:
    """result = [input @ ears, |input| @ ears, emotion, 1] @ words: it hears when and how loud, and feels."""

    ears: Array
    """(WINDOW, LISTENERS)."""
    words: Array
    """(2 * LISTENERS + emotions + 1, outputs)."""

    def say(self, heard: Floats, emotion: Floats) -> Floats:
        """(outputs,) for (WINDOW,) and (emotions,)."""
        told: Floats = np.concatenate((heard @ self.ears, np.abs(heard) @ self.ears, emotion, [1.0])) @ self.words
        return told

    def save(self, path: Path) -> None:
        """As network.onnx."""
        emotions = len(self.words) - 2 * LISTENERS - 1
        graph = Graph()
        ears = graph.constant(self.ears)
        plain = graph.add("MatMul", "input", ears)
        loud = graph.add("MatMul", graph.add("Abs", "input"), ears)
        told = graph.add("MatMul", graph.add("Concat", plain, loud, "emotion", axis=2), graph.constant(self.words[:-1]))
        graph.add("Add", told, graph.constant(self.words[-1]), output="result")
        inputs = {"input": ("B", 1, WINDOW), "emotion": ("B", 1, emotions)}
        graph.save(path, inputs, {"result": ("B", 1, self.words.shape[1])})


@dataclass(frozen=True)
class DiffusionNetwork:
    """Every input has a part in every frame; the latents remember half of what they were, and how loud it was."""

    ears: Array
    """(DIFFUSION_WINDOW, DIFFUSION_FRAMES): a frame hears the sound around it."""
    ways: Array
    """(4, outputs): of the sound, of its loudness, of the latents, and always."""
    of_identity: Array
    of_emotion: Array

    def say(
        self, heard: Floats, identity: int, emotion: Floats, latents: Floats, noise: Floats
    ) -> tuple[Floats, Floats]:
        """(frames, outputs) and latents, for (DIFFUSION_WINDOW,), (good frames, emotions), latents and noise."""
        felt = np.pad(emotion, ((15, 15), (0, 0))) @ self.of_emotion
        told = np.outer(heard @ self.ears, self.ways[0]) + np.outer(np.abs(heard) @ self.ears, self.ways[1])
        told += latents.mean() * self.ways[2] + self.ways[3] + self.of_identity[identity] + felt + 0.01 * noise[0]
        return told, 0.5 * latents + np.abs(heard).mean()

    def save(self, path: Path) -> None:
        """As network.onnx."""
        outputs = self.ways.shape[1]
        graph = Graph()
        ears = graph.constant(self.ears)
        last, middle = graph.ints(2), graph.ints(1)

        def framed(sound: str, way: Array) -> str:
            told = graph.add("Unsqueeze", graph.add("MatMul", sound, ears), last)
            return graph.add("Mul", told, graph.constant(way))

        loud = graph.add("Abs", "window")
        told = graph.add("Add", framed("window", self.ways[0]), framed(loud, self.ways[1]))
        memory = graph.add("ReduceMean", graph.add("Transpose", "input_latents", perm=[2, 0, 1, 3]), axes=[1, 2, 3])
        memory = graph.add("Reshape", memory, graph.ints(-1, 1, 1))
        told = graph.add("Add", told, graph.add("Mul", memory, graph.constant(self.ways[2])))
        who = graph.add("MatMul", "identity", graph.constant(self.of_identity + self.ways[3]))
        told = graph.add("Add", told, graph.add("Unsqueeze", who, middle))
        felt = graph.add("Pad", "emotion", graph.ints(0, 15, 0, 0, 15, 0))
        told = graph.add("Add", told, graph.add("MatMul", felt, graph.constant(self.of_emotion)))
        first = graph.add("Squeeze", graph.add("Slice", "noise", graph.ints(0), graph.ints(1), graph.ints(1)), middle)
        graph.add("Add", told, graph.add("Mul", first, graph.floats(0.01)), output="prediction")
        louder = graph.add("Reshape", graph.add("ReduceMean", loud, axes=[1]), graph.ints(1, 1, -1, 1))
        graph.add("Add", graph.add("Mul", "input_latents", graph.floats(0.5)), louder, output="output_latents")
        remembered = (2, 2, "B", LATENTS)
        graph.save(
            path,
            {
                "window": ("B", DIFFUSION_WINDOW),
                "identity": ("B", len(self.of_identity)),
                "emotion": ("B", 30, len(self.of_emotion)),
                "input_latents": remembered,
                "noise": ("B", 3, DIFFUSION_FRAMES, outputs),
            },
            {"prediction": ("B", DIFFUSION_FRAMES, outputs), "output_latents": remembered},
        )


@dataclass(frozen=True)
class MadeModel:
    """A folder, and everything that is in it."""

    folder: Path
    face: FaceNumbers
    settings: Settings
    network: RegressionNetwork | DiffusionNetwork
    emotion_table: Array | None = None
    identity: int = 0


def make_regression(folder: Path, settings: Settings | None = None, seed: int = 0) -> MadeModel:
    """A regression model, as v2.3.1 Claire is laid out."""
    settings = settings or Settings()
    rng = np.random.default_rng(seed)
    face = make_face(rng)
    emotion_table = rng.uniform(0, 1, (SHOT_START + 300, IMPLICIT)).astype(np.float32)
    outputs = SKIN_SHAPES + TONGUE_SHAPES + 15 + 4
    inputs = 2 * LISTENERS + IMPLICIT + len(EMOTIONS) + 1
    words = rng.normal(0, 0.25, (inputs, outputs))
    words[LISTENERS : 2 * LISTENERS] += 0.03
    words[2 * LISTENERS + IMPLICIT : -1] *= 2.0
    words[:, SKIN_SHAPES + TONGUE_SHAPES : -4] *= 0.3
    words[:, -4:] *= 8.0
    network = RegressionNetwork(bumps(WINDOW, LISTENERS, 80.0).astype(np.float32), words.astype(np.float32))
    folder.mkdir(parents=True, exist_ok=True)
    write_regression(folder, face, emotion_table, settings)
    network.save(folder / "network.onnx")
    return MadeModel(folder, face, settings, network, emotion_table)


def make_diffusion(folder: Path, settings: Settings | None = None, identity: int = 0, seed: int = 0) -> MadeModel:
    """A diffusion model, as v3.0 is laid out; `identity` is the face that the model is returned with."""
    settings = settings or Settings()
    rng = np.random.default_rng(seed)
    faces = {name: make_face(rng, shapes=False) for name in IDENTITIES}
    moves = np.concatenate([np.zeros((4, 0)), _ways(faces[IDENTITIES[0]], rng, 4)], axis=1)
    network = DiffusionNetwork(
        (bumps(DIFFUSION_WINDOW, DIFFUSION_FRAMES, 250.0)).astype(np.float32),
        moves.astype(np.float32),
        (0.3 * _ways(faces[IDENTITIES[0]], rng, len(IDENTITIES))).astype(np.float32),
        (0.6 * _ways(faces[IDENTITIES[0]], rng, len(EMOTIONS))).astype(np.float32),
    )
    folder.mkdir(parents=True, exist_ok=True)
    write_diffusion(folder, faces, settings)
    network.save(folder / "network.onnx")
    return MadeModel(folder, faces[IDENTITIES[identity]], settings, network, identity=identity)


@cache
def small_model(kind: str) -> MadeModel:
    """One of `regression` or `diffusion` for the whole run, in a folder that goes with it."""
    folder = Path(tempfile.mkdtemp(prefix="a2f-live-model-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return make_regression(folder) if kind == "regression" else make_diffusion(folder)


def make_face(rng: np.random.Generator, *, shapes: bool = True) -> FaceNumbers:
    """A cloud of points as large as the head that the published settings are meant for."""
    skin, skin_poses = _part(rng, SKIN_VERTICES, len(arkit.NAMES), 16.0, 0.9)
    tongue, tongue_poses = _part(rng, TONGUE_VERTICES, len(TONGUE_POSES), 2.6, 0.9)
    mask = rng.permutation(SKIN_VERTICES)[: SKIN_VERTICES * 3 // 4].astype(np.int32)
    return FaceNumbers(
        neutral_skin=skin,
        neutral_tongue=tongue,
        mean_skin=skin + rng.normal(0, 0.05, skin.shape).astype(np.float32),
        mean_tongue=tongue + rng.normal(0, 0.02, tongue.shape).astype(np.float32),
        skin_poses=skin_poses,
        tongue_poses=tongue_poses,
        lip_open=rng.normal(0, 3.0, skin.shape).astype(np.float32),
        eye_close=rng.normal(0, 3.0, skin.shape).astype(np.float32),
        neutral_jaw=rng.normal(0, 2.0, (5, 3)).astype(np.float32),
        saccades=rng.normal(0, 3.0, (SACCADES, 2)).astype(np.float32),
        mask=mask,
        skin_shapes=_shapes(rng, skin_poses, SKIN_SHAPES) if shapes else None,
        tongue_shapes=_shapes(rng, tongue_poses, TONGUE_SHAPES) if shapes else None,
    )


def bumps(samples: int, count: int, width: float) -> Floats:
    """(samples, count): weighted means around places that divide the window evenly."""
    places = (np.arange(count) + 0.5) * samples / count
    weights = np.exp(-0.5 * np.square((np.arange(samples)[:, None] - places) / width))
    peaks: Floats = 8.0 * weights / weights.sum(axis=0)
    return peaks


def _part(rng: np.random.Generator, vertices: int, poses: int, size: float, strength: float) -> tuple[Array, Array]:
    neutral = rng.uniform(-1, 1, (vertices, 3)) * size
    moved = rng.normal(0, strength, (poses, vertices, 3))
    return neutral.astype(np.float32), moved.astype(np.float32)


def _shapes(rng: np.random.Generator, poses: Array, count: int) -> Array:
    """The first shapes are the poses with something else mixed in, so that a face of them can be told by poses."""
    shapes = rng.normal(0, 0.08, (count, *poses.shape[1:]))
    shared = min(count, len(poses))
    shapes[:shared] += poses[:shared]
    return shapes.astype(np.float32)


def _ways(face: FaceNumbers, rng: np.random.Generator, count: int) -> Floats:
    """(count, outputs) of a diffusion network: mixtures of poses, and something of everything else."""
    skin = np.tensordot(rng.normal(0.1, 0.35, (count, len(face.skin_poses))), face.skin_poses, 1).reshape(count, -1)
    tongue = np.tensordot(rng.normal(0.1, 0.35, (count, len(face.tongue_poses))), face.tongue_poses, 1)
    rest = rng.normal(0, 1.0, (count, 15 + 4)) * np.array([0.3] * 15 + [8.0] * 4)
    return np.concatenate((skin, tongue.reshape(count, -1), rest), axis=1)


assert CENTRE * 2 == WINDOW
