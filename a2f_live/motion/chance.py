"""Chance in a recursion: numbers drawn one after the other, the same for the same seed."""

from a2f_live.motion.noise import key


class Chance:
    """A sequence of numbers that depends on nothing but its seed, any integer."""

    __slots__ = ("_drawn", "_seed")

    def __init__(self, seed: int) -> None:
        self._seed = key(seed)
        self._drawn = 0

    def draw(self, low: float, high: float) -> float:
        """The next number, from `low` up to `high`."""
        self._drawn += 1
        return low + (high - low) * (key(self._seed + self._drawn) / 2**64)
