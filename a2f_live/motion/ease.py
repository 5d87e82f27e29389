"""Smooth transitions in time, from a held shape into whatever comes."""

from dataclasses import dataclass

import numpy as np

from a2f_live.frames import Array
from a2f_live.motion.noise import Floats


def smooth(progress: Floats) -> Floats:
    """0 up to 0, 1 from 1 on, and between them an S with no corner."""
    x = np.minimum(np.maximum(progress, 0.0), 1.0)  # np.clip costs three times as much
    curve: Floats = x * x * (3.0 - 2.0 * x)
    return curve


def eased(progress: float) -> float:
    """The same for one number, many times faster."""
    if progress <= 0.0:
        return 0.0
    if progress >= 1.0:
        return 1.0
    return progress * progress * (3.0 - 2.0 * progress)


def ramp(value: float, low: float, high: float) -> float:
    """0 up to `low`, 1 from `high` on, and between them an S with no corner."""
    if value <= low:
        return 0.0
    if value >= high:
        return 1.0
    progress = (value - low) / (high - low)
    return progress * progress * (3.0 - 2.0 * progress)


@dataclass(frozen=True, slots=True, eq=False)
class Fade:
    """Leaves a held shape behind within `length_s` from `start_s` on."""

    weights: Array
    """(1, 52) float32, 0..1: the shape that is left."""
    head: Array
    """(1, 3) float32, degrees."""
    start_s: float
    length_s: float
    columns: Array
    """(52,) float32: 1 where a shape fades, 0 where it changes at once."""
    visemes: Array | None = None
    """(1, 15) float32: those that are left; None where they change at once."""

    def held(self, seconds: Floats) -> Array:
        """How much of the held shape is left at each time: (n, 1) float32, 1 down to 0."""
        left = 1.0 - smooth((seconds - self.start_s) / self.length_s)
        return left.astype(np.float32)[:, None]

    def over(self, seconds: float) -> bool:
        """Whether nothing of the held shape is left at that time."""
        return seconds >= self.start_s + self.length_s

    def mix(self, weights: Array, held: Array) -> Array:
        """Weights, (n, 52), with what is left of the held shape; 0..1."""
        mixed = weights + (self.weights - weights) * (held * self.columns)
        np.clip(mixed, 0.0, 1.0, out=mixed)
        return mixed

    def turn(self, head: Array, held: Array) -> Array:
        """Head rotations, (n, 3), with what is left of the held one."""
        turned: Array = head + (self.head - head) * held
        return turned

    def say(self, visemes: Array, held: Array) -> Array:
        """Visemes, (n, 15), with what is left of the held ones; 0..1."""
        if self.visemes is None:
            return visemes
        mixed = visemes + (self.visemes - visemes) * held
        np.clip(mixed, 0.0, 1.0, out=mixed)
        return mixed
