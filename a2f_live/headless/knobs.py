"""The settings of the scene by Omniverse's names: kept, read back, and those that mean something to weights obeyed."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from a2f_live import arkit
from a2f_live.headless.answers import Refused
from a2f_live.headless.fields import Wrong, read_number, read_numbers, read_switch
from a2f_live.motion.profile import GAIN_RANGE, Profile

Values = dict[str, Any]

A2E_DEFAULTS: Final[Mapping[str, Any]] = {
    "a2e_window_size": 1.4,
    "a2e_stride": 1.0,
    "a2e_emotion_strength": 0.5,
    "a2e_smoothing_kernel_radius": 0.0,
    "a2e_smoothing_exp": 0.0,
    "a2e_max_emotions": 5.0,
    "a2e_contrast": 1.0,
    "preferred_emotion": [0.0] * len(arkit.EMOTIONS),
    "a2e_preferred_emotion_strength": 0.0,
    "a2e_streaming_live_mode": False,
    "a2e_streaming_smoothing": 0.0,
    "a2e_streaming_update_period": 0.2,
    "a2e_streaming_transition_time": 0.5,
}
"""Of Audio2Emotion, under the names of both its own settings and those of the face."""

A2F_DEFAULTS: Final[Mapping[str, Any]] = {
    "keyframer_fps": 60.0,
    "lower_face_smoothing": 0.0023,
    "upper_face_smoothing": 0.001,
    "lower_face_strength": 1.4,
    "upper_face_strength": 1.0,
    "blink_strength": 1.0,
    "face_mask_level": 0.6,
    "face_mask_softness": 0.0085,
    "input_strength": 1.3,
    "prediction_delay": 0.25,
    "skin_strength": 1.1,
    "lower_teeth_strength": 1.3,
    "lower_teeth_height_offset": -0.1,
    "lower_teeth_depth_offset": 0.0,
    "lip_open_offset": -0.03,
    "tongue_strength": 1.5,
    "tongue_height_offset": 0.2,
    "tongue_depth_offset": 0.13,
    "eyeballs_strength": 1.0,
    "saccade_strength": 0.9,
    "right_eye_rot_x_offset": 0.0,
    "right_eye_rot_y_offset": -2.0,
    "left_eye_rot_x_offset": 0.0,
    "left_eye_rot_y_offset": 2.0,
    "eyelid_open_offset": 0.06,
    "blink_interval": 3.0,
    "eye_saccade_seed": 0.0,
    "source_shot": "g2a_neutral",
    "source_frame": 33.0,
}
"""Of the face, as NVIDIA's template for its model Mark has them."""

UPPER: Final = tuple(name for name in arkit.NAMES if name.startswith(("eye", "brow")))
LOWER: Final = tuple(name for name in arkit.NAMES if name not in UPPER)
BLINK: Final = ("eyeBlinkLeft", "eyeBlinkRight")
STRENGTHS: Final[Mapping[str, Sequence[str]]] = {
    "upper_face_strength": UPPER,
    "lower_face_strength": LOWER,
    "skin_strength": arkit.NAMES,
    "blink_strength": BLINK,
    "tongue_strength": ("tongueOut",),
}
"""Setting to the shapes that it makes stronger or weaker, as a factor of its default."""


class Knobs:
    """Settings with the types of their defaults."""

    def __init__(self, defaults: Mapping[str, Any]) -> None:
        self.values: Values = dict(defaults)

    def get(self, names: Sequence[str]) -> Values:
        """Give those that are named, all if none is; raises `Refused` for one unknown."""
        for name in names:
            self._require(name)
        return {name: self.values[name] for name in names or self.values}

    def set(self, changes: Mapping[str, Any]) -> None:
        """Change all that are given, or none; raises `Refused` for one unknown or of another type."""
        self.values |= self.checked(changes)

    def checked(self, changes: Mapping[str, Any]) -> Values:
        """The changes with the types of the settings; raises `Refused` as `set` does."""
        return {name: self._read(name, value) for name, value in changes.items()}

    def _read(self, name: str, value: Any) -> Any:
        self._require(name)
        try:
            return _reader(self.values[name])(value)
        except Wrong as wrong:
            raise Refused(f"Setting {name}: {wrong.message}") from wrong

    def _require(self, name: str) -> None:
        if name not in self.values:
            raise Refused(f"Unknown setting {name!r}: /A2F/GetSettingNames lists what there is")


def fitted(profile: Profile, settings: Mapping[str, Any]) -> Profile:
    """The profile with the strengths that were set."""
    factors = dict(profile.gain)
    for name, shapes in STRENGTHS.items():
        factor = settings[name] / A2F_DEFAULTS[name]
        if factor != 1.0:
            factors |= {shape: factors.get(shape, 1.0) * factor for shape in shapes}
    if factors == dict(profile.gain):
        return profile
    low, high = GAIN_RANGE
    return Profile.from_map(profile.to_map() | {"gain": {s: min(max(f, low), high) for s, f in factors.items()}})


def sound_gain(settings: Mapping[str, Any]) -> float:
    """The factor on the sound."""
    return max(0.0, float(settings["input_strength"] / A2F_DEFAULTS["input_strength"]))


def _reader(example: Any) -> Callable[[Any], Any]:
    if isinstance(example, bool):
        return read_switch
    if isinstance(example, list):
        return read_numbers
    return read_number if isinstance(example, float) else str
