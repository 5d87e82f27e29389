"""What is wrong with a model folder is said by file and key, and nothing of it is taken on trust."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from a2f_live.engine.a2f3d import A2F3DEngine, A2F3DOptions
from a2f_live.engine.a2f3d.face import read_face_config
from a2f_live.engine.a2f3d.folder import open_folder
from a2f_live.engine.base import Array
from a2f_live.errors import EngineUnavailable
from tests.engine.a2f3d.made_models import make_diffusion, make_regression
from tests.engine.helpers import answer, speechlike

CLAIRE = Path(__file__).parents[4] / "shared" / "facts" / "claire_cfg"
"""Configuration of the published model, where a copy lies beside the checkout."""


def edit(folder: Path, name: str, change: Callable[[dict[str, Any]], object]) -> None:
    """Change one JSON file."""
    values = json.loads((folder / name).read_text("utf-8"))
    change(values)
    (folder / name).write_text(json.dumps(values), "utf-8")


def replace_array(folder: Path, name: str, **arrays: Any) -> None:
    """Change arrays of one .npz file; None takes one out."""
    with np.load(folder / name) as archive:
        kept = {key: archive[key] for key in archive}
    kept.update(arrays)
    np.savez(folder / name, **{key: array for key, array in kept.items() if array is not None})


def remove(*names: str) -> Callable[[Path], object]:
    def gone(folder: Path) -> None:
        for name in names:
            (folder / name).unlink()

    return gone


def write(name: str, content: bytes) -> Callable[[Path], object]:
    return lambda folder: (folder / name).write_bytes(content)


def change(name: str, *keys: str, to: object) -> Callable[[Path], object]:
    """Set the value at the keys, or take it out where it is to be None."""

    def at(values: dict[str, Any]) -> None:
        for key in keys[:-1]:
            values = values[key]
        values.pop(keys[-1]) if to is None else values.update({keys[-1]: to})

    return lambda folder: edit(folder, name, at)


def array(name: str, **arrays: Any) -> Callable[[Path], object]:
    return lambda folder: replace_array(folder, name, **arrays)


FACE = ("model_config.json", "config")
SKIN = ("bs_skin_config.json", "blendshape_params")
POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 106350002\n"
BROKEN: dict[str, tuple[Callable[[Path], object], str]] = {
    "no network": (remove("network.onnx"), r"lacks network\.onnx: .*hf download"),
    "two files gone": (remove("bs_skin.npz", "model_config.json"), r"lacks model_config\.json, bs_skin\.npz"),
    "no model.json": (remove("model.json"), r"has no model\.json"),
    "model.json is no JSON": (write("model.json", b"{"), r"model\.json is not JSON"),
    "model.json is a list": (write("model.json", b"[]"), "holds no JSON object"),
    "a key gone": (change("model.json", "modelDataPath", to=None), "modelDataPath is missing"),
    "shapes gone": (change("model.json", "blendshapePaths", to=3), "blendshapePaths is 3 but must be an object"),
    "another kind": (change("network_info.json", "id", "type", to="painting"), "regression or diffusion"),
    "weights instead of geometry": (change("network_info.json", "id", "output", to="weights"), "geometry"),
    "another rate": (change("network_info.json", "audio_params", "samplerate", to=24000), "samplerate is 24000"),
    "centre outside": (change("network_info.json", "audio_params", "buffer_ofs", to=9000), "buffer_ofs"),
    "another count of shapes": (change("network_info.json", "params", "num_shapes_skin", to=141),
                                "shapes_matrix_skin is float32"),
    "another length of window": (change("network_info.json", "audio_params", "buffer_len", to=8000), "input"),
    "three eyes": (change("network_info.json", "params", "result_eyes_size", to=6), "jaw and eyes have 15 and 6"),
    "half a number": (change("network_info.json", "params", "num_verts_skin", to=90.5), "whole number"),
    "emotions unlike": (change("network_info.json", "params", "default_emotion", to=[0.0]), "a list of 10 numbers"),
    "a strength too much": (change("model_config.json", "config", "skin_strength", to=3.0), "from 0 to 2"),
    "a strength of text": (change("model_config.json", "config", "skin_strength", to="1"), "skin_strength is '1'"),
    "no take": (change("model_config.json", "config", "source_shot", to=None), "or source_frame is missing"),
    "a take without a frame": (change("model_config.json", "config", "source_frame", to=None), "frame is missing"),
    "no settings": (change("model_config.json", "config", to=None), "config is missing"),
    "a take that is not there": (change("model_config.json", "config", "source_shot", to="x"), "no take 'x'"),
    "a frame that is not there": (change("model_config.json", "config", "source_frame", to=9999), "no frame 9999"),
    "a Git LFS pointer": (write("model_data.npz", POINTER), "Git LFS pointer"),
    "half an archive": (lambda f: (f / "bs_skin.npz").write_bytes((f / "bs_skin.npz").read_bytes()[:-900]),
                        r"bs_skin\.npz cannot be read"),
    "an array gone": (array("model_data.npz", neutral_jaw=None), "array neutral_jaw is missing"),
    "an array of another size": (array("model_data.npz", neutral_jaw=np.zeros((4, 3))), "neutral_jaw is float64"),
    "an array of no numbers": (array("model_data.npz", neutral_jaw=np.full((5, 3), np.nan)), "not finite"),
    "an array of objects": (array("model_data.npz", neutral_jaw=np.array([None, 1], object)), "neutral_jaw|pickle"),
    "a pose gone": (array("bs_skin.npz", jawOpen=None), "array jawOpen is missing"),
    "no neutral first": (array("bs_skin.npz", poseNames=np.array(["jawOpen", "neutral"], "S")), "begin with"),
    "other names": (lambda f: other_names(f), "none is one of ARKit"),
    "a mask beyond the face": (array("bs_skin.npz", frontalMask=np.array([0, 90])), "vertices that are not there"),
    "a mask of fractions": (array("bs_skin.npz", frontalMask=np.array([0.5])), "whole numbers"),
    "nothing active": (change(*SKIN, "bsSolveActivePoses", to=[0] * 52), "1 for at least one pose"),
    "a group of three": (change(*SKIN, "bsSolveSymmetryPoses", to=[0, 0, 0] + [-1] * 49), "two poses each"),
    "no strength of the sound": (change(*FACE, "input_strength", to=None), "input_strength is missing"),
    "a number beyond all numbers": (change(*FACE, "lip_open_offset", to=10**400), "lip_open_offset is 1"),
    "no bottom": (write("model_config.json", b'{"a":' * 100_000), "is not JSON"),
    "too few multipliers": (change(*SKIN, "bsWeightMultipliers", to=[1.0]), "a list of 52 numbers"),
    "other shapes than it says": (change(*SKIN, "numPoses", to=51), "numPoses is 51"),
    "a pull below nothing": (change(*SKIN, "strengthL2regularization", to=-1), "strengthL2regularization is -1"),
    "a network of nothing": (write("network.onnx", b"nothing"), r"network\.onnx cannot be opened by onnxruntime"),
}  # fmt: skip


SDK = {
    "upper_face_smoothing": 0.001,
    "lower_face_smoothing": 0.0023,
    "upper_face_strength": 1.0,
    "lower_face_strength": 1.3,
    "face_mask_level": 0.6,
    "face_mask_softness": 0.0085,
    "skin_strength": 1.0,
    "eyelid_open_offset": 0.06,
    "lip_open_offset": -0.03,
    "tongue_strength": 1.5,
    "tongue_height_offset": 0.2,
    "tongue_depth_offset": 0.13,
    "lower_teeth_strength": 1.0,
    "lower_teeth_height_offset": 0.0,
    "lower_teeth_depth_offset": 0.0,
    "eyeballs_strength": 1.0,
    "saccade_strength": 1.0,
    "eye_saccade_seed": 0.0,
    **{f"{side}_eye_rot_{axis}_offset": 0.0 for side in ("right", "left") for axis in "xy"},
}
"""What NVIDIA's SDK has before a file changes it."""
SOLVE = {
    "strengthL1regularization": 1.0,
    "strengthL2regularization": 3.5,
    "strengthSymmetry": 100.0,
    "strengthTemporalSmoothing": 0.0,
    "templateBBSize": 54.7,
}


