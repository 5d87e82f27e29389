"""One streaming call to a NIM: samples of an utterance in, rows of weights out, from any thread."""

import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from queue import SimpleQueue
from typing import Any, Final

import grpc
import numpy as np
from nvidia_audio2face_3d import messages_pb2 as messages

from a2f_live import arkit
from a2f_live.config import ENGINE_RATE_HZ
from a2f_live.engine.base import Array
from a2f_live.engine.nim.names import Columns
from a2f_live.errors import EngineFailed, EngineRefused, EngineTimeout

logger = logging.getLogger(__name__)

KEPT_ROWS: Final = 600
"""Rows kept after they were asked for: a window that is tried again finds them."""
ENDING_S: Final = 1.0
"""Time that a call has to end by itself once its audio has."""
FULL_SCALE: Final = 32768.0

Open = Callable[[Iterator[Any]], Any]
"""Begins a call that sends these messages; what it gives is iterated for the answers."""


@dataclass(frozen=True, slots=True)
class Pace:
    """When the frames of a NIM are due, by their time codes."""

    rate_hz: int = 0
    """Frames a second; 0 where that is not known, for a call that is only measured."""
    first_s: float = 0.0
    """Time code of the first frame of a call."""


UNKNOWN: Final = Pace()


class Call:
    """Hears an utterance from its sample `origin` on, and gives rows by their index within the utterance.

    A thread of its own reads the answers. Everything here may be asked again: samples that were fed are not fed twice,
    rows that came are still there.
    """

    def __init__(self, open_stream: Open, header: Any, origin: int, pace: Pace, target: str) -> None:
        """`origin` is a sample index on a row; `header` is the first message; `target` names the NIM."""
        self.origin = origin
        self.fed = origin
        """Index of the first sample that was not fed."""
        self.target = target
        self.late = False
        """Rows of it did not come in time once."""
        self.time_codes: list[float] = []
        """Of the first two frames."""
        self._pace = pace
        self._first_row = int(origin * pace.rate_hz / ENGINE_RATE_HZ)
        self._end_row = self._first_row
        self._rows: list[Array] = []
        """The newest of them, up to `_end_row`."""
        self._columns: Columns | None = None
        self._feels: Mapping[str, float] = {}
        self._ended = False
        """All audio was sent."""
        self.refused = False
        """The NIM is there and does not want this utterance."""
        self.full = False
        """That is because it has as many as it takes."""
        self._why: str | None = None
        """Why no more rows come; None while they do."""
        self._news = threading.Condition()
        self._outgoing: SimpleQueue[Any] = SimpleQueue()
        self._outgoing.put(messages.AudioWithEmotionStream(audio_stream_header=header))
        self._stream = open_stream(iter(self._outgoing.get, None))
        threading.Thread(target=self._read, name="a2f-nim-call", daemon=True).start()

    @property
    def over(self) -> bool:
        """Whether no more rows come."""
        return self._why is not None

    @property
    def rows_received(self) -> int:
        """Rows that came, from the origin on."""
        return self._end_row - self._first_row

    def has(self, first_row: int) -> bool:
        """Whether row `first_row` is kept or may still come."""
        return self._end_row - len(self._rows) <= first_row

    def has_come(self, end_row: int) -> bool:
        """Whether every row before that came."""
        return self._end_row >= end_row

    def feed(self, samples: Array, start: int, part: int, emotions: Mapping[str, float] | None = None) -> None:
        """Send what is new of the samples from index `start` on, at most `part` in a message.

        `emotions` are felt from there on, None for those that the NIM hears. Raises `EngineFailed` for a gap.
        """
        with self._news:
            if start > self.fed:
                raise EngineFailed("audio is missing between what the call has heard and what comes: begin another")
            new = samples[self.fed - start :]
            felt = self._changed(emotions)
            self.fed += len(new)
            for at in range(0, len(new), part):
                audio = messages.AudioWithEmotion(audio_buffer=_pcm(new[at : at + part]), emotions=felt)
                self._outgoing.put(messages.AudioWithEmotionStream(audio_with_emotion=audio))
                felt = []

    def end(self) -> None:
        """Say that no audio follows."""
        if not self._ended:
            self._ended = True
            self._outgoing.put(
                messages.AudioWithEmotionStream(end_of_audio=messages.AudioWithEmotionStream.EndOfAudio())
            )
            self._outgoing.put(None)

    def rows(self, first_row: int, count: int, timeout_s: float) -> Array:
        """Wait for these rows: (count, 52) float32. Raises `EngineTimeout`, or `EngineFailed` if they cannot come."""
        end = first_row + count
        with self._news:
            self._news.wait_for(lambda: self._end_row >= end or self.over, timeout_s)
            if self._end_row < end and self._why is None:
                self.late = True
                raise EngineTimeout(
                    f"the NIM at {self.target} had heard {float(self._ahead_s(end)):.2f} s beyond a frame and did not "
                    f"give it within {timeout_s:.1f} s: see its log, or set lookahead_ms"
                )
            if self._end_row < end:
                kind = EngineRefused if self.refused else EngineFailed
                raise kind(f"the NIM at {self.target} ended the call: {self._why}")
            self.late = False
            if not self.has(first_row):
                raise EngineFailed("these rows came too long ago: begin another call")
            kept = self._rows[first_row - self._end_row :][:count]
            del self._rows[: max(0, len(self._rows) - (self._end_row - first_row) - KEPT_ROWS)]
        return np.stack(kept)

    def settle(self, least_rows: int, quiet_s: float) -> int:
        """Wait until so many rows came, or no other within `quiet_s`; how many did. Raises `EngineFailed`."""
        known = -1

        def moved() -> bool:
            return self.over or self.rows_received > known

        with self._news:
            while known < self.rows_received < least_rows and not self.over:
                known = self.rows_received
                self._news.wait_for(moved, quiet_s)
            if self.over:
                raise EngineFailed(f"the NIM at {self.target} ended the call: {self._why}")
            return self.rows_received

    def wait_over(self, timeout_s: float) -> str:
        """Wait for the end of the call; why it ended, or that it did not."""
        with self._news:
            self._news.wait_for(lambda: self.over, timeout_s)
            return self._why or f"no end within {timeout_s:g} s"

    def cancel(self) -> None:
        """End it now, whatever is under way. Safe to call twice, and from anywhere."""
        self._outgoing.put(None)
        self._stream.cancel()

    def leave(self) -> None:
        """Nobody wants rows of it any more: cancel it, unless it is about to end by itself."""
        if self.over or not self._ended:
            self.cancel()
            return
        timer = threading.Timer(ENDING_S, self.cancel)
        timer.daemon = True
        timer.start()

    def _changed(self, emotions: Mapping[str, float] | None) -> list[Any]:
        """What to say about emotions, where they are not those that were said last."""
        felt = dict(emotions or {})
        if felt == self._feels:
            return []
        self._feels = felt
        since_s = (self.fed - self.origin) / ENGINE_RATE_HZ
        whole = {name: felt.get(name, 0.0) for name in arkit.EMOTIONS}
        return [messages.EmotionWithTimeCode(time_code=since_s, emotion=whole)]

    def _ahead_s(self, end_row: int) -> Fraction:
        return Fraction(self.fed, ENGINE_RATE_HZ) - Fraction(end_row - 1, self._pace.rate_hz)

    def _read(self) -> None:
        why = "it sent no more frames"
        try:
            for message in self._stream:
                if problem := self._take(message):
                    why = problem
        except EngineFailed as error:
            why = error.message
            self._stream.cancel()
        except grpc.RpcError as error:
            why = _told(error)
            code = getattr(error, "code", _no_code)()
            self.full = code is grpc.StatusCode.RESOURCE_EXHAUSTED
            self.refused = self.full or code is grpc.StatusCode.INVALID_ARGUMENT
        except Exception:
            logger.exception("the answers of the NIM at %s could not be read", self.target)
            why = "its answers could not be read, see the log"
            self._stream.cancel()
        self._outgoing.put(None)
        with self._news:
            self._why = why
            self._news.notify_all()

    def _take(self, message: Any) -> str | None:
        """One message; why the call failed, if it says so. Raises `EngineFailed` for one that makes no sense."""
        kind = message.WhichOneof("stream_part")
        if kind == "animation_data_stream_header":
            self._columns = Columns.of(list(message.animation_data_stream_header.skel_animation_header.blend_shapes))
        elif kind == "animation_data":
            for frame in message.animation_data.skel_animation.blend_shape_weights:
                self._add(frame.time_code, frame.values)
        elif kind == "status":
            return self._heed(message.status)
        return None

    def _heed(self, status: Any) -> str | None:
        if status.code == status.ERROR:
            self.refused = True
            return str(status.message)
        if status.code != status.SUCCESS:
            logger.info("the NIM at %s says: %s", self.target, status.message)
        return None

    def _add(self, time_code: float, values: Any) -> None:
        if self._columns is None:
            raise EngineFailed("the NIM gave frames before it named their weights: see its log")
        if len(self.time_codes) < 2:
            self.time_codes.append(time_code)
        place = (time_code - self._pace.first_s) * self._pace.rate_hz
        row = self._columns.row(values)
        with self._news:
            if self._pace.rate_hz and abs(place - self.rows_received) > 0.5:
                raise EngineFailed(f"the NIM left out frames: {self.rows_received} came before the one at {place:.1f}")
            self._rows.append(row)
            self._end_row += 1
            self._news.notify_all()


def _pcm(samples: Array) -> bytes:
    """What -1..1 is in 16 bits; samples that came from 16 bits are the same again."""
    whole = np.clip(np.rint(samples * FULL_SCALE), -FULL_SCALE, FULL_SCALE - 1)
    return bytes(whole.astype("<i2").tobytes())


def _no_code() -> None:
    """Of an error that has none."""


def _told(error: grpc.RpcError) -> str:
    """What gRPC says of a call that failed, without what it repeats."""
    code, details = getattr(error, "code", None), getattr(error, "details", None)
    if code is None or details is None:
        return str(error)
    text = str(details())
    if "connection refused" in text.lower():
        text = "connection refused"
    return f"{code().name.lower()}: {text}"
