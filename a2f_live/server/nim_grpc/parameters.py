"""What a stream header asks of face and emotions: what can be done, and in words what cannot; pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import isfinite
from types import MappingProxyType
from typing import Any, Final

from a2f_live import arkit

FACE_RANGES: Final[Mapping[str, tuple[float, float]]] = MappingProxyType(
    {
        "skinStrength": (0.0, 2.0),
        "upperFaceStrength": (0.0, 2.0),
        "lowerFaceStrength": (0.0, 2.0),
        "upperFaceSmoothing": (0.0, 0.1),
        "lowerFaceSmoothing": (0.0, 0.1),
        "eyelidOpenOffset": (-1.0, 1.0),
        "lipOpenOffset": (-0.2, 0.2),
        "blinkStrength": (0.0, 2.0),
        "blinkOffset": (0.0, 1.0),
    }
)
"""Parameters of the face that 52 weights can follow, with the NIM's ranges."""
MESH_ONLY: Final = (
    *("faceMaskLevel", "faceMaskSoftness", "tongueStrength", "tongueHeightOffset", "tongueDepthOffset"),
)
"""Those that only a mesh has."""
DETECTION_ONLY: Final = ("emotion_contrast", "live_blend_coef", "max_emotions")
"""Parameters of emotions that are heard in the voice, which this front door leaves alone."""


@dataclass(slots=True)
class Remarks:
    """What is to be told in an INFO status: each name once, under what became of it."""

    names: dict[str, list[str]] = field(default_factory=dict)

    def add(self, what: str, name: str) -> None:
        """Note a name."""
        under = self.names.setdefault(what, [])
        if name not in under:
            under.append(name)

    def sentence(self) -> str:
        """All of it, empty where there is nothing."""
        return "; ".join(f"{what}: {', '.join(sorted(names))}" for what, names in self.names.items())


NO_EFFECT: Final = "without effect here"
NOT_KNOWN: Final = "not known"
CLAMPED: Final = "out of range, clamped"


@dataclass(frozen=True, slots=True)
class Wishes:
    """What can be done of what a header asks."""

    face: Mapping[str, float]
    """Names of `FACE_RANGES`, as far as they were given."""
    multipliers: Mapping[str, float]
    offsets: Mapping[str, float]
    """By names of `arkit.NAMES`."""
    clamp: bool
    beginning: Mapping[str, float]
    """Emotions at the begin, names of `arkit.EMOTIONS` to 0..1."""
    mix: float
    """What emotions that are told are multiplied by: the NIM's preferred strength times its strength."""


def read_wishes(header: Any, remarks: Remarks) -> Wishes:
    """Read an `AudioWithEmotionStreamHeader`; what cannot be done is remarked."""
    shapes, pose = header.blendshape_params, header.emotion_params
    for name in (*header.face_params.integer_params, *header.face_params.float_array_params):
        remarks.add(NOT_KNOWN, name)
    if pose.HasField("live_transition_time"):
        remarks.add(NO_EFFECT, "live_transition_time")
    return Wishes(
        face=_face(header.face_params.float_params, remarks),
        multipliers=_by_shape(shapes.bs_weight_multipliers, remarks),
        offsets=_by_shape(shapes.bs_weight_offsets, remarks),
        clamp=shapes.enable_clamping_bs_weight,
        beginning=read_emotions(pose.beginning_emotion, remarks),
        mix=_mix(header.emotion_post_processing_params, remarks),
    )


def read_emotions(given: Mapping[str, float], remarks: Remarks) -> dict[str, float]:
    """Emotions of ours, 0..1; others and values out of range are remarked."""
    found = {}
    for name, value in given.items():
        if name not in arkit.EMOTIONS:
            remarks.add(NOT_KNOWN, name)
        else:
            found[name] = _within(name, value, (0.0, 1.0), remarks)
    return found


def _face(given: Mapping[str, float], remarks: Remarks) -> dict[str, float]:
    found = {}
    for name, value in given.items():
        if name in FACE_RANGES:
            found[name] = _within(name, value, FACE_RANGES[name], remarks)
        else:
            remarks.add(NO_EFFECT if name in MESH_ONLY else NOT_KNOWN, name)
    return found


def _by_shape(given: Mapping[str, float], remarks: Remarks) -> dict[str, float]:
    found = {}
    for name, value in given.items():
        shape = name[:1].lower() + name[1:]
        if shape not in arkit.INDEX or not isfinite(value):
            remarks.add(NO_EFFECT if shape.startswith("tongue") else NOT_KNOWN, name)
        else:
            found[shape] = value
    return found


def _mix(given: Any, remarks: Remarks) -> float:
    """The NIM: strength * (preferred * told + (1 - preferred) * heard), and here nothing is heard."""
    for name in _set(given, DETECTION_ONLY):
        remarks.add(NO_EFFECT, name)
    if given.HasField("enable_preferred_emotion") and not given.enable_preferred_emotion:
        return 0.0
    preferred, strength = 0.5, 0.6
    if given.HasField("preferred_emotion_strength"):
        preferred = _within("preferred_emotion_strength", given.preferred_emotion_strength, (0.0, 1.0), remarks)
    if given.HasField("emotion_strength"):
        strength = _within("emotion_strength", given.emotion_strength, (0.0, 1.0), remarks)
    return preferred * strength


def _set(given: Any, names: Iterable[str]) -> Iterable[str]:
    return (name for name in names if given.HasField(name))


def _within(name: str, value: float, limits: tuple[float, float], remarks: Remarks) -> float:
    low, high = limits
    if low <= value <= high:
        return value
    remarks.add(CLAMPED, name)
    return max(low, min(value, high)) if isfinite(value) else max(low, 0.0)