@pytest.mark.parametrize("make", [make_regression, make_diffusion])
def test_settings_that_are_not_there_are_those_of_the_sdk(make: Callable[[Path], object], tmp_path: Path) -> None:
    make(tmp_path)
    needed = {"input_strength"} | ({"source_shot", "source_frame"} if make is make_regression else set())
    edit_settings(tmp_path, lambda values, _: {key: values[key] for key in values if is_kept(key, needed)})
    untold = said(tmp_path)
    edit_settings(tmp_path, lambda values, defaults: values | defaults)
    assert untold.any()
    np.testing.assert_array_equal(untold, said(tmp_path))


def is_kept(key: str, needed: set[str]) -> bool:
    """Whether nothing can be taken for it."""
    return key in needed or key.startswith(("bs", "num"))


def edit_settings(folder: Path, changed: Callable[[dict[str, Any], dict[str, float]], dict[str, Any]]) -> None:
    """Change what is set of faces and solves, given what is set and what the SDK has."""
    for pattern, key, defaults in (
        ("model_config*.json", "config", SDK),
        ("bs_*_config*.json", "blendshape_params", SOLVE),
    ):
        for path in folder.glob(pattern):
            file = json.loads(path.read_text("utf-8"))
            path.write_text(json.dumps(file | {key: changed(file[key], defaults)}), "utf-8")


