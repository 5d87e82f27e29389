"""What follows the voice beside the mouth: brows, head, cheeks, blinks and gaze.

Brows rise and the head dips with stressed and with high syllables; the head turns a little with every phrase, comes up
at its start and sinks towards its end; cheeks and nose take part in loud open vowels, eyes and cheeks in a smile. Eyes
drift away where a phrase begins and come back where it ends, and there the lids like to blink. It is a heuristic, and
scaled to be felt rather than seen.

All of it is a recursion over frames, in plain numbers, and chance is hashed from the seed and the number of the draw.
"""

from collections.abc import Iterable
from functools import lru_cache
from math import exp
from typing import Final, NamedTuple

import numpy as np

from a2f_live import arkit
from a2f_live.frames import Array
from a2f_live.motion.chance import Chance
from a2f_live.motion.ease import ramp
from a2f_live.motion.lids import Lids

# How much: weights at the most, and degrees
BROW_INNER: Final = 0.24
BROW_OUTER: Final = 0.17
BROW_DOWN: Final = 0.1
CHEEK: Final = 0.14
NOSE: Final = 0.07
CHEEK_OF_SMILE: Final = 0.4
SQUINT_OF_SMILE: Final = 0.25
"""Shares of the weight of a smile."""
NOD_DEG: Final = 2.6
TURN_DEG: Final = 2.6
LEAN_DEG: Final = 1.4
RISE_DEG: Final = 1.8
SINK_DEG_PER_S: Final = 0.9
SUNK_DEG: Final = -0.6
AWAY_ASIDE: Final = (0.1, 0.26)
AWAY_UP: Final = (-0.14, 0.16)
HEAD_OF_GAZE_DEG: Final = 6.0
"""The head goes along with the eyes: degrees of yaw and pitch for a weight of 1."""

# What counts as emphasis: above what has been usual in the last syllables
STRESS: Final = (0.03, 0.2)
ACCENT_SEMITONES: Final = (0.8, 5.0)
OF_STRESS: Final = 0.5
OF_ACCENT: Final = 0.65
OPEN_JAW: Final = (0.12, 0.35)
LOUD: Final = (0.5, 0.8)

# How fast: time constants in seconds
USUAL_S: Final = 1.2
ATTACK_S: Final = 0.05
RELEASE_S: Final = 0.27
ROUND_OFF_S: Final = 0.03
"""After attack and release: 80 ms up and 300 ms down in all, without corners."""
NOD_S: Final = 0.08
TURN_S: Final = 0.28
CHEEK_S: Final = 0.08
GAZE_S: Final = 0.06

# Phrases
TALKS: Final = 0.4
PAUSES: Final = 0.6
"""Probabilities of a pause below which a phrase goes on, and above which it has ended."""
PHRASE_BEGINS_S: Final = 0.04
PHRASE_ENDS_S: Final = 0.09
AWAY_SHARE: Final = 0.55
"""Of phrases that follow a pause of `AWAY_AFTER_S` at least."""
AWAY_AFTER_S: Final = 0.25
AWAY_AT_MOST_S: Final = 1.6

HEARD: Final = slice(arkit.INDEX["jawOpen"], arkit.INDEX["mouthSmileRight"] + 1)
"""The columns of the mouth that are looked at: first the jaw, last the two sides of a smile."""
EYES: Final = slice(arkit.EYES[0], arkit.EYES[-1] + 1)
BROWS_TO_NOSE: Final = slice(arkit.INDEX["browDownLeft"], arkit.INDEX["noseSneerRight"] + 1)

Look = tuple[float, float]
"""How far to the face's own left, and up: weights, negative to the other side."""
AHEAD: Final[Look] = (0.0, 0.0)


class Paces(NamedTuple):
    """How near a follower comes to its target in one frame, 0..1, for each time constant."""

    usual: float
    attack: float
    release: float
    round_off: float
    nod: float
    turn: float
    cheek: float
    gaze: float


@lru_cache(maxsize=64)
def paces(frame_s: float) -> Paces:
    """The paces at that time between frames."""
    constants_s = (USUAL_S, ATTACK_S, RELEASE_S, ROUND_OFF_S, NOD_S, TURN_S, CHEEK_S, GAZE_S)
    return Paces(*(1.0 - exp(-frame_s / constant_s) for constant_s in constants_s))


