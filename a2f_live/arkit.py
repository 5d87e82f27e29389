"""The 52 ARKit blendshapes: their names in the order that this package uses everywhere, and groups of them.

The order is that of Apple's documentation, Live Link Face and Azure. Other orders exist: never assume one across a
border, send the names.
"""

from typing import Final

NAMES: Final[tuple[str, ...]] = (
    *(
        "eyeBlinkLeft",
        "eyeLookDownLeft",
        "eyeLookInLeft",
        "eyeLookOutLeft",
        "eyeLookUpLeft",
        "eyeSquintLeft",
        "eyeWideLeft",
    ),
    *(
        "eyeBlinkRight",
        "eyeLookDownRight",
        "eyeLookInRight",
        "eyeLookOutRight",
        "eyeLookUpRight",
        "eyeSquintRight",
        "eyeWideRight",
    ),
    *("jawForward", "jawLeft", "jawRight", "jawOpen"),
    *("mouthClose", "mouthFunnel", "mouthPucker", "mouthLeft", "mouthRight"),
    *("mouthSmileLeft", "mouthSmileRight", "mouthFrownLeft", "mouthFrownRight"),
    *("mouthDimpleLeft", "mouthDimpleRight", "mouthStretchLeft", "mouthStretchRight"),
    *("mouthRollLower", "mouthRollUpper", "mouthShrugLower", "mouthShrugUpper", "mouthPressLeft", "mouthPressRight"),
    *("mouthLowerDownLeft", "mouthLowerDownRight", "mouthUpperUpLeft", "mouthUpperUpRight"),
    *("browDownLeft", "browDownRight", "browInnerUp", "browOuterUpLeft", "browOuterUpRight"),
    *("cheekPuff", "cheekSquintLeft", "cheekSquintRight", "noseSneerLeft", "noseSneerRight", "tongueOut"),
)
"""Canonical names, lowerCamel, in wire order."""

COUNT: Final = len(NAMES)
INDEX: Final[dict[str, int]] = {name: index for index, name in enumerate(NAMES)}
"""Name to position in a row of weights."""

EYES: Final = tuple(i for i, name in enumerate(NAMES) if name.startswith("eye"))
MOUTH: Final = tuple(i for i, name in enumerate(NAMES) if name.startswith(("jaw", "mouth", "tongue")))
LIPS: Final = tuple(i for i, name in enumerate(NAMES) if name.startswith("mouth"))
JAW: Final = tuple(i for i, name in enumerate(NAMES) if name.startswith("jaw"))

LIVE_LINK_NAMES: Final = tuple(name[0].upper() + name[1:] for name in NAMES)
"""Spelling of Unreal's Live Link Face."""
LIVE_LINK_ROTATIONS: Final = (
    *("HeadYaw", "HeadPitch", "HeadRoll", "LeftEyeYaw", "LeftEyePitch", "LeftEyeRoll"),
    *("RightEyeYaw", "RightEyePitch", "RightEyeRoll"),
)
"""The nine columns that follow the 52 in a Live Link Face row."""

EMOTIONS: Final = (
    *("amazement", "anger", "cheekiness", "disgust", "fear", "grief", "joy", "outofbreath", "pain", "sadness"),
)
"""The ten emotions of Audio2Face, in its order."""
