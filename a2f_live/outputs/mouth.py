"""A face in few shapes, for avatars that have no ARKit ones: the presets of VRM.

The sums are heuristics, chosen by eye; the JavaScript client has the same ones.
"""

from collections.abc import Callable, Mapping
from typing import Final

from a2f_live import speech
from a2f_live.outputs.pose import Pose

VOWELS: Final[Mapping[str, Mapping[str, float]]] = {
    "aa": {"aa": 1, "RR": 0.15, "DD": 0.15, "kk": 0.25, "nn": 0.1, "TH": 0.15},
    "ih": {"I": 1, "SS": 0.4, "DD": 0.2, "nn": 0.2, "TH": 0.2, "kk": 0.15},
    "ou": {"U": 1, "CH": 0.4, "RR": 0.3},
    "ee": {"E": 1, "SS": 0.2, "FF": 0.15},
    "oh": {"O": 1},
}
"""Of the visemes, what each of the five vowels of VRM shows of them."""

EXPRESSIONS: Final[Mapping[str, Callable[[Pose], float]]] = {
    "blinkLeft": lambda pose: pose.weight("eyeBlinkLeft"),
    "blinkRight": lambda pose: pose.weight("eyeBlinkRight"),
    # Speech smiles a little: that is no joy.
    "happy": lambda pose: 1.6 * (pose.both("mouthSmile") - 0.2) - pose.both("mouthFrown"),
    "sad": lambda pose: 1.2 * pose.both("mouthFrown") + 0.3 * pose.weight("browInnerUp") - 0.5 * pose.both("browDown"),
    "angry": lambda pose: 0.8 * pose.both("browDown") + 0.5 * pose.both("noseSneer"),
}
"""What each other preset shows of a face."""


def presets(pose: Pose) -> dict[str, float]:
    """Strength of each preset of VRM 1, 0..1, the vowels first."""
    visemes = visemes_of(pose)
    vowels = {
        vowel: _clamped(sum(share * visemes.get(name, 0.0) for name, share in parts.items()))
        for vowel, parts in VOWELS.items()
    }
    return vowels | {name: _clamped(amount(pose)) for name, amount in EXPRESSIONS.items()}


def visemes_of(pose: Pose) -> dict[str, float]:
    """Strength of the visemes, 0..1: those of the pose, or what its weights look like."""
    if pose.visemes is not None:
        return dict(zip(speech.VISEMES, map(float, pose.visemes), strict=True))
    lower, upper = pose.weight("mouthRollLower"), pose.weight("mouthRollUpper")
    open_ = _clamped(2 * (pose.weight("jawOpen") - pose.weight("mouthClose")))
    round_ = _clamped(pose.weight("mouthPucker") + 0.7 * pose.weight("mouthFunnel"))
    wide = _clamped(pose.both("mouthStretch") + 0.8 * pose.both("mouthSmile") + pose.both("mouthDimple"))
    spread = open_ * (1 - round_)
    return {
        "PP": _clamped(pose.both("mouthPress") + 0.5 * (lower + upper)) * (1 - open_),
        "FF": _clamped((lower - upper) * (1 - open_)),
        "aa": spread * (1 - wide),
        "E": spread * wide * 0.6,
        "I": _clamped(wide * (0.4 + 0.2 * open_) * (1 - round_)),
        "O": _clamped(1.2 * open_ * round_),
        "U": _clamped(round_ * (1 - open_)),
    }


def _clamped(value: float) -> float:
    return min(max(value, 0.0), 1.0)