class Expression:
    """The face of one utterance, as far as it follows the voice."""

    def __init__(self, seed: int, moved: Iterable[str] = ()) -> None:
        """`moved` names the channels of the engine (`eyes`, `brows`) that are left to it."""
        moved = set(moved)
        self._moves_eyes = "eyes" not in moved
        self._brows = 0.0 if "brows" in moved else 1.0
        self._chance = Chance(seed)
        self._lids = Lids(Chance(seed + 1))
        self._talks = False
        self._turned_s = 0.0
        """For how long the voice has been contrary to `_talks`."""
        self._phase_s = 1.0
        """For how long the phrase, or the pause, has lasted."""
        self._usual_loudness, self._usual_pitch = 0.5, 0.0
        self._pull = self._brow = self._nod = self._frown = self._cheek = self._smile = 0.0
        self._zeal = 1.0
        self._turn_to = self._lean_to = 0.0
        self._turn = self._turning = self._lean = self._leaning = self._rise = self._rising = 0.0
        self._gaze_to = AHEAD
        self._aside = self._up = 0.0

    def show(self, weights: Array, head: Array | None, prosody: Array, frame_s: float) -> None:
        """Let the next frames follow the voice, in place: weights (n, 52) with the mouth of the speech, head (n, 3)
        in degrees, prosody (n, 4); `frame_s` is the time from one to the next."""
        rows = [
            self._step(heard, mouth, frame_s)
            for heard, mouth in zip(prosody.tolist(), weights[:, HEARD].tolist(), strict=True)
        ]
        moved = np.array(rows, np.float32)
        if self._moves_eyes:
            weights[:, EYES] += moved[:, :14]
        weights[:, BROWS_TO_NOSE] += moved[:, 14:24]
        if head is not None:
            head += moved[:, 24:]

    def _step(self, prosody: list[float], mouth: list[float], frame_s: float) -> tuple[float, ...]:
        """Eyes, brows, cheeks and nose in the order of `arkit.NAMES`, then yaw, pitch and roll, of the next frame."""
        loudness, pitch, voiced, pause = prosody
        voiced = min(max(voiced, 0.0), 1.0)
        pace = paces(frame_s)
        self._follow_phrase(pause, frame_s)
        self._follow_stress(loudness, pitch, voiced, pace)
        self._follow_mouth(mouth[0], mouth[-1] + mouth[-2], loudness * voiced, pace)
        self._carry_head(pace)
        return (*self._eyes(self._lids.step(frame_s), pace), *self._upper_face(), *self._head())

    def _follow_phrase(self, pause: float, frame_s: float) -> None:
        self._phase_s += frame_s
        contrary = pause > PAUSES if self._talks else pause < TALKS
        self._turned_s = self._turned_s + frame_s if contrary else 0.0
        if self._turned_s >= (PHRASE_ENDS_S if self._talks else PHRASE_BEGINS_S):
            self._turned_s = 0.0
            self._talks = not self._talks
            if self._talks:
                self._phrase_begins()
            else:
                self._phrase_ends()
            self._phase_s = 0.0
        elif self._phase_s > AWAY_AT_MOST_S:
            self._gaze_to = AHEAD

    def _phrase_begins(self) -> None:
        draw = self._chance.draw
        self._zeal = draw(0.5, 1.2)
        self._turn_to = draw(-TURN_DEG, TURN_DEG)
        self._lean_to = draw(-LEAN_DEG, LEAN_DEG)
        away, aside, up = draw(0.0, 1.0), draw(-1.0, 1.0), draw(*AWAY_UP)
        if away < AWAY_SHARE and self._phase_s > AWAY_AFTER_S:
            near, far = AWAY_ASIDE
            self._gaze_to = (near + (far - near) * abs(aside)) * (1.0 if aside > 0.0 else -1.0), up

    def _phrase_ends(self) -> None:
        self._turn_to *= 0.3
        self._lean_to = 0.0
        self._gaze_to = AHEAD
        self._lids.phrase_ends()

    def _follow_stress(self, loudness: float, pitch: float, voiced: float, pace: Paces) -> None:
        """Brows up with stress, the more so with high pitch; a little down where it is only loud."""
        usual = pace.usual * voiced
        louder, higher = loudness - self._usual_loudness, pitch - self._usual_pitch
        self._usual_loudness += louder * usual
        self._usual_pitch += higher * usual
        stress, accent = ramp(louder, *STRESS) * voiced, ramp(higher, *ACCENT_SEMITONES) * voiced
        pull = min(OF_STRESS * stress + OF_ACCENT * accent, 1.0)
        self._pull += (pull - self._pull) * (pace.attack if pull > self._pull else pace.release)
        self._brow += (self._pull - self._brow) * pace.round_off
        self._nod += (self._pull - self._nod) * pace.nod
        self._frown += (max(stress - accent, 0.0) - self._frown) * pace.turn

    def _follow_mouth(self, jaw: float, smiles: float, voice: float, pace: Paces) -> None:
        """Cheeks and nose in loud open vowels, cheeks and lids in a smile."""
        self._cheek += (ramp(jaw, *OPEN_JAW) * ramp(voice, *LOUD) - self._cheek) * pace.cheek
        self._smile += (0.5 * smiles - self._smile) * pace.cheek

    def _carry_head(self, pace: Paces) -> None:
        """Two followers one after the other: the head neither starts nor stops at once."""
        rise = max(RISE_DEG - SINK_DEG_PER_S * self._phase_s, SUNK_DEG) if self._talks else 0.0
        turn = pace.turn
        self._turning += (self._turn_to - self._turning) * turn
        self._turn += (self._turning - self._turn) * turn
        self._leaning += (self._lean_to - self._leaning) * turn
        self._lean += (self._leaning - self._lean) * turn
        self._rising += (rise - self._rising) * turn
        self._rise += (self._rising - self._rise) * turn

    def _eyes(self, shut: float, pace: Paces) -> tuple[float, ...]:
        aside, up = self._gaze_to
        self._aside += (aside - self._aside) * pace.gaze
        self._up += (up - self._up) * pace.gaze
        left, right = max(self._aside, 0.0), max(-self._aside, 0.0)
        upwards, down = max(self._up, 0.0), max(-self._up, 0.0)
        lid = shut + 0.5 * down
        squint = SQUINT_OF_SMILE * self._smile
        return (lid, down, right, left, upwards, squint, 0.0, lid, down, left, right, upwards, squint, 0.0)

    def _upper_face(self) -> tuple[float, ...]:
        brow = self._brows * self._zeal * self._brow
        outer, down = BROW_OUTER * brow, BROW_DOWN * self._brows * self._frown
        cheek = CHEEK * self._cheek + CHEEK_OF_SMILE * self._smile
        nose = NOSE * self._cheek
        return (down, down, BROW_INNER * brow, outer, outer, 0.0, cheek, cheek, nose, nose)

    def _head(self) -> tuple[float, float, float]:
        yaw = self._turn + HEAD_OF_GAZE_DEG * self._aside
        pitch = self._rise - NOD_DEG * self._nod + HEAD_OF_GAZE_DEG * self._up
        return yaw, pitch, self._lean
