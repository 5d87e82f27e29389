"""One `ProcessAudioStream` call: reads what the client sends into a driver, and writes what comes of it."""

import asyncio
import logging
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from fractions import Fraction
from typing import Any, Final

from a2f_live.config import StreamConfig
from a2f_live.dispatch.pool import Pool
from a2f_live.driver import Driver
from a2f_live.errors import A2FError, AudioError, IdleTimeout, RemoteProtocolError
from a2f_live.frames import Array, Event, Flushed, Frames, Notice
from a2f_live.motion.profile import Profile
from a2f_live.server.nim_grpc import animation
from a2f_live.server.nim_grpc.echo import Echo
from a2f_live.server.nim_grpc.face import Face
from a2f_live.server.nim_grpc.feelings import Feelings
from a2f_live.server.nim_grpc.limits import BYTES_PER_SAMPLE, FPS, Feed, NimLimits, audio_format
from a2f_live.server.nim_grpc.parameters import Remarks, read_emotions, read_wishes
from a2f_live.server.tally import Tally

log: Final = logging.getLogger(__name__)

LOOKAHEAD_MS: Final = 260
"""What the NIM's own model hears of the future: an engine may take as much of it as it can use."""
MOST_WAITING: Final = 60 * FPS
"""Frames that wait for a client to read them before no more of its audio is read."""

Send = Callable[[Any], Awaitable[None]]


