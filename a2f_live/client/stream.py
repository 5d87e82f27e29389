"""A stream over one connection after another: what it says, what it hears, and how it goes on after a loss."""

import asyncio
import logging
from collections.abc import Callable
from typing import Final

from a2f_live.client.allowance import Allowance, Backoff
from a2f_live.client.answers import Answers, Question
from a2f_live.client.inbox import Inbox
from a2f_live.client.link import Link, LinkEnded, LinkLost, error_from, open_link
from a2f_live.client.options import Options, stream_config
from a2f_live.client.position import Position
from a2f_live.client.retained import Said, Unanswered
from a2f_live.errors import ConnectionLost, LocalProtocolError, ServerFull, SessionExpired
from a2f_live.frames import Cleared, Flushed, Frames, Marker, Notice
from a2f_live.wire.messages import (
    Audio,
    Bye,
    Clear,
    Configured,
    Error,
    Flush,
    GoAway,
    Hello,
    KeepAlive,
    Ready,
    Resume,
    ServerMessage,
    Stats,
)

FILE_WINDOW_S: Final = 8.0
"""Audio under way in file pace: less than the 10 s for which a server can repeat its frames."""
KEPT_S: Final = {"live": 60.0, "file": FILE_WINDOW_S + 4.0}
"""Audio kept, sent or not, before `room` waits; live, more than is spoken while a connection is away."""
BUFFER_S: Final = {"live": 30.0, "file": 600.0}
STEADY_S: Final = 1.0
"""A connection that held so long is no reason to be patient with the next."""
KEEPALIVES_PER_IDLE_LIMIT: Final = 3

logger = logging.getLogger("a2f_live.client")


