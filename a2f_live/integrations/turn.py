"""One turn of an agent: the audio of it that was said, and how far there are frames for it."""

import asyncio
from fractions import Fraction

from a2f_live.config import AudioFormat
from a2f_live.frames import Frames


class Turn:
    """What an agent says between two pauses; becomes one utterance of the stream and keeps its number for listeners."""

    def __init__(self, number: int, audio: AudioFormat, context: str | None, *, interruptible: bool = True) -> None:
        self.number = number
        self.audio = audio
        self.context = context
        """Name that the framework has for it."""
        self.interruptible = interruptible
        self.pcm: asyncio.Queue[bytes | None] = asyncio.Queue()
        """What the stream has not taken yet; None ends it."""
        self.said_bytes = 0
        self.ended = False
        """No more audio will be said."""
        self.cut = False
        """It was interrupted: nothing of it is to be shown any more."""
        self.complete = False
        """No more frames will come: all have, or none can."""
        self.next_frame = 0
        """Index of the frame after the last one that came."""
        self._framed_s = Fraction(0)
        self._news = asyncio.Event()

    @property
    def said_s(self) -> Fraction:
        """Seconds of its audio so far."""
        return self.audio.seconds(self.said_bytes)

    def say(self, pcm: bytes) -> None:
        """Add audio, in its format; ignored once it has ended or was cut."""
        if pcm and not (self.ended or self.cut):
            self.said_bytes += len(pcm)
            self.pcm.put_nowait(pcm)

    def end(self) -> None:
        """There is no more audio. Safe to call twice."""
        if not self.ended:
            self.ended = True
            self.pcm.put_nowait(None)

    def interrupt(self) -> None:
        """Nothing of it is to be shown any more."""
        self.cut = True
        self.finish()

    def heard(self, frames: Frames) -> None:
        """Frames of it came."""
        self.next_frame = frames.index + frames.count
        self._framed_s = frames.time_s + frames.count / frames.fps
        self._news.set()

    def finish(self) -> None:
        """No more frames will come."""
        self.complete = True
        self._news.set()

    async def framed_until(self, second: Fraction) -> None:
        """Wait until every frame due before that second of its audio has come, or none can."""
        while not self.complete and self._framed_s < second:
            await self._next_news()

    async def framed(self, count: int) -> None:
        """Wait until so many frames have come, or none can."""
        while not self.complete and self.next_frame < count:
            await self._next_news()

    async def _next_news(self) -> None:
        self._news.clear()
        await self._news.wait()
