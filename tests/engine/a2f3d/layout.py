"""Writes model folders as they are published: the same files, keys and shapes, with numbers of our own.

Layout as in the repositories nvidia/Audio2Face-3D-v2.3.1-Claire and nvidia/Audio2Face-3D-v3.0 on Hugging Face, and as
NVIDIA's Audio2Face-3D SDK reads them (parse_helper.cpp and its tests).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from a2f_live import arkit

Array = NDArray[np.float32]

EMOTIONS = list(arkit.EMOTIONS)
IMPLICIT = 16
WINDOW, CENTRE, RATE_HZ = 8320, 4160, 16_000
SACCADES = 5000
SHOT, SHOT_START, SOURCE_FRAME = "cp1_neutral", 120, 212
TONGUE_POSES = [
    *("tongueTipUp", "tongueTipDown", "tongueTipLeft", "tongueTipRight"),
    *("tongueRollUp", "tongueRollDown", "tongueRollLeft", "tongueRollRight"),
    *("tongueUp", "tongueDown", "tongueLeft", "tongueRight"),
    *("tongueIn", "tongueStretch", "tongueWide", "tongueNarrow"),
]
SYMMETRIC = (
    *("eyeBlink", "eyeWide", "mouthSmile", "mouthFrown", "mouthDimple", "mouthStretch", "mouthPress"),
    *("mouthLowerDown", "mouthUpperUp", "browOuterUp", "browDown", "cheekSquint", "noseSneer"),
)
"""Whose left and right sides are a pair, in the order of their group numbers."""

FACE_CONFIG: dict[str, Any] = {
    "input_strength": 1.3,
    "upper_face_smoothing": 0.02,
    "lower_face_smoothing": 0.006,
    "upper_face_strength": 1.1,
    "lower_face_strength": 1.25,
    "face_mask_level": 0.6,
    "face_mask_softness": 0.0085,
    "source_shot": SHOT,
    "source_frame": SOURCE_FRAME,
    "skin_strength": 1.1,
    "blink_strength": 1.0,
    "lower_teeth_strength": 1.25,
    "lower_teeth_height_offset": -0.1,
    "lower_teeth_depth_offset": 0.05,
    "lip_open_offset": -0.03,
    "tongue_strength": 1.3,
    "tongue_height_offset": 0.2,
    "tongue_depth_offset": 0.13,
    "eyeballs_strength": 1.0,
    "saccade_strength": 0.6,
    "right_eye_rot_x_offset": 0.0,
    "right_eye_rot_y_offset": -2.0,
    "left_eye_rot_x_offset": 0.0,
    "left_eye_rot_y_offset": 2.0,
    "eyelid_open_offset": 0.06,
    "eye_saccade_seed": 0,
}
"""Every setting does something, as not all of them do in the published files."""


@dataclass(frozen=True)
class FaceNumbers:
    """The numbers of one face; shapes as published, but for the counts of vertices."""

    neutral_skin: Array
    neutral_tongue: Array
    """(vertices, 3) of the blendshapes."""
    mean_skin: Array
    mean_tongue: Array
    """(vertices, 3) of the network."""
    skin_poses: Array
    tongue_poses: Array
    """(poses, vertices, 3): differences from neutral."""
    lip_open: Array
    eye_close: Array
    neutral_jaw: Array
    """(5, 3)."""
    saccades: Array
    """(SACCADES, 2) degrees."""
    mask: NDArray[np.int32]
    """Vertices of the skin that count."""
    skin_shapes: Array | None = None
    tongue_shapes: Array | None = None
    """(shapes, vertices, 3) of a regression model."""


@dataclass(frozen=True)
class Settings:
    """What a folder is to say besides: changes to what is published."""

    face: Mapping[str, Any] = field(default_factory=dict)
    skin: Mapping[str, Any] = field(default_factory=dict)
    tongue: Mapping[str, Any] = field(default_factory=dict)


def write_regression(folder: Path, face: FaceNumbers, emotion_table: Array, settings: Settings) -> None:
    """All files of a regression model but network.onnx."""
    assert face.skin_shapes is not None
    assert face.tongue_shapes is not None
    shapes = {"skin": ("bs_skin_config.json", "bs_skin.npz"), "tongue": ("bs_tongue_config.json", "bs_tongue.npz")}
    _json(folder / "model.json", {
        "networkInfoPath": "network_info.json",
        "networkPath": "network.trt",
        "emotionDatabasePath": "implicit_emo_db.npz",
        "modelConfigPath": "model_config.json",
        "modelDataPath": "model_data.npz",
        "blendshapePaths": {part: {"config": config, "data": data} for part, (config, data) in shapes.items()},
    })  # fmt: skip
    _json(folder / "network_info.json", _regression_info(face))
    _json(folder / "trt_info.json", {"estimated_trt_builder_time": 150, "trt_build_param": {}, "defaults": {}})
    _json(folder / "model_config.json", {"config": {**FACE_CONFIG, **settings.face}})
    np.savez(
        folder / "model_data.npz",
        shapes_matrix_skin=face.skin_shapes,
        shapes_mean_skin=face.mean_skin,
        lip_open_pose_delta=face.lip_open,
        eye_close_pose_delta=face.eye_close,
        shapes_matrix_tongue=face.tongue_shapes,
        shapes_mean_tongue=face.mean_tongue,
        neutral_jaw=face.neutral_jaw,
        saccade_rot_matrix=face.saccades,
    )
    np.savez(
        folder / "implicit_emo_db.npz",
        emo_spec_names=np.array(["cp1_anger", SHOT], "S"),
        emo_spec_start=np.array([0, SHOT_START], np.int32),
        emo_spec_size=np.array([SHOT_START, len(emotion_table) - SHOT_START], np.int32),
        emo_db=emotion_table,
    )
    _write_shapes(folder, face, settings, "")


def write_diffusion(folder: Path, faces: Mapping[str, FaceNumbers], settings: Settings) -> None:
    """All files of a diffusion model but network.onnx."""
    first = next(iter(faces.values()))
    _json(folder / "model.json", {
        "networkInfoPath": "network_info.json",
        "networkPath": "network.trt",
        "modelConfigPaths": [f"model_config_{name}.json" for name in faces],
        "modelDataPaths": [f"model_data_{name}.npz" for name in faces],
        "blendshapePaths": [
            {part: {"config": f"bs_{part}_config_{name}.json", "data": f"bs_{part}_{name}.npz"}
             for part in ("skin", "tongue")}
            for name in faces
        ],
    })  # fmt: skip
    _json(folder / "network_info.json", _diffusion_info(first, list(faces)))
    for name, face in faces.items():
        config = {key: value for key, value in FACE_CONFIG.items() if not key.startswith("source_")}
        _json(folder / f"model_config_{name}.json", {"config": {**config, **settings.face}})
        np.savez(
            folder / f"model_data_{name}.npz",
            neutral_skin=face.mean_skin,
            neutral_tongue=face.mean_tongue,
            neutral_jaw=face.neutral_jaw,
            lip_open_pose_delta=face.lip_open,
            eye_close_pose_delta=face.eye_close,
            saccade_rot_matrix=face.saccades,
        )
        _write_shapes(folder, face, settings, f"_{name}")


def skin_config() -> dict[str, Any]:
    """As published for Claire."""
    names = arkit.NAMES
    groups = {f"{stem}{side}": group for group, stem in enumerate(SYMMETRIC) for side in ("Left", "Right")}
    return {
        "strengthL2regularization": 0.5,
        "strengthTemporalSmoothing": 0.3,
        "strengthL1regularization": 0.5,
        "strengthSymmetry": 100.0,
        "numPoses": len(names),
        "bsSolveActivePoses": [int(not name.startswith("eyeLook") and name != "tongueOut") for name in names],
        "bsSolveCancelPoses": [-1] * len(names),
        "bsSolveSymmetryPoses": [groups.get(name, -1) for name in names],
        "bsWeightMultipliers": [1.0] * len(names),
        "bsWeightOffsets": [0.0] * len(names),
        "templateBBSize": 45.94270354273603,
    }


def tongue_config() -> dict[str, Any]:
    """As published for Claire."""
    stronger = {"tongueTipUp": 2.0, "tongueRollUp": 3.0, "tongueUp": 2.0, "tongueStretch": 2.0}
    poses = len(TONGUE_POSES)
    return {
        "strengthL2regularization": 3.5,
        "strengthTemporalSmoothing": 5.0,
        "strengthL1regularization": 1.0,
        "strengthSymmetry": 100.0,
        "numPoses": poses,
        "bsSolveActivePoses": [1] * poses,
        "bsSolveCancelPoses": [-1] * poses,
        "bsSolveSymmetryPoses": [-1] * poses,
        "bsWeightMultipliers": [stronger.get(name, 1.0) for name in TONGUE_POSES],
        "bsWeightOffsets": [0.2 if name == "tongueDown" else 0.0 for name in TONGUE_POSES],
        "templateBBSize": 7.4916537004979755,
    }


def _regression_info(face: FaceNumbers) -> dict[str, Any]:
    assert face.skin_shapes is not None
    assert face.tongue_shapes is not None
    return {
        "id": {"type": "regression", "actor": "made", "version": "2.3", "output": "geometry"},
        "params": {
            "implicit_emotion_len": IMPLICIT,
            "explicit_emotions": EMOTIONS,
            "default_emotion": [0.0] * len(EMOTIONS),
            "num_shapes_skin": len(face.skin_shapes),
            "num_shapes_tongue": len(face.tongue_shapes),
            "num_verts_skin": len(face.mean_skin),
            "num_verts_tongue": len(face.mean_tongue),
            "result_jaw_size": 15,
            "result_eyes_size": 4,
        },
        "audio_params": {"buffer_len": WINDOW, "buffer_ofs": CENTRE, "samplerate": RATE_HZ},
    }


def _diffusion_info(face: FaceNumbers, names: list[str]) -> dict[str, Any]:
    return {
        "id": {"type": "diffusion", "actor": "multi", "version": "3.0", "output": "geometry"},
        "params": {
            "emotions": EMOTIONS,
            "default_emotion": [0.0] * len(EMOTIONS),
            "identities": names,
            "skin_size": face.mean_skin.size,
            "tongue_size": face.mean_tongue.size,
            "jaw_size": 15,
            "eyes_size": 4,
            "num_diffusion_steps": 2,
            "num_gru_layers": 2,
            "gru_latent_dim": 256,
            "num_frames_left_truncate": 15,
            "num_frames_right_truncate": 15,
            "num_frames_center": 30,
        },
        "audio_params": {"buffer_len": 16000, "padding_left": 16000, "padding_right": 16000, "samplerate": RATE_HZ},
    }


def _write_shapes(folder: Path, face: FaceNumbers, settings: Settings, tag: str) -> None:
    _json(folder / f"bs_skin_config{tag}.json", {"blendshape_params": {**skin_config(), **settings.skin}})
    _json(folder / f"bs_tongue_config{tag}.json", {"blendshape_params": {**tongue_config(), **settings.tongue}})
    np.savez(
        folder / f"bs_skin{tag}.npz",
        poseNames=np.array(["neutral", *arkit.NAMES], "S"),
        neutral=face.neutral_skin,
        frontalMask=face.mask,
        rig_version=np.array("made"),
        **dict(zip(arkit.NAMES, face.skin_poses, strict=True)),
    )
    np.savez(
        folder / f"bs_tongue{tag}.npz",
        poseNames=np.array(["neutral", *TONGUE_POSES], "S"),
        neutral=face.neutral_tongue,
        **dict(zip(TONGUE_POSES, face.tongue_poses, strict=True)),
    )


def _json(path: Path, values: Mapping[str, Any]) -> None:
    path.write_text(json.dumps(values, indent=4), "utf-8")
