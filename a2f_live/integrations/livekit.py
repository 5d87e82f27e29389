"""A face for LiveKit agents: an audio output before that of the room.

Speech goes on to the room, or to whatever output comes next, and to a server; the room is told what face to show by
data packets of the topic `a2f`, each a JSON map. Needs the extra `livekit`.
"""

import asyncio
import json
import time
from collections import deque
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final, Unpack

from a2f_live.client import Options
from a2f_live.client.aio import DEFAULT_URL
from a2f_live.config import AudioFormat
from a2f_live.errors import AudioError, ConfigError, ConnectionLost
from a2f_live.integrations.agent_face import AgentFace
from a2f_live.integrations.hold import Hold
from a2f_live.integrations.telling import NAME, Paused, Played, Playing, Told, told
from a2f_live.integrations.turn import Turn

try:
    from livekit import rtc
    from livekit.agents import AgentSession
    from livekit.agents.log import logger
    from livekit.agents.voice.io import (
        AudioOutput,
        AudioOutputCapabilities,
        PlaybackFinishedEvent,
        PlaybackProgressedEvent,
        PlaybackStartedEvent,
    )
    from livekit.rtc.participant import PublishDataError
except ImportError as missing:
    raise ConfigError(
        f"the face for LiveKit needs livekit-agents ({missing}): pip install 'a2f-live[livekit]'"
    ) from missing

TOPIC: Final = NAME
_to_json: Final = json.JSONEncoder(separators=(",", ":"), allow_nan=False).encode


RESUME_SKIP_S: Final = 0.2
"""Audio that the output of a room has queued, and throws away when it is paused."""


@dataclass(eq=False)
class _Segment:
    """A turn on its way through the outputs."""

    turn: Turn | None
    """None where its audio cannot have a face."""
    passed_on: bool = False
    """Whether the next output has heard of it, and so will report its end."""
    flushed: bool = False
    """Whether the next output was told that all of it came."""
    starts_s: float | None = None
    """Unix time at which second 0 of it was, or would have been, heard; None before."""
    stands_s: float | None = None
    """Second at which it stands still while it is paused."""


_Item = tuple[_Segment, rtc.AudioFrame | None]
"""A frame of a segment, or its end."""