@pytest.mark.parametrize("name", SDK)
def test_each_setting_has_the_default_of_the_sdk(name: str, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    make_regression(tmp_path)
    default: dict[str, Any] = {name: SDK[name]}
    published = read_face_config(tmp_path / "model_config.json")
    change("model_config.json", "config", name, to=None)(tmp_path)
    assert not caplog.records
    assert read_face_config(tmp_path / "model_config.json") == replace(published, **default)
    assert f"leaves out {name}" in caplog.text


def said(folder: Path) -> Array:
    """What the model says to a little speech."""
    engine = A2F3DEngine(A2F3DOptions(str(folder)))
    try:
        return answer(engine, speechlike(0))
    finally:
        engine.close()


def other_names(folder: Path) -> None:
    with np.load(folder / "bs_skin.npz") as archive:
        names = [name.decode() for name in archive["poseNames"]]
        arrays = {f"x{name}": archive[name] for name in names[1:]}
        arrays |= {
            "neutral": archive["neutral"],
            "poseNames": np.array(["neutral", *(f"x{n}" for n in names[1:])], "S"),
        }
    np.savez(folder / "bs_skin.npz", **arrays)


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_wrong_is_told(name: str, tmp_path: Path) -> None:
    make_regression(tmp_path)
    A2F3DEngine(A2F3DOptions(str(tmp_path))).close()
    spoil, message = BROKEN[name]
    spoil(tmp_path)
    with pytest.raises(EngineUnavailable, match=message):
        A2F3DEngine(A2F3DOptions(str(tmp_path)))


BROKEN_DIFFUSION: dict[str, tuple[Callable[[Path], object], str]] = {
    "a face too few": (change("network_info.json", "params", "identities", to=["Claire"]), "faces"),
    "other windows": (change("network_info.json", "params", "num_frames_center", to=20), "no others are known"),
    "data of two faces": (change("model.json", "modelDataPaths", to=["a", "b"]), "modelConfigPaths"),
    "another network": (change("network_info.json", "params", "gru_latent_dim", to=128), "input_latents"),
    "a face gone": (remove("bs_tongue_Claire.npz"), r"lacks bs_tongue_Claire\.npz"),
}


@pytest.mark.parametrize("name", BROKEN_DIFFUSION)
def test_what_is_wrong_with_a_diffusion_model_is_told(name: str, tmp_path: Path) -> None:
    make_diffusion(tmp_path)
    spoil, message = BROKEN_DIFFUSION[name]
    spoil(tmp_path)
    with pytest.raises(EngineUnavailable, match=message):
        A2F3DEngine(A2F3DOptions(str(tmp_path)))


def test_the_folder_may_be_named_by_its_model_json(tmp_path: Path) -> None:
    make_regression(tmp_path)
    assert open_folder(str(tmp_path / "model.json")) == open_folder(str(tmp_path))


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(EngineUnavailable, match="is not there"):
        open_folder(str(tmp_path / "nowhere"))


@pytest.mark.skipif(not CLAIRE.is_dir(), reason=f"no configuration of the published model in {CLAIRE}")
@pytest.mark.parametrize(
    "name", ["model.json", "network_info.json", "model_config.json", "bs_skin_config.json", "bs_tongue_config.json"]
)
def test_made_files_have_the_keys_and_lists_of_the_published_ones(name: str, tmp_path: Path) -> None:
    make_regression(tmp_path)
    made, published = (json.loads((folder / name).read_text("utf-8")) for folder in (tmp_path, CLAIRE))
    assert outline(made) == outline(published)


def outline(value: Any) -> Any:
    """Keys and lengths, without values."""
    if isinstance(value, dict):
        return {key: outline(each) for key, each in value.items()}
    return len(value) if isinstance(value, list) else type(value) in (int, float)
