"""A sound file becomes the motion of its whole length, by one engine in this process, with no event loop."""

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Final

import numpy as np

from a2f_live import arkit
from a2f_live.audio.files import AudioFile
from a2f_live.config import StreamConfig
from a2f_live.engine.base import Engine, EngineInfo, Result, Window
from a2f_live.errors import EngineUnavailable, FileError
from a2f_live.frames import Array
from a2f_live.motion.mood import Mood
from a2f_live.motion.profile import Profile
from a2f_live.offline import go_on, render
from a2f_live.outputs.curve import Curve

LONGEST_S: Final = 3 * 3600
"""A curve of longer audio would take too much memory."""
ANY_LOOKAHEAD_MS: Final = 10_000
"""A file is there as a whole, so the engine may look as far ahead as it can."""

Emotions = Mapping[str, float]
"""Name to 0..1."""
Heard = tuple[float, Sequence[float]]
"""Seconds, and the strengths of emotions in the order of `arkit.EMOTIONS`."""
Cue = tuple[float, Emotions]
"""Seconds, and the emotions from there on."""


@dataclass(frozen=True, slots=True)
class Direction:
    """How the face acts in a take."""

    emotions: Emotions = field(default_factory=dict)
    """From the start on."""
    cues: Sequence[Cue] = ()
    """Other emotions later on, in the order of time; each takes 0.4 s to come."""
    auto_emotion: bool = False
    """What the voice sounds like as well, where the engine hears it."""
    gain: float = 1.0
    """Factor on the sound."""
    profile: Profile = field(default_factory=Profile.neutral)
    idle: str = "off"
    seed: int = 0
    lookahead_ms: int = ANY_LOOKAHEAD_MS


def record(
    engine: Engine, sound: AudioFile, rate: Fraction, direction: Direction, step: Callable[[], None] = go_on
) -> Curve:
    """Give the curve of a sound at that rate; the same frames as a stream of it has.

    `step` is called now and then, before each call of the engine too, and ends the take by raising. Raises
    `EngineError` and `FileError`.
    """
    config = StreamConfig(
        audio=sound.audio,
        fps=rate,
        pace="file",
        emotions=direction.emotions,
        auto_emotion=direction.auto_emotion,
        idle=direction.idle,
        seed=direction.seed,
        lookahead_ms=direction.lookahead_ms,
    )
    script = _Script(sound, direction, engine.info.lookahead_for(direction.lookahead_ms) / 1000, step)
    frames = list(render(engine, config, direction.profile, script.said(), step))
    return Curve.of(frames, rate, Fraction(script.samples, sound.sample_rate))


def hear_emotions(engine: Engine, sound: AudioFile, stride_s: float, step: Callable[[], None] = go_on) -> list[Heard]:
    """Give what the voice sounds like every `stride_s` seconds, in the order of `arkit.EMOTIONS`: a heuristic.

    Raises `EngineUnavailable` if the engine does not hear how somebody speaks, `EngineError` and `FileError`.
    """
    if "prosody" not in engine.info.channels:
        raise EngineUnavailable(
            f"engine {engine.info.name!r} does not hear how people speak: set emotions by name, or use another engine"
        )
    listener = _Listener(engine)
    record(listener, sound, Fraction(10), Direction(), step)
    row_s = float(1 / engine.info.row_rate)
    rows_a_stride = max(1, round(stride_s / row_s))
    mood = Mood()
    heard: list[Heard] = [(0.0, [0.0] * len(arkit.EMOTIONS))]
    for number, prosody in enumerate(listener.prosody(), 1):
        mood.hear(prosody, row_s)
        if number % rows_a_stride == 0:
            heard.append((number * row_s, mood.guess().tolist()))
    return heard[1:] or heard


class _Script:
    """What is said to a session, and how much of it has been."""

    def __init__(self, sound: AudioFile, direction: Direction, lookahead_s: float, step: Callable[[], None]) -> None:
        self.samples = 0
        """Of each channel, until now."""
        self._sound = sound
        self._gain = np.float32(direction.gain)
        self._step = step
        self._cues = deque(
            (max(0, round((time_s + lookahead_s) * sound.sample_rate)), emotions)
            for time_s, emotions in direction.cues
        )  # fmt: skip

    def said(self) -> Iterator[bytes | Mapping[str, Any]]:
        """PCM, and between it the cues, each when the frames before it have come."""
        for block in self._sound.blocks():
            self._step()
            if self.samples + len(block) > LONGEST_S * self._sound.sample_rate:
                raise FileError(f"the sound is longer than {LONGEST_S // 3600} hours: cut it into parts")
            yield from self._cut(block if self._gain == 1.0 else block * self._gain)

    def _cut(self, block: Array) -> Iterator[bytes | Mapping[str, Any]]:
        while self._cues and self._cues[0][0] < self.samples + len(block):
            at, emotions = self._cues.popleft()
            cut = max(0, at - self.samples)
            yield self._spoken(block[:cut])
            yield {"emotions": emotions}
            block = block[cut:]
        yield self._spoken(block)

    def _spoken(self, block: Array) -> bytes:
        self.samples += len(block)
        return block.tobytes()


class _Listener:
    """An engine that remembers the prosody that it gave."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._heard: dict[int, Array] = {}

    @property
    def info(self) -> EngineInfo:
        """That of the engine."""
        return self._engine.info

    def infer(self, batch: Sequence[Window]) -> list[Result]:
        """Ask the engine."""
        results = self._engine.infer(batch)
        for window, result in zip(batch, results, strict=False):
            if result.prosody is not None:
                self._heard[window.first_hop] = result.prosody
        return results

    def prosody(self) -> Iterator[list[float]]:
        """What it gave, row by row."""
        for first_hop in sorted(self._heard):
            yield from self._heard[first_hop].tolist()

    def abort(self) -> None:
        """Let the engine do it."""
        self._engine.abort()

    def close(self) -> None:
        """Nothing of its own."""
