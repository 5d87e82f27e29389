"""The configuration files that the export service gives: the NIM's names, and the values that hold here; pure."""

import json
from collections.abc import Mapping
from typing import Any, Final

from a2f_live import arkit
from a2f_live.server.nim_grpc.limits import NimLimits

Tree = Mapping[str, Any]
EXTENSIONS: Final = {"yaml": ".yaml", "json": ".json"}


def config_files(limits: NimLimits, url: str, engine: str, kind: str) -> dict[str, str]:
    """Name to content, as `yaml` or `json`. `url` is where the server listens, `engine` what answers."""
    write = _yaml if kind == "yaml" else _json
    trees = {"stylization_config": _stylization(engine), "deployment_config": _deployment(limits, url)}
    trees["advanced_config"] = _advanced(limits)
    return {name + EXTENSIONS[kind]: write(tree) for name, tree in trees.items()}


def _stylization(engine: str) -> Tree:
    return {
        "default_beginning_emotions": dict.fromkeys(arkit.EMOTIONS, 0.0),
        "a2e": {
            "enabled": False,
            "post_processing_params": {
                "emotion_strength": 0.6,
                "enable_preferred_emotion": True,
                "preferred_emotion_strength": 0.5,
            },
        },
        "a2f": {
            "inference_model_id": f"a2f-live {engine}",
            "blendshape_params": {
                "enable_clamping_bs_weight": False,
                "weight_multipliers": dict.fromkeys(arkit.LIVE_LINK_NAMES, 1.0),
                "weight_offsets": dict.fromkeys(arkit.LIVE_LINK_NAMES, 0.0),
            },
            "face_params": {
                "skin_strength": 1.0,
                "upper_face_strength": 1.0,
                "lower_face_strength": 1.0,
                "upper_face_smoothing": 0.0,
                "lower_face_smoothing": 0.0,
                "eyelid_offset": 0.0,
                "lip_close_offset": 0.0,
            },
        },
    }


def _deployment(limits: NimLimits, url: str) -> Tree:
    server = {"url": url}
    return {
        "common": {"stream_number": limits.streams, "add_silence_padding_after_audio": False},
        "endpoints": {"use_bidirectional": True, "bidirectional": {"server": server}},
    }


def _advanced(limits: NimLimits) -> Tree:
    return {
        "input_sanitization": {
            "max_sample_rate": limits.max_rate_hz,
            "min_sample_rate": limits.min_rate_hz,
            "max_processing_duration_second": limits.processing_s,
            "max_audio_buffer_size_second": limits.message_s,
            "max_audio_clip_size_second": limits.clip_s,
            "max_wait_time_idle_ms": int(limits.idle_s * 1000),
            "low_fps": limits.low_fps,
            "low_fps_max_duration_second": limits.low_fps_s,
        }
    }


def _json(tree: Tree) -> str:
    return json.dumps(tree, indent=2) + "\n"


def _yaml(tree: Tree, indent: str = "") -> str:
    """Maps of maps and scalars need no library: a scalar is written as JSON has it, which YAML reads."""
    lines = []
    for key, value in tree.items():
        if isinstance(value, Mapping):
            lines.append(f"{indent}{key}:\n{_yaml(value, indent + '  ')}")
        else:
            lines.append(f"{indent}{key}: {json.dumps(value)}\n")
    return "".join(lines)
