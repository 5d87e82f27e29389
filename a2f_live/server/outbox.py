"""The bounded queue of what a peer has still to be sent, with a named policy for when it is full; pure."""

from collections import deque
from typing import Final, Literal, NamedTuple

from a2f_live.errors import SlowReader

Policy = Literal["drop_oldest_frames", "block"]
POLICIES: Final[dict[str, Policy]] = {"live": "drop_oldest_frames", "file": "block"}
"""Pace of a stream to the policy of its outbox."""
HARD_FACTOR: Final = 4
"""What may never be dropped may grow to this many times the bound; beyond it the peer is given up."""


class Item(NamedTuple):
    """One encoded message."""

    data: bytes | str
    frames: int
    """How many frames it carries that may be dropped; 0 for a message that must arrive."""


class Outbox:
    """First in, first out.

    `drop_oldest_frames`: beyond its bounds the oldest frames go, never an answer or an error; of those there may be
    `HARD_FACTOR` times as much. `block`: nothing goes; whoever fills it has to stop while it is `full` and may go on
    once it is `low`.
    """

    __slots__ = ("_items", "_max_bytes", "_max_messages", "bytes", "dropped_frames", "policy")

    def __init__(self, policy: Policy, max_messages: int, max_bytes: int) -> None:
        self.policy = policy
        self._max_messages = max_messages
        self._max_bytes = max_bytes
        self._items: deque[Item] = deque()
        self.bytes = 0
        """Bytes that wait."""
        self.dropped_frames = 0
        """Since construction."""

    def __len__(self) -> int:
        return len(self._items)

    @property
    def full(self) -> bool:
        """Whether it is beyond its bounds."""
        return len(self._items) > self._max_messages or self.bytes > self._max_bytes

    @property
    def low(self) -> bool:
        """Whether it is below half of its bounds."""
        return len(self._items) * 2 <= self._max_messages and self.bytes * 2 <= self._max_bytes

    def put(self, data: bytes | str, frames: int = 0) -> int:
        """Append a message; returns how many frames were dropped for it. Raises `SlowReader` beyond the hard bound."""
        self._items.append(Item(data, frames))
        self.bytes += len(data)
        if not self.full or self.policy == "block":
            return 0
        dropped = self._drop()
        if len(self._items) > HARD_FACTOR * self._max_messages or self.bytes > HARD_FACTOR * self._max_bytes:
            raise SlowReader("the answers were not read: read as fast as you send, or reconnect")
        return dropped

    def pop(self) -> Item | None:
        """The oldest message, or None."""
        if not self._items:
            return None
        item = self._items.popleft()
        self.bytes -= len(item.data)
        return item

    def clear(self) -> None:
        """Forget everything."""
        self._items.clear()
        self.bytes = 0

    def _drop(self) -> int:
        """Drop the oldest frames until the queue is within its bounds or holds none."""
        dropped = 0
        kept: deque[Item] = deque()
        while self._items and self._over(len(kept)):
            item = self._items.popleft()
            if item.frames:
                dropped += item.frames
                self.bytes -= len(item.data)
            else:
                kept.append(item)
        self._items.extendleft(reversed(kept))
        self.dropped_frames += dropped
        return dropped

    def _over(self, kept: int) -> bool:
        return len(self._items) + kept > self._max_messages or self.bytes > self._max_bytes
