"""The face that lives while nobody speaks: frames by the clock between utterances."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Final

from a2f_live.frames import Event, Frames
from a2f_live.session import Session

LEAST_PAUSE_S: Final = 0.001
"""Between two looks at the clock: it may show a hair before the moment that was waited for."""
STALL_S: Final = 0.25
"""An open utterance whose frames have all been shown for so long leaves the face to its idle life."""


class IdleFrames:
    """Delivers idle frames at the frame rate where the configuration asks for `idle: always`.

    They pause while the frames of an utterance are being shown: from its first audio on, for as long as they last.
    """

    def __init__(
        self, session: Session, deliver: Callable[[Sequence[Event]], None], clock: Callable[[], float]
    ) -> None:
        self._session = session
        self._deliver = deliver
        self._clock = clock
        self._loop = asyncio.get_running_loop()
        self._timer: asyncio.Handle | None = None
        self._speech_began_s = 0.0
        self._shown_until_s = 0.0
        self._began_s: float | None = None
        self._given = 0

    def follow(self) -> None:
        """Start or stop as the configuration of the session says."""
        wanted = self._session.config.idle == "always"
        if wanted and self._timer is None:
            self._timer = self._loop.call_soon(self._tick)
        elif not wanted:
            self.stop()

    def stop(self) -> None:
        """Send no more. Safe to call twice."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def heard(self) -> None:
        """Audio has come: an utterance may be about to begin."""
        if self._timer is not None and not self._session.audio_bytes:
            self._speech_began_s = max(self._clock(), self._shown_until_s)

    def said(self, events: Sequence[Event]) -> None:
        """Frames of an utterance were delivered: they are being shown for as long as they last."""
        if self._timer is None:
            return
        for event in events:
            if isinstance(event, Frames):
                self._began_s = None
                ends_s = float(event.time_s + event.count / event.fps)
                self._shown_until_s = max(self._clock(), self._speech_began_s + ends_s)
        if not self._session.busy:  # the utterance is over: nothing more to wait for
            self._timer.cancel()
            self._timer = self._loop.call_later(max(self._shown_until_s - self._clock(), 0.0), self._tick)

    def _tick(self) -> None:
        now = self._clock()
        fps = self._session.config.fps
        pause_s = STALL_S if self._session.busy else 0.0
        if now < self._shown_until_s + pause_s:
            delay_s = self._shown_until_s + pause_s - now
        else:
            if self._began_s is None:
                self._began_s, self._given = now, 0
            due = int((now - self._began_s) * fps) + 1 - self._given
            if due > fps:  # the loop stood still: nobody wants to see what was missed
                self._given += due - 1
                due = 1
            if due > 0:
                self._deliver(self._session.live(due))
                self._given += due
            delay_s = self._began_s + self._given / float(fps) - now
        self._timer = self._loop.call_later(max(delay_s, LEAST_PAUSE_S), self._tick)
