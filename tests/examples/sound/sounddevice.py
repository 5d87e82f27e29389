"""Stands for sounddevice in a process of an example: the microphone hears the file that `A2F_LIVE_TEST_WAV` names."""

import os
import threading
from collections.abc import Callable
from itertools import cycle
from typing import Any, Self

import soundfile


class RawInputStream:
    """Calls back with a block when it would have been spoken."""

    def __init__(self, *, samplerate: int, blocksize: int, callback: Callable[..., None], **options: Any) -> None:
        assert options == {"channels": 1, "dtype": "int16"}
        samples, rate_hz = soundfile.read(os.environ["A2F_LIVE_TEST_WAV"], dtype="int16")
        assert rate_hz == samplerate
        self._blocks = [samples[at : at + blocksize] for at in range(0, len(samples) - blocksize, blocksize)]
        self._block_s, self._callback = blocksize / samplerate, callback
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._record, daemon=True)

    def _record(self) -> None:
        for block in cycle(self._blocks):
            if self._stop.wait(self._block_s):
                return
            self._callback(memoryview(block.tobytes()), len(block), None, None)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()
