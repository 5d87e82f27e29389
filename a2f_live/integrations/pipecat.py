"""A face for pipecat: a processor between the text-to-speech and the output transport.

It gives the speech that passes through it to a server, and tells the client what face to show by RTVI server messages:
`{"type": "a2f", "message": {...}}`. Needs the extra `pipecat`.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Any, Final, Unpack

from a2f_live.client import Options
from a2f_live.client.aio import DEFAULT_URL
from a2f_live.config import AudioFormat
from a2f_live.errors import AudioError, ConfigError
from a2f_live.integrations.agent_face import AgentFace
from a2f_live.integrations.hold import Hold
from a2f_live.integrations.telling import NAME, Playing, Told, told
from a2f_live.integrations.turn import Turn

try:
    from pipecat.frames.frames import (
        BotStartedSpeakingFrame,
        CancelFrame,
        EndFrame,
        Frame,
        InterruptionFrame,
        OutputAudioRawFrame,
        OutputTransportMessageFrame,
        SpeechOutputAudioRawFrame,
        SystemFrame,
        TTSAudioRawFrame,
        TTSStartedFrame,
        TTSStoppedFrame,
    )
    from pipecat.processors.frame_processor import FrameDirection, FrameProcessor, FrameProcessorSetup
    from pipecat.processors.frameworks.rtvi.frames import RTVIServerMessageFrame
    from pipecat.processors.frameworks.rtvi.models import ServerMessage
except ImportError as missing:
    raise ConfigError(f"the face for pipecat needs pipecat ({missing}): pip install 'a2f-live[pipecat]'") from missing

MARK_MS: Final = 200
"""Between two tellings of where the audio stands: whole chunks of an output transport of 10, 20, 40 (usual) or 50 ms,
so that no audio before a mark still waits there for its chunk to fill."""
CUT_CONTEXTS: Final = 256
"""Contexts remembered as interrupted."""


class FaceProcessor(FrameProcessor):
    """Stands between the text-to-speech and the output transport, and passes everything on.

    `hold_audio` holds speech until its frames exist, so that a face is never late, but no piece longer than
    `hold_limit_ms`. Other options are those of `a2f_live.connect`; `fps` is 30 here. Where the server cannot be reached
    the agent speaks without a face, and an error goes upstream.

    Frames are told ahead of the audio as soon as they exist. Marks that say which second of the audio goes out now
    travel in the audio queue of the transport, so an interruption drops them with the audio. They are early by what the
    transport has not made a chunk of yet; that a turn begins to be heard is known exactly, from the transport.
    """

    def __init__(
        self,
        url: str = DEFAULT_URL,
        *,
        hold_audio: bool = False,
        hold_limit_ms: int = 500,
        name: str | None = None,
        **options: Unpack[Options],
    ) -> None:
        super().__init__(name=name)
        self._face = AgentFace(url, self._tell, self._report, **options)
        self._hold: Hold[Frame] | None = Hold(self.push_frame, hold_limit_ms / 1000) if hold_audio else None
        self._limit_s = hold_limit_ms / 1000
        self._turn: Turn | None = None
        self._cut: deque[str] = deque(maxlen=CUT_CONTEXTS)
        self._waits_for_start = False
        self._unheard: deque[tuple[Turn, str | None]] = deque()
        """Turns, with their destinations, that the transport will tell when they begin to be heard."""
        self._told_apart = True
        """Whether the transport notices that what comes now is not of the turn before."""

    def can_generate_metrics(self) -> bool:
        """Yes: the time from the first audio of a turn to its first frames."""
        return True

    async def setup(self, setup: FrameProcessorSetup) -> None:
        """Connect, with the sample rate of the pipeline; speech of another is another connection."""
        await super().setup(setup)
        self._face.start(AudioFormat(sample_rate=setup.audio_out_sample_rate))
        if self._hold:
            self._hold.start()

    async def cleanup(self) -> None:
        """Disconnect."""
        await super().cleanup()
        if self._hold:
            await self._hold.close()
        await self._face.close()

    async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
        """See `FrameProcessor`."""
        await super().process_frame(frame, direction)
        match frame:
            case InterruptionFrame():
                self._interrupt()
                await self.push_frame(frame, direction)
            case CancelFrame():
                self._drop_held(everything=True)
                await self.push_frame(frame, direction)
            case BotStartedSpeakingFrame() if direction is FrameDirection.UPSTREAM:
                self._begins_to_be_heard(frame.transport_destination)
                await self.push_frame(frame, direction)
            case _ if isinstance(frame, SystemFrame) or direction is FrameDirection.UPSTREAM:
                await self.push_frame(frame, direction)
            case TTSAudioRawFrame() | SpeechOutputAudioRawFrame():
                await self._speak(frame)
            case _:
                await self._note(frame)
                await self._pass(frame)

    # Speech

    async def _note(self, frame: Frame) -> None:
        """Turns begin and end by frames beside the audio, too."""
        if isinstance(frame, TTSStartedFrame):
            self._waits_for_start = False
        elif isinstance(frame, TTSStoppedFrame) and self._turn and frame.context_id in (None, self._turn.context):
            self._told_apart = True
            self._end_turn()
        elif isinstance(frame, EndFrame):
            self._end_turn()
            await self._face.settled(self._limit_s)

    async def _speak(self, frame: OutputAudioRawFrame) -> None:
        turn = await self._turn_of(frame)
        if turn is None:
            await self._pass(frame)
            return
        start_bytes = turn.said_bytes
        turn.say(frame.audio)
        for at_bytes, piece in pieces(frame, start_bytes, turn.audio):
            if at_bytes is not None:
                await self._pass(self._mark(turn, at_bytes, frame))
            start_bytes += len(piece.audio)
            await self._pass(piece, turn, turn.audio.seconds(start_bytes))

    async def _turn_of(self, frame: OutputAudioRawFrame) -> Turn | None:
        """The turn that the audio belongs to, a new one if need be; none for what is late, or cannot be used."""
        context = getattr(frame, "context_id", None)
        if context in self._cut or (context is None and self._waits_for_start):
            return None
        try:
            audio = AudioFormat(sample_rate=frame.sample_rate, channels=frame.num_channels)
        except AudioError as error:
            await self._report(error)
            return None
        if self._turn is None or self._turn.context != context or self._turn.audio != audio:
            self._end_turn()
            self._turn = self._face.begin(audio, context, interruptible=frame.interruptible)
            if self._told_apart and isinstance(frame, TTSAudioRawFrame):
                self._unheard.append((self._turn, frame.transport_destination))
            self._told_apart = False
            await self.start_ttfb_metrics()
        return self._turn

    def _end_turn(self) -> None:
        if self._turn:
            self._turn.end()
        self._turn = None

    def _interrupt(self) -> None:
        """What is still to come of the turns until here is late."""
        if self._turn and not self._turn.interruptible:
            return
        last = self._face.last
        if last and last.interruptible and last.context is not None:
            self._cut.append(last.context)
        elif last and last.interruptible and self._turn:
            self._waits_for_start = True
        self._end_turn()
        self._face.interrupt()
        self._unheard.clear()
        self._told_apart = True
        self._drop_held()

    def _begins_to_be_heard(self, destination: str | None) -> None:
        if self._unheard and self._unheard[0][1] == destination:
            turn, _ = self._unheard.popleft()
            self._face.tell(told(Playing(turn.number, 0.0)), turn)

    # What goes on

    async def _pass(self, frame: Frame, turn: Turn | None = None, until: Fraction = Fraction(0)) -> None:
        if self._hold:
            self._hold.put(frame, turn, until)
        else:
            await self.push_frame(frame)

    def _drop_held(self, *, everything: bool = False) -> None:
        if self._hold:
            self._hold.drop(lambda frame: everything or frame.interruptible)

    def _mark(self, turn: Turn, at_bytes: int, audio: Frame) -> Frame:
        playing = told(Playing(turn.number, float(turn.audio.seconds(at_bytes))))
        mark = OutputTransportMessageFrame(message=ServerMessage(data=envelope(playing)).model_dump())
        mark.transport_destination = audio.transport_destination
        mark.interruptible = audio.interruptible
        return mark

    async def _tell(self, message: Told) -> None:
        if message["type"] == "frames":
            await self.stop_ttfb_metrics()
        await self.push_frame(RTVIServerMessageFrame(data=envelope(message)))

    async def _report(self, error: Exception) -> None:
        await self.push_error(f"no face: {error}", exception=error)


def envelope(message: Told) -> dict[str, Any]:
    """The data of an RTVI server message."""
    return {"type": NAME, "message": message}


def pieces(
    frame: OutputAudioRawFrame, start_bytes: int, audio: AudioFormat
) -> Iterator[tuple[int | None, OutputAudioRawFrame]]:
    """The frame, cut where marks belong; with each piece the place of a mark before it, if there is one.

    `start_bytes` is the audio of its turn before the frame.
    """
    step = audio.sample_rate * MARK_MS // 1000 * audio.bytes_per_frame
    offset = 0
    while offset < len(frame.audio):
        at = start_bytes + offset
        size = min(step - at % step, len(frame.audio) - offset)
        whole = size == len(frame.audio)
        piece = frame if whole else part(frame, frame.audio[offset : offset + size], first=offset == 0)
        yield (at if at % step == 0 else None), piece
        offset += size


def part(frame: OutputAudioRawFrame, pcm: bytes, *, first: bool) -> OutputAudioRawFrame:
    """A frame like it with some of its audio; only the first keeps the time at which it is to be presented."""
    piece = replace(frame, audio=pcm)
    piece.pts = frame.pts if first else None
    piece.metadata = dict(frame.metadata)
    piece.transport_source = frame.transport_source
    piece.transport_destination = frame.transport_destination
    piece.interruptible = frame.interruptible
    return piece
