"""An engine for tests and drills: it answers a plain function of the sound, and can be slow, fail, hang, die or lie."""

import os
import threading
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np

from a2f_live import arkit, speech
from a2f_live.config import ENGINE_RATE_HZ
from a2f_live.engine.base import Array, EngineInfo, Result, Window
from a2f_live.engine.registry import in_child
from a2f_live.errors import ConfigError, EngineFailed

Sleep = Callable[[float | None], bool]
"""Waits so many seconds (None: for ever) and says whether `abort` ended the wait."""

LOUDNESS: Final = arkit.INDEX["jawOpen"]
ORDER: Final = arkit.INDEX["browInnerUp"]
"""The number of the row within its utterance, modulo `STEPS`, over `STEPS`."""
CHECKSUM: Final = arkit.INDEX["tongueOut"]
"""A checksum of the samples heard for the hop, modulo `STEPS`, over `STEPS`."""
HEARD: Final = arkit.INDEX["browOuterUpLeft"]
"""Stateful only: hops heard before this one as the state tells it, modulo `STEPS`, over `STEPS`."""
STEPS: Final = 1024
PITCH_RANGE: Final = np.float32(24.0)
"""Semitones."""


@dataclass(frozen=True, slots=True)
class FakeOptions:
    """How it behaves. Counts are of calls since the start or the last abort; 0 is never."""

    delay_ms: float = 0.0
    """Time that a call takes."""
    window_delay_ms: float = 0.0
    """Time that each window adds to a call."""
    fail_every: int = 0
    """Each so manieth call raises."""
    nonsense_every: int = 0
    """Each so manieth call answers NaN, a wrong shape or weights out of range, in turn."""
    hang_after: int = 0
    """After so many calls the next one hangs until it is aborted."""
    die_after: int = 0
    """After so many calls the next one ends the process, where that is an isolated one; else it raises."""
    hop_ms: int = 20
    context_ms: int = 20
    lookahead_ms: int = 0
    rows_per_hop: int = 1
    max_batch: int = 64
    max_hops: int = 50
    batch_interval_ms: float = 0.0
    stateful: bool = False
    prosody: bool = False
    """Whether it tells of the prosody: loud as the jaw, and a pitch by the checksum."""
    visemes: bool = False
    """Whether it gives visemes: one by the checksum, as strong as the jaw, and silence for the rest."""

    def __post_init__(self) -> None:
        for name in ("hop_ms", "context_ms", "rows_per_hop", "max_batch", "max_hops"):
            if getattr(self, name) < 1:
                raise ConfigError(f"engine 'fake': {name} is {getattr(self, name)} but must be 1 or more")
        if self.context_ms < self.hop_ms:
            raise ConfigError("engine 'fake': context_ms must be hop_ms or more")


