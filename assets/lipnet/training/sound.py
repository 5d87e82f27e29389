"""Sound of the material: mono, 16 kHz, float32."""

from pathlib import Path
from typing import Final

import numpy as np

from assets.lipnet.training.cache import whole
from assets.lipnet.training.phones import Samples
from assets.lipnet.training.settings import RATE_HZ

HIGHEST_PEAK: Final = 0.98


def resampled(samples: Samples, rate_hz: int) -> Samples:
    """At 16 kHz, not moved in time."""
    import soxr

    return np.asarray(soxr.resample(samples, rate_hz, RATE_HZ, "VHQ"), np.float32)


def unclipped(samples: Samples) -> Samples:
    """Made softer if it would be clipped, else as it is."""
    return samples * np.float32(min(1.0, HIGHEST_PEAK / max(float(np.abs(samples).max()), 1e-6)))


def read(path: Path) -> Samples:
    """All samples of a file at 16 kHz."""
    import soundfile

    samples, rate_hz = soundfile.read(path, dtype="float32", always_2d=True)
    return resampled(samples.mean(1), rate_hz) if rate_hz != RATE_HZ else samples.mean(1)


def write(path: Path, samples: Samples) -> None:
    """A whole FLAC file of 16 bits."""
    import soundfile

    with whole(path) as part:
        soundfile.write(part, samples, RATE_HZ, format="FLAC", subtype="PCM_16")


def pcm(samples: Samples) -> bytes:
    """The same as 16-bit integers of this machine's byte order."""
    return (np.clip(samples, -1, 1) * 32_767).astype(np.int16).tobytes()
