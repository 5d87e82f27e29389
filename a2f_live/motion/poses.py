"""The ten emotions at full strength: what they do to a face, and how somebody speaks who feels so.

The poses follow the action units (AU) that the Facial Action Coding System finds in each emotion; ARKit names them so:
AU1 browInnerUp, AU2 browOuterUp, AU4 browDown, AU5 eyeWide, AU6 cheekSquint, AU7 eyeSquint, AU9 noseSneer, AU10
mouthUpperUp, AU12 mouthSmile, AU14 mouthDimple, AU15 mouthFrown, AU16 mouthLowerDown, AU17 mouthShrugLower, AU20
mouthStretch, AU23 and AU24 mouthPress and mouthRoll, AU25 and AU26 lips and jaw apart, AU29 jawForward, AU43
eyeBlink. The amounts are an animator's judgement, not a measurement.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

Shapes = Mapping[str, float | tuple[float, float]]
"""Weights, added to those of the speech. A shape without its side means both, and a pair the left and the right."""


@dataclass(frozen=True, slots=True)
class Pose:
    """One emotion at full strength."""

    face: Shapes
    """Brows, lids, cheeks and nose: always."""
    lips: Shapes = field(default_factory=dict)
    """Corners of the mouth: always, but less where the speech rounds the lips."""
    parted: Shapes = field(default_factory=dict)
    """Only as far as the speech opens the lips."""
    shut: Shapes = field(default_factory=dict)
    """Only as far as the speech leaves the lips closed."""
    rest: Shapes = field(default_factory=dict)
    """Only where nobody speaks: a mouth that stays a little open."""
    manner: Mapping[str, float] = field(default_factory=dict)
    """How strongly the speech moves each shape, 1 where missing; `mouthClose` follows `jawOpen`."""
    slow_s: float = 0.0
    """How much later the lips part, in seconds; they close in time."""
    breath: float = 0.0
    """How much of the opening at rest comes and goes with the breath, 0..1."""
    head: tuple[float, float, float] = (0.0, 0.0, 0.0)
    """Degrees: yaw to the face's own left, pitch up, roll towards its own right shoulder."""


