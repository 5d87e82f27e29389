"""What an engine hears of each set: the sounds themselves, or what has become of them on their way."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Final

from a2f_live.audio.files import open_audio
from a2f_live.config import AudioFormat
from assets.lipnet.training.phones import Phone, Samples
from assets.lipnet.training.settings import RATE_HZ
from assets.lipnet.training.sound import pcm, read
from benchmarks.lips.conditions import CONDITIONS, MULAW_RATE_HZ, mulaw
from benchmarks.lips.noises import NOISES, SECONDS, noise
from benchmarks.lips.packages import unpacked
from benchmarks.lips.sets import ESPEAK_VOICES, SpeechSet, made_set, read_set

FEW: Final = 4
"""One in so many says enough about how wide a mouth opens."""
RECORDED_IN: Final = "wheel:livekit-agents==1.8.9"
RECORDINGS_FOLDER: Final = "livekit/agents/resources"
RECORDED: Final = {
    "recorded music": "hold_music.ogg",
    "recorded typing": "keyboard-typing.ogg",
    "recorded street": "city-ambience.ogg",
    "recorded forest": "forest-ambience.ogg",
}
"""Sounds that are no speech, as they were recorded (Apache-2.0, typing by Anton, CC BY 4.0)."""
WAYS: Final = (*CONDITIONS, "mulaw")
LANGUAGES: Final = tuple(ESPEAK_VOICES)
NAMES: Final = ("prompts", "voices", *WAYS, *LANGUAGES, "noises")
"""Of all sets, in the order in which they are shown."""


@dataclass(frozen=True, slots=True)
class Sound:
    """PCM as a client would send it."""

    audio: AudioFormat
    pcm: bytes


@dataclass(frozen=True, slots=True)
class HeardSet:
    """Sounds by name, each made when it is asked for, and the times of their phones where they are speech."""

    sounds: Mapping[str, Callable[[], Sound]]
    phones: Mapping[str, Sequence[Phone]]

    def few(self) -> "HeardSet":
        """One in four of them."""
        return HeardSet(dict(list(self.sounds.items())[::FEW]), dict(list(self.phones.items())[::FEW]))


class Library:
    """All sets; what is not there yet is fetched and made when it is asked for."""

    def __init__(self, cache: Path, say: Callable[[str], None], speech: Path | None = None) -> None:
        self._cache = cache
        self._say = say
        self._speech = speech

    def heard(self, name: str) -> HeardSet:
        """The set of that name, one of `NAMES`. Raises `TroubleError` where it cannot be made."""
        if name == "noises":
            return self._noises()
        if name in WAYS:
            return self._on_its_way(name)
        speech = self._prompts if name == "prompts" else made_set(name, self._cache, self._say)
        return HeardSet({clip: partial(file_sound, path) for clip, path in speech.sounds.items()}, speech.phones)

    @cached_property
    def _prompts(self) -> SpeechSet:
        return read_set(self._speech) if self._speech else made_set("prompts", self._cache, self._say)

    def _noises(self) -> HeardSet:
        folder = unpacked(RECORDED_IN, self._cache / "packages") / RECORDINGS_FOLDER
        made = {kind: partial(_noise, kind) for kind in NOISES}
        return HeardSet({**made, **{kind: partial(_excerpt, folder / file) for kind, file in RECORDED.items()}}, {})

    def _on_its_way(self, way: str) -> HeardSet:
        speech = self._prompts
        return HeardSet({name: partial(self._changed, way, name) for name in speech.sounds}, speech.phones)

    def _changed(self, way: str, name: str) -> Sound:
        samples = self._samples[name]
        if way == "mulaw":
            return Sound(AudioFormat("mulaw", MULAW_RATE_HZ), mulaw(samples))
        others = [said for other, said in self._samples.items() if other != name]
        return _sound(CONDITIONS[way](name, samples, others))

    @cached_property
    def _samples(self) -> dict[str, Samples]:
        return {name: read(path) for name, path in self._prompts.sounds.items()}


def file_sound(path: Path) -> Sound:
    """A sound file as `a2f-live convert` hears it."""
    with open_audio(path) as sound:
        return Sound(sound.audio, b"".join(block.tobytes() for block in sound.blocks()))


def _noise(kind: str) -> Sound:
    return _sound(noise(kind))


def _excerpt(path: Path) -> Sound:
    return _sound(read(path)[: int(SECONDS * RATE_HZ)])


def _sound(samples: Samples) -> Sound:
    return Sound(AudioFormat("pcm_s16le", RATE_HZ), pcm(samples))
