"""The face of an agent: turns of speech go to a server, and what listeners are to show comes out."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final, Unpack

from a2f_live.client import Face, Options, connect
from a2f_live.config import AudioFormat
from a2f_live.frames import Cleared, Flushed, Frames
from a2f_live.integrations.telling import Told, TurnBegan, told, told_frames
from a2f_live.integrations.turn import Turn

USUAL: Final[Options] = {"fps": 30, "pace": "file"}
"""Speech of an agent is mostly made faster than it is spoken: no frame of it is to be given up for being late."""

logger = logging.getLogger("a2f_live.integrations")


@dataclass(eq=False)
class Line:
    """A connection to a server, for audio of one format."""

    audio: AudioFormat
    face: asyncio.Future[Face] = field(default_factory=lambda: asyncio.get_running_loop().create_future())
    turns: dict[int, Turn] = field(default_factory=dict)
    """Number of an utterance there to its turn."""
    task: asyncio.Task[None] = field(init=False)


class AgentFace:
    """Turns in, messages for listeners out, in order, each given to `tell`.

    `begin`, `say`, `end` and `interrupt` never wait and never raise for what a server does: an agent speaks on without
    a face. What went wrong is given to `on_error`, and the next turn tries anew. A turn waits for the one before it.
    """

    def __init__(
        self,
        url: str,
        tell: Callable[[Told], Awaitable[None]],
        on_error: Callable[[Exception], Awaitable[None]],
        **options: Unpack[Options],
    ) -> None:
        self._url = url
        self._options: Options = {**USUAL, **options}
        self._tell = tell
        self._on_error = on_error
        self._outbox: asyncio.Queue[tuple[Turn | None, Told]] = asyncio.Queue()
        self._jobs: asyncio.Queue[tuple[Turn | None, Callable[[], Coroutine[Any, Any, None]]]] = asyncio.Queue()
        self._job: asyncio.Task[None] | None = None
        self._job_turn: Turn | None = None
        self._line: Line | None = None
        self._dropped: set[asyncio.Task[None]] = set()
        """Connections that are being left."""
        self._tasks: list[asyncio.Task[None]] = []
        self._open_turns: list[Turn] = []
        self._last: Turn | None = None
        self._number = 0

    @property
    def last(self) -> Turn | None:
        """The newest turn."""
        return self._last

    def start(self, audio: AudioFormat | None = None) -> None:
        """Begin to work, and to connect where the format of the audio is known already. Needs a running loop."""
        if not self._tasks:
            self._tasks = [
                asyncio.create_task(self._work(), name="a2f-live agent face"),
                asyncio.create_task(self._deliver(), name="a2f-live agent face delivery"),
            ]
        if audio is not None:
            self._jobs.put_nowait((None, partial(self._prepare, audio)))

    async def close(self) -> None:
        """End everything at once. Safe to call twice."""
        tasks = [
            *self._tasks,
            *([self._job] if self._job else []),
            *([self._line.task] if self._line else []),
            *self._dropped,
        ]
        for turn in self._open_turns:
            turn.finish()
        self._tasks, self._job, self._line = [], None, None
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    # What an agent does

    def begin(self, audio: AudioFormat, context: str | None = None, *, interruptible: bool = True) -> Turn:
        """The next turn begins."""
        self._number += 1
        self._last = turn = Turn(self._number, audio, context, interruptible=interruptible)
        self._open_turns.append(turn)
        self._jobs.put_nowait((turn, partial(self._speak, turn)))
        return turn

    def tell(self, message: Told, turn: Turn | None = None) -> None:
        """Tell listeners more, in order; withdrawn where the turn is cut before."""
        self._outbox.put_nowait((turn, message))

    def interrupt(self) -> None:
        """Barge-in: every turn that may be interrupted is cut, and listeners hear `cleared`."""
        cut = [turn for turn in self._open_turns if turn.interruptible]
        for turn in cut:
            turn.interrupt()
        if self._last and self._last.interruptible:
            self._last.cut = True
            cut.append(self._last)
        if cut:
            self.tell(told(Cleared(None, max(turn.number for turn in cut), 0)))
        if self._job and self._job_turn and self._job_turn.cut:
            self._job.cancel()
        if all(turn.cut for turn in self._open_turns):
            self._jobs.put_nowait((None, self._clear))

    async def settled(self, timeout_s: float) -> None:
        """Wait until all turns have their frames and all was told, at most so long."""
        try:
            async with asyncio.timeout(timeout_s):
                await self._jobs.join()
                await self._outbox.join()
        except TimeoutError:
            logger.debug("frames still missing after %g s", timeout_s)

    # What it does, one thing after the other

    async def _work(self) -> None:
        while True:
            turn, job = await self._jobs.get()
            self._job_turn, self._job = turn, asyncio.create_task(job())
            await asyncio.wait({self._job})
            if turn:
                turn.finish()
                self._open_turns.remove(turn)
            if not self._job.cancelled() and (error := self._job.exception()):
                self._drop_line()
                await self._report(error)
            self._jobs.task_done()

    async def _report(self, error: BaseException) -> None:
        if not isinstance(error, Exception):
            raise error
        await self._on_error(error)

    async def _prepare(self, audio: AudioFormat) -> None:
        await self._connected(audio)

    async def _speak(self, turn: Turn) -> None:
        if turn.cut:
            return
        line = await self._connected(turn.audio)
        face = line.face.result()
        if face.utterance in line.turns:  # of a turn that was cut: what the server has of it is not this one's
            line.turns = {}
            await face.clear()
        line.turns = {face.utterance: turn}
        began = TurnBegan(turn.number, face.config.fps, face.names, turn.context, face.viseme_names or None)
        self.tell(told(began), turn)
        while (pcm := await turn.pcm.get()) is not None:
            await face.send(pcm)
        flushed = await face.flush() if turn.said_bytes else None
        if flushed:
            await self._until(turn.framed(flushed.frames), line.task)
            self.tell(told(Flushed(None, turn.number, flushed.frames, flushed.seconds)), turn)

    async def _clear(self) -> None:
        """What the server has not answered is forgotten there too; nothing to do where it was not reached."""
        line = self._line
        if line and line.face.done() and not line.task.done():
            line.turns = {}
            await line.face.result().clear()

    async def _until(self, wanted: Coroutine[Any, Any, None], end: "asyncio.Task[None]") -> None:
        """Wait for it, but no longer than the connection lasts."""
        waiting = asyncio.create_task(wanted)
        try:
            await asyncio.wait({waiting, end}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            waiting.cancel()

    # The connection

    async def _connected(self, audio: AudioFormat) -> Line:
        line = self._line
        if line is None or line.audio != audio or line.task.done():
            self._drop_line()
            line = self._line = Line(audio)
            line.task = asyncio.create_task(self._listen(line), name="a2f-live agent face line")
        waited: set[asyncio.Future[Any]] = {line.face, line.task}
        await asyncio.wait(waited, return_when=asyncio.FIRST_COMPLETED)
        if not line.face.done():
            line.task.result()  # Raises what is in the way.
        return line

    def _drop_line(self) -> None:
        if self._line:
            task = self._line.task
            self._dropped.add(task)
            task.add_done_callback(self._dropped.discard)
            task.add_done_callback(_seen)
            task.cancel()
        self._line = None

    async def _listen(self, line: Line) -> None:
        options: Options = {**self._options, "audio": line.audio}
        async with connect(self._url, **options) as face:
            line.face.set_result(face)
            async for frames in face:
                self._hear(line, frames)

    def _hear(self, line: Line, frames: Frames) -> None:
        turn = line.turns.get(frames.utterance)
        if frames.idle:
            for message in told_frames(frames, self._number):
                self.tell(message)
        elif turn and not turn.cut and not frames.final:
            for message in told_frames(frames, turn.number):
                self.tell(message, turn)
            turn.heard(frames)

    # What listeners are told

    async def _deliver(self) -> None:
        while True:
            turn, message = await self._outbox.get()
            try:
                if not (turn and turn.cut):
                    await self._tell(message)
            except Exception as error:  # Whatever a framework raises: the messages after it are still to be told.
                await self._on_error(error)
            finally:
                self._outbox.task_done()


def _seen(task: "asyncio.Task[None]") -> None:
    """An error that was told, or that nobody waits for, is no surprise."""
    if not task.cancelled():
        task.exception()
