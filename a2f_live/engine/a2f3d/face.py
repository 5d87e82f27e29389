"""model_config.json: how a face is posed, NVIDIA's settings with NVIDIA's ranges and defaults."""

import logging
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Final

from a2f_live.engine.a2f3d.documents import read_json

logger = logging.getLogger(__name__)

NEEDED: Final = "input_strength"
"""No two models hear as loudly: at a guess the mouth is too wide or too narrow, and nothing says why."""


@dataclass(frozen=True, slots=True)
class FaceConfig:
    """The settings by their names in the file; the defaults are those of the Audio2Face-3D SDK."""

    input_strength: float = 1.0
    """The sound is multiplied by it before the network hears it."""
    upper_face_smoothing: float = 0.001
    lower_face_smoothing: float = 0.0023
    """Seconds in which half of a step is taken, in each of two filters."""
    upper_face_strength: float = 1.0
    lower_face_strength: float = 1.3
    face_mask_level: float = 0.6
    """Where the lower face ends: 0 at the lowest vertex, 1 at the highest."""
    face_mask_softness: float = 0.0085
    skin_strength: float = 1.0
    lower_teeth_strength: float = 1.0
    lower_teeth_height_offset: float = 0.0
    lower_teeth_depth_offset: float = 0.0
    lip_open_offset: float = -0.03
    tongue_strength: float = 1.5
    tongue_height_offset: float = 0.2
    tongue_depth_offset: float = 0.13
    eyeballs_strength: float = 1.0
    saccade_strength: float = 1.0
    right_eye_rot_x_offset: float = 0.0
    right_eye_rot_y_offset: float = 0.0
    left_eye_rot_x_offset: float = 0.0
    left_eye_rot_y_offset: float = 0.0
    """Degrees."""
    eyelid_open_offset: float = 0.06
    eye_saccade_seed: float = 0.0
    source_shot: str = ""
    source_frame: int | None = None
    """Which take of the data the network learnt from it is to play as: this picks the implicit emotion, so a network
    that has one needs both."""


_RANGES: dict[str, tuple[float, float]] = {
    "input_strength": (0.0, 100.0),
    "upper_face_smoothing": (0.0, 0.1),
    "lower_face_smoothing": (0.0, 0.1),
    "face_mask_level": (0.0, 1.0),
    "face_mask_softness": (0.001, 0.5),
    "lower_teeth_height_offset": (-3.0, 3.0),
    "lower_teeth_depth_offset": (-3.0, 3.0),
    "lip_open_offset": (-0.2, 0.2),
    "tongue_strength": (0.0, 3.0),
    "tongue_height_offset": (-3.0, 3.0),
    "tongue_depth_offset": (-3.0, 3.0),
    "eyelid_open_offset": (-1.0, 1.0),
    "eye_saccade_seed": (0.0, 4999.0),
    **{f"{side}_eye_rot_{axis}_offset": (-10.0, 10.0) for side in ("right", "left") for axis in "xy"},
}
_STRENGTHS = (0.0, 2.0)


def read_face_config(path: Path) -> FaceConfig:
    """Read it. What it leaves out is logged. Raises `EngineUnavailable`, also for a value outside its range."""
    config = read_json(path).section("config")
    defaults: dict[str, float | None] = {
        each.name: each.default for each in fields(FaceConfig) if isinstance(each.default, float)
    }
    if left_out := [name for name in defaults if name not in config.values and name != NEEDED]:
        logger.warning("%s leaves out %s: the defaults of NVIDIA's SDK are used", path, ", ".join(left_out))
    defaults[NEEDED] = None
    return FaceConfig(
        **{name: config.number(name, *_RANGES.get(name, _STRENGTHS), default) for name, default in defaults.items()},
        source_shot=str(config.values.get("source_shot", "")),
        source_frame=config.whole("source_frame") if "source_frame" in config.values else None,
    )
