"""What every call says of face and emotions: a TOML file in the names of NVIDIA's sample configurations."""

import tomllib
from pathlib import Path
from typing import Any, Final

from nvidia_audio2face_3d import messages_pb2 as messages

from a2f_live.errors import ConfigError

TABLES: Final = (
    *("face_parameters", "blendshape_parameters", "post_processing_parameters"),
    *("live_transition_time", "beginning_emotion"),
)


def read_parameters(path: str) -> dict[str, Any]:
    """The tables of the file, none where there is no path. Raises `ConfigError`."""
    if not path:
        return {}
    try:
        tables = tomllib.loads(Path(path).expanduser().read_text("utf-8"))
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise ConfigError(f"engine 'nim': the parameters {path} cannot be read: {why}") from error
    except ValueError as error:  # not UTF-8, or not TOML
        raise ConfigError(f"engine 'nim': the parameters {path} are not TOML: {error}") from error
    for name in tables:
        if name not in TABLES:
            raise ConfigError(f"engine 'nim': {name} in {path} is not known: use {', '.join(TABLES)}")
    return tables


def parameter_messages(tables: dict[str, Any]) -> dict[str, Any]:
    """Fields of a stream header. Raises `ConfigError` for what does not fit."""
    shapes = dict(tables.get("blendshape_parameters", {}))
    found: dict[str, Any] = {}
    try:
        if "face_parameters" in tables:
            found["face_params"] = messages.FaceParameters(float_params=tables["face_parameters"])
        if "post_processing_parameters" in tables:
            found["emotion_post_processing_params"] = messages.EmotionPostProcessingParameters(
                **tables["post_processing_parameters"]
            )
        if shapes:
            found["blendshape_params"] = messages.BlendShapeParameters(
                bs_weight_multipliers=shapes.pop("multipliers", {}),
                bs_weight_offsets=shapes.pop("offsets", {}),
                **shapes,
            )
        emotion = {name: tables[name] for name in ("live_transition_time", "beginning_emotion") if name in tables}
        if emotion:
            found["emotion_params"] = messages.EmotionParameters(**emotion)
    except (TypeError, ValueError) as error:
        raise ConfigError(f"engine 'nim': the parameters do not fit the NIM: {error}") from error
    return found
