"""One `ProcessAudioStream` call: reads what the client sends, and writes what comes of it, at the same time."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, Final

from a2f_live.dispatch.pool import Pool
from a2f_live.errors import A2FError, IdleTimeout, RemoteProtocolError
from a2f_live.motion.profile import Profile
from a2f_live.server.nim_grpc import animation
from a2f_live.server.nim_grpc.clip import Clip
from a2f_live.server.nim_grpc.limits import NimLimits
from a2f_live.server.tally import Tally

log: Final = logging.getLogger(__name__)

Requests = AsyncIterator[Any]
Send = Callable[[Any], Awaitable[None]]


class NimStream:
    """Answers one clip. Everything that goes wrong with it is told in a status of code ERROR, as the NIM does."""

    def __init__(
        self, pool: Pool, profile: Profile, limits: NimLimits, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.tally = Tally()
        self.seconds = 0.0
        """Audio heard."""
        self._pool = pool
        self._profile = profile
        self._limits = limits
        self._clock = clock
        self._failure: A2FError | None = None
        """What ended the reading."""

    async def run(self, requests: Requests, send: Send) -> None:
        """Answer the call to its end. Raises `TimeoutError` after `processing_s`, and what `send` raises."""
        try:
            async with asyncio.timeout(self._limits.processing_s):
                header = await self._header(requests)
                await send(animation.header_message(header.audio_header, time.time()))
                await self._converse(header, requests, send)
        except A2FError as error:
            await send(animation.status_message(animation.ERROR, error.message))

    async def _converse(self, header: Any, requests: Requests, send: Send) -> None:
        clip = Clip(header, self._pool, self._profile, self._limits, self.tally)
        reading = asyncio.create_task(self._listen(requests, clip))
        try:
            await self._speak(clip, send)
        finally:
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)
            clip.close()
            self.seconds = clip.seconds

    async def _header(self, requests: Requests) -> Any:
        request = await self._next(requests)
        if request is None or request.WhichOneof("stream_part") != "audio_stream_header":
            raise RemoteProtocolError("the first message must be the audio stream header: send it before any audio")
        return request.audio_stream_header

    async def _next(self, requests: Requests) -> Any:
        """The next message, None at the end. Raises `IdleTimeout`."""
        idle_s = self._limits.idle_s
        try:
            async with asyncio.timeout(idle_s):
                return await anext(requests, None)
        except TimeoutError:
            raise IdleTimeout(f"nothing came for {idle_s:g} s: send audio as it is spoken, and EndOfAudio") from None

    async def _listen(self, requests: Requests, clip: Clip) -> None:
        """Read to the end of the audio; what goes wrong is kept for `_speak`."""
        try:
            await self._hear_all(requests, clip)
        except A2FError as error:
            self._failure = error
        except Exception:
            log.exception("a clip could not be heard by a mistake of the server")
            self._failure = A2FError("the server made a mistake, which it has logged")
        clip.wake()

    async def _hear_all(self, requests: Requests, clip: Clip) -> None:
        held_s = 0.0  # for so long the client was not read, which is no slowness of its own
        while (request := await self._next(requests)) is not None:
            part = request.WhichOneof("stream_part")
            if part == "end_of_audio":
                break
            if part != "audio_with_emotion":
                raise RemoteProtocolError("after the header only audio and EndOfAudio may come: begin another call")
            heard_s = self._clock()
            await clip.hear(request.audio_with_emotion, heard_s - held_s)
            await clip.room()
            held_s += self._clock() - heard_s
        clip.end(told=request is not None)

    async def _speak(self, clip: Clip, send: Send) -> None:
        """Write frames as they come, then the end. Raises what ended the reading."""
        while not clip.over:
            await clip.news()
            for message in clip.frames():
                await send(message)
            if self._failure is not None:
                raise self._failure
        for message in clip.closing():
            await send(message)
