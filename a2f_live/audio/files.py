"""Sound files as blocks of samples: WAV, FLAC, OGG, MP3 and whatever else libsndfile reads."""

import os
from collections.abc import Iterator
from contextlib import ExitStack
from fractions import Fraction
from pathlib import Path
from typing import BinaryIO, Final, Self

import soundfile

from a2f_live.config import AudioFormat
from a2f_live.errors import AudioError, FileError
from a2f_live.frames import Array

BLOCK_FRAMES: Final = 65_536
UNKNOWN_FRAMES: Final = 2**62
"""libsndfile counts at least so many where a file does not say how long it is."""


class _ForwardSound(soundfile.SoundFile):  # type: ignore[misc]
    """Reads forward only: soundfile seeks after each block, and an MP3 decoder loses by it what it carries over."""

    def seekable(self) -> bool:
        """Never, as far as reading is concerned."""
        return False


class AudioFile:
    """An open sound file, made by `open_audio`; a context manager that closes it."""

    audio: AudioFormat
    """Sample rate and channels of the file; the encoding, `pcm_f32le`, is that of the bytes of its `blocks`."""
    seconds: Fraction | None
    """Duration that the file states, or None where it states none; a damaged file may hold less."""

    def __init__(self, sound: soundfile.SoundFile, name: str, resources: ExitStack) -> None:
        self._sound = sound
        self._name = name
        self._resources = resources
        self.audio = _usable_format(sound, name)
        self.seconds = Fraction(sound.frames, sound.samplerate) if sound.frames < UNKNOWN_FRAMES else None

    @property
    def sample_rate(self) -> int:
        """Hertz, 8,000 to 192,000."""
        return self.audio.sample_rate

    @property
    def channels(self) -> int:
        """1 to 8."""
        return self.audio.channels

    def blocks(self, frames: int = BLOCK_FRAMES) -> Iterator[Array]:
        """(n, channels) float32 arrays of at most so many frames, up to the end of the file. Raises `FileError`."""
        while len(block := self._read(frames)):
            yield block

    def close(self) -> None:
        """Give the file back. Safe to call twice."""
        self._resources.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def _read(self, frames: int) -> Array:
        try:
            block: Array = self._sound.read(frames, dtype="float32", always_2d=True)
        except soundfile.SoundFileError as error:
            raise FileError(f"{self._name} is damaged and cannot be read to its end: give a whole file") from error
        return block


def open_audio(source: Path | BinaryIO, name: str | None = None) -> AudioFile:
    """Open a file, or a seekable stream of its bytes such as an upload; `name` is what messages call it.

    A stream given stays open when the `AudioFile` is closed. Raises `FileError` for what is missing, a directory,
    unreadable, empty, not audio, or of a sample rate or number of channels that cannot be used.
    """
    resources = ExitStack()
    try:
        if isinstance(source, Path):
            name = name or str(source)
            source = resources.enter_context(_open_path(source, name))
        name = name or "the audio"
        _require_content(source, name)
        sound = resources.enter_context(_open_sound(source, name))
        return AudioFile(sound, name, resources)
    except BaseException:
        resources.close()
        raise


def _open_path(path: Path, name: str) -> BinaryIO:
    try:
        if path.is_dir():
            raise FileError(f"{name} is a directory: give a sound file")
        if path.exists() and not path.is_file():  # a pipe or a device might be read for ever
            raise FileError(f"{name} is not a regular file: give a sound file")
        return path.open("rb")
    except FileNotFoundError as error:
        raise FileError(f"{name} does not exist: check the path") from error
    except (OSError, ValueError) as error:  # ValueError: a path with a null character
        reason = getattr(error, "strerror", None) or str(error)
        raise FileError(f"{name} cannot be opened ({reason}): check the path and its permissions") from error


def _require_content(source: BinaryIO, name: str) -> None:
    try:
        size = source.seek(0, os.SEEK_END)
        source.seek(0)
    except (OSError, ValueError) as error:
        raise FileError(f"{name} cannot be read from its start again: save it to a file first") from error
    if not size:
        raise FileError(f"{name} is empty: give a sound file")


def _open_sound(source: BinaryIO, name: str) -> soundfile.SoundFile:
    try:
        return _ForwardSound(source)
    except (soundfile.SoundFileError, TypeError) as error:  # TypeError: headerless, its name ends with .raw
        raise FileError(f"{name} is not audio that can be read: give WAV, FLAC, OGG or MP3") from error


def _usable_format(sound: soundfile.SoundFile, name: str) -> AudioFormat:
    if not sound.frames:
        raise FileError(f"{name} holds no samples: give a sound file with something to hear")
    try:
        return AudioFormat("pcm_f32le", sound.samplerate, sound.channels)
    except AudioError as error:
        raise FileError(f"{name}: {error.message}") from error
