"""The back end `nim`: windows in, rows out, with one streaming call to a NIM behind each utterance."""

import logging
from collections.abc import Sequence
from functools import partial
from time import monotonic
from typing import Any, ClassVar, Final

import numpy as np
from nvidia_ace import audio_pb2
from nvidia_audio2face_3d import messages_pb2 as messages

from a2f_live import arkit
from a2f_live.config import ENGINE_RATE_HZ
from a2f_live.engine.base import Array, EngineInfo, Result, Window
from a2f_live.engine.nim.call import Call, Pace
from a2f_live.engine.nim.channel import Nims
from a2f_live.engine.nim.handle import Handle
from a2f_live.engine.nim.measure import Grid, measure_lookahead_ms, measure_pace
from a2f_live.engine.nim.options import LONGEST_LOOKAHEAD_MS, NimOptions
from a2f_live.engine.nim.parameters import parameter_messages, read_parameters
from a2f_live.engine.nim.survey import survey
from a2f_live.engine.registry import in_child
from a2f_live.errors import ConfigError, EngineError, EngineFailed, EngineRefused, EngineTimeout, EngineUnavailable

logger = logging.getLogger(__name__)

CONTEXT_SAMPLES: Final = (LONGEST_LOOKAHEAD_MS + 500) * ENGINE_RATE_HZ // 1000
"""What a call that begins in the middle of an utterance hears of it, look-ahead included."""
MAX_WINDOW_S: Final = 4
MAX_BATCH: Final = 64
NO_ROWS: Final = np.zeros((0, arkit.COUNT), np.float32)


