"""What a picture is of: the motion of a clip, and what is known of its sound and its words."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from a2f_live.errors import ConfigError
from a2f_live.outputs.track import Track
from a2f_live.plot.phones import Phone
from a2f_live.plot.sound import Sound


@dataclass(frozen=True, slots=True, eq=False)
class Subject:
    """A clip, or a part of it."""

    title: str
    track: Track
    sound: Sound | None = None
    phones: Sequence[Phone] = ()
    start_s: float = 0.0
    end_s: float = 0.0
    """Of the part that is drawn."""

    @classmethod
    def whole(cls, title: str, track: Track, sound: Sound | None = None, phones: Sequence[Phone] = ()) -> "Subject":
        """All of a clip: as long as its motion or its sound, whichever is longer."""
        start_s = min(0.0, float(track.times_s[0]))
        return cls(title, track, sound, phones, start_s, max(track.end_s, sound.seconds if sound else 0.0))

    def part(self, start_s: float | None, end_s: float | None) -> "Subject":
        """What lies between two times, each None for where it begins or ends; raises `ConfigError` for nothing."""
        start_s = self.start_s if start_s is None else max(start_s, self.start_s)
        end_s = self.end_s if end_s is None else min(end_s, self.end_s)
        if not end_s > start_s:
            raise ConfigError(
                f"{self.title} has nothing from {start_s:g} to {end_s:g} s: "
                f"choose a part of {self.start_s:g} to {self.end_s:g} s"
            )
        return replace(self, start_s=start_s, end_s=end_s)

    @property
    def loudest(self) -> float:
        """The greatest magnitude of a sample of the part, 0 without sound."""
        return self.sound.peak(self.start_s, self.end_s) if self.sound else 0.0
