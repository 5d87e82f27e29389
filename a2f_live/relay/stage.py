"""Of many sessions the one whose face is shown."""

from collections.abc import Sequence

from a2f_live.frames import Cleared, Event, Frames
from a2f_live.relay.relay import Relay


class Stage:
    """The newest session that speaks has the stage, until it ends; then the next that says anything takes it.

    A session that only sits there, with a face that lives of itself, is shown while nobody else is, and gives way to
    one that speaks. An older session never takes the stage from a newer one, so two that speak do not take turns.
    """

    def __init__(self, relay: Relay) -> None:
        self._relay = relay
        self._session: int | None = None
        self._spoke = False

    def heard(self, session: int, events: Sequence[Event]) -> None:
        """Show what the session on the stage says."""
        for event in events:
            if isinstance(event, Frames):
                self._admit(session, speaks=not (event.idle or event.final))
                if session == self._session:
                    self._relay.hear(event)
            elif isinstance(event, Cleared) and session == self._session:
                self._relay.interrupt()

    def left(self, session: int) -> None:
        """Clear the stage if it was this one's."""
        if session == self._session:
            self._relay.interrupt()
            self._session, self._spoke = None, False

    def _admit(self, session: int, *, speaks: bool) -> None:
        if session != self._session:
            newer = self._session is None or session > self._session
            if not (self._session is None or (speaks and (newer or not self._spoke))):
                return
            self._relay.interrupt()
            self._session, self._spoke = session, False
        self._spoke = self._spoke or speaks
