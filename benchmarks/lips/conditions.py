"""What happens to speech on its way: a telephone, other people who talk, too little gain. The same for a clip."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Final
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from a2f_live.audio.pcm import PcmDecoder
from a2f_live.config import AudioFormat
from assets.lipnet.training.phones import Samples
from assets.lipnet.training.settings import RATE_HZ
from assets.lipnet.training.sound import unclipped

TELEPHONE_HZ: Final = (300.0, 3400.0)
EDGE_HZ: Final = 100.0
"""Width of the slopes of that band."""
BABBLE_DB: Final = 10.0
"""Speech over babble, mean square over the whole clip."""
TALKERS: Final = 6
QUIET_DB: Final = -20.0
MULAW_RATE_HZ: Final = 8_000

Condition = Callable[[str, Samples, Sequence[Samples]], Samples]
"""Name and samples of a clip, and others that babble is made of; 16 kHz in and out."""


def telephone(name: str, samples: Samples, others: Sequence[Samples]) -> Samples:
    """Nothing below 300 Hz and above 3400 Hz, at 16 kHz."""
    hz = np.fft.rfftfreq(len(samples), 1 / RATE_HZ)
    low_hz, high_hz = TELEPHONE_HZ
    gain = np.clip((hz - low_hz) / EDGE_HZ + 1, 0, 1) * np.clip((high_hz - hz) / EDGE_HZ + 1, 0, 1)
    return np.asarray(np.fft.irfft(np.fft.rfft(samples) * gain, len(samples)), np.float32)


def babble(name: str, samples: Samples, others: Sequence[Samples]) -> Samples:
    """Six people talk at once, 10 dB below."""
    random = np.random.default_rng(crc32(name.encode()))
    noise = np.zeros(len(samples))
    for talker in random.choice(len(others), TALKERS):
        said = np.resize(others[talker], len(samples))
        noise += np.roll(said, random.integers(len(samples))) / max(_rms(said), 1e-6)
    gain = _rms(samples) / max(_rms(noise), 1e-9) * 10 ** (-BABBLE_DB / 20)
    return unclipped((samples + gain * noise).astype(np.float32))


def quiet(name: str, samples: Samples, others: Sequence[Samples]) -> Samples:
    """20 dB softer."""
    return samples * np.float32(10 ** (QUIET_DB / 20))


CONDITIONS: Final[Mapping[str, Condition]] = MappingProxyType(
    {"telephone": telephone, "babble": babble, "quiet": quiet}
)


def mulaw(samples: Samples) -> bytes:
    """G.711 mu-law at 8 kHz of 16 kHz samples."""
    half = len(samples) // 2
    spectrum = np.fft.rfft(samples[: 2 * half])[: half // 2 + 1]
    return coded(np.asarray(np.fft.irfft(spectrum, half) / 2, np.float32))


def coded(samples: Samples) -> bytes:
    """For each sample the code of mu-law whose value is nearest."""
    codes = np.argsort(MULAW_VALUES, kind="stable").astype(np.uint8)
    values = MULAW_VALUES[codes]
    return codes[np.searchsorted((values[1:] + values[:-1]) / 2, samples)].tobytes()


MULAW_VALUES: Final = PcmDecoder(AudioFormat("mulaw", MULAW_RATE_HZ)).push(bytes(range(256)))
"""What the product takes each code for."""


def _rms(samples: NDArray[np.floating]) -> float:
    return float(np.sqrt(np.mean(np.square(samples, dtype=np.float64)))) if len(samples) else 0.0
