"""One stream on the event loop: puts a session and a pool together. The only place that awaits and knows sessions."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from time import monotonic
from typing import Any, Final

from a2f_live.config import ENGINE_RATE_HZ, StreamConfig
from a2f_live.dispatch.job import Job
from a2f_live.dispatch.pool import Pool
from a2f_live.engine.base import EngineInfo, Result, Window
from a2f_live.errors import EngineError
from a2f_live.frames import Event, Notice
from a2f_live.idle_frames import IdleFrames
from a2f_live.motion.profile import Profile
from a2f_live.observe.histogram import Histogram
from a2f_live.session import Session, Step

FILE_BACKLOG_S: Final = 4
"""Audio of a file that may wait unanswered before the sender has to."""
STALE_S: Final = 1.0
"""Live audio that has waited longer is given up: a late face is worse than a bridged one."""
KEPT_S: Final = Fraction(1, 5)
"""The newest live audio, which is always heard."""


@dataclass(frozen=True, slots=True)
class DriverStats:
    """How a stream is doing; percentiles are p50, p95 and p99 since its start."""

    received_s: float
    answered_s: float
    real_time_factor: float
    queue_ms: tuple[float, float, float]
    latency_ms: tuple[float, float, float]


class Driver:
    """Runs one stream: callbacks, no tasks.

    `deliver` is called on the event loop with events in order; it must neither block nor raise.
    """

    def __init__(
        self,
        pool: Pool,
        config: StreamConfig,
        profile: Profile,
        deliver: Callable[[Sequence[Event]], None],
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._pool = pool
        self._session = Session(pool.info, config, profile)
        self._deliver = deliver
        self._clock = clock
        self._loop = asyncio.get_running_loop()
        self._jobs: dict[Window, tuple[Job, float]] = {}
        self._cap: Fraction | None = None
        self._waiting_since: float | None = None
        self._settled: list[asyncio.Future[None]] = []
        self._closed = False
        self._heard: list[bytes] = []
        """Audio that the session has not taken yet: it does so right before the next batch."""
        self._heard_s = 0.0
        self._received_bytes = 0
        self._answered_samples = 0
        self._engine_s = 0.0
        self._queue = Histogram()
        self._latency = Histogram()
        self._idle = IdleFrames(self._session, deliver, clock)
        self._idle.follow()

    @property
    def config(self) -> StreamConfig:
        """The effective configuration."""
        return self._session.config

    @property
    def lookahead_ms(self) -> int:
        """What the engine gives of the look-ahead asked for."""
        return self._session.lookahead_ms

    @property
    def visemes(self) -> bool:
        """Whether frames carry visemes."""
        return self._session.visemes

    @property
    def utterance(self) -> int:
        """Number of the utterance that takes audio now."""
        return self._session.utterance

    @property
    def audio_bytes(self) -> int:
        """Bytes of its audio received."""
        return self._session.audio_bytes + sum(map(len, self._heard))

    @property
    def backlog_s(self) -> float:
        """Seconds of audio received and not yet answered."""
        self._take_in()
        return float(self._session.backlog_s)

    def push_audio(self, pcm: bytes) -> None:
        """Take PCM, any number of bytes."""
        self._received_bytes += len(pcm)
        if not self._heard:
            self._heard_s = self._clock()
            self._pool.announce(self._take_in)
        self._heard.append(pcm)

    def flush(self, flush_id: int | None = None) -> None:
        """End the utterance; `Flushed` follows its last frame."""
        self._take_in()
        self._advance(self._session.flush(flush_id))

    def clear(self, clear_id: int | None = None) -> None:
        """Forget what is not yet answered; `Cleared` and the ease to rest follow at once."""
        self._take_in()
        self._cancel_jobs()
        self._waiting_since = None
        self._advance(self._session.clear(clear_id))

    def marker(self, marker_id: int | None = None) -> None:
        """Echo when all audio before it is answered."""
        self._take_in()
        self._advance(self._session.marker(marker_id))

    def configure(self, changes: Mapping[str, Any], profile: Profile | None = None) -> StreamConfig:
        """Change the stream from the next frame on; returns the whole effective configuration."""
        self._take_in()
        self._session.configure(changes, profile)
        if "fps" in changes and self._cap is not None:
            self._session.set_fps(min(self._cap, self.config.fps))
        self._idle.follow()
        return self.config

    async def room(self) -> None:
        """Wait until a sender that is not bound to real time may send on."""
        self._take_in()
        while self._session.backlog_s > FILE_BACKLOG_S and self._jobs and not self._closed:
            await self._next_answer()

    async def finished(self) -> None:
        """Wait until everything flushed has been answered."""
        self._take_in()
        while self._jobs and not self._closed:
            await self._next_answer()

    def stats(self) -> DriverStats:
        """Figures since the start of the stream."""
        answered_s = self._answered_samples / ENGINE_RATE_HZ
        return DriverStats(
            received_s=float(self.config.audio.seconds(self._received_bytes)),
            answered_s=answered_s,
            real_time_factor=self._engine_s / answered_s if answered_s else 0.0,
            queue_ms=self._queue.percentiles_ms(),
            latency_ms=self._latency.percentiles_ms(),
        )

    def close(self) -> None:
        """Cancel what is under way. Safe to call twice."""
        self._closed = True
        self._heard.clear()
        self._idle.stop()
        self._cancel_jobs()
        self._session.forget()
        self._wake()

    # Between session and pool

    def _take_in(self) -> None:
        """Let the session hear what has come."""
        heard = self._heard
        if not heard:
            return
        pcm = heard[0] if len(heard) == 1 else b"".join(heard)
        heard.clear()
        self._idle.heard()
        step = self._session.push_audio(pcm)
        if self._jobs and not step.windows and self._session.waiting_hops:
            self._wait()
        self._advance(step)

    def _advance(self, step: Step) -> None:
        if self._closed:  # by whom it delivered to
            return
        if step.windows:
            arrived_s = self._waiting_since or self._heard_s
            self._waiting_since = None
            for window in step.windows:
                self._jobs[window] = (self._pool.submit(window, self._answer), arrived_s)
        if step.events:
            self._deliver(step.events)
            self._idle.said(step.events)

    def _answer(self, window: Window, outcome: Result | EngineError) -> None:
        job, arrived_s = self._jobs.pop(window)
        if self._pool.fps_cap != self._cap:
            self._follow_cap()
        if isinstance(outcome, EngineError):
            self._deliver((_held_notice(outcome),))
            step = self._session.push_failure(window)
        else:
            self._count(window, job, arrived_s)
            step = self._session.push_result(window, outcome)
        self._advance(step)
        if self._settled:
            self._wake()

    def _wait(self) -> None:
        """Hops wait for the answer before them. Live audio that has waited too long is given up."""
        if self._waiting_since is None:
            self._waiting_since = self._heard_s
        elif self._clock() - self._waiting_since > STALE_S and self.config.pace == "live":
            kept_hops = int(KEPT_S * self._session.info.row_rate / self._session.info.rows_per_hop)
            skipped = self._session.skip_waiting(max(1, kept_hops))
            if skipped:
                self._deliver((_skipped_notice(skipped, self._session.info),))

    def _follow_cap(self) -> None:
        cap = self._pool.fps_cap
        if self.config.pace != "live":
            return
        fps = self.config.fps if cap is None else min(cap, self.config.fps)
        lowered = self._cap is None or (cap is not None and cap < self._cap)
        self._cap = cap
        self._session.set_fps(fps)
        self._deliver((_rate_notice(fps, lowered=lowered),))

    def _count(self, window: Window, job: Job, arrived_s: float) -> None:
        self._answered_samples += window.hops * self._session.info.hop_samples
        self._engine_s += job.engine_s
        self._queue.add(job.started_s - job.submitted_s)
        self._latency.add(job.finished_s - arrived_s)

    def _cancel_jobs(self) -> None:
        for job, _ in self._jobs.values():
            job.cancel()
        self._jobs.clear()

    def _next_answer(self) -> asyncio.Future[None]:
        future = self._loop.create_future()
        self._settled.append(future)
        return future

    def _wake(self) -> None:
        settled, self._settled = self._settled, []
        for future in settled:
            if not future.done():
                future.set_result(None)


def _held_notice(error: EngineError) -> Notice:
    return Notice("frames_held", f"no engine answered ({error.message}): the face was carried on without it")


def _skipped_notice(hops: int, info: EngineInfo) -> Notice:
    skipped_ms = hops * info.hop_samples * 1000 // ENGINE_RATE_HZ
    return Notice("audio_skipped", f"{skipped_ms} ms of audio waited too long for an engine: its frames were bridged")


def _rate_notice(fps: Fraction, *, lowered: bool) -> Notice:
    if lowered:
        return Notice("frame_rate_lowered", f"the engines are busy: {float(fps):g} frames a second from now on")
    return Notice("frame_rate_restored", f"{float(fps):g} frames a second from now on")
