"""The asyncio client: send speech, iterate frames; a lost connection goes on where it stopped."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterable, Iterable
from dataclasses import replace
from itertools import count
from types import TracebackType
from typing import Any, Final, Self, Unpack

from a2f_live.client.link import LinkEnded
from a2f_live.client.options import Options, Pcm, Whole, frame_rate, pcm_bytes
from a2f_live.client.stream import Stream
from a2f_live.config import StreamConfig
from a2f_live.errors import ConfigError
from a2f_live.frames import Cleared, Flushed, Frames, Marker
from a2f_live.wire.messages import Audio, Clear, Configure, Flush, Ready, Stats

DEFAULT_URL: Final = "ws://localhost:8000"
CLOSE_TIMEOUT_S: Final = 30.0
CHANGEABLE: Final = frozenset({"emotions", "auto_emotion", "idle", "profile", "fps"})


def connect(url: str = DEFAULT_URL, **options: Unpack[Options]) -> "Face":
    """A stream to a server, to be used as ``async with connect(url) as face``; `Options` says what can be asked for."""
    return Face(url, options)


class Face:
    """One live stream: speech in, frames of 52 weights out.

    Send and iterate at the same time, in two tasks, or let `stream` do both. In pace `file` a reader that lags makes
    `send` wait (once `buffer_s` seconds of frames are unread); in pace `live` the oldest unread frames are dropped and
    counted in `dropped`. When the connection is lost the stream goes on by itself, with no frame lost or doubled, as
    long as the server keeps the session. When the stream ends, iteration ends: with the error, if it was one.
    """

    def __init__(self, url: str, options: Options) -> None:
        self._stream = Stream(url, options)
        self._ids = count(1)
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        """Connect. Raises what stands in the way: `ConnectionLost`, `NotAllowed`, `ServerFull`, `ConfigError`."""
        await self._stream.open()
        self._task = asyncio.create_task(self._stream.run(), name="a2f-live client")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stream.leave()
        if kind is None and self._stream.connected:
            await self.close()
        else:
            await self._stop()

    # What the caller says

    async def send(self, pcm: Pcm) -> None:
        """Send speech: bytes of PCM, or an array in the sample type of the encoding; any number of samples."""
        self._stream.say(Audio(pcm_bytes(pcm, self.config.audio)))
        await self._stream.room()

    async def flush(self) -> Flushed | None:
        """End the utterance, and wait until all its frames have come. None if a clear came first."""
        question = Flush(next(self._ids))
        self._stream.say(question)
        flushed: Flushed | None = await self._stream.answers.to(question)
        return flushed

    async def clear(self) -> Cleared:
        """Barge-in: forget the audio that has no frames yet, and let the face ease to rest."""
        question = Clear(next(self._ids))
        self._stream.say(question)
        cleared: Cleared = await self._stream.answers.to(question)
        return cleared

    async def marker(self) -> float:
        """Seconds until all audio sent so far has been answered: the round trip through the engine."""
        clock = asyncio.get_running_loop().time
        asked_s = clock()
        question = Marker(next(self._ids))
        self._stream.say(question)
        await self._stream.answers.to(question)
        return clock() - asked_s

    async def configure(self, **changes: Any) -> StreamConfig:
        """Change `emotions`, `auto_emotion`, `idle`, `profile` or `fps` from the next frame on.

        Gives the effective configuration. Raises `ConfigError` for what cannot be used.
        """
        if fixed := set(changes) - CHANGEABLE:
            raise ConfigError(f"{', '.join(sorted(fixed))} cannot be changed: use {', '.join(sorted(CHANGEABLE))}")
        if "fps" in changes:
            changes["fps"] = frame_rate(changes["fps"])
        replace(self.config, **changes)
        self._stream.say(Configure(changes))
        return await self._stream.answers.to_change()

    async def stream(self, pcm: Pcm | Iterable[Pcm] | AsyncIterable[Pcm]) -> AsyncGenerator[Frames, None]:
        """Send one whole utterance, in one piece or many, and give its frames while they come."""
        sender = asyncio.create_task(self._send_all(pcm))
        sender.add_done_callback(lambda _: self._stream.inbox.wake())
        try:
            sent = False
            while not sent:
                sent = sender.done()
                while frames := self._stream.take():
                    yield frames
                if not sent:
                    await self._stream.inbox.wait()
            await sender
        finally:
            sender.cancel()
            await asyncio.wait({sender})

    async def close(self) -> None:
        """Let everything that was sent be answered, then end the stream; the frames that still come can be iterated."""
        self._stream.say_bye()
        try:
            if self._task is not None:
                await asyncio.wait({self._task}, timeout=CLOSE_TIMEOUT_S)
        finally:
            await self._stop()

    # What comes

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Frames:
        while True:
            if frames := self._stream.take():
                return frames
            if isinstance(self._stream.end, LinkEnded):
                raise StopAsyncIteration
            if self._stream.end is not None:
                raise self._stream.end
            await self._stream.inbox.wait()

    @property
    def ready(self) -> Ready:
        """What the server said first: `session`, `engine`, `names`, `limits` and the rest."""
        return self._stream.ready

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the weights, in the order of every row."""
        return self._stream.ready.names

    @property
    def viseme_names(self) -> tuple[str, ...]:
        """Names of the visemes, in the order of every row; empty where frames carry none."""
        return self._stream.ready.viseme_names or ()

    @property
    def config(self) -> StreamConfig:
        """The effective configuration, kept up to date."""
        return self._stream.config

    @property
    def stats(self) -> Stats | None:
        """The newest figures of the server, where `stats` was asked for."""
        return self._stream.stats

    @property
    def utterance(self) -> int:
        """Number of the utterance that takes audio now."""
        return self._stream.log.utterance

    @property
    def dropped(self) -> int:
        """Frames that were dropped because nobody read them in time."""
        return self._stream.inbox.dropped

    # Steps within

    async def _send_all(self, pcm: Pcm | Iterable[Pcm] | AsyncIterable[Pcm]) -> Flushed | None:
        if isinstance(pcm, Whole):
            await self.send(pcm)
        elif isinstance(pcm, AsyncIterable):
            async for block in pcm:
                await self.send(block)
        else:
            for block in pcm:
                await self.send(block)
        return await self.flush()

    async def _stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait({self._task})
            await self._stream.finish(LinkEnded("the stream was closed"))
