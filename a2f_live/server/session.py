"""A stream that outlives its connection for a while: its driver, what it said, and whom it speaks through."""

import logging
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from math import ceil
from typing import Any, Final, Protocol

from a2f_live import speech
from a2f_live.config import StreamConfig
from a2f_live.dispatch.pool import Pool
from a2f_live.driver import Driver
from a2f_live.errors import A2FError, ConfigError, SlowReader
from a2f_live.frames import Event, Frames, Notice
from a2f_live.motion.profile import Profile
from a2f_live.server.limits import AudioRate
from a2f_live.server.options import ServerOptions
from a2f_live.server.replay import ReplayLog
from a2f_live.server.tally import Tally
from a2f_live.server.writer import Writer
from a2f_live.wire.connection import Connection
from a2f_live.wire.messages import Configured, Message, Ready, Resume, Resumed, Stats

log: Final = logging.getLogger(__name__)

LOST: Final = 1006
"""Close code of a connection that ended without one."""


class Link(Protocol):
    """What a session knows of the connection that it is attached to."""

    connection: Connection
    writer: Writer

    def fail(self, error: A2FError) -> None:
        """Tell the peer of an error and close."""
        ...

    def displace(self) -> None:
        """Close because another connection has resumed the session."""
        ...

    def break_off(self) -> None:
        """Close after a mistake of our own, which is being handled."""
        ...


