"""What one session and the whole server have done: plain integers, read when somebody asks."""

from collections import Counter
from dataclasses import astuple, dataclass, field


@dataclass(slots=True)
class Tally:
    """Of one session."""

    messages_received: int = 0
    received_bytes: int = 0
    audio_bytes: int = 0
    messages_sent: int = 0
    sent_bytes: int = 0
    frames: int = 0
    """Given by the driver, whether they were sent or dropped."""
    dropped_frames: int = 0


def add_tallies(*tallies: Tally) -> Tally:
    """The sum of them."""
    return Tally(*map(sum, zip(*map(astuple, tallies), strict=True)))


@dataclass(slots=True)
class Totals:
    """Of the server since its start; what runs is counted when it has ended."""

    begun: int = 0
    resumed: int = 0
    ended: Tally = field(default_factory=Tally)
    """The sum over the sessions that have ended."""
    ended_audio_s: float = 0.0
    refused: Counter[str] = field(default_factory=Counter)
    """Requests refused, by code of the error."""
    closed: Counter[int] = field(default_factory=Counter)
    """Connections by close code."""
    errors: Counter[str] = field(default_factory=Counter)
    """Errors told to peers, by code."""

    def add(self, tally: Tally, audio_s: float) -> None:
        """Take over the figures of a session that has ended."""
        self.ended = add_tallies(self.ended, tally)
        self.ended_audio_s += audio_s
