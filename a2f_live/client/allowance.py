"""How fast live audio may be sent, and how soon a lost connection may be tried again."""

import random
from typing import Final

SHARE: Final = 0.8
"""Of the limits of a server: what is on its way counts there later than here."""


class Allowance:
    """Live audio that may go out now: a burst, then so many times real time. Times are given, never read."""

    def __init__(self, burst_s: float, rate: float, now_s: float) -> None:
        self._burst_s = burst_s * SHARE
        self._rate = rate * SHARE
        self._left_s = self._burst_s
        self._at_s = now_s

    def wait_s(self, seconds: float, now_s: float) -> float:
        """How long to wait until so much audio may be sent."""
        self._left_s = min(self._burst_s, self._left_s + (now_s - self._at_s) * self._rate)
        self._at_s = now_s
        return max(0.0, min(seconds, self._burst_s) - self._left_s) / self._rate

    def spend(self, seconds: float) -> None:
        """So much audio was sent."""
        self._left_s -= seconds


class Backoff:
    """Delays between attempts: none, then doubling with jitter, until there is nothing left to resume.

    Connections that break as soon as they are made do not exhaust patience, which ends without one; but they do not
    make the delays short again either.
    """

    FIRST_S: Final = 0.2
    LONGEST_S: Final = 4.0

    def __init__(self, seed: int | None = None) -> None:
        self._random = random.Random(seed)  # noqa: S311
        self._attempt = 0
        self._since_s: float | None = None

    def delay_s(self, now_s: float, patience_s: float) -> float | None:
        """How long to wait before the next attempt; None once patience has ended."""
        if self._since_s is None:
            self._since_s = now_s
        left_s = self._since_s + patience_s - now_s
        if left_s <= 0:
            return None
        self._attempt += 1
        if self._attempt == 1:
            return 0.0
        delay_s = min(self.LONGEST_S, self.FIRST_S * 2.0 ** (self._attempt - 2)) * self._random.uniform(0.5, 1.0)
        return min(delay_s, left_s)

    def connected(self) -> None:
        """There is a connection, for how long none can say: patience begins anew with its loss."""
        self._since_s = None

    def reset(self) -> None:
        """The connection held: the next attempt after it is made at once."""
        self._attempt = 0
        self._since_s = None
