"""The engine against the reference, which makes whole faces and solves them by SciPy."""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from a2f_live import arkit
from a2f_live.engine.a2f3d import A2F3DEngine, A2F3DOptions
from a2f_live.engine.base import Window
from a2f_live.errors import EngineUnavailable
from tests.engine.a2f3d import reference
from tests.engine.a2f3d.layout import Settings, skin_config
from tests.engine.a2f3d.made_models import (
    IDENTITIES,
    DiffusionNetwork,
    MadeModel,
    make_diffusion,
    make_regression,
    small_model,
)
from tests.engine.a2f3d.reference import Array, Floats
from tests.engine.helpers import Utterance, speechlike

CLOSE = 2e-5
CLAIRE = Path(__file__).parents[4] / "shared" / "facts" / "claire_cfg"
"""Configuration of the published model, where a copy lies beside the checkout."""


def played(engine: A2F3DEngine, samples: Array, emotions: Mapping[str, float] | None = None) -> Floats:
    """All rows of an utterance, in windows of different lengths."""
    utterance = Utterance(engine.info, samples, engine.info.lookaheads_ms[0])
    while not utterance.done:
        window = utterance.window(1 + utterance.hop % 3)
        window.emotions = emotions
        utterance.take(window, engine.infer([window])[0])
    return np.concatenate(utterance.rows)[:, : arkit.COUNT].astype(np.float64)


