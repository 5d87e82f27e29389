"""The register of sessions: who begins, who resumes, who is gone."""

import hmac
import logging
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Final

from a2f_live.config import StreamConfig
from a2f_live.errors import SessionExpired
from a2f_live.frames import Event
from a2f_live.observe.logs import Figure, log_event
from a2f_live.server.options import ServerParts
from a2f_live.server.places import Places
from a2f_live.server.session import LOST, Link, Session, find_profile
from a2f_live.server.tally import Totals
from a2f_live.wire.messages import Resume

log: Final = logging.getLogger(__name__)


class Sessions:
    """Every session of the server. Nothing here knows a clock: `now_s` is that of a monotonic one."""

    def __init__(self, parts: ServerParts, places: Places, totals: Totals) -> None:
        self._parts = parts
        self._places = places
        self._totals = totals
        self._sessions: dict[str, Session] = {}
        self._numbers: dict[str, int] = {}
        """Of the sessions in the order in which they began, as the audience knows them."""

    def __len__(self) -> int:
        return len(self._sessions)

    def __iter__(self) -> Iterator[Session]:
        return iter(self._sessions.values())

    @property
    def parked(self) -> int:
        """How many wait for a connection."""
        return sum(session.expires_s is not None for session in self)

    def begin(self, config: StreamConfig, link: Link, now_s: float) -> Session:
        """A new session on this connection. Raises `EngineUnavailable`, `ConfigError` or `ServerFull`."""
        name, pool = self._parts.pool(config.engine)
        profile = find_profile(config.profile, self._parts.profiles)
        self._places.require(name)
        session = Session(name, pool, config, profile, self._parts.options, now_s, self._audience_of(config))
        self._places.take(name)
        self._sessions[session.id] = session
        self._numbers[session.id] = self._totals.begun
        self._totals.begun += 1
        session.attach(link)
        return session

    def _audience_of(self, config: StreamConfig) -> Callable[[Sequence[Event]], None] | None:
        """Who hears a session that begins now; files are no show."""
        audience = self._parts.audience
        return partial(audience.heard, self._totals.begun) if audience is not None and config.pace == "live" else None

    def resume(self, resume: Resume, link: Link) -> Session:
        """Go on with a session on this connection. Raises `SessionExpired`, for a wrong token as for no session."""
        session = self._sessions.get(resume.session)
        token = "" if session is None else session.token
        if not hmac.compare_digest(token.encode(), resume.token.encode("utf-8", "surrogatepass")) or session is None:
            raise SessionExpired("there is no such session any more: begin a new one")
        session.attach(link, resume)
        self._totals.resumed += 1
        return session

    def park(self, session: Session, now_s: float) -> None:
        """Keep a session whose connection was lost for as long as the options say."""
        session.park(now_s + self._parts.options.limits.resume_s)

    def end(self, session: Session, close_code: int, now_s: float) -> None:
        """Close a session, count it and log its figures. Safe to call twice."""
        if self._sessions.pop(session.id, None) is None:
            return
        self._places.give_back(session.engine)
        session.close()
        if (number := self._numbers.pop(session.id, None)) is not None and self._parts.audience is not None:
            self._parts.audience.left(number)
        self._totals.add(session.tally, session.audio_s)
        log_event(log, logging.INFO, "session ended", _figures(session, close_code, now_s))

    def sweep(self, now_s: float) -> None:
        """End the parked sessions whose time is over."""
        for session in [one for one in self if one.expires_s is not None and one.expires_s <= now_s]:
            self.end(session, LOST, now_s)

    def end_parked(self, now_s: float) -> None:
        """End all parked sessions: nobody can come back."""
        for session in [one for one in self if one.expires_s is not None]:
            self.end(session, LOST, now_s)


def _figures(session: Session, close_code: int, now_s: float) -> dict[str, Figure]:
    stats, tally = session.driver.stats(), session.tally
    return {
        "session": session.id,
        "engine": session.engine,
        "duration_s": round(now_s - session.begun_s, 3),
        "received_s": round(stats.received_s, 3),
        "answered_s": round(stats.answered_s, 3),
        "frames": tally.frames,
        "dropped_frames": tally.dropped_frames,
        "latency_p50_ms": round(stats.latency_ms[0], 3),
        "latency_p99_ms": round(stats.latency_ms[2], 3),
        "close_code": close_code,
    }
