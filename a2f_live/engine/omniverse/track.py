"""A window as a track: a file in the folder that the player of an instance reads."""

import contextlib
import wave
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import numpy as np

from a2f_live.config import ENGINE_RATE_HZ
from a2f_live.engine.base import Array
from a2f_live.errors import EngineFailed


class Tracks:
    """Files of one instance. Each has a name of its own: a player may remember what it has read under a name."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._numbers = count()

    @contextmanager
    def written(self, samples: Array) -> Iterator[str]:
        """Write a track and give its name without an ending; when it is done with, all files of that name go."""
        name = f"track{next(self._numbers)}"
        try:
            write(self.folder / f"{name}.wav", samples)
            yield name
        finally:
            for file in self.folder.glob(f"{name}[._]*"):
                with contextlib.suppress(OSError):
                    file.unlink()


def write(path: Path, samples: Array) -> None:
    """Write 16 bit PCM, which every version reads: (n,) float32, -1..1. Raises `EngineFailed`."""
    pcm = np.rint(np.clip(samples, -1, 1) * 32_767).astype("<i2")
    try:
        with wave.open(str(path), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(ENGINE_RATE_HZ)
            file.writeframes(pcm.tobytes())
    except OSError as error:
        raise EngineFailed(f"the track {path} cannot be written: {error.strerror or error}") from error