def pairs(*names: str) -> list[int]:
    """Group numbers: poses named one after the other are in one group."""
    groups = {name: place // 2 for place, name in enumerate(names)}
    return [groups.get(name, -1) for name in arkit.NAMES]


SETTINGS: dict[str, Settings] = {
    "as published": Settings(),
    "no smoothing": Settings(face={"upper_face_smoothing": 0.0, "lower_face_smoothing": 0.0}),
    "slow": Settings(face={"upper_face_smoothing": 0.1, "lower_face_smoothing": 0.08}),
    "soft mask": Settings(face={"face_mask_softness": 0.3, "face_mask_level": 0.4, "upper_face_strength": 0.4}),
    "weak skin": Settings(face={"skin_strength": 0.3, "input_strength": 2.0}),
    "nothing temporal": Settings(skin={"strengthTemporalSmoothing": 0.0}),
    "no symmetry": Settings(skin={"strengthSymmetry": 0.0}),
    "cancelled pairs": Settings(
        skin={
            "bsSolveCancelPoses": pairs("jawLeft", "jawRight", "mouthLeft", "mouthRight", "mouthPucker", "mouthFunnel")
        }
    ),
    "multipliers and offsets": Settings(
        skin={
            "bsWeightMultipliers": [1.5 - 0.02 * pose for pose in range(arkit.COUNT)],
            "bsWeightOffsets": [0.2 if pose % 7 == 0 else -0.05 for pose in range(arkit.COUNT)],
        }
    ),
    "few active": Settings(skin={"bsSolveActivePoses": [int(pose % 3 == 0) for pose in range(arkit.COUNT)]}),
    "all active": Settings(skin={"bsSolveActivePoses": [1] * arkit.COUNT}),
    "another seed of saccades": Settings(face={"eye_saccade_seed": 4998}),
}


@pytest.mark.parametrize("name", SETTINGS)
def test_regression(name: str, tmp_path: Path) -> None:
    model = make_regression(tmp_path, SETTINGS[name], seed=len(name))
    engine = A2F3DEngine(A2F3DOptions(str(tmp_path), eye_degrees=20.0))
    samples = 2 * speechlike(2, seconds=0.5)
    right = reference.rows(model, reference.regression_frames(model, samples), 30, eye_degrees=20.0)
    assert np.abs(played(engine, samples)[: len(right)] - right).max() < CLOSE
    assert np.ptp(right, axis=0).max() > 0.3


@pytest.mark.skipif(not CLAIRE.is_dir(), reason=f"no configuration of the published model in {CLAIRE}")
def test_regression_with_the_settings_that_are_published_for_claire(tmp_path: Path) -> None:
    def published(name: str, key: str) -> dict[str, Any]:
        values: dict[str, Any] = json.loads((CLAIRE / name).read_text("utf-8"))[key]
        return values

    shapes = (published(f"bs_{part}_config.json", "blendshape_params") for part in ("skin", "tongue"))
    model = make_regression(tmp_path, Settings(published("model_config.json", "config"), *shapes))
    samples = 2 * speechlike(2, seconds=0.5)
    right = reference.rows(model, reference.regression_frames(model, samples), 30, tongue_out=1.0)
    rows = played(A2F3DEngine(A2F3DOptions(str(tmp_path), tongue_out=1.0)), samples)
    assert np.abs(rows[: len(right)] - right).max() < CLOSE


def test_eyes_jaw_and_tongue_come_from_the_network(tmp_path: Path) -> None:
    model = make_regression(tmp_path, seed=4)
    engine = A2F3DEngine(A2F3DOptions(str(tmp_path), eye_degrees=20.0, jaw_degrees=12.0, tongue_out=2.0))
    samples = 2 * speechlike(2, seconds=0.5)
    frames = reference.regression_frames(model, samples)
    right = reference.rows(model, frames, 30, eye_degrees=20.0, jaw_degrees=12.0, tongue_out=2.0)
    assert np.abs(played(engine, samples)[: len(right)] - right).max() < CLOSE
    for name in ("eyeLookInLeft", "eyeLookUpRight", "jawOpen", "tongueOut"):
        assert np.ptp(right[:, arkit.INDEX[name]]) > 0.03


def test_lips_closed_over_the_jaw_can_be_told_as_arkit_has_it() -> None:
    folder = str(small_model("regression").folder)
    samples = 2 * speechlike(2, seconds=0.5)
    plain, told = (played(A2F3DEngine(A2F3DOptions(folder, jaw_under_closed_lips=on)), samples) for on in (False, True))
    jaw, close = arkit.INDEX["jawOpen"], arkit.INDEX["mouthClose"]
    assert np.abs(told[:, jaw] - np.minimum(plain[:, jaw] + plain[:, close], 1)).max() < 1e-6
    assert np.abs(told[:, jaw] - plain[:, jaw]).max() > 0.1
    others = [shape for shape in range(arkit.COUNT) if shape != jaw]
    assert told[:, others].tobytes() == plain[:, others].tobytes()


def test_a_model_without_the_pose_of_the_tongue_is_told(tmp_path: Path) -> None:
    make_regression(tmp_path)
    with np.load(tmp_path / "bs_tongue.npz") as archive:
        arrays = {key: archive[key] for key in archive}
    arrays["poseNames"] = np.where(arrays["poseNames"] == b"tongueStretch", b"tongueLong", arrays["poseNames"])
    np.savez(tmp_path / "bs_tongue.npz", tongueLong=arrays.pop("tongueStretch"), **arrays)
    A2F3DEngine(A2F3DOptions(str(tmp_path))).close()
    with pytest.raises(EngineUnavailable, match="TongueStretch"):
        A2F3DEngine(A2F3DOptions(str(tmp_path), tongue_out=1.0))


@pytest.mark.parametrize("fps", [24, 25, 30, 50, 60, 100])
def test_any_frame_rate_has_its_frames_where_they_are_due(fps: int) -> None:
    model = small_model("regression")
    engine = A2F3DEngine(A2F3DOptions(model_dir=str(model.folder), fps=fps, eye_degrees=30.0))
    assert engine.info.row_rate == fps
    samples = 2 * speechlike(3, seconds=0.4)
    right = reference.rows(model, reference.regression_frames(model, samples, fps), fps, eye_degrees=30.0)
    assert np.abs(played(engine, samples)[: len(right)] - right).max() < CLOSE


@pytest.mark.parametrize("batch", [1, 4, 7])
def test_any_size_of_a_run_gives_the_same(batch: int) -> None:
    model = small_model("regression")
    samples = speechlike(4, seconds=0.5)
    engines = (A2F3DEngine(A2F3DOptions(model_dir=str(model.folder), batch=size)) for size in (0, batch))
    one, other = (played(engine, samples) for engine in engines)
    assert np.abs(one - other).max() < 1e-4


@pytest.mark.parametrize(("identity", "emotions"), [("", None), ("James", {"joy": 0.7}), ("mark", {"fear": 1.0})])
def test_diffusion(identity: str, emotions: dict[str, float] | None, tmp_path: Path) -> None:
    number = [name.lower() for name in IDENTITIES].index(identity.lower() or "claire")
    model = another(small_model("diffusion"), number, tmp_path)
    options = A2F3DOptions(model_dir=str(model.folder), identity=identity, eye_degrees=30.0, tongue_out=0.5)
    samples = 2 * speechlike(2, seconds=1.4)
    frames = reference.diffusion_frames(model, samples, noise(model, 0), emotions)
    right = reference.rows(model, frames, 60, eye_degrees=30.0, tongue_out=0.5)
    assert np.abs(played(A2F3DEngine(options), samples, emotions)[: len(right)] - right).max() < CLOSE


def test_an_utterance_that_lost_hops_goes_on_where_it_is() -> None:
    """Hops that were given up are not answered; the frames after them are those of their own sound."""
    model = small_model("diffusion")
    engine = A2F3DEngine(A2F3DOptions(model_dir=str(model.folder)))
    samples = 2 * speechlike(2, seconds=2.5)
    whole = played(engine, samples)
    for lost in ((3,), (4,), (3, 4), (5, 6, 7)):
        utterance = Utterance(engine.info, samples, engine.info.lookaheads_ms[0])
        while not utterance.done:
            if utterance.hop in lost:
                utterance.hop += 1
                continue
            window = utterance.window(1)
            utterance.take(window, engine.infer([window])[0])
        assert len(utterance.rows) == utterance.hops - len(lost)
        assert np.abs(utterance.rows[-1][:, : arkit.COUNT] - whole[-15:]).max() < 0.05


def test_emotions_ease_from_one_to_the_next_and_are_there_at_once_at_the_start() -> None:
    model = small_model("regression")
    engine = A2F3DEngine(A2F3DOptions(model_dir=str(model.folder), fps=50))
    silence = np.zeros(32_000, np.float32)
    calm, joyful = (played(engine, silence, asked)[-1] for asked in ({}, {"joy": 1.0}))
    assert np.abs(calm - joyful).max() > 0.2

    utterance = Utterance(engine.info, silence, engine.info.lookaheads_ms[0])
    rows = []
    while not utterance.done:
        window = utterance.window(1)
        window.emotions = {"joy": 1.0} if utterance.hop < 20 else {}
        result = engine.infer([window])[0]
        rows.append(result.rows[0])
        utterance.take(window, result)
    steps = np.abs(np.diff(rows, axis=0)).max(axis=1)
    assert np.abs(rows[0] - joyful).max() < 0.01
    assert np.abs(rows[-1] - calm).max() < 0.01
    assert steps[19:40].min() > 0
    assert steps[45:].max() < 0.01
    assert steps.max() < 0.25 * np.abs(joyful - calm).max()


def test_a_noise_of_its_own_for_every_window_depends_on_seed_and_place_alone() -> None:
    model = small_model("diffusion")
    samples = 2 * speechlike(2, seconds=1.0)

    def with_seed(seed: int) -> Floats:
        options = A2F3DOptions(model_dir=str(model.folder), constant_noise=False, noise_seed=seed)
        return played(A2F3DEngine(options), samples)

    once, again, other = with_seed(1), with_seed(1), with_seed(2)
    assert once.tobytes() == again.tobytes()
    assert np.abs(once - other).max() > 1e-4


def test_two_instances_take_turns_in_one_utterance() -> None:
    """State travels with the windows, so it makes no difference which instance answers."""
    for kind in ("regression", "diffusion"):
        options = A2F3DOptions(model_dir=str(small_model(kind).folder))
        instances = [A2F3DEngine(options), A2F3DEngine(options)]
        samples = speechlike(6, seconds=1.2)
        utterance = Utterance(instances[0].info, samples, instances[0].info.lookaheads_ms[0])
        while not utterance.done:
            window: Window = utterance.window(1)
            utterance.take(window, instances[utterance.hop % 2].infer([window])[0])
        alone = played(instances[0], samples)
        assert np.concatenate(utterance.rows)[:, : arkit.COUNT].astype(np.float64).tobytes() == alone.tobytes()


def another(model: MadeModel, identity: int, folder: Path) -> MadeModel:
    """The same model, returned with another of its faces."""
    return replace(make_diffusion(folder, model.settings, identity), folder=model.folder)


def noise(model: MadeModel, seed: int) -> Floats:
    """That of every window, as the engine draws it."""
    assert isinstance(model.network, DiffusionNetwork)
    chance = np.random.default_rng((seed, 3))
    return chance.standard_normal((3, 60, model.network.ways.shape[1]), np.float32).astype(np.float64)


def test_symmetric_pairs_of_the_made_model_are_those_that_are_published() -> None:
    groups = skin_config()["bsSolveSymmetryPoses"]
    assert {group: groups.count(group) for group in groups if group >= 0} == dict.fromkeys(range(13), 2)