class Stream:
    """All that outlives a connection: `open` makes the first, `run` the next ones, `finish` ends it."""

    ready: Ready
    _link: Link
    _allowance: Allowance

    def __init__(self, url: str, options: Options) -> None:
        self._url = url
        self._token, self._ssl = options.get("token"), options.get("ssl")
        self._warn: Callable[[Notice], None] = options.get("on_warning", _log_warning)
        self.config = stream_config(options)
        self.live = self.config.pace == "live"
        self.log = Unanswered(self.config.audio)
        self.inbox = Inbox(options.get("buffer_s", BUFFER_S[self.config.pace]), drop=self.live)
        self.answers = Answers()
        self.stats: Stats | None = None
        self.end: Exception | None = None
        """Why the stream has ended; `LinkEnded` if in good order."""
        self.connected = True
        """False while a lost connection is being made good."""
        self._position = Position()
        self._backoff = Backoff()
        self._news, self._progress = asyncio.Event(), asyncio.Event()
        self._draining = self._closing = self._leaving = False

    async def open(self) -> None:
        """Make the first connection."""
        self._link, self.ready = await open_link(self._url, Hello(self.config), token=self._token, ssl=self._ssl)
        self.config = self.ready.config
        limits = self.ready.limits
        self._allowance = Allowance(limits.burst_s, limits.rate, _now_s())

    async def run(self) -> None:
        """Serve one connection after another until the stream ends; `end` then tells why."""
        try:
            while True:
                since_s, self.connected = _now_s(), True
                try:
                    await self._serve(self._link)
                except LinkLost:
                    if _now_s() - since_s >= STEADY_S:
                        self._backoff.reset()
                    self.connected = False
                    await self._link.close()
                    if self._leaving or (self._closing and self.log.empty):
                        raise LinkEnded("the stream was closed") from None
                    self._link = await self._reconnect()
        except Exception as error:  # Whatever it is, it must reach every caller who waits.
            await self.finish(error)

    async def finish(self, error: Exception) -> None:
        """End everything: every caller who waits hears of it. The first end counts."""
        self.end = self.end or error
        self.answers.fail(self.end)
        self._progress.set()
        self.inbox.wake()
        await self._link.close()

    def say(self, message: Said) -> None:
        """Let a message go out in its turn."""
        self.require_open()
        self.log.append(message)
        self._news.set()

    async def room(self) -> None:
        """Wait while too much audio waits to be sent or answered."""
        limit_s = KEPT_S[self.config.pace]
        while self.log.waiting_s + self.log.sent_s > limit_s:
            self._progress.clear()
            await self._progress.wait()
            self.require_open()

    def take(self) -> Frames | None:
        """The oldest frames that were not read; makes room for more."""
        frames = self.inbox.take()
        if frames and not self.live:
            self._news.set()
        return frames

    def say_bye(self) -> None:
        """End the stream once everything has been sent and answered."""
        self._closing = True
        self._news.set()

    def leave(self) -> None:
        """Nobody wants what is still to come: end the stream without it, and never connect again."""
        self._leaving = True
        self.inbox.close()
        self.log.withdraw()
        self.say_bye()

    def require_open(self) -> None:
        """Raise why nothing can be said, if so."""
        if self.end is not None:
            raise self.end
        if self._closing or not hasattr(self, "ready"):
            raise LocalProtocolError("the stream is not open: use it within async with connect(...)")

    # One connection

    async def _serve(self, link: Link) -> None:
        """Read and write until the connection ends; raises why it did."""
        try:
            async with asyncio.TaskGroup() as both:
                both.create_task(self._write(link))
                while True:
                    self._hear(await link.receive())
                    if self._draining and self.log.empty and not self._closing:
                        raise LinkLost("the server drains")
        except BaseExceptionGroup as group:
            raise group.exceptions[0] from None

    async def _write(self, link: Link) -> None:
        """Send what waits as soon as it may go out; a keepalive where nothing does for long."""
        keepalive_s = self.ready.limits.idle_s / KEEPALIVES_PER_IDLE_LIMIT
        try:
            while True:
                self._news.clear()
                pause_s = await self._send_what_may(link)
                if self._closing and self.log.next is None:
                    return await link.send(Bye())
                if not await self._news_within(pause_s or keepalive_s) and pause_s is None:
                    await link.send(KeepAlive())
        except ConnectionLost:
            return None  # The reader is told the same, and what the server said before it.

    async def _send_what_may(self, link: Link) -> float | None:
        """Send until nothing more may go out; the seconds until more may, or none if that takes news."""
        while (message := self.log.next) is not None:
            if isinstance(message, Audio):
                seconds = self.log.seconds(message)
                if self.live and (wait_s := self._allowance.wait_s(seconds, _now_s())):
                    return wait_s
                if not self.live and (self.log.sent_s >= FILE_WINDOW_S or self.inbox.full):
                    return None
                self._allowance.spend(seconds)
            await link.send(self.log.take())
        return None

    async def _news_within(self, seconds: float) -> bool:
        try:
            async with asyncio.timeout(seconds):
                return await self._news.wait()
        except TimeoutError:
            return False

    # What the server says

    def _hear(self, message: ServerMessage) -> None:
        match message:
            case Frames():
                self._hear_frames(message)
            case Flushed(id=id_):
                self._settle(Flush(id_), message)
            case Cleared(id=id_):
                self._settle(Clear(id_), message)
                self.answers.interrupt(Clear(id_))
            case Marker():
                self._settle(message, message)
            case Configured(config=config):
                self.config = config
                self.log.settle_change()
                self.answers.give_change(config)
            case Error():
                self._hear_error(message)
            case Notice():
                self._warn(message)
            case GoAway():
                self._draining = True
            case Stats():
                self.stats = message

    def _hear_frames(self, frames: Frames) -> None:
        fresh = self._position.fresh(frames)
        if fresh is None:
            return
        self.inbox.put(fresh)
        if not (frames.idle or frames.final):
            self.log.heard(frames.utterance, frames.time_s + (frames.count - 1) / frames.fps)
            self._progress.set()
            if not self.live:
                self._news.set()

    def _settle(self, question: Question, answer: object) -> None:
        self.log.settle(question)
        self.answers.give(question, answer)
        self._progress.set()
        self._news.set()

    def _hear_error(self, told: Error) -> None:
        """A fatal error ends the stream; another belongs to the call that it answers, or is a warning."""
        error = error_from(told.code, told.message)
        if told.fatal:
            raise error
        if told.ref == "configure":
            self.log.settle_change()
            self.answers.refuse_change(error)
        elif question := self.answers.refuse(told.ref, error):
            self.log.settle(question)
        else:
            self._warn(Notice(told.code, told.message))

    # The next connection

    async def _reconnect(self) -> Link:
        """Connect again and go on where the stream was cut; raises when that is not possible any more."""
        patience_s = self.ready.limits.resume_s
        while (delay_s := self._backoff.delay_s(_now_s(), patience_s)) is not None:
            await asyncio.sleep(delay_s)
            try:
                link = await self._resume()
            except (LinkLost, ServerFull) as failed:
                logger.debug("reconnecting: %s", failed)
            else:
                self._backoff.connected()
                return link
        raise ConnectionLost(
            f"the connection to {self._url} was lost and did not come back within {patience_s:g} s: connect again"
        )

    async def _resume(self) -> Link:
        resume = Resume(self.ready.session, self.ready.token, self._position.utterance, self._position.index)
        link, ready = await open_link(self._url, Hello(self.config, resume), token=self._token, ssl=self._ssl)
        try:
            if ready.resumed is None:
                raise SessionExpired("the server no longer knows the session: connect anew")
            self.log.resume(ready.resumed.utterance, ready.resumed.audio_bytes)
        except BaseException:
            await link.close()
            raise
        self.ready, self.config, self._draining = ready, ready.config, False
        return link


def _now_s() -> float:
    return asyncio.get_running_loop().time()


def _log_warning(notice: Notice) -> None:
    logger.warning("%s: %s", notice.code, notice.message)
