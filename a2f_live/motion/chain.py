"""Everything between the rows of an engine and the frames of a client: timeline, life, emotions, profile, fades."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from types import MappingProxyType
from typing import Final

import numpy as np

from a2f_live import arkit, speech
from a2f_live.frames import Array, Frames
from a2f_live.motion.ease import Fade
from a2f_live.motion.expression import Expression
from a2f_live.motion.feeling import Feeling
from a2f_live.motion.idle import GUIDED, SILENT, SPEAKING, Life
from a2f_live.motion.noise import key
from a2f_live.motion.profile import Profile, clean
from a2f_live.motion.timeline import FrameTimes, Timeline

REST_S: Final = 0.25
"""In this time a mouth falls shut, and a face comes to rest."""
MEET_S: Final = 0.2
"""In this time the eyes and brows of one stretch of frames pass into those of the next."""
WHOLE: Final = np.ones(arkit.COUNT, np.float32)
NOT_MOUTH: Final = np.array([shape not in arkit.MOUTH for shape in range(arkit.COUNT)], np.float32)
FORWARD: Final = np.zeros((1, 3), np.float32)


@dataclass(slots=True)
class Pause:
    """The stretch of frames between two utterances."""

    times: FrameTimes
    life: Life
    frames: int = 0


class MotionChain:
    """The face of one stream: whole rows of one utterance after the other in, frames out.

    With `idle` at `off` or `speech` the frames of an utterance are a pure function of its seed, its rows and the
    configuration. With `always` that holds but for the first 200 ms away from the mouth, where the face passes over
    from the frame that it showed last: frames between utterances are paced by a clock, so which one that is differs.
    """

    def __init__(
        self,
        *,
        row_rate: Fraction,
        fps: Fraction,
        idle: str = "speech",
        profile: Profile,
        head: bool = False,
        visemes: bool = False,
        emotions: Mapping[str, float] = MappingProxyType({}),
        auto_emotion: bool = False,
        time_offset_s: float = 0.0,
        engine_channels: Iterable[str] = (),
        seed: int = 0,
    ) -> None:
        """`engine_channels` are those of `EngineInfo`; `seed` is that of the life before the first utterance.

        `visemes` says whether frames carry those of the rows.
        """
        self._timeline = Timeline(row_rate, fps, time_offset_s)
        self._fps = fps
        self._idle = idle
        self._profile = profile
        self._with_head = head
        self._with_visemes = visemes
        self._engine_channels = tuple(engine_channels)
        self._hears = "prosody" in self._engine_channels
        self._feeling = Feeling(*self._wished(emotions, auto_emotion), hears=self._hears)
        self._pause: Pause | None = None
        self._shown: Array | None = None
        self._turned: Array = FORWARD
        self._said: Array | None = None
        self.begin(seed)

    @property
    def frames(self) -> int:
        """Frames given in this utterance, without an ease to rest."""
        return self._timeline.frames

    @property
    def time_s(self) -> Fraction:
        """Seconds of the utterance at which its next frame is due."""
        return self._timeline.times.time_s(self.frames)

    def begin(self, seed: int, utterance: int = 0) -> None:
        """An utterance starts at frame 0; the life in it depends on the seed, any integer, and time alone."""
        self._utterance = utterance
        self._timeline.reset()
        self._seed = seed
        self._expression = Expression(seed, self._engine_channels) if self._hears else None
        self._life = Life(seed, GUIDED if self._hears else SPEAKING, self._engine_channels, blinks=not self._hears)
        self._fade: Fade | None = None
        if self._pause or self._idle == "always":
            self._leave_shown(self._timeline.times, 0, MEET_S, NOT_MOUTH)
            self._feeling.go_on()
        else:
            self._feeling.begin()
        self._pause = None
        self._rested = False

    def push(self, rows: Array, duration_s: Fraction | None = None) -> Frames | None:
        """The next whole rows, (n, speech.ROW_WIDTH) float32 and finite; the frames that they decide.

        Pass the duration of the utterance as soon as it is known: no frame at or after it is given then.
        """
        return self._speak(self._timeline.push(rows, duration_s))

    def rows_for_another(self, rows: int) -> int:
        """How many rows in all decide one frame more than `rows` rows do."""
        return self._timeline.rows_for_another(rows)

    def rows_needed(self, duration_s: Fraction) -> int:
        """How many rows an utterance of that duration needs: those that are shown before its end."""
        return self._timeline.rows_needed(duration_s)

    def finish(self, duration_s: Fraction) -> Frames | None:
        """The remaining frames before `duration_s`; with a constant rate ceil(duration * fps) in all."""
        return self._speak(self._timeline.finish(duration_s))

    def ease_to_rest(self) -> Frames | None:
        """From the last frame given to rest in about 250 ms, the index going on; None where there is nothing to ease.

        That is before the first frame of an utterance, after an ease, and once `live` has been called.
        """
        if not self.frames or self._pause or self._rested:
            return None
        self._rested = True
        times, first = self._timeline.times, self.frames
        self._leave_shown(times, first, REST_S, WHOLE)
        return self._show(times, first, _rest(ceil(REST_S * times.fps)), None, final=True)

    def live(self, count: int) -> Frames:
        """The next `count` frames, 1 or more, while nobody speaks: the mouth falls shut, and the face lives.

        Index and time count from the end of the last frames of an utterance, which may go on afterwards.
        """
        pause = self._pause
        if pause is None:
            pause = self._pause = Pause(FrameTimes(self._fps), Life(key(self._seed), SILENT))
            self._leave_shown(pause.times, 0, REST_S, WHOLE)
        first = pause.frames
        pause.frames += count
        life = pause.life if self._idle == "always" else None
        return self._show(pause.times, first, _rest(count), life, idle=True)

    def set_fps(self, fps: Fraction) -> None:
        """Another frame rate from the next frame on, which stays due when it was."""
        self._fps = fps
        self._timeline.set_fps(fps)
        if self._pause:
            self._pause.times = self._pause.times.changed(fps, self._pause.frames)

    def set_idle(self, mode: str) -> None:
        """Another idle mode from the next frame on, without a jump."""
        if mode == self._idle:
            return
        self._idle = mode
        if self._pause:
            self._leave_shown(self._pause.times, self._pause.frames, REST_S, WHOLE)
        elif self.frames:
            self._leave_shown(self._timeline.times, self.frames, MEET_S, NOT_MOUTH)

    def set_profile(self, profile: Profile) -> None:
        """Another profile from the next frame on."""
        self._profile = profile

    def set_emotions(self, emotions: Mapping[str, float], auto_emotion: bool) -> None:
        """Other emotions, name to 0..1, from the next frame on, in 0.4 s and without a jump.

        `auto_emotion` asks for those that the voice sounds like, where the engine gives prosody.
        """
        self._feeling.change(*self._wished(emotions, auto_emotion))

    def _wished(self, emotions: Mapping[str, float], auto_emotion: bool) -> tuple[Mapping[str, float], bool]:
        """An engine that understands emotions does them itself."""
        return ({}, False) if "emotions" in self._engine_channels else (emotions, auto_emotion)

    def _speak(self, drawn: Array | None) -> Frames | None:
        """Whole rows that the timeline has just drawn, as living frames; a pause in the utterance is over with them."""
        if drawn is None:
            return None
        times, first = self._timeline.times, self.frames - len(drawn)
        if self._pause:
            self._pause = None
            self._leave_shown(times, first, MEET_S, NOT_MOUTH)
        if self._idle == "off":
            return self._show(times, first, drawn, None)
        return self._show(times, first, drawn, self._life, self._expression)

    def _show(
        self,
        times: FrameTimes,
        first: int,
        drawn: Array,
        life: Life | None,
        expression: Expression | None = None,
        *,
        idle: bool = False,
        final: bool = False,
    ) -> Frames:
        """Of whole rows drawn: add life and emotions (in place), fit to the face, pass over from what was shown."""
        weights, prosody = drawn[:, speech.WEIGHTS_COLUMNS], drawn[:, speech.PROSODY_COLUMNS]
        visemes = clean(drawn[:, speech.VISEME_COLUMNS]) if self._with_visemes else None
        head = np.zeros((len(weights), 3), np.float32) if self._with_head else None
        if life is not None:
            weights += life.weights(times, first, len(weights))
            if head is not None:
                head += life.head(times, first, len(weights))
        frame_s = times.fps.denominator / times.fps.numerator
        if expression is not None:
            expression.show(weights, head, prosody, frame_s)
        self._feeling.wear(weights, head, prosody, frame_s)
        weights = self._profile.apply(weights)
        if self._fade is not None:
            weights, head, visemes = self._faded(self._fade, times, first, weights, head, visemes)
        self._shown = weights if len(weights) == 1 else weights[-1:]
        self._turned = FORWARD if head is None else head[-1:]
        self._said = None if visemes is None else visemes[-1:]
        return Frames(self._utterance, first, times.time_s(first), times.fps, weights, head, idle, final, visemes)

    def _faded(
        self,
        fade: Fade,
        times: FrameTimes,
        first: int,
        weights: Array,
        head: Array | None,
        visemes: Array | None,
    ) -> tuple[Array, Array | None, Array | None]:
        seconds = times.seconds(first, len(weights))
        held = fade.held(seconds)
        if fade.over(seconds[-1]):
            self._fade = None
        turned = None if head is None else fade.turn(head, held)
        said = None if visemes is None else fade.say(visemes, held)
        return fade.mix(weights, held), turned, said

    def _leave_shown(self, times: FrameTimes, first: int, length_s: float, columns: Array) -> None:
        """Let the shape that was shown last fade, as if it had been one frame before `first`."""
        if self._shown is not None:
            start_s = float(times.time_s(first) - 1 / times.fps)
            said = self._said if columns is WHOLE else None  # they change at once where the mouth does
            self._fade = Fade(self._shown, self._turned, start_s, length_s, columns, said)


def _rest(count: int) -> Array:
    """Whole rows of a face at rest."""
    return np.repeat(speech.REST, count, axis=0)
