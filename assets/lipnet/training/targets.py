"""Curves of a mouth that says given phones: dominance functions, after Cohen and Massaro (1993).

Every phone pulls at each group of muscles with a strength that falls off with the distance in time; what is seen is the
mean of all that is wanted, weighed by strength. So rounding starts early where it is insisted on, tongue consonants
take over the lips of their vowels, and fast speech undershoots, with no rule for any of these.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from assets.lipnet.training.controls import CONTROLS, GAP, PHONE_CLASSES, Array
from assets.lipnet.training.phones import Phone
from assets.lipnet.training.poses import GLIDE_FROM, GLIDES, POSES, Pose

RATE_HZ: Final = 100
"""Of the curves."""

REACH_S: Final = 0.008
"""How far beyond its own time a phone pulls at the opening."""
ROUND_BEFORE_S: Final = 0.06
ROUND_AFTER_S: Final = 0.04
"""Rounding starts early and is let go sooner."""
LIPS_REACH_S: Final = 0.012
SMOOTH_S: Final = 0.016
"""Standard deviation of what is smoothed away at the end: lips have mass."""

JAW_SHARE: Final = 0.72
"""Of the gap, what the jaw makes; the lips make the rest."""


class Segment(NamedTuple):
    """A pose and when it is held."""

    start_s: float
    end_s: float
    pose: Pose


def segments(phones: Sequence[Phone]) -> list[Segment]:
    """Phones as poses, diphthongs as two."""
    held: list[Segment] = []
    for start_s, end_s, name in phones:
        if glide := GLIDES.get(name):
            turn_s = start_s + GLIDE_FROM * (end_s - start_s)
            held += [Segment(start_s, turn_s, POSES[name]), Segment(turn_s, end_s, glide)]
        else:
            held.append(Segment(start_s, end_s, POSES[name]))
    return held


def pull(times_s: NDArray[np.float64], held: Sequence[Segment], before_s: float, after_s: float) -> NDArray[np.float64]:
    """(times, segments) how strongly each pulls: 1 within its time, falling off exponentially on both sides."""
    start_s = np.array([s.start_s for s in held])
    end_s = np.array([s.end_s for s in held])
    early = np.maximum(start_s - times_s[:, None], 0.0) / before_s
    late = np.maximum(times_s[:, None] - end_s, 0.0) / after_s
    return np.asarray(np.exp(-early - late))


def mean_pull(
    strength: NDArray[np.float64], dominance: NDArray[np.float64], wanted: NDArray[np.float64]
) -> NDArray[np.float64]:
    """What is seen of what is wanted."""
    weight = strength * dominance
    seen: NDArray[np.float64] = weight @ wanted / np.maximum(weight.sum(1), 1e-9).reshape(-1, *[1] * (wanted.ndim - 1))
    return seen


def curves(phones: Sequence[Phone], count: int) -> Array:
    """(count, CONTROLS) at 100 Hz, 0..1."""
    held = segments(phones)
    times_s = np.arange(count) / RATE_HZ
    poses = [s.pose for s in held]
    gap_pull = pull(times_s, held, REACH_S, REACH_S)
    gap_mm = mean_pull(gap_pull, np.array([p.gap_dominance for p in poses]), np.array([p.gap_mm for p in poses]))
    rounded = mean_pull(
        pull(times_s, held, ROUND_BEFORE_S, ROUND_AFTER_S),
        np.array([p.rounded_dominance for p in poses]),
        np.array([p.rounded for p in poses]),
    )
    lips = np.array([[p.lips.get(name, 0.0) for name in CONTROLS] for p in poses])
    dominance = np.array([max(p.gap_dominance, 0.5) for p in poses])
    extra = mean_pull(pull(times_s, held, LIPS_REACH_S, LIPS_REACH_S), dominance, lips)
    return smoothed(posed(gap_mm, rounded, extra), SMOOTH_S)


def posed(gap_mm: NDArray[np.float64], rounded: NDArray[np.float64], extra: NDArray[np.float64]) -> NDArray[np.float64]:
    """Controls that make this gap and this rounding, on top of what the lips do besides."""
    control = {name: index for index, name in enumerate(CONTROLS)}
    weights = extra.copy()
    rounds, spreads = np.maximum(rounded, 0.0), np.maximum(-rounded, 0.0)
    weights[:, control["mouthPucker"]] += 0.52 * rounds
    weights[:, control["mouthFunnel"]] += 0.26 * rounds
    weights[:, control["jawForward"]] += 0.06 * rounds
    weights[:, control["mouthStretch"]] += 0.10 * spreads
    weights[:, control["mouthSmile"]] += 0.12 * spreads
    weights[:, control["mouthDimple"]] += 0.08 * spreads
    lips_mm = (1 - JAW_SHARE) * gap_mm
    weights[:, control["mouthLowerDown"]] += 0.62 * lips_mm / 4.24
    weights[:, control["mouthUpperUp"]] += 0.38 * lips_mm / 5.0
    missing = gap_mm - weights @ GAP
    # The jaw makes what is missing; a jaw that is already up leaves it to the lips, which close over it.
    weights[:, control["jawOpen"]] += np.maximum(missing, 0.0) / 29.28
    closing = np.maximum(-missing, 0.0)
    weights[:, control["mouthClose"]] += np.minimum(closing, 3.0) / 29.4
    return np.clip(weights, 0.0, 1.0)


def pose_table() -> Array:
    """(PHONE_CLASSES, CONTROLS) the mouth of each phone that is held; of a diphthong, the mean of its halves."""
    held = [curves([Phone(0.0, 1.0, name)], RATE_HZ)[10:90].mean(0) for name in PHONE_CLASSES]
    return np.asarray(held, np.float32)


def smoothed(values: NDArray[np.float64], deviation_s: float) -> Array:
    """Along time, with a Gaussian."""
    reach = int(np.ceil(3 * deviation_s * RATE_HZ))
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) / (deviation_s * RATE_HZ)) ** 2)
    kernel /= kernel.sum()
    padded = np.pad(values, ((reach, reach), (0, 0)), mode="edge")
    out = sum(weight * padded[i : i + len(values)] for i, weight in enumerate(kernel))
    return np.asarray(out, np.float32)
