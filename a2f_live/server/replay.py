"""What was sent and may have to be sent again, because the connection was lost on its way; pure."""

from collections import deque
from collections.abc import Iterator
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


class Sent(NamedTuple):
    """One message as it went out, with the range of frames in it, if any."""

    data: bytes | str
    utterance: int = 0
    first: int = 0
    last: int = -1
    """Index of its last frame; `last < first` for a message without frames."""
    fps: Fraction | None = None

    @property
    def frames(self) -> int:
        """How many frames."""
        return self.last - self.first + 1


class ReplayLog:
    """The newest messages, bounded by frames and bytes. The idle life between utterances is not worth keeping."""

    __slots__ = ("_answer_forgotten", "_bytes", "_entries", "_forgotten", "_frames", "_max_bytes", "max_frames")

    def __init__(self, max_frames: int, max_bytes: int) -> None:
        self.max_frames = max_frames
        self._max_bytes = max_bytes
        self._entries: deque[Sent] = deque()
        self._frames = 0
        self._bytes = 0
        self._forgotten: Position = START
        """The newest frame that is not kept any more."""
        self._answer_forgotten = False
        """Whether a message that followed that frame is gone as well."""

    def add(self, data: bytes | str) -> None:
        """Keep a message without frames."""
        self._append(Sent(data), 0)

    def add_frames(self, data: bytes | str, frames: Frames) -> None:
        """Keep a message of frames."""
        index, count = frames.index, len(frames.weights)
        self._append(Sent(data, frames.utterance, index, index + count - 1, frames.fps), count)

    def after(self, position: Position) -> Iterator[Message]:
        """Everything that followed a frame, in order; a message that holds the frame is cut behind it.

        Answers between that frame and the next follow too: whether they arrived is not known. Raises `SessionExpired`
        if any of it is not kept any more.
        """
        if position < self._forgotten or (self._answer_forgotten and position == self._forgotten):
            raise SessionExpired("what followed the frame named is not kept any more: begin a new session")
        start = self._start(position)
        return (_restore(sent, position) for index, sent in enumerate(self._entries) if index >= start)

    def _start(self, position: Position) -> int:
        """Index of the first entry that has something after the position."""
        start = 0
        for index, sent in enumerate(self._entries):
            if not sent.frames:
                continue
            if (sent.utterance, sent.last) > position:
                return index if (sent.utterance, sent.first) <= position else start
            start = index + 1
        return start

    def _append(self, sent: Sent, count: int) -> None:
        self._entries.append(sent)
        self._frames += count
        self._bytes += len(sent.data) + ENTRY_BYTES
        while self._frames > self.max_frames or self._bytes > self._max_bytes:
            self._forget(self._entries.popleft())

    def _forget(self, sent: Sent) -> None:
        self._frames -= sent.frames
        self._bytes -= len(sent.data) + ENTRY_BYTES
        if sent.frames:
            self._forgotten = (sent.utterance, sent.last)
        self._answer_forgotten = not sent.frames


def _restore(sent: Sent, position: Position) -> Message:
    """The message itself, without the frames up to the position."""
    message = codec_for(JSON if isinstance(sent.data, str) else MSGPACK).decode(sent.data)
    if message is None:
        raise ValueError("a message of our own cannot be read")
    if not isinstance(message, Frames) or sent.fps is None:
        return message
    whole = replace(message, fps=sent.fps)  # the payload tells the frame rate only where it was news
    utterance, frame = position
    return _without(whole, frame + 1 - sent.first) if sent.utterance == utterance and sent.first <= frame else whole


def _without(frames: Frames, count: int) -> Frames:
    """Frames without the first `count` of them."""
    head = None if frames.head is None else frames.head[count:]
    time_s = frames.time_s + count / frames.fps
    return replace(frames, index=frames.index + count, time_s=time_s, weights=frames.weights[count:], head=head)