class NimEngine:
    """Keeps a call under way for each utterance, and begins another where one broke.

    The state of a window holds its call; it works in any instance of the same process. A call that begins in the
    middle of an utterance hears the context of the window first, so the face goes on, but not to the bit.
    """

    Options: ClassVar = NimOptions

    survey = staticmethod(survey)

    def __init__(self, options: NimOptions | None = None) -> None:
        if in_child():
            raise ConfigError("engine 'nim' runs on another machine already: leave out isolate")
        self._options = options or NimOptions()
        self._parameters = parameter_messages(read_parameters(self._options.parameters))
        self._nims = Nims(self._options)
        try:
            self._info = self._measure()
        except EngineFailed as error:
            self.close()
            raise EngineUnavailable(error.message) from error
        except BaseException:
            self.close()
            raise

    @property
    def info(self) -> EngineInfo:
        """What it needs and gives, as measured when it started."""
        return self._info

    def infer(self, batch: Sequence[Window]) -> list[Result]:
        """Feed every call, then wait for the rows of each. Raises `EngineFailed` or `EngineTimeout`."""
        until_s = monotonic() + self._options.answer_ms / 1000
        handles = [self._heard(window) for window in batch]
        return [self._answer(window, handle, until_s) for window, handle in zip(batch, handles, strict=True)]

    def abort(self) -> None:
        """End every call: whoever waits for rows is told, and the next windows begin others."""
        self._nims.abort()

    def close(self) -> None:
        """End every call and hang up. Safe to call twice."""
        self._nims.close()

    def _heard(self, window: Window) -> Handle | EngineRefused:
        """The call of the window, which has heard it; another one where there is none that can go on."""
        self._require_fit(window)
        handle = window.state
        if isinstance(handle, Handle) and self._can_go_on(handle.call, window):
            try:
                self._feed(handle.call, window)
            except EngineFailed as error:
                logger.info("%s", error)
            else:
                return handle
        return self._another(window)

    def _can_go_on(self, call: Call, window: Window) -> bool:
        """Whether it has the rows, or is well enough to give them."""
        if not call.has(self._first_row(window)):
            return False
        if call.has_come(self._first_row(window) + window.hops * self._info.rows_per_hop):
            return True
        longest = int(self._options.clip_s * ENGINE_RATE_HZ)
        return not (call.over or call.late or self._end(window) - call.origin > longest)

    def _begun(self, window: Window) -> Handle:
        """Begin a call that hears the utterance from the context of the window on."""
        hop = self._info.hop_samples
        start = self._end(window) - len(window.samples)
        call = self._begin(max(0, -(-start // hop) * hop), self._pace)
        self._feed(call, window)
        return Handle(call)

    def _begin(self, origin: int, pace: Pace) -> Call:
        nim = self._nims.choose()
        call = Call(nim.open, self._header(), origin, pace, nim.target)
        nim.add(call)
        return call

    def _feed(self, call: Call, window: Window) -> None:
        start = self._end(window) - len(window.samples)
        call.feed(window.samples, start, int(self._options.message_s * ENGINE_RATE_HZ), window.emotions)
        if window.last:
            call.end()

    def _answer(self, window: Window, handle: Handle | EngineRefused, until_s: float) -> Result:
        """Wait for its rows; where the call breaks, on another one, and where there are several NIMs, on each.

        A refusal concerns this window alone. Raises `EngineFailed` or `EngineTimeout`.
        """
        outcome: Handle | EngineRefused | EngineFailed = handle
        for attempts_left in range(len(self._nims), -1, -1):
            if not isinstance(outcome, Handle):
                break
            try:
                return Result(self._rows(window, outcome.call, until_s), outcome)
            except EngineTimeout:
                self._nims.note_failure(outcome.call)
                raise
            except (EngineFailed, EngineRefused) as error:
                logger.info("%s", error)
                self._nims.note_failure(outcome.call)
                outcome = self._another(window) if attempts_left else error
        if isinstance(outcome, EngineRefused):
            return Result(NO_ROWS, window.state, refused=outcome)
        raise outcome if isinstance(outcome, EngineFailed) else EngineFailed("no NIM answered: see the log")

    def _another(self, window: Window) -> Handle | EngineRefused:
        """Another call that has heard the window."""
        try:
            return self._begun(window)
        except EngineRefused as error:
            return error

    def _rows(self, window: Window, call: Call, until_s: float) -> Array:
        count = window.hops * self._info.rows_per_hop
        return call.rows(self._first_row(window), count, max(0.0, until_s - monotonic()))

    def _first_row(self, window: Window) -> int:
        return window.first_hop * self._info.rows_per_hop

    def _end(self, window: Window) -> int:
        """Index of the sample after the last that the window hears."""
        return (window.first_hop + window.hops - 1) * self._info.hop_samples + window.lookahead_samples

    def _require_fit(self, window: Window) -> None:
        asked = self._info.context_samples + (window.hops - 1) * self._info.hop_samples
        if window.samples.shape != (asked,):
            raise EngineFailed(f"a window has {window.samples.shape} samples instead of {asked}: cut it as info says")

    def _header(self) -> Any:
        audio = audio_pb2.AudioHeader(
            audio_format=audio_pb2.AudioHeader.AUDIO_FORMAT_PCM,
            channel_count=1,
            samples_per_second=ENGINE_RATE_HZ,
            bits_per_sample=16,
        )
        return messages.AudioWithEmotionStreamHeader(audio_header=audio, **self._parameters)

    def _measure(self) -> EngineInfo:
        """Try the NIM. Raises `EngineError`."""
        grid = measure_pace(partial(self._begin, 0), self._options.connect_ms / 1000)
        self._pace = grid.pace
        return EngineInfo(
            name="nim",
            context_samples=CONTEXT_SAMPLES + grid.hop_samples,
            hop_samples=grid.hop_samples,
            rows_per_hop=grid.rows_per_hop,
            lookaheads_ms=(self._options.lookahead_ms or self._measure_lookahead_ms(grid),),
            stateful=True,
            max_batch=MAX_BATCH,
            max_hops=max(1, MAX_WINDOW_S * ENGINE_RATE_HZ // grid.hop_samples),
            channels=("emotions", "auto_emotion", "brows"),
            time_offset_s=self._options.time_offset_ms / 1000,
        )

    def _measure_lookahead_ms(self, grid: Grid) -> int:
        try:
            return measure_lookahead_ms(partial(self._begin, 0), grid)
        except EngineError as error:
            raise EngineUnavailable(f"{error.message}, or set lookahead_ms") from error
