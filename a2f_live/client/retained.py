"""What has been said and not surely been heard: the log from which a lost connection is made good."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from a2f_live.config import AudioFormat
from a2f_live.errors import SessionExpired
from a2f_live.frames import Marker
from a2f_live.wire.messages import Audio, Clear, Configure, Flush

Said = Audio | Flush | Clear | Marker | Configure

MARGIN_S: Final = 1.0
"""Audio kept although frames came for it: an engine may give a frame before it has heard all the audio of its time."""
PIECE_S: Final = 0.5
PIECE_BYTES: Final = 64 * 1024
"""Longer audio goes out in pieces of this size and duration, so that a message never nears the limits of a server."""


@dataclass(frozen=True, slots=True)
class _Sent:
    """A message and its place in the stream: the utterance, and the bytes of its audio before it."""

    utterance: int
    offset: int
    message: Said

    @property
    def place(self) -> tuple[int, int]:
        return self.utterance, self.offset

    @property
    def end(self) -> tuple[int, int]:
        return self.utterance, self.offset + _size(self.message)


class Unanswered:
    """Keeps every message until the server has surely got it, in the order in which they must be heard.

    Messages wait (`append`), are sent (`take`), and leave when an answer shows that they arrived (`heard`, `settle`).
    After a lost connection `resume` puts back what the server has not got. An utterance counts from where a server
    counts it: it exists from its first byte of audio on, and ends with a flush or a clear.
    """

    def __init__(self, audio: AudioFormat) -> None:
        self._audio = audio
        self._bytes_per_s = audio.bytes_per_frame * audio.sample_rate
        self._piece_bytes = max(audio.bytes_per_frame, min(PIECE_BYTES, int(PIECE_S * self._bytes_per_s)))
        self._sent: deque[_Sent] = deque()
        self._waiting: deque[Said] = deque()
        self._sent_bytes = self._waiting_bytes = 0
        self._kept_from = (0, 0)
        self.utterance = 0
        """Utterance that takes the next audio that is sent."""
        self._offset = 0

    @property
    def sent_s(self) -> float:
        """Seconds of audio sent and not surely heard."""
        return self._sent_bytes / self._bytes_per_s

    @property
    def waiting_s(self) -> float:
        """Seconds of audio not sent yet."""
        return self._waiting_bytes / self._bytes_per_s

    @property
    def empty(self) -> bool:
        """Whether the server has surely got everything."""
        return not (self._sent or self._waiting)

    @property
    def next(self) -> Said | None:
        """The message to be sent next."""
        return self._waiting[0] if self._waiting else None

    def seconds(self, message: Said) -> float:
        """Duration of the audio in a message."""
        return _size(message) / self._bytes_per_s

    def append(self, message: Said) -> None:
        """Let a message wait to be sent; audio that still waits before a clear is withdrawn."""
        if isinstance(message, Audio):
            self._waiting_bytes += len(message.pcm)
            self._waiting.extend(self._pieces(message.pcm))
        else:
            self._waiting.append(message)
        if isinstance(message, Clear):
            self.withdraw()

    def take(self) -> Said:
        """The next message, which counts as sent from now on."""
        message = self._waiting.popleft()
        size = _size(message)
        self._sent.append(_Sent(self.utterance, self._offset, message))
        self._waiting_bytes -= size
        self._sent_bytes += size
        self._offset += size
        if isinstance(message, Flush | Clear) and self._offset:
            self.utterance, self._offset = self.utterance + 1, 0
        return message

    def heard(self, utterance: int, time_s: Fraction) -> None:
        """Frames came up to a time of an utterance, so its audio before arrived."""
        samples = int((float(time_s) - MARGIN_S) * self._audio.sample_rate)
        place = (utterance, samples * self._audio.bytes_per_frame)
        while self._sent and isinstance(self._sent[0].message, Audio) and self._sent[0].end <= place:
            self._forget(self._sent.popleft())

    def settle(self, answered: Flush | Clear | Marker) -> None:
        """A message was answered, so all before it arrived; a marker or change stays until it is answered itself."""
        sent = list(self._sent)
        at = next((i for i, entry in enumerate(sent) if entry.message == answered), None)
        if at is None:
            return
        asking = [entry for entry in sent[:at] if isinstance(entry.message, Marker | Configure)]
        for entry in sent[: at + 1]:
            self._forget(entry)
        self._sent = deque([*asking, *sent[at + 1 :]])

    def settle_change(self) -> None:
        """The oldest change of the configuration was answered."""
        change = next((entry for entry in self._sent if isinstance(entry.message, Configure)), None)
        if change is not None:
            self._sent.remove(change)

    def resume(self, utterance: int, audio_bytes: int) -> None:
        """Put back what a server that stands there has not got, to be sent again.

        Raises `SessionExpired` where it asks for what is no longer kept, or has more than was sent.
        """
        place = (utterance, audio_bytes)
        if not self._kept_from <= place <= (self.utterance, self._offset):
            raise SessionExpired(
                f"the server resumed at byte {audio_bytes} of utterance {utterance}, which cannot be sent again: "
                "connect anew"
            )
        again = [*_unanswered_before(self._sent, place), *_not_before(self._sent, place), *self._waiting]
        self._sent.clear()
        self._waiting = deque(again)
        self._sent_bytes = 0
        self._waiting_bytes = sum(map(_size, again))
        self.utterance, self._offset = self._kept_from = place
        self.withdraw(before_clear=True)

    def withdraw(self, *, before_clear: bool = False) -> None:
        """Give up audio that was not sent yet: all of it, or what a clear would drop unheard."""
        messages = list(self._waiting)
        until = len(messages)
        if before_clear:
            until = max((i for i, message in enumerate(messages) if isinstance(message, Clear)), default=0)
        kept = [message for message in messages[:until] if not isinstance(message, Audio)]
        self._waiting = deque([*kept, *messages[until:]])
        self._waiting_bytes = sum(map(_size, self._waiting))

    def _forget(self, entry: _Sent) -> None:
        self._sent_bytes -= _size(entry.message)
        self._kept_from = max(self._kept_from, entry.end)

    def _pieces(self, pcm: bytes) -> Iterable[Audio]:
        if len(pcm) <= self._piece_bytes:
            return (Audio(pcm),) if pcm else ()
        return (Audio(pcm[at : at + self._piece_bytes]) for at in range(0, len(pcm), self._piece_bytes))


def _unanswered_before(sent: Iterable[_Sent], place: tuple[int, int]) -> list[Said]:
    """Questions that the server got but whose answer may be lost; asked again, they do no harm."""
    return [entry.message for entry in sent if entry.place < place and isinstance(entry.message, Marker | Configure)]


def _not_before(sent: Iterable[_Sent], place: tuple[int, int]) -> list[Said]:
    """Messages, and the rest of one, that begin at the place or later."""
    utterance, audio_bytes = place
    rest: list[Said] = []
    for entry in sent:
        if entry.place >= place:
            rest.append(entry.message)
        elif isinstance(entry.message, Audio) and entry.utterance == utterance and entry.end > place:
            rest.append(Audio(entry.message.pcm[audio_bytes - entry.offset :]))
    return rest


def _size(message: Said) -> int:
    return len(message.pcm) if isinstance(message, Audio) else 0
