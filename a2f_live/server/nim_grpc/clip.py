"""One clip on its way through a driver: what a client says goes in, messages of the answer come out."""

import asyncio
from collections import deque
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any, Final

from a2f_live.config import StreamConfig
from a2f_live.dispatch.pool import Pool
from a2f_live.driver import Driver
from a2f_live.errors import AudioError
from a2f_live.frames import Array, Event, Flushed, Frames, Notice
from a2f_live.motion.profile import Profile
from a2f_live.server.nim_grpc import animation
from a2f_live.server.nim_grpc.echo import Echo
from a2f_live.server.nim_grpc.face import Face
from a2f_live.server.nim_grpc.feelings import Feelings
from a2f_live.server.nim_grpc.limits import BYTES_PER_SAMPLE, FPS, Feed, NimLimits, audio_format
from a2f_live.server.nim_grpc.parameters import Remarks, read_emotions, read_wishes
from a2f_live.server.tally import Tally

LOOKAHEAD_MS: Final = 260
"""What the NIM's own model hears of the future: an engine may take as much of it as it can use."""
MOST_WAITING: Final = 60 * FPS
"""Frames that wait for a client to read them before no more of its audio is read."""


class Clip:
    """Audio and emotions in, frames out, as the header asks for them. Raises `AudioError` for audio it cannot hear."""

    def __init__(self, header: Any, pool: Pool, profile: Profile, limits: NimLimits, tally: Tally) -> None:
        audio = audio_format(header.audio_header, limits)
        self._remarks = Remarks()
        wishes = read_wishes(header, self._remarks)
        self._ours = "emotions" not in pool.info.channels
        self._feelings = Feelings(wishes.beginning, wishes.mix, ours=self._ours)
        self._face, self._echo, self._feed = Face(wishes), Echo(audio.sample_rate), Feed(audio, limits)
        self._profile = profile
        self._bytes_per_s = audio.sample_rate * BYTES_PER_SAMPLE
        self._tally = tally
        self._waiting: deque[Array] = deque()
        """Frames to be sent."""
        self._frame = 0
        """Index of the first of them."""
        self._flushed = False
        self._warnings: dict[str, str] = {}
        self._news = asyncio.Event()
        self._read = asyncio.Event()
        """A frame was taken."""
        config = StreamConfig(
            audio=audio,
            fps=Fraction(FPS),
            lookahead_ms=LOOKAHEAD_MS,
            pace="file",
            idle="off",
            emotions={} if self._ours else self._feelings.mixed(wishes.beginning),
        )
        self._driver = Driver(pool, config, Profile.neutral(), self._deliver)

    @property
    def seconds(self) -> float:
        """Audio heard."""
        return self._feed.seconds

    # What the client says

    async def hear(self, message: Any, now_s: float) -> None:
        """Take an `AudioWithEmotion` at `now_s` of a monotonic clock. Raises `AudioError` beyond the limits."""
        pcm = message.audio_buffer
        self._feed.take(len(pcm), now_s)
        self._tally.messages_received += 1
        self._tally.received_bytes += message.ByteSize()
        self._tally.audio_bytes += len(pcm)
        self._echo.push(pcm)
        for each in message.emotions:
            self._feelings.tell(max(each.time_code, 0.0), read_emotions(each.emotion, self._remarks))
        if self._ours:
            self._driver.push_audio(pcm)
        else:
            await self._push_with_emotions(pcm)

    async def room(self) -> None:
        """Wait until engine and client have caught up with what was heard."""
        await self._driver.room()
        while len(self._waiting) > MOST_WAITING:
            self._read.clear()
            await self._read.wait()

    def end(self, *, told: bool) -> None:
        """No audio follows; `told`: the client said so. Raises `AudioError` where there was none."""
        if not self._feed.seconds:
            raise AudioError("there was no audio: send at least one message with some")
        if not told:
            self._warnings["no_end"] = "the stream was closed without EndOfAudio: send it to hear of the end"
        self._driver.flush()

    def close(self) -> None:
        """Stop the driver. Safe to call twice."""
        self._driver.close()

    async def _push_with_emotions(self, pcm: bytes) -> None:
        """For an engine that does them itself: the audio before each emotion, then the emotion."""
        driver = self._driver
        for time_s, emotions in self._feelings.between(driver.audio_bytes / self._bytes_per_s, self._feed.seconds):
            cut = max(0, int(time_s * self._bytes_per_s / BYTES_PER_SAMPLE) * BYTES_PER_SAMPLE - driver.audio_bytes)
            if cut:
                driver.push_audio(pcm[:cut])
                pcm = pcm[cut:]
            await driver.finished()  # what waits for an engine must not hear of it
            driver.configure({"emotions": self._feelings.mixed(emotions)})
        driver.push_audio(pcm)

    # What it is answered

    @property
    def over(self) -> bool:
        """Whether every frame was taken and none follows."""
        return self._flushed and not self._waiting

    def frames(self) -> Iterator[Any]:
        """The messages of the frames that wait."""
        while self._waiting:
            yield self._message(self._waiting.popleft())
            self._read.set()

    async def news(self) -> None:
        """Wait until there is something to take, or `wake` is called."""
        await self._news.wait()
        self._news.clear()

    def wake(self) -> None:
        """Have whoever waits for news look."""
        self._news.set()

    def closing(self) -> Iterator[Any]:
        """The messages after the last frame."""
        rest = self._echo.rest()
        if rest[1]:
            yield animation.audio_message(rest)
        yield animation.end_message()
        if remarks := self._remarks.sentence():
            yield animation.status_message(animation.INFO, remarks)
        for warning in self._warnings.values():
            yield animation.status_message(animation.WARNING, warning)
        yield animation.status_message(animation.SUCCESS, "the audio was processed")

    def _deliver(self, events: Sequence[Event]) -> None:
        for event in events:
            if isinstance(event, Frames):
                self._waiting.extend(event.weights)
            elif isinstance(event, Notice):
                self._warnings[event.code] = event.message
            elif isinstance(event, Flushed):
                self._flushed = True
        self.wake()

    def _message(self, weights: Array) -> Any:
        frame, self._frame = self._frame, self._frame + 1
        self._tally.frames += 1
        worn, told = self._feelings.wear(weights, frame)
        shaped = self._face.shape(self._profile.apply(worn[None])[0])
        felt = (frame / FPS, self._feelings.felt())
        return animation.frame_message(frame, shaped, self._echo.part(frame), told, felt)