class FaceOutput(AudioOutput):
    """Stands before the output that plays the speech of an agent, and tells a room the face to show.

    `attach` puts one into a session. `hold_audio` holds speech until its frames exist, so that a face is never late,
    but no piece longer than `hold_limit_ms`. Other options are those of `a2f_live.connect`; `fps` is 30 here. Reports
    of playback are those of the next output. Where the server cannot be reached the agent speaks without a face.
    """

    def __init__(
        self,
        url: str = DEFAULT_URL,
        *,
        room: rtc.Room,
        next_in_chain: AudioOutput,
        hold_audio: bool = False,
        hold_limit_ms: int = 500,
        **options: Unpack[Options],
    ) -> None:
        super().__init__(
            label="a2f-live", next_in_chain=next_in_chain, capabilities=AudioOutputCapabilities(pause=True)
        )
        self._room = room
        self._face = AgentFace(url, self._tell, self._report, **options)
        self._hold: Hold[_Item] | None = Hold(self._pass, hold_limit_ms / 1000) if hold_audio else None
        self._segment: _Segment | None = None
        self._segments: deque[_Segment] = deque()
        """Not yet reported as finished, in the order in which they are played."""
        self._closing: asyncio.Task[None] | None = None
        self._next.on("playback_started", self._started)
        self._next.on("playback_progressed", self._progressed)
        self._next.on("playback_finished", self._finished)

    @classmethod
    def attach(
        cls, session: "AgentSession[Any]", room: rtc.Room, url: str = DEFAULT_URL, **options: Any
    ) -> "FaceOutput":
        """Put a face before the last output of a session that has started, and close it with the session.

        `options` are those of the class. Raises `ConfigError` where the session has no audio output.
        """
        last = session.output.audio
        if last is None:
            raise ConfigError("the session has no audio output yet: attach the face after session.start")
        while last.next_in_chain is not None:
            last = last.next_in_chain
        face = cls(url, room=room, next_in_chain=last, **options)
        session.output.replace_audio_tail(face)
        session.on("close", lambda _: face.close_soon())
        return face

    @property
    def sample_rate(self) -> int | None:
        """That of the next output."""
        rate_hz: int | None = self._next.sample_rate
        return rate_hz

    # Life

    def on_attached(self) -> None:
        """Connect, where the rate is known already."""
        super().on_attached()
        self._face.start(AudioFormat(sample_rate=self.sample_rate) if self.sample_rate else None)
        if self._hold:
            self._hold.start()

    async def aclose(self) -> None:
        """Disconnect. Safe to call twice."""
        if self._hold:
            await self._hold.close()
        await self._face.close()

    def close_soon(self) -> None:
        """Disconnect, without waiting for it."""
        self._closing = self._closing or asyncio.create_task(self.aclose(), name="a2f-live close")

    # What the agent does

    async def capture_frame(self, frame: rtc.AudioFrame) -> None:
        """See `AudioOutput`."""
        await super().capture_frame(frame)
        if self._segment is None:
            self._segment = _Segment(self._begin(frame))
            self._segments.append(self._segment)
        segment, turn = self._segment, self._segment.turn
        if turn:
            turn.say(bytes(frame.data))
        if self._hold:
            self._hold.put((segment, frame), turn, turn.said_s if turn else Fraction(0))
        else:
            await self._pass((segment, frame))

    def flush(self) -> None:
        """See `AudioOutput`."""
        super().flush()
        segment, self._segment = self._segment, None
        if segment is None:
            return
        if segment.turn:
            segment.turn.end()
        if self._hold:
            self._hold.put((segment, None))
        else:
            self._flush(segment)

    def clear_buffer(self) -> None:
        """Barge-in, see `AudioOutput`. The end of what the next output never heard of is reported here."""
        self._face.interrupt()
        if self._hold:
            self._hold.drop(lambda _: True)
        for segment in self._segments:
            if segment.passed_on and segment is not self._segment:
                self._flush(segment)
        self._next.clear_buffer()
        for segment in [segment for segment in self._segments if not segment.passed_on]:
            self._segments.remove(segment)
            self.on_playback_finished(playback_position=0.0, interrupted=True)

    def pause(self) -> None:
        """See `AudioOutput`."""
        super().pause()
        segment = self._playing
        if segment and segment.starts_s is not None and segment.stands_s is None:
            self._stands(segment, max(0.0, time.time() - segment.starts_s))

    def resume(self) -> None:
        """See `AudioOutput`."""
        super().resume()
        segment = self._playing
        if segment and segment.stands_s is not None:
            self._plays(segment, segment.stands_s, time.time())

    # Steps within

    @property
    def _next(self) -> AudioOutput:
        assert self.next_in_chain is not None  # noqa: S101 - the constructor takes no other
        return self.next_in_chain

    @property
    def _playing(self) -> _Segment | None:
        """The segment that is heard now, or next."""
        return self._segments[0] if self._segments else None

    def _begin(self, frame: rtc.AudioFrame) -> Turn | None:
        try:
            return self._face.begin(AudioFormat(sample_rate=frame.sample_rate, channels=frame.num_channels))
        except AudioError as error:
            logger.warning("no face: %s", error)
            return None

    async def _pass(self, item: _Item) -> None:
        segment, frame = item
        if frame is None:
            self._flush(segment)
        else:
            await self._next.capture_frame(frame)
            segment.passed_on = True

    def _flush(self, segment: _Segment) -> None:
        if not segment.flushed:
            segment.flushed = True
            self._next.flush()

    # What the next output reports

    def _started(self, event: PlaybackStartedEvent) -> None:
        if segment := self._playing:
            self._plays(segment, 0.0, event.created_at)

    def _progressed(self, event: PlaybackProgressedEvent) -> None:
        """A run of audio has ended: paused, or dry until now, when the next run begins."""
        segment, end_s = self._playing, event.offset + event.duration
        if segment and segment.stands_s is not None:
            self._stands(segment, end_s + RESUME_SKIP_S)
        elif segment:
            self._plays(segment, end_s, time.time())

    def _finished(self, event: PlaybackFinishedEvent) -> None:
        if self._segments and (turn := self._segments.popleft().turn):
            self._face.tell(told(Played(turn.number, max(0.0, event.playback_position), event.interrupted)))

    def _plays(self, segment: _Segment, second: float, at_s: float) -> None:
        """It was, or will be, at that second at that Unix time."""
        segment.starts_s, segment.stands_s = at_s - second, None
        if turn := segment.turn:
            self._face.tell(told(Playing(turn.number, max(0.0, time.time() - segment.starts_s))), turn)

    def _stands(self, segment: _Segment, second: float) -> None:
        segment.stands_s = second
        if turn := segment.turn:
            self._face.tell(told(Paused(turn.number, second)), turn)

    async def _tell(self, message: Told) -> None:
        try:
            await self._room.local_participant.publish_data(_to_json(message), reliable=True, topic=TOPIC)
        except PublishDataError as error:
            raise ConnectionLost(f"the room was not told what face to show: {error.message}") from error

    async def _report(self, error: Exception) -> None:
        logger.warning("no face: %s", error)
