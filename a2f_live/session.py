"""One stream as a pure object: audio in, windows out; results in, frames out, in order.

No clock, no socket, no event loop: every call returns what is to be done next, as a `Step`. The whole product runs in a
test this way: wav, session, engine, frames.
"""

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any, Final, NamedTuple
from zlib import crc32

from a2f_live.audio.pcm import PcmDecoder
from a2f_live.audio.resample import Resampler
from a2f_live.config import ENGINE_RATE_HZ, StreamConfig
from a2f_live.engine.base import EngineInfo, Result, Window
from a2f_live.frames import Cleared, Event, Flushed, Marker, Notice
from a2f_live.motion.chain import MotionChain
from a2f_live.motion.profile import Profile
from a2f_live.utterance import Utterance

MAX_IN_FLIGHT: Final = 64
"""Windows of one utterance under way at once, where the engine keeps no state."""


class Step(NamedTuple):
    """What to do next: windows for an engine, events for the client."""

    windows: Sequence[Window] = ()
    events: Sequence[Event] = ()


NOTHING: Final = Step()


class Session:
    """Turns the audio of one stream into windows and the results into frames.

    Utterances follow one another; the next may take audio while the last is still being answered. Results may come in
    any order and for utterances long cleared; events are always in order.
    """

    def __init__(self, info: EngineInfo, config: StreamConfig, profile: Profile) -> None:
        self.config = config
        self.info = info
        self.lookahead_ms = info.lookahead_for(config.lookahead_ms)
        self.visemes = config.visemes and "visemes" in info.channels
        """Whether frames carry visemes: asked for, and the engine has them."""
        self._in_flight_limit = 1 if info.stateful else MAX_IN_FLIGHT
        self._decoder = PcmDecoder(config.audio)
        self._resampler = Resampler(config.audio.sample_rate)
        self._chain = MotionChain(
            row_rate=info.row_rate,
            fps=config.fps,
            idle=config.idle,
            profile=profile,
            head=config.head,
            visemes=self.visemes,
            emotions=config.emotions,
            auto_emotion=config.auto_emotion,
            time_offset_s=info.time_offset_s,
            engine_channels=info.channels,
            seed=config.seed,
        )
        self._utterances: deque[Utterance] = deque()
        self._taking: Utterance | None = None
        self._shown: Utterance | None = None
        self._told: set[str] = set()
        self._wanted_hops = 0
        """With so many hops there is another frame for the utterance that is shown."""
        self.utterance = 0
        """Number of the utterance that takes audio now, or will with the next audio."""

    @property
    def audio_bytes(self) -> int:
        """Bytes of audio that the utterance has got."""
        return self._taking.audio_bytes if self._taking else 0

    @property
    def busy(self) -> bool:
        """Whether an utterance is open or not yet wholly answered."""
        return bool(self._utterances)

    @property
    def waiting_hops(self) -> int:
        """Hops that have come but are not in any window yet."""
        return sum(utterance.windower.ready for utterance in self._utterances)

    @property
    def received_s(self) -> Fraction:
        """Seconds of audio in the utterances that are not wholly answered."""
        return sum((self._seconds(utterance) for utterance in self._utterances), Fraction(0))

    @property
    def backlog_s(self) -> Fraction:
        """Seconds of audio received and not yet answered by frames."""
        answered = self._chain.time_s if self._shown else Fraction(0)
        return max(Fraction(0), self.received_s - answered)

    # What the client says

    def push_audio(self, pcm: bytes | bytearray | memoryview) -> Step:
        """Take PCM in the format of the configuration, any number of bytes."""
        utterance = self._taking or self._open()
        utterance.audio_bytes += len(pcm)
        utterance.windower.push(self._resampler.push(self._decoder.push(pcm)))
        return Step(self._windows(utterance), self._audio_notices())

    def flush(self, flush_id: int | None = None) -> Step:
        """End the utterance: every frame that its audio is worth will come, then `Flushed`."""
        utterance = self._taking
        if utterance is None:
            return Step((), (Flushed(flush_id, self.utterance, 0, 0.0),))
        self._decoder.flush()
        utterance.windower.push(self._resampler.flush())
        utterance.end(flush_id, Fraction(self._decoder.samples, self.config.audio.sample_rate), self.info)
        notices = self._audio_notices()
        self._taking = None
        self.utterance += 1
        return Step(self._windows(utterance), [*notices, *self._drain()])

    def clear(self, clear_id: int | None = None) -> Step:
        """Barge-in: forget all audio and windows not yet answered, and ease the face to rest."""
        dropped_ms = int(self.backlog_s * 1000)
        number = self._utterances[-1].number if self._utterances else self.utterance
        events: list[Event] = [marker for utterance in self._utterances for marker in utterance.all_markers()]
        ease = self._chain.ease_to_rest() if self._shown else None
        if self._taking:
            self.utterance += 1
        self._utterances.clear()
        self._taking = self._shown = None
        events.append(Cleared(clear_id, number, dropped_ms))
        if ease:
            events.append(ease)
        return Step((), events)

    def forget(self) -> None:
        """Let go of everything under way, and with it of what engines hold for it; nothing is said any more."""
        self._utterances.clear()
        self._taking = self._shown = None

    def marker(self, marker_id: int | None = None) -> Step:
        """Echo once every frame that the audio until here makes possible has been given."""
        if not self._utterances:
            return Step((), (Marker(marker_id),))
        utterance = self._utterances[-1]
        utterance.mark(Marker(marker_id))
        return Step(self._windows(utterance), self._drain())

    def configure(self, changes: Mapping[str, Any], profile: Profile | None = None) -> None:
        """Change `emotions`, `auto_emotion`, `idle`, `profile` or `fps` from the next frame on."""
        self.config = replace(self.config, **changes)
        if "fps" in changes:
            self.set_fps(self.config.fps)
        if "idle" in changes:
            self._chain.set_idle(self.config.idle)
        if changes.keys() & {"emotions", "auto_emotion"}:
            self._chain.set_emotions(self.config.emotions, self.config.auto_emotion)
        if profile is not None:
            self._chain.set_profile(profile)

    # What the driver decides

    def set_fps(self, fps: Fraction) -> None:
        """Give frames at another rate from the next one on; what was asked for stays in `config`."""
        self._wanted_hops = 0
        self._chain.set_fps(fps)

    def skip_waiting(self, keep_hops: int) -> int:
        """Give up the oldest hops that wait, but the newest `keep_hops`; their frames are bridged. Returns how many."""
        skipped = 0
        for utterance in self._utterances:
            surplus = utterance.windower.ready - keep_hops
            if surplus > 0:
                utterance.skip(surplus)
                skipped += surplus
        return skipped

    def live(self, count: int) -> Sequence[Event]:
        """Frames of a face that lives while nobody speaks."""
        return (self._chain.live(count),)

    # What the engines answer

    def push_result(self, window: Window, result: Result) -> Step:
        """Take the answer to a window; ignored if its utterance was cleared."""
        return self._settle(window, result)

    def push_failure(self, window: Window) -> Step:
        """No engine could answer the window: its frames are bridged from the last to the next."""
        return self._settle(window, None)

    def _settle(self, window: Window, result: Result | None) -> Step:
        for utterance in self._utterances:
            if utterance.number == window.utterance:
                utterance.settle(window, result)
                return Step(self._windows(utterance), self._drain())
        return NOTHING

    # Steps within

    def _open(self) -> Utterance:
        self._decoder.reset()
        self._resampler.reset()
        self._told.clear()
        utterance = Utterance(self.utterance, self.info, self.lookahead_ms * ENGINE_RATE_HZ // 1000)
        self._utterances.append(utterance)
        self._taking = utterance
        return utterance

    def _windows(self, utterance: Utterance) -> Sequence[Window]:
        """What may go to an engine now. Hops that decide no frame wait for the one that does, and go with it."""
        if utterance.in_flight >= self._in_flight_limit or not self._worth_asking(utterance):
            return ()
        windows: list[Window] = []
        emotions = self.config.emotions if "emotions" in self.info.channels else None
        while window := utterance.next_window(self.info.max_hops, emotions):
            windows.append(window)
            if utterance.in_flight >= self._in_flight_limit:
                break
        if utterance is self._shown:
            self._want_another_frame(utterance)
        return windows

    def _worth_asking(self, utterance: Utterance) -> bool:
        if utterance is not self._shown or utterance.duration_s is not None or utterance.marked:
            return True
        return utterance.handed_hops + utterance.windower.ready >= self._wanted_hops

    def _want_another_frame(self, utterance: Utterance) -> None:
        rows_per_hop = self.info.rows_per_hop
        self._wanted_hops = -(-self._chain.rows_for_another(utterance.handed_hops * rows_per_hop) // rows_per_hop)

    def _drain(self) -> list[Event]:
        """Everything that can be said now, in order: frames, markers, ends of utterances."""
        events: list[Event] = []
        while self._utterances:
            utterance = self._utterances[0]
            self._show(utterance, events)
            if not utterance.answered:
                break
            self._close(utterance, events)
            self._utterances.popleft()
        return events

    def _show(self, utterance: Utterance, events: list[Event]) -> None:
        for rows in utterance.rows_in_order():
            if self._shown is not utterance:
                self._shown = utterance
                self._chain.begin(self._life_seed(utterance), utterance.number)
                self._wanted_hops = 0
            if frames := self._chain.push(rows, utterance.duration_s):
                events.append(frames)
        if utterance.marked:
            events.extend(utterance.due_markers())

    def _close(self, utterance: Utterance, events: list[Event]) -> None:
        duration_s = utterance.duration_s or Fraction(0)
        frames = 0
        if self._shown is utterance:
            if rest := self._chain.finish(duration_s):
                events.append(rest)
            frames = self._chain.frames
        events.append(Flushed(utterance.flush_id, utterance.number, frames, float(duration_s)))
        events.extend(utterance.all_markers())
        self._shown = None

    def _life_seed(self, utterance: Utterance) -> int:
        """Blinks and glances differ from utterance to utterance, yet are equal for equal audio."""
        return crc32(utterance.opening, self.config.seed)

    def _seconds(self, utterance: Utterance) -> Fraction:
        if utterance.duration_s is not None:
            return utterance.duration_s
        return Fraction(self._decoder.samples, self.config.audio.sample_rate)

    def _audio_notices(self) -> Sequence[Event]:
        decoder = self._decoder
        if not (decoder.repaired or decoder.clamped or decoder.odd_bytes):
            return ()
        found = (
            ("samples_repaired", decoder.repaired, "samples were not finite and became silence: check the sender"),
            ("samples_clamped", decoder.clamped, "samples lay outside -1..1 and were clamped: lower the gain"),
            ("odd_bytes", decoder.odd_bytes, "bytes at the end were no whole sample and were dropped"),
        )
        news = [Notice(code, f"{count} {text}") for code, count, text in found if count and code not in self._told]
        self._told.update(notice.code for notice in news)
        return news
