"""Whoever hears what live sessions say beside their own clients."""

from collections.abc import Sequence
from typing import Protocol

from a2f_live.frames import Event


class Audience(Protocol):
    """Sessions are numbered in the order in which they began. Neither call may wait or raise."""

    def heard(self, session: int, events: Sequence[Event]) -> None:
        """A session said this, in order."""
        ...

    def left(self, session: int) -> None:
        """A session has ended."""
        ...
