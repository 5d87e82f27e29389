"""What is wrong with a model folder is said by file and key, and nothing of it is taken on trust."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from a2f_live.engine.a2f3d import A2F3DEngine, A2F3DOptions
from a2f_live.engine.a2f3d.folder import open_folder
from a2f_live.errors import EngineUnavailable
from tests.engine.a2f3d.made_models import make_diffusion, make_regression

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
    "too few multipliers": (change(*SKIN, "bsWeightMultipliers", to=[1.0]), "a list of 52 numbers"),
    "other shapes than it says": (change(*SKIN, "numPoses", to=51), "numPoses is 51"),
    "a pull below nothing": (change(*SKIN, "strengthL2regularization", to=-1), "strengthL2regularization is -1"),
    "a network of nothing": (write("network.onnx", b"nothing"), r"network\.onnx cannot be opened by onnxruntime"),
}  # fmt: skip


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