class FakeEngine:
    """Jaw by loudness and a signature in the other weights that shows loss, doubling and wrong order."""

    Options: ClassVar = FakeOptions

    def __init__(self, options: FakeOptions | None = None, sleep: Sleep | None = None) -> None:
        self._options = options or FakeOptions()
        self._info = _info(self._options)
        self._aborted = threading.Event()
        self._sleep = sleep or self._aborted.wait
        self._calls = 0
        self._lies = 0

    @property
    def info(self) -> EngineInfo:
        """What it needs and gives."""
        return self._info

    def infer(self, batch: Sequence[Window]) -> list[Result]:
        """Answer each window, or misbehave as told. Raises `EngineFailed`."""
        self._aborted.clear()
        self._calls += 1
        self._misbehave()
        self._wait((self._options.delay_ms + self._options.window_delay_ms * len(batch)) / 1000)
        results = [self._answer(window) for window in batch]
        return self._lie(results) if self._is_turn(self._options.nonsense_every) else results

    def abort(self) -> None:
        """End the wait of a call in another thread: it raises, and the counts start again."""
        self._calls = 0
        self._aborted.set()

    def close(self) -> None:
        """End a call that hangs; there is nothing else to give back."""
        self._aborted.set()

    def _misbehave(self) -> None:
        options = self._options
        if options.die_after and self._calls > options.die_after:
            if in_child():
                os._exit(70)
            raise EngineFailed("the fake engine died, as told by die_after: start another one")
        if options.hang_after and self._calls > options.hang_after:
            self._wait(None)
        if self._is_turn(options.fail_every):
            raise EngineFailed("the fake engine failed, as told by fail_every: try again")

    def _is_turn(self, every: int) -> bool:
        return every > 0 and self._calls % every == 0

    def _wait(self, seconds: float | None) -> None:
        if seconds != 0 and self._sleep(seconds):
            raise EngineFailed("the call of the fake engine was aborted: try again")

    def _answer(self, window: Window) -> Result:
        self._require_fit(window)
        heard = int(window.state or 0)
        rows = np.zeros((window.hops, self._info.rows_per_hop, arkit.COUNT), np.float32)
        for hop in range(window.hops):
            end = self._info.context_samples + hop * self._info.hop_samples
            samples = window.samples[end - self._info.hop_samples : end]
            rows[hop, :, LOUDNESS] = min(1.0, 4.0 * float(np.sqrt(np.mean(np.square(samples)))))
            rows[hop, :, CHECKSUM] = zlib.crc32(samples.tobytes()) % STEPS / STEPS
            if self._info.stateful:
                rows[hop, :, HEARD] = (heard + hop) % STEPS / STEPS
        flat = rows.reshape(-1, arkit.COUNT)
        flat[:, ORDER] = (window.first_hop * self._info.rows_per_hop + np.arange(len(flat))) % STEPS / STEPS
        return Result(
            flat,
            heard + window.hops if self._info.stateful else None,
            visemes=_visemes(flat) if self._options.visemes else None,
            prosody=_prosody(flat) if self._options.prosody else None,
        )

    def _require_fit(self, window: Window) -> None:
        asked = self._info.context_samples + (window.hops - 1) * self._info.hop_samples
        if window.samples.shape != (asked,):
            raise EngineFailed(f"a window has {window.samples.shape} samples instead of {asked}: cut it as info says")

    def _lie(self, results: list[Result]) -> list[Result]:
        lie = _LIES[self._lies % len(_LIES)]
        self._lies += 1
        return [Result(lie(result.rows), result.state) for result in results]


def _info(options: FakeOptions) -> EngineInfo:
    samples_per_ms = ENGINE_RATE_HZ // 1000
    return EngineInfo(
        name="fake",
        context_samples=options.context_ms * samples_per_ms,
        hop_samples=options.hop_ms * samples_per_ms,
        rows_per_hop=options.rows_per_hop,
        lookaheads_ms=(options.lookahead_ms,),
        stateful=options.stateful,
        max_batch=options.max_batch,
        max_hops=options.max_hops,
        batch_interval_s=options.batch_interval_ms / 1000,
        channels=tuple(channel for channel in ("prosody", "visemes") if getattr(options, channel)),
    )


def _prosody(rows: Array) -> Array:
    loudness = rows[:, LOUDNESS]
    pitch = PITCH_RANGE * (rows[:, CHECKSUM] - np.float32(0.5))
    return np.stack((loudness, pitch, loudness > 0, loudness == 0), axis=1).astype(np.float32)


def _visemes(rows: Array) -> Array:
    visemes = np.zeros((len(rows), len(speech.VISEMES)), np.float32)
    spoken = 1 + np.rint(rows[:, CHECKSUM] * STEPS).astype(int) % (len(speech.VISEMES) - 1)
    visemes[np.arange(len(rows)), spoken] = rows[:, LOUDNESS]
    visemes[:, speech.VISEMES.index("sil")] = 1 - rows[:, LOUDNESS]
    return visemes


def _not_numbers(rows: Array) -> Array:
    return np.full_like(rows, np.nan)


def _wrong_shape(rows: Array) -> Array:
    return np.zeros((len(rows) + 1, 7), np.float32)


def _out_of_range(rows: Array) -> Array:
    return rows + np.float32(40.0)


_LIES: Final[tuple[Callable[[Array], Array], ...]] = (_not_numbers, _wrong_shape, _out_of_range)
