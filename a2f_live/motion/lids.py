"""Lids that like to blink where a phrase ends: a recursion over frames, in plain numbers.

Speakers blink at the ends of what they say and in the pauses after, and those who watch them blink along (Nakano and
Kitazawa 2010, "Eyeblink entrainment at breakpoints of speech"). A blink that a phrase end brings puts the next one off,
so the mean rate stays that of people, 12 to 20 a minute.
"""

from typing import Final

from a2f_live.motion.chance import Chance
from a2f_live.motion.ease import eased
from a2f_live.motion.idle import BLINK_CLOSE_S, BLINK_OPEN_S, BLINK_SHUT_S, DOUBLE_AFTER_S, DOUBLE_SHARE

FIRST_S: Final = (1.2, 4.0)
NEXT_S: Final = (3.6, 8.0)
"""Without an end of a phrase."""
AT_END_SHARE: Final = 0.55
"""Of ends of phrases."""
AT_END_S: Final = (0.0, 0.16)
AGAIN_S: Final = 2.2
"""An end of a phrase so soon after a blink brings none."""
STRETCH: Final = (0.85, 1.1)
DEPTH: Final = (0.95, 1.0)
LAST_S: Final = STRETCH[1] * (BLINK_CLOSE_S + BLINK_SHUT_S + BLINK_OPEN_S)


class Lids:
    """The lids of one face."""

    __slots__ = ("_chance", "_depth", "_next_s", "_since_s", "_stretch")

    def __init__(self, chance: Chance) -> None:
        self._chance = chance
        self._next_s = chance.draw(*FIRST_S)
        self._since_s = AGAIN_S
        self._stretch = self._depth = 1.0

    def phrase_ends(self) -> None:
        """The speaker pauses."""
        if self._since_s > AGAIN_S and self._chance.draw(0.0, 1.0) < AT_END_SHARE:
            self._next_s = min(self._next_s, self._chance.draw(*AT_END_S))

    def step(self, frame_s: float) -> float:
        """How far the lids are shut in the next frame, 0..1."""
        self._next_s -= frame_s
        self._since_s += frame_s
        if self._next_s <= 0.0:
            self._blink()
        return self._shut() if self._since_s < LAST_S else 0.0

    def _blink(self) -> None:
        chance = self._chance
        self._since_s = -self._next_s  # it began between two frames
        self._next_s = DOUBLE_AFTER_S if chance.draw(0.0, 1.0) < DOUBLE_SHARE else chance.draw(*NEXT_S)
        self._next_s -= self._since_s
        self._stretch = chance.draw(*STRETCH)
        self._depth = chance.draw(*DEPTH)

    def _shut(self) -> float:
        progress_s = self._since_s / self._stretch
        shutting = eased(progress_s / BLINK_CLOSE_S)
        opening = eased((progress_s - BLINK_CLOSE_S - BLINK_SHUT_S) / BLINK_OPEN_S)
        return (shutting - opening) * self._depth
