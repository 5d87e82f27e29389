"""Emotions guessed from how somebody speaks: a heuristic, not a measurement of what anybody feels.

It follows what reviews of vocal expression agree on (Juslin and Laukka 2003, "Communication of emotions in vocal
expression and music performance", table 7): anger is loud and uneven, fear high and even, joy loud, high and varied,
sadness soft, low, even and full of pauses; surprise, which they leave out, is taken to be high and very varied. Words
are not heard. Estimates move over seconds and stay small.
"""

from math import sqrt
from typing import Final

from a2f_live import arkit
from a2f_live.motion.emotion import strengths
from a2f_live.motion.noise import Floats

TREND_S: Final = 4.0
"""Time constant of everything that is heard."""
SURE_AFTER_S: Final = 3.0
"""Of speech: a guess from less counts for less."""
NEWS_S: Final = 1.2
"""Time from one guess to the next."""
MOST: Final = 0.5
"""All emotions together are never stronger."""

LOUD: Final = 0.2
UNEVEN: Final = 0.15
HIGH: Final = 3.0
VARIED: Final = 2.5
"""What counts as one step: of loudness above 0.5, of its deviation, of pitch and of its deviation (in semitones)."""
NOTHING: Final = 0.35
"""Evidence, in steps, that is no more than how people happen to speak."""


class Mood:
    """What the voice of one utterance has sounded like lately: a recursion over frames, in plain numbers."""

    __slots__ = ("_heard_s", "_loud", "_news_s", "_pitch", "_pitch_spread", "_spread", "_talking")

    def __init__(self) -> None:
        self._heard_s = 0.0
        self._news_s = 0.0
        self._talking = 0.7
        self._loud = 0.5
        self._spread = UNEVEN**2
        self._pitch = 0.0
        self._pitch_spread = VARIED**2

    def hear(self, prosody: list[float], frame_s: float) -> Floats | None:
        """The prosody of the next frame, as `speech.PROSODY`; now and then the mixture that it is taken for, (10,)."""
        loudness, pitch, voiced, pause = prosody
        step = min(frame_s / TREND_S, 1.0)
        talk = min(max(1.0 - pause, 0.0), 1.0)
        self._talking += (talk - self._talking) * step
        self._heard_s += talk * frame_s
        off = loudness - self._loud
        self._loud += off * step * talk
        self._spread += (off * off - self._spread) * step * talk
        off = pitch - self._pitch
        step *= min(max(voiced, 0.0), 1.0) * talk
        self._pitch += off * step
        self._pitch_spread += (off * off - self._pitch_spread) * step
        self._news_s += frame_s
        if self._news_s < NEWS_S:
            return None
        self._news_s = 0.0
        return self.guess()

    def guess(self) -> Floats:
        """Strengths in the order of `arkit.EMOTIONS`, (10,) of 0..`MOST`, together no more than `MOST`."""
        loud = (self._loud - 0.5) / LOUD
        uneven = sqrt(self._spread) / UNEVEN - 1.0
        high = self._pitch / HIGH
        varied = sqrt(self._pitch_spread) / VARIED - 1.0
        halting = max(0.7 - self._talking, 0.0) / 0.3
        evidence = {
            "joy": 0.3 * loud + 0.5 * high + 0.5 * varied,
            "anger": 0.8 * loud + 0.4 * uneven - 0.2 * varied,
            "sadness": -0.5 * loud - 0.4 * high - 0.5 * varied + 0.2 * halting,
            "fear": 0.7 * high - 0.5 * varied - 0.3 * loud - 0.2,
            "amazement": 0.4 * high + 0.8 * varied - 0.6 * loud - 0.3,
        }
        sure = min(self._heard_s / SURE_AFTER_S, 1.0)
        felt = {name: sure * MOST * min(max(steps - NOTHING, 0.0), 1.0) for name, steps in evidence.items()}
        together = sum(felt.values())
        return strengths(felt) * (MOST / max(together, MOST))


GUESSED: Final = tuple(name for name in arkit.EMOTIONS if name in {"joy", "anger", "sadness", "fear", "amazement"})
"""The emotions that a voice is ever taken for."""
