"""Sound files to convert."""

from math import ceil
from pathlib import Path

import numpy as np
import soundfile

RATE_HZ = 16_000


def voice(path: Path, seconds: float = 0.5, rate_hz: int = RATE_HZ, channels: int = 1) -> Path:
    """Write a file that hums."""
    path.parent.mkdir(parents=True, exist_ok=True)
    time_s = np.arange(round(seconds * rate_hz)) / rate_hz
    hum = 0.3 * np.sin(2 * np.pi * 140 * time_s) * (1 + np.sin(2 * np.pi * 4 * time_s))
    soundfile.write(path, np.repeat(hum[:, None], channels, axis=1), rate_hz)
    return path


def frames_in(seconds: float, fps: float) -> int:
    """Frames that so much audio is worth."""
    return ceil(round(seconds * fps, 6))
