"""Emotions worn by a face that speaks: poses and manners of speaking that keep the lips where the speech needs them.

How far the lips are wanted apart is read off the speech weights by the linear model of `lips`. Where they are to touch
(P, B, M) or to lie on the teeth (F, V), all that an emotion would open yields, and what it opens all the same is closed
again; where they are open, what an emotion takes away is given back. Corners that are spread yield to rounded lips.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import cos, exp, pi, sqrt
from operator import mul
from typing import Final, Self

import numpy as np

from a2f_live import arkit
from a2f_live.frames import Array
from a2f_live.lips import EFFECTS
from a2f_live.motion.ease import eased, ramp
from a2f_live.motion.noise import Floats
from a2f_live.motion.poses import POSES, Pose, Shapes

MOUTH: Final = slice(arkit.JAW[0], arkit.LIPS[-1] + 1)
"""The columns of jaw and lips: what of the speech matters here."""
SPOKEN: Final = slice(0, MOUTH.stop)
"""Those and the lids before them."""
GAPS_MM: Final = [EFFECTS[name].gap for name in arkit.NAMES[MOUTH]]
"""How far each of them parts the lips."""
JAW_MM: Final = EFFECTS["jawOpen"].gap
CLOSE_MM: Final = -EFFECTS["mouthClose"].gap
LOWER_MM: Final = EFFECTS["mouthLowerDownLeft"].gap + EFFECTS["mouthLowerDownRight"].gap

OPEN_MM: Final = (1.0, 6.0)
"""Lips so far apart are closed, and open, as far as emotions may open them further."""
GIVEN_BACK_MM: Final = (0.3, 1.5)
"""From so far apart on lips get back what an emotion takes away: never those that are to touch."""
HELD: Final = (0.08, 0.3)
"""Weights of rolled and pressed lips that mean a closure, or a lip on the teeth."""
ROUNDED: Final = (0.1, 0.45)
"""Weights of pucker and funnel that mean rounded lips."""
ROUND_YIELD: Final = 0.65
"""This share of spread corners goes where lips are rounded."""
JAW_SHARE: Final = 0.6
"""Of what is given back, so much comes from the jaw, the rest from the lower lip."""
JAW_YIELD: Final = 0.8
"""At most this share of an open jaw goes before the lips close over it."""

STILL_MM: Final = 1.2
STILL_SUM: Final = 0.25
"""A mouth narrower than this, and with weights that add up to less, says nothing."""
STILL_AFTER_S: Final = 0.2
SLACK_IN_S: Final = 0.4
SLACK_OUT_S: Final = 0.06
"""A mouth that has said nothing for a while may open at rest; it is back at once when there is a word to say."""
BREATH_S: Final = 1.7

CALM: Final = np.zeros(len(arkit.EMOTIONS))

Shares = tuple[float, ...]
"""How much of each part of a style one frame shows: wide eyes, face, lips, parted, shut, rest, and the corrections by
jaw, lower lip and `mouthClose`."""


def strengths(emotions: Mapping[str, float]) -> Floats:
    """Name to 0..1, as numbers in the order of `arkit.EMOTIONS`, (10,)."""
    return np.array([emotions.get(name, 0.0) for name in arkit.EMOTIONS])


@dataclass(frozen=True, slots=True, eq=False)
class Style:
    """One mixture of emotions, laid out for frames."""

    manner: Array
    """(1, 52): the speech is multiplied by it."""
    parts: Array
    """(9, 52): added as `Shares` says."""
    gaps_mm: list[float]
    """As `GAPS_MM`, of weights before they are multiplied by the manner."""
    face_mm: float
    lips_mm: float
    parted_mm: float
    shut_mm: float
    rest_mm: float
    """How far each part opens the lips when it is shown in full."""
    slow_s: float
    breath: float
    head: Array
    """(1, 3) degrees."""

    @classmethod
    def of(cls, felt: Floats) -> Self:
        """The style of a mixture, (10,) of 0..1 each; one that is stronger than a single emotion can be is tempered."""
        together = sqrt(float(felt @ felt))
        blend = (felt if together <= 1.0 else felt / together) @ _POSES
        parts = _CORRECTIONS.copy()
        parts[:PARTS] = blend[_OF_PARTS].reshape(PARTS, arkit.COUNT)
        manner = blend[_OF_MANNER].astype(np.float32)
        manner += np.float32(1.0)
        return cls(
            manner[None],
            parts,
            list(map(mul, GAPS_MM, manner[MOUTH].tolist())),
            **dict(zip(_TRAITS, blend[_OF_TRAITS].tolist(), strict=True)),
            head=blend[_OF_HEAD].astype(np.float32)[None],
        )


class Speaker:
    """What the mouth of one speaker has been doing: a recursion over frames, in plain numbers."""

    __slots__ = ("_apart_mm", "_breath", "_slack", "_still_s")

    def __init__(self) -> None:
        self._still_s = 1.0
        self._slack = 1.0
        self._apart_mm = 0.0
        self._breath = 0.0

    def wear(self, weights: Array, style: Style, frame_s: float) -> None:
        """Put a style on the next frames, (n, 52) of any finite weights, `frame_s` apart, in place."""
        rows = weights[:, SPOKEN].tolist()
        weights *= style.manner
        for frame, row in zip(weights, rows, strict=True):  # products of one shape: the same bits in any company
            frame += np.array(self._shares(row, style, frame_s), np.float32).dot(style.parts)

    def _shares(self, row: list[float], style: Style, frame_s: float) -> Shares:
        """Of the next frame; `row` holds the weights of the speech."""
        mouth = row[MOUTH]
        gap_mm = sum(map(mul, mouth, GAPS_MM))
        spoken_mm = sum(map(mul, mouth, style.gaps_mm))
        held = ramp(row[_ROLL_LOWER] + row[_ROLL_UPPER] + 0.5 * (row[_PRESS_LEFT] + row[_PRESS_RIGHT]), *HELD)
        parted = ramp(gap_mm, *OPEN_MM) * (1.0 - held)
        lips = 1.0 - ROUND_YIELD * ramp(row[_PUCKER] + row[_FUNNEL], *ROUNDED)
        rest = self._at_rest(mouth, gap_mm, style.breath, frame_s) * (1.0 - held) if style.rest_mm else 0.0
        shut = (1.0 - parted) * (1.0 - rest) * lips
        wide = 1.0 - min(max(row[_BLINK_LEFT], row[_BLINK_RIGHT], 0.0), 1.0)  # lids that close do not stay wide

        added_mm = parted * style.parted_mm + rest * style.rest_mm
        closed_mm = min(gap_mm, spoken_mm)
        wanted_mm = closed_mm + parted * (spoken_mm - closed_mm) + added_mm
        if style.slow_s:
            wanted_mm = self._late(wanted_mm, style.slow_s, frame_s)
        lack_mm = wanted_mm - (spoken_mm + added_mm + style.face_mm + lips * style.lips_mm + shut * style.shut_mm)
        if lack_mm > 0.0:
            lack_mm *= ramp(gap_mm, *GIVEN_BACK_MM) * (1.0 - held)
        return (wide, 1.0, lips, parted, shut, rest, *_corrections(lack_mm, row[_JAW]))

    def _at_rest(self, mouth: list[float], gap_mm: float, breath: float, frame_s: float) -> float:
        """How far a mouth that says nothing has opened, 0..1."""
        still = gap_mm < STILL_MM and sum(mouth) < STILL_SUM
        self._still_s = self._still_s + frame_s if still else 0.0
        self._slack = max(eased((self._still_s - STILL_AFTER_S) / SLACK_IN_S), self._slack - frame_s / SLACK_OUT_S)
        self._breath = (self._breath + frame_s / BREATH_S) % 1.0
        return self._slack * (1.0 - breath * (0.5 - 0.5 * cos(2.0 * pi * self._breath)))

    def _late(self, wanted_mm: float, slow_s: float, frame_s: float) -> float:
        """Lips that part later than they should, and close in time."""
        if wanted_mm > self._apart_mm:
            wanted_mm -= (wanted_mm - self._apart_mm) * exp(-frame_s / slow_s)
        self._apart_mm = wanted_mm
        return wanted_mm


def _corrections(lack_mm: float, jaw: float) -> tuple[float, float, float]:
    """Weights of `jawOpen`, `mouthLowerDown` and `mouthClose` that open the lips by what they lack, or close them."""
    if lack_mm > 0.0:
        return JAW_SHARE * lack_mm / JAW_MM, (1.0 - JAW_SHARE) * lack_mm / LOWER_MM, 0.0
    dropped = max(lack_mm / JAW_MM, -JAW_YIELD * max(jaw, 0.0))
    return dropped, 0.0, (dropped * JAW_MM - lack_mm) / CLOSE_MM


def _row(shapes: Shapes, missing: float = 0.0) -> Floats:
    row = np.full(arkit.COUNT, missing)
    for shape, weight in shapes.items():
        sides = (shape,) if shape in arkit.INDEX else (f"{shape}Left", f"{shape}Right")
        row[[arkit.INDEX[side] for side in sides]] = weight
    return row


def _laid_out(pose: Pose) -> Floats:
    """One row of `_POSES`: manner less 1, the parts, how far each opens the lips, the other traits, the head."""
    manner = _row({**pose.manner, "mouthClose": pose.manner.get("jawOpen", 1.0)}, missing=1.0) - 1.0
    face = {shape: weight for shape, weight in pose.face.items() if shape != "eyeWide"}
    wide = {shape: weight for shape, weight in pose.face.items() if shape == "eyeWide"}
    parts = [_row(part) for part in (face, pose.lips, pose.parted, pose.shut, pose.rest)]
    opens_mm = [sum(EFFECTS[name].gap * part[arkit.INDEX[name]] for name in EFFECTS) for part in parts]
    return np.concatenate((manner, _row(wide), *parts, opens_mm, (pose.slow_s, pose.breath), pose.head))


PARTS: Final = 6
_TRAITS: Final = ("face_mm", "lips_mm", "parted_mm", "shut_mm", "rest_mm", "slow_s", "breath")
_POSES: Final = np.array([_laid_out(POSES[name]) for name in arkit.EMOTIONS])
_OF_MANNER: Final = slice(0, arkit.COUNT)
_OF_PARTS: Final = slice(_OF_MANNER.stop, _OF_MANNER.stop + PARTS * arkit.COUNT)
_OF_TRAITS: Final = slice(_OF_PARTS.stop, _OF_PARTS.stop + len(_TRAITS))
_OF_HEAD: Final = slice(_OF_TRAITS.stop, _OF_TRAITS.stop + 3)
_CORRECTIONS: Final = np.zeros((PARTS + 3, arkit.COUNT), np.float32)
_CORRECTIONS[PARTS:] = [_row({name: 1.0}) for name in ("jawOpen", "mouthLowerDown", "mouthClose")]

_JAW, _PUCKER, _FUNNEL = (arkit.INDEX[name] for name in ("jawOpen", "mouthPucker", "mouthFunnel"))
_ROLL_LOWER, _ROLL_UPPER = arkit.INDEX["mouthRollLower"], arkit.INDEX["mouthRollUpper"]
_PRESS_LEFT, _PRESS_RIGHT = arkit.INDEX["mouthPressLeft"], arkit.INDEX["mouthPressRight"]
_BLINK_LEFT, _BLINK_RIGHT = arkit.INDEX["eyeBlinkLeft"], arkit.INDEX["eyeBlinkRight"]
