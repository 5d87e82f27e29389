"""What a listener shows: messages of an agent's face in, the face at any moment out. Times are given, never read."""

from bisect import bisect_right
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from a2f_live import arkit
from a2f_live.frames import Array, Cleared, Flushed, Frames
from a2f_live.integrations.telling import Heard, Paused, Played, Playing, TurnBegan, heard

FADE_S: Final = 0.2
"""Of the ease to rest."""
BLEND_S: Final = 0.08
"""Of the passage into what is shown next."""
HOLD_S: Final = 0.12
"""A face whose next frame is missing holds so long before it eases to rest."""
EARLY_S: Final = 0.12
"""A mark in the audio comes early by what a transport collects after it, until there is a chunk to send."""
STALL_S: Final = 0.04
"""Audio that is so far behind where it should be has run dry in between."""
KEPT_TURNS: Final = 8
KEPT_FRAMES: Final = 72_000
"""Of a turn: ten minutes at the highest rate."""


@dataclass(eq=False)
class _Track:
    """Frames of a turn, and where its audio stands."""

    times: list[float] = field(default_factory=list)
    rows: list[Array] = field(default_factory=list)
    span_s: float = 0.0
    starts_s: float | None = None
    """Time at which second 0 was, or would have been, heard; None while it is not heard."""
    stands_s: float | None = None
    """Second at which it stands still."""
    complete: bool = False

    def add(self, frames: Frames) -> None:
        self.span_s = float(1 / frames.fps)
        self.times += [float(frames.time_s + k / frames.fps) for k in range(frames.count)]
        self.rows += list(frames.weights)
        del self.times[:-KEPT_FRAMES], self.rows[:-KEPT_FRAMES]

    def plays(self, second: float, at_s: float) -> None:
        """That second is heard at that time; what says nearly what is known already is no news."""
        known_s = None if self.stands_s is not None else self.position_s(at_s)
        if known_s is None or not known_s - STALL_S <= second <= known_s + EARLY_S:
            self.starts_s, self.stands_s = at_s - second, None

    def position_s(self, now_s: float) -> float | None:
        if self.stands_s is not None:
            return self.stands_s
        return None if self.starts_s is None else now_s - self.starts_s

    def at(self, position_s: float) -> Array | None:
        """The face between the frames around a second; none before the first, or too long after the last."""
        after = bisect_right(self.times, position_s + 1e-9)
        if after == 0:
            return None
        before_s, row = self.times[after - 1], self.rows[after - 1]
        if after == len(self.times):
            missing_s = position_s - before_s - self.span_s
            return row if missing_s <= (0.0 if self.complete else HOLD_S) else None
        share = (position_s - before_s) / (self.times[after] - before_s)
        mixed: Array = row + (self.rows[after] - row) * np.float32(share)
        return mixed


class Listener:
    """Shows the face of an agent by the clock of its audio.

    `hear` takes what was told; `face` gives the weights to show. `latency_s` is the time from the moment at which audio
    goes out at the agent to that at which it is heard here, beyond what a message takes. Where a turn ends or is
    interrupted the face eases to rest within 0.2 s; it never keeps its last shape.
    """

    def __init__(self, latency_s: float = 0.0) -> None:
        self.names: tuple[str, ...] = arkit.NAMES
        """Of the weights, in the order of `face`."""
        self.turn: int | None = None
        """Number of the turn that was shown last; None if the face was at rest or idle."""
        self._latency_s = latency_s
        self._tracks: dict[int, _Track] = {}
        self._cleared = -1
        self._idle: tuple[float, Array] | None = None
        self._shown: Array = np.zeros(arkit.COUNT, np.float32)
        self._shown_at_s: float | None = None
        self._source: object = None
        self._left: Array = self._shown
        self._left_at_s = -1e9
        self._passage_s = FADE_S

    def hear(self, message: object, now_s: float) -> None:
        """Take a message that came now. Unknown ones are ignored. Raises `RemoteProtocolError` for a bad one."""
        told = heard(message)
        if isinstance(told, Cleared):
            self._cleared = max(self._cleared, told.utterance)
            self._tracks = {number: track for number, track in self._tracks.items() if number > self._cleared}
        elif isinstance(told, Frames) and told.idle:
            self._idle = (now_s + told.count / float(told.fps), told.weights[-1])
        elif told and (track := self._track(told.utterance)):
            self._follow(track, told, now_s)

    def position_s(self, turn: int, now_s: float) -> float | None:
        """The second of a turn's audio that is heard now; None while it is not."""
        return self._tracks[turn].position_s(now_s) if turn in self._tracks else None

    def face(self, now_s: float) -> Array:
        """The weights to show now, (52,) float32, 0..1; to be called with times that do not go back."""
        self.turn, target = self._speech(now_s)
        source: object = self.turn
        if target is None and self._idle and now_s <= self._idle[0] + HOLD_S:
            source, target = "idle", self._idle[1]
        if source != self._source:
            self._source, self._left = source, self._shown
            # With the picture before, the last of the old source: however seldom is drawn, the face is at rest in time.
            self._left_at_s = now_s if self._shown_at_s is None else self._shown_at_s
            self._passage_s = FADE_S if target is None else BLEND_S
        share = np.float32(_smooth((now_s - self._left_at_s) / self._passage_s))
        rest = np.zeros_like(self._left) if target is None else target
        self._shown, self._shown_at_s = self._left + (rest - self._left) * share, now_s
        return self._shown

    def _speech(self, now_s: float) -> tuple[int | None, Array | None]:
        """The newest turn that is heard now, and its face."""
        for number in sorted(self._tracks, reverse=True):
            position_s = self._tracks[number].position_s(now_s)
            row = None if position_s is None else self._tracks[number].at(position_s)
            if row is not None:
                return number, row
        return None, None

    def _follow(self, track: _Track, told: Heard, now_s: float) -> None:
        match told:
            case TurnBegan():
                self.names = told.names
            case Frames():
                track.add(told)
            case Flushed():
                track.complete = True
            case Playing():
                track.plays(told.time, now_s + self._latency_s)
            case Paused():
                track.stands_s = told.time
            case Played():
                del self._tracks[told.utterance]

    def _track(self, number: int) -> _Track | None:
        """That of a turn; none where it was cleared, or others have come long since."""
        if number <= self._cleared:
            return None
        while len(self._tracks) > KEPT_TURNS:
            del self._tracks[min(self._tracks)]
        return self._tracks.setdefault(number, _Track())


def _smooth(progress: float) -> float:
    x = min(max(progress, 0.0), 1.0)
    return x * x * (3.0 - 2.0 * x)