# fmt: off
POSES: Final[Mapping[str, Pose]] = {
    # AU1+2+5+25+26: all is wide open, and words come out taller
    "amazement": Pose(
        face={"browInnerUp": 0.62, "browOuterUp": (0.58, 0.54), "eyeWide": 0.5},
        parted={"jawOpen": 0.03, "mouthFunnel": 0.05, "mouthUpperUp": 0.05},
        rest={"jawOpen": 0.06, "mouthLowerDown": 0.06},
        manner={"jawOpen": 1.12, "mouthUpperUp": 1.1, "mouthStretch": 0.8},
        head=(0.0, 2.0, 0.0),
    ),
    # AU4+5+7+10+16+23+24+29: brows down and lids tense, lips tight when shut, teeth when open
    "anger": Pose(
        face={"browDown": (0.8, 0.75), "eyeSquint": 0.35, "eyeWide": 0.15, "noseSneer": (0.3, 0.25),
              "cheekSquint": 0.1},
        lips={"mouthFrown": 0.12, "mouthStretch": 0.08, "jawForward": 0.08},
        parted={"mouthLowerDown": 0.14, "mouthUpperUp": (0.12, 0.09)},
        shut={"mouthPress": 0.25, "mouthRollLower": 0.1, "mouthRollUpper": 0.06},
        manner={"jawOpen": 0.95, "mouthLowerDown": 1.2, "mouthUpperUp": 1.15, "mouthSmile": 0.5},
        head=(0.0, -2.0, 0.0),
    ),
    # AU12+14 on one side, AU6+7 with it, AU2 on the other: a smirk under a raised brow
    "cheekiness": Pose(
        face={"browOuterUp": (0.0, 0.42), "browInnerUp": 0.1, "browDown": (0.12, 0.0), "cheekSquint": (0.32, 0.1),
              "eyeSquint": (0.28, 0.14)},
        lips={"mouthSmile": (0.48, 0.14), "mouthDimple": (0.25, 0.08), "mouthLeft": 0.08},
        parted={"mouthUpperUp": (0.08, 0.0), "mouthLowerDown": (0.04, 0.0)},
        shut={"mouthPress": (0.1, 0.0)},
        manner={"mouthSmile": 1.2, "mouthStretch": 1.1},
        head=(-2.0, 0.5, 3.5),
    ),
    # AU9+10+17 with 4, 6, 7 and 15: the nose wrinkles and draws the upper lip along
    "disgust": Pose(
        face={"noseSneer": (0.72, 0.64), "browDown": 0.4, "cheekSquint": 0.3, "eyeSquint": 0.4},
        lips={"mouthFrown": (0.32, 0.28)},
        parted={"mouthUpperUp": (0.22, 0.18), "mouthLowerDown": 0.06},
        shut={"mouthShrugLower": 0.22, "mouthShrugUpper": 0.12},
        manner={"jawOpen": 0.92, "mouthUpperUp": 1.2, "mouthSmile": 0.5},
        head=(3.0, 1.5, -1.0),
    ),
    # AU1+2+4+5+20+25: brows up and together, eyes wide, mouth drawn sideways
    "fear": Pose(
        face={"browInnerUp": 0.75, "browOuterUp": 0.25, "browDown": 0.2, "eyeWide": (0.6, 0.57)},
        lips={"mouthStretch": (0.32, 0.29), "mouthFrown": 0.06},
        parted={"mouthLowerDown": 0.1},
        shut={"mouthPress": 0.06},
        manner={"jawOpen": 0.95, "mouthStretch": 1.2, "mouthSmile": 0.6},
        head=(0.0, 1.0, 0.0),
    ),
    # AU1+4+6+7+15+17+43: sadness that strains the face
    "grief": Pose(
        face={"browInnerUp": 0.75, "browDown": (0.3, 0.27), "cheekSquint": 0.2, "eyeSquint": 0.3, "eyeBlink": 0.15,
              "eyeLookDown": 0.15},
        lips={"mouthFrown": (0.52, 0.48), "mouthStretch": 0.1},
        parted={"mouthLowerDown": 0.07},
        shut={"mouthShrugLower": 0.3, "mouthPress": 0.08},
        manner={"jawOpen": 0.85, "mouthLowerDown": 0.9, "mouthUpperUp": 0.8, "mouthSmile": 0.4, "mouthStretch": 0.9},
        slow_s=0.015,
        head=(0.0, -4.0, 1.0),
    ),
    # AU6+12+25: a smile of mouth and eyes, words wider and more open
    "joy": Pose(
        face={"cheekSquint": (0.5, 0.47), "eyeSquint": 0.22, "browInnerUp": 0.06, "browOuterUp": 0.12},
        lips={"mouthSmile": (0.5, 0.47), "mouthDimple": 0.1},
        parted={"mouthUpperUp": 0.12, "mouthLowerDown": 0.05},
        manner={"jawOpen": 1.1, "mouthUpperUp": 1.15, "mouthLowerDown": 1.1, "mouthStretch": 1.1},
        head=(0.0, 1.5, 0.0),
    ),
    # AU25+26 between phrases, AU1 and heavy lids: the mouth fetches air as soon as it has no word to say
    "outofbreath": Pose(
        face={"browInnerUp": 0.3, "eyeBlink": 0.12, "eyeSquint": 0.1, "noseSneer": 0.08},
        parted={"jawOpen": 0.02, "mouthLowerDown": 0.04},
        rest={"jawOpen": 0.055, "mouthLowerDown": 0.08, "mouthUpperUp": 0.03},
        manner={"jawOpen": 1.05},
        breath=0.5,
        head=(0.0, 1.0, 0.0),
    ),
    # AU4+6+7+9+10+20+43: all is pressed towards the eyes
    "pain": Pose(
        face={"browDown": (0.66, 0.62), "browInnerUp": 0.2, "cheekSquint": 0.5, "eyeSquint": 0.6, "eyeBlink": 0.22,
              "noseSneer": (0.4, 0.36)},
        lips={"mouthStretch": (0.3, 0.33), "mouthFrown": 0.1},
        parted={"mouthUpperUp": 0.16, "mouthLowerDown": 0.12},
        shut={"mouthPress": 0.2},
        manner={"jawOpen": 0.92, "mouthUpperUp": 1.1, "mouthSmile": 0.5},
        head=(2.0, -1.5, -2.0),
    ),
    # AU1+15 with a little 4, 17 and 43: all hangs, words are small and open late
    "sadness": Pose(
        face={"browInnerUp": 0.7, "browDown": 0.12, "eyeBlink": 0.15, "eyeSquint": 0.08, "eyeLookDown": 0.18},
        lips={"mouthFrown": (0.5, 0.47)},
        shut={"mouthShrugLower": 0.12},
        manner={"jawOpen": 0.82, "mouthLowerDown": 0.85, "mouthUpperUp": 0.8, "mouthSmile": 0.4, "mouthStretch": 0.8},
        slow_s=0.02,
        head=(0.0, -4.0, 0.0),
    ),
}
# fmt: on
