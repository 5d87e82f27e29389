"""What was sent and may have to be sent again, because the connection was lost on its way; pure."""

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Final, NamedTuple

from a2f_live.errors import SessionExpired
from a2f_live.frames import Frames
from a2f_live.wire.codec import codec_for
from a2f_live.wire.messages import JSON, MSGPACK, Message

Position = tuple[int, int]
"""Utterance, and index of a frame in it."""
START: Final[Position] = (0, -1)
ENTRY_BYTES: Final = 128
"""Counted for each message beside its own bytes."""
_NONE: Final = -1
"""Instead of the index of the last frame, for a message without frames."""


class Sent(NamedTuple):
    """One message as it went out, with the frames in it."""

    data: bytes | str
    utterance: int
    last: int
    """Index of its last frame."""
    frames: int
    """How many frames; 0 for a message without."""

    @property
    def first(self) -> int:
        """Index of its first frame."""
        return self.last - self.frames + 1


class ReplayLog:
    """The newest messages, bounded by frames and bytes. The idle life between utterances is not worth keeping.

    It keeps one message a frame for thousands of streams: parallel queues of bytes and integers, which the garbage
    collector of Python need not visit.
    """

    __slots__ = (
        "_answer_forgotten",
        "_bytes",
        "_counts",
        "_data",
        "_forgotten",
        "_fps",
        "_frames",
        "_lasts",
        "_max_bytes",
        "_rates",
        "_utterances",
        "max_frames",
    )

    def __init__(self, max_frames: int, max_bytes: int) -> None:
        self.max_frames = max_frames
        self._max_bytes = max_bytes
        self._data: deque[bytes | str] = deque()
        self._utterances: deque[int] = deque()
        self._lasts: deque[int] = deque()
        self._counts: deque[int] = deque()
        self._frames = 0
        self._bytes = 0
        self._fps: Fraction | None = None
        self._rates: deque[tuple[Position, Fraction]] = deque()
        """Where the frame rate changed: the first frame of each rate."""
        self._forgotten: Position = START
        """The newest frame that is not kept any more."""
        self._answer_forgotten = False
        """Whether a message that followed that frame is gone as well."""

    def __len__(self) -> int:
        return len(self._data)

    def add(self, data: bytes | str) -> None:
        """Keep a message without frames."""
        self._append(data, 0, _NONE, 0)

    def add_frames(self, data: bytes | str, frames: Frames) -> None:
        """Keep a message of frames."""
        if frames.fps is not self._fps:
            self._fps = frames.fps
            self._rates.append(((frames.utterance, frames.index), frames.fps))
        count = len(frames.weights)
        self._append(data, frames.utterance, frames.index + count - 1, count)

    def after(self, position: Position) -> Iterator[Message]:
        """Everything that followed a frame, in order; a message that holds the frame is cut behind it.

        Answers between that frame and the next follow too: whether they arrived is not known. Raises `SessionExpired`
        if any of it is not kept any more.
        """
        if position < self._forgotten or (self._answer_forgotten and position == self._forgotten):
            raise SessionExpired("what followed the frame named is not kept any more: begin a new session")
        entries = list(map(Sent, self._data, self._utterances, self._lasts, self._counts))
        return (self._restore(sent, position) for sent in entries[_start(entries, position) :])

    def _append(self, data: bytes | str, utterance: int, last: int, count: int) -> None:
        self._data.append(data)
        self._utterances.append(utterance)
        self._lasts.append(last)
        self._counts.append(count)
        self._frames += count
        self._bytes += len(data) + ENTRY_BYTES
        while self._frames > self.max_frames or self._bytes > self._max_bytes:
            self._forget()

    def _forget(self) -> None:
        utterance, last, count = self._utterances.popleft(), self._lasts.popleft(), self._counts.popleft()
        self._frames -= count
        self._bytes -= len(self._data.popleft()) + ENTRY_BYTES
        self._answer_forgotten = not count
        if count:
            self._forgotten = (utterance, last)
            while len(self._rates) > 1 and self._rates[1][0] <= self._forgotten:
                self._rates.popleft()

    def _restore(self, sent: Sent, position: Position) -> Message:
        """The message itself, without the frames up to the position."""
        message = codec_for(JSON if isinstance(sent.data, str) else MSGPACK).decode(sent.data)
        if message is None:
            raise ValueError("a message of our own cannot be read")
        if not isinstance(message, Frames):
            return message
        whole = replace(message, fps=self._rate_at((sent.utterance, sent.first)))
        utterance, frame = position
        return whole.without_first(frame + 1 - sent.first) if sent.utterance == utterance else whole

    def _rate_at(self, position: Position) -> Fraction:
        """Frame rate of a frame that is kept: its payload tells it only where it was news."""
        return next(fps for first, fps in reversed(self._rates) if first <= position)


def _start(entries: Sequence[Sent], position: Position) -> int:
    """Index of the first entry that has something after the position."""
    start = 0
    for index, sent in enumerate(entries):
        if not sent.frames:
            continue
        if (sent.utterance, sent.last) > position:
            return index if (sent.utterance, sent.first) <= position else start
        start = index + 1
    return start