class Session:
    """One stream. Its driver goes on while no connection is attached; what it says is kept for a resume.

    `heard` is called with what it says too.
    """

    def __init__(
        self,
        engine: str,
        pool: Pool,
        config: StreamConfig,
        profile: Profile,
        options: ServerOptions,
        now_s: float,
        heard: Callable[[Sequence[Event]], None] | None = None,
    ) -> None:
        self.id = secrets.token_urlsafe(12)
        self.token = secrets.token_urlsafe(24)
        self.engine = engine
        self.tally = Tally()
        self.begun_s = now_s
        self.expires_s: float | None = None
        """When a parked session ends; None while a connection is attached."""
        self.rate = AudioRate(config.audio, options.limits) if config.pace == "live" else None
        self._options = options
        self._heard = heard
        self._link: Link | None = None
        self._connection: Connection | None = None
        self._dropping = False
        live = config.pace == "live"
        self._log = ReplayLog(
            _frames_kept(config, options), options.replay_bytes if live else options.replay_file_bytes
        )
        self._pool = pool
        self.driver = Driver(pool, config, profile, self.deliver)

    def attach(self, link: Link, resume: Resume | None = None) -> None:
        """Speak through this connection from now on: `ready`, then what the peer missed, then what comes.

        The connection before it, if it is still there, is closed. Raises `SessionExpired` if what was missed is not
        kept any more.
        """
        missed = self._log.after((resume.utterance, resume.frame)) if resume else iter(())
        self._displace()
        self._link, self._connection, self.expires_s = link, link.connection, None
        resumed = Resumed(self.driver.utterance, self.driver.audio_bytes) if resume else None
        self.say(self._ready(resumed))
        for message in missed:
            self.say(message)
        if not resume:
            self.deliver(_unsupported(self.driver.config, self._pool))

    def park(self, expires_s: float) -> None:
        """Wait for a new connection until then."""
        self._link, self.expires_s = None, expires_s

    def push_audio(self, pcm: bytes, now_ns: int) -> None:
        """Take audio from the peer. Raises `TooFast`, and `AudioError` for what cannot be heard."""
        if self.rate is not None:
            self.rate.take(len(pcm), now_ns)
        self.tally.audio_bytes += len(pcm)
        self.driver.push_audio(pcm)

    def deliver(self, events: Sequence[Event]) -> None:
        """Send events in order; while no connection is attached they are only kept. Never raises."""
        try:
            for event in events:
                self._tell(event)
            if self._heard is not None:
                self._heard(events)
        except Exception:
            log.exception("a session ended by a mistake of the server")
            if self._link is not None:
                self._link.break_off()

    def _tell(self, event: Event | Configured) -> None:
        """Send what has to be kept for a resume."""
        connection = self._connection
        if connection is None:
            return
        data = connection.send(event)
        if type(event) is not Frames:
            self._log.add(data)
            self._put(data, 0)
            return
        count = len(event.weights)
        if not event.idle:
            self._log.add_frames(data, event)
        self.tally.frames += count
        self._put(data, count)

    def say(self, message: Message) -> None:
        """Send a message that is not kept: it answers only those who hear it now."""
        if self._connection is not None and self._link is not None:
            self._put(self._connection.send(message), 0)

    def configure(self, changes: Mapping[str, Any], profiles: Mapping[str, Profile]) -> None:
        """Change the stream and answer with the whole configuration. Raises `ConfigError`."""
        profile = find_profile(changes["profile"], profiles) if "profile" in changes else None
        config = self.driver.configure(changes, profile)
        self._log.max_frames = _frames_kept(config, self._options)
        self._tell(Configured(config))
        if "auto_emotion" in changes:
            self.deliver(_unsupported(config, self._pool))

    def say_stats(self) -> None:
        """The figures of this moment, if `hello` asked for them."""
        if self.driver.config.stats and self._link is not None:
            figures = asdict(self.driver.stats())
            tally = self.tally
            self.say(
                Stats(**figures, frames_sent=tally.frames - tally.dropped_frames, frames_dropped=tally.dropped_frames)
            )

    def close(self) -> None:
        """Stop the driver; nothing is said any more."""
        self.driver.close()
        self._link = self._connection = None

    @property
    def audio_s(self) -> float:
        """Seconds of audio received."""
        return float(self.driver.config.audio.seconds(self.tally.audio_bytes))

    def _ready(self, resumed: Resumed | None) -> Ready:
        driver = self.driver
        return Ready(
            self.id,
            self.token,
            self.engine,
            driver.config,
            driver.lookahead_ms,
            self._options.limits,
            viseme_names=speech.VISEMES if driver.visemes else None,
            resumed=resumed,
        )

    def _put(self, data: bytes | str, frames: int) -> None:
        link = self._link
        if link is None:
            return
        tally = self.tally
        tally.messages_sent += 1
        tally.sent_bytes += len(data)
        try:
            dropped = link.writer.put(data, frames)
        except SlowReader as error:
            link.fail(error)
            return
        if dropped or self._dropping:
            self._note_drops(dropped, link.writer)

    def _note_drops(self, dropped: int, writer: Writer) -> None:
        """Warn once when frames begin to be dropped, not for every frame."""
        begins = not self._dropping
        self.tally.dropped_frames += dropped
        self._dropping = bool(dropped) or not writer.relaxed
        if begins:
            sentence = "frames were dropped because they were not read in time: read faster, or ask for fewer"
            self.say(Notice("frames_dropped", sentence))

    def _displace(self) -> None:
        if self._link is not None:
            link, self._link = self._link, None
            link.displace()


def find_profile(asked: str | Mapping[str, Any] | None, profiles: Mapping[str, Profile]) -> Profile:
    """The profile named, the one spelt out, or the default. Raises `ConfigError`."""
    if asked is None:
        return next(iter(profiles.values()))
    if not isinstance(asked, str):
        return Profile.from_map(asked)
    if asked not in profiles:
        raise ConfigError(f"profile {asked!r} is not known here: ask for one of {', '.join(profiles)}")
    return profiles[asked]


def _frames_kept(config: StreamConfig, options: ServerOptions) -> int:
    """Frames that the replay log of a stream may hold; those of pace `file` are bounded by bytes alone."""
    return ceil(options.replay_s * config.fps) if config.pace == "live" else options.replay_file_bytes


def _unsupported(config: StreamConfig, pool: Pool) -> list[Notice]:
    """A warning for each wish that cannot be fulfilled with this engine. Emotions always can, by the motion."""
    channels = set(pool.info.channels)
    missing = []
    if config.visemes and "visemes" not in channels:
        missing.append("visemes")
    if config.auto_emotion and not channels & {"prosody", "auto_emotion"}:
        missing.append("prosody to hear emotions in")
    return [
        Notice("not_supported", f"the engine {pool.info.name} has no {what}: the stream goes on without")
        for what in missing
    ]
