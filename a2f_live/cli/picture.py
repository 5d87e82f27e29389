"""Pictures of motion for commands: gathers what a picture is of, and draws it where the extra `plot` is installed."""

import importlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Final

import numpy as np

from a2f_live.audio.files import AudioFile, open_audio
from a2f_live.audio.pcm import PcmDecoder
from a2f_live.audio.resample import Resampler
from a2f_live.config import AudioFormat
from a2f_live.errors import ConfigError
from a2f_live.frames import Array, Frames
from a2f_live.outputs.track import Track
from a2f_live.plot.phones import PhoneTable
from a2f_live.plot.sound import Sound
from a2f_live.plot.subject import Subject

NO_MATPLOTLIB: Final = "pictures need the package matplotlib: pip install 'a2f-live[plot]'"


def painter(name: str) -> ModuleType:
    """The module of `a2f_live.plot` that draws; raises `ConfigError` where matplotlib is missing."""
    try:
        return importlib.import_module(f"a2f_live.plot.{name}")
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != "matplotlib":
            raise
        raise ConfigError(NO_MATPLOTLIB) from error


class Listener:
    """Keeps the sound of PCM that passes by, at 16 kHz."""

    def __init__(self, audio: AudioFormat) -> None:
        self._decoder = PcmDecoder(audio)
        self._resampler = Resampler(audio.sample_rate)
        self._heard: list[Array] = []

    def listening(self, blocks: Iterable[bytes]) -> Iterator[bytes]:
        """The blocks as they come."""
        for pcm in blocks:
            self._heard.append(self._resampler.push(self._decoder.push(pcm)))
            yield pcm

    def sound(self) -> Sound:
        """All that was heard."""
        return Sound(np.concatenate([np.empty(0, np.float32), *self._heard]))


def pcm_blocks(sound: AudioFile) -> Iterator[bytes]:
    """A sound file as PCM of its own format."""
    return (block.tobytes() for block in sound.blocks())


def read_sound(path: Path) -> Sound:
    """Read a sound file; raises `FileError`."""
    with open_audio(path) as sound:
        listener = Listener(sound.audio)
        for _ in listener.listening(pcm_blocks(sound)):
            pass
    return listener.sound()


class ChartWriter:
    """Takes the frames of a clip as a writer of a file does; its file, a chart, appears when all went well."""

    def __init__(self, path: Path, title: str, listener: Listener, phones: PhoneTable | None) -> None:
        self._path, self._title, self._listener, self._phones = path, title, listener, phones
        self._frames: list[Frames] = []

    def write(self, frames: Frames) -> None:
        """Add consecutive frames."""
        self._frames.append(frames)

    def __enter__(self) -> "ChartWriter":
        return self

    def __exit__(self, kind: type[BaseException] | None, *exception: object) -> None:
        if kind is None and self._frames:
            phones = self._phones.of(self._title) if self._phones else ()
            subject = Subject.whole(self._title, Track.of(self._frames), self._listener.sound(), phones)
            painter("chart").draw_chart(subject).save(self._path)
