"""The player of the scene: its folder, its track, the range that is exported, and a clock that runs while it plays."""

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from a2f_live.headless.answers import Refused
from a2f_live.outputs.curve import exact

TO_THE_END = -1.0


@dataclass(frozen=True, slots=True)
class Track:
    """A sound file that the player holds."""

    name: str
    """As the client calls it."""
    path: Path
    """Real."""
    shown_path: str
    """Where the client thinks that it is."""
    duration_s: Fraction


class Player:
    """Holds one track at a time. Times in are seconds of a clock of the caller."""

    def __init__(self) -> None:
        self.root: str = ""
        self.track: Track | None = None
        self.looping = False
        self._range: tuple[float, float] = (0.0, TO_THE_END)
        self._time_s = 0.0
        self._playing_since_s: float | None = None

    def load(self, track: Track, time_range: list[float]) -> None:
        """Hold another track, from its start."""
        before = self.track, self._range
        self.track = track
        try:
            self.limit(*(time_range or (0.0, TO_THE_END)))
        except Refused:
            self.track, self._range = before
            raise
        self._time_s, self._playing_since_s = 0.0, None

    def limit(self, start_s: float, end_s: float) -> None:
        """Play and export that part of the track alone; an end of -1 is that of the track. Raises `Refused`."""
        self._range = (start_s, end_s)
        try:
            self.stretch()
        except Refused:
            self._range = (0.0, TO_THE_END)
            raise

    def stretch(self) -> tuple[Fraction, Fraction]:
        """Give the range in seconds, within the track; raises `Refused` where there is none."""
        duration_s = self.loaded().duration_s
        start_s, end_s = (exact(time_s) for time_s in self._range)
        end_s = duration_s if end_s < 0 else min(end_s, duration_s)
        if not 0 <= start_s < end_s:
            raise Refused(f"The range {self._range} holds nothing of a track of {float(duration_s):g} s")
        return start_s, end_s

    def loaded(self) -> Track:
        """Give the track; raises `Refused` if there is none."""
        if self.track is None:
            raise Refused("No track is set: call /A2F/Player/SetTrack first")
        return self.track

    def play(self, now_s: float) -> None:
        """Let time run; raises `Refused` if there is no track."""
        self.loaded()
        self._playing_since_s = now_s if self._playing_since_s is None else self._playing_since_s

    def pause(self, now_s: float) -> None:
        """Stop where it is."""
        self._time_s = self.time_s(now_s)
        self._playing_since_s = None

    def seek(self, time_s: float, now_s: float) -> None:
        """Go to a time; it plays on if it did."""
        self._time_s = min(max(time_s, 0.0), float(self.track.duration_s) if self.track else 0.0)
        self._playing_since_s = None if self._playing_since_s is None else now_s

    def rewind(self, now_s: float) -> None:
        """Go to the start of the range."""
        self.seek(float(self.stretch()[0]) if self.track else 0.0, now_s)

    def time_s(self, now_s: float) -> float:
        """Where it is: at the end of the range it stops, or begins anew if it loops."""
        if self._playing_since_s is None or self.track is None:
            return self._time_s
        start_s, end_s = map(float, self.stretch())
        at_s = self._time_s + now_s - self._playing_since_s
        if at_s < end_s:
            return at_s
        return start_s + (at_s - end_s) % (end_s - start_s) if self.looping else end_s