class NimStream:
    """One clip. Everything that goes wrong with it is told in a status of code ERROR, as the NIM does."""

    def __init__(self, pool: Pool, profile: Profile, limits: NimLimits, clock: Callable[[], float] = time.monotonic):
        self.tally = Tally()
        self.seconds = 0.0
        """Audio heard."""
        self._pool = pool
        self._profile = profile
        self._limits = limits
        self._clock = clock
        self._remarks = Remarks()
        self._driver: Driver | None = None
        self._held_s = 0.0
        """For so long the client was not read: that is no slowness of its own."""
        self._waiting: deque[Array] = deque()
        """Frames to be sent."""
        self._notices: dict[str, str] = {}
        self._flushed = False
        self._failure: A2FError | None = None
        self._news = asyncio.Event()
        self._read = asyncio.Event()
        """The client has read a frame."""

    async def run(self, requests: AsyncIterator[Any], send: Send) -> None:
        """Answer the call to its end. Raises `TimeoutError` after `processing_s`, and what `send` raises."""
        try:
            async with asyncio.timeout(self._limits.processing_s):
                await self._converse(requests, send)
        except A2FError as error:
            await send(animation.status_message(animation.ERROR, error.message))

    async def _converse(self, requests: AsyncIterator[Any], send: Send) -> None:
        header = await self._header(requests)
        await send(animation.header_message(header.audio_header, time.time()))
        audio = audio_format(header.audio_header, self._limits)
        wishes = read_wishes(header, self._remarks)
        self._ours = "emotions" not in self._pool.info.channels
        self._face, self._echo = Face(wishes), Echo(audio.sample_rate)
        self._feelings = Feelings(wishes.beginning, wishes.mix, ours=self._ours)
        self._feed, self._rate_hz = Feed(audio, self._limits), audio.sample_rate
        beginning = {} if self._ours else self._feelings.mixed(wishes.beginning)
        config = StreamConfig(
            audio=audio, fps=Fraction(FPS), lookahead_ms=LOOKAHEAD_MS, pace="file", idle="off", emotions=beginning
        )
        self._driver = Driver(self._pool, config, Profile.neutral(), self._deliver)
        reading = asyncio.create_task(self._listen(requests, self._driver))
        try:
            await self._speak(send)
        finally:
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)
            self._driver.close()

    # What the client says

    async def _header(self, requests: AsyncIterator[Any]) -> Any:
        request = await self._next(requests)
        if request is None or request.WhichOneof("stream_part") != "audio_stream_header":
            raise RemoteProtocolError("the first message must be the audio stream header: send it before any audio")
        return request.audio_stream_header

    async def _next(self, requests: AsyncIterator[Any]) -> Any:
        """The next message, None at the end. Raises `IdleTimeout`."""
        try:
            async with asyncio.timeout(self._limits.idle_s):
                return await anext(requests, None)
        except TimeoutError:
            raise IdleTimeout(
                f"nothing came for {self._limits.idle_s:g} s: send audio as it is spoken, and EndOfAudio"
            ) from None

    async def _listen(self, requests: AsyncIterator[Any], driver: Driver) -> None:
        """Read to the end of the audio."""
        try:
            while await self._hear(await self._next(requests), driver):
                began_s = self._clock()
                await self._room(driver)
                self._held_s += self._clock() - began_s
            if not self._feed.seconds:
                raise AudioError("there was no audio: send at least one message with some")
            driver.flush()
        except A2FError as error:
            self._failure = error
        except Exception:
            log.exception("a clip could not be heard by a mistake of the server")
            self._failure = A2FError("the server made a mistake, which it has logged")
        self._news.set()

    async def _room(self, driver: Driver) -> None:
        """Wait until engine and client have caught up with what was read."""
        await driver.room()
        while len(self._waiting) > MOST_WAITING:
            self._read.clear()
            await self._read.wait()

    async def _hear(self, request: Any, driver: Driver) -> bool:
        """Take one message; whether more may follow. Raises `A2FError`."""
        part = None if request is None else request.WhichOneof("stream_part")
        if part == "audio_with_emotion":
            await self._take(request.audio_with_emotion, driver)
            return True
        if request is None:
            self._notices["no_end"] = "the stream was closed without EndOfAudio: send it to hear of the end"
        elif part != "end_of_audio":
            raise RemoteProtocolError("after the header only audio and EndOfAudio may come: begin another call")
        return False

    async def _take(self, message: Any, driver: Driver) -> None:
        pcm = message.audio_buffer
        self._feed.take(len(pcm), self._clock() - self._held_s)
        self.seconds = self._feed.seconds
        self.tally.messages_received += 1
        self.tally.received_bytes += message.ByteSize()
        self.tally.audio_bytes += len(pcm)
        self._echo.push(pcm)
        for each in message.emotions:
            self._feelings.tell(max(each.time_code, 0.0), read_emotions(each.emotion, self._remarks))
        if self._ours:
            driver.push_audio(pcm)
        else:
            await self._push_with_emotions(pcm, driver)

    async def _push_with_emotions(self, pcm: bytes, driver: Driver) -> None:
        """For an engine that does them itself: the audio before each emotion, then the emotion."""
        position = driver.audio_bytes
        for time_s, emotions in self._feelings.between(position / self._bytes_per_s, self._feed.seconds):
            cut = max(0, int(time_s * self._rate_hz) * BYTES_PER_SAMPLE - driver.audio_bytes)
            if cut:
                driver.push_audio(pcm[:cut])
                pcm = pcm[cut:]
            await driver.finished()  # what waits for an engine must not hear of it
            driver.configure({"emotions": self._feelings.mixed(emotions)})
        driver.push_audio(pcm)

    @property
    def _bytes_per_s(self) -> int:
        return self._rate_hz * BYTES_PER_SAMPLE

    # What the driver says

    def _deliver(self, events: Sequence[Event]) -> None:
        for event in events:
            if isinstance(event, Frames):
                self._waiting.extend(event.weights)
            elif isinstance(event, Notice):
                self._notices[event.code] = event.message
            elif isinstance(event, Flushed):
                self._flushed = True
        self._news.set()

    async def _speak(self, send: Send) -> None:
        """Write frames as they come, then the end. Raises the error that ended the reading."""
        frame = 0
        while True:
            self._news.clear()
            while self._waiting:
                await send(self._frame(frame, self._waiting.popleft()))
                self._read.set()
                frame += 1
            if self._failure is not None:
                raise self._failure
            if self._flushed and not self._waiting:
                break
            await self._news.wait()
        await self._close(send)

    def _frame(self, frame: int, weights: Array) -> Any:
        worn, told = self._feelings.wear(weights, frame)
        shaped = self._face.shape(self._profile.apply(worn[None])[0])
        self.tally.frames += 1
        felt = (frame / FPS, self._feelings.felt())
        return animation.frame_message(frame, shaped, self._echo.part(frame), told, felt)

    async def _close(self, send: Send) -> None:
        rest = self._echo.rest()
        if rest[1]:
            await send(animation.audio_message(rest))
        await send(animation.end_message())
        if remarks := self._remarks.sentence():
            await send(animation.status_message(animation.INFO, remarks))
        for notice in self._notices.values():
            await send(animation.status_message(animation.WARNING, notice))
        await send(animation.status_message(animation.SUCCESS, "the audio was processed"))
