"""Batches out of a pack: a voice at another rate, in another recording, with its phones and lips beside it."""

from typing import Final, NamedTuple

import numpy as np
import torch
from torch import Tensor

from assets.lipnet.training.augment import Augment
from assets.lipnet.training.pack import STEP, Pack
from assets.lipnet.training.settings import RATE_HZ
from assets.lipnet.training.targets import RATE_HZ as CURVE_HZ

HOP: Final = 320
POINTS_PER_HOP: Final = HOP * CURVE_HZ // RATE_HZ
RATES: Final = (0.82, 1.22)
"""Of playing: moves pitch and formants, as from a large throat to a small one, and the pace with them."""
LEAD_POINTS: Final = 1
"""A row shows what is said this much later: a mouth is there a little before its sound, and the eye expects it."""
MUTED: Final = 0.1
"""Of the clips, so many are noise alone: music, breath, typing ... and a mouth that stays shut."""
EARLY_S: Final = 1.0
"""At most so long before a clip a crop begins."""


class Batch(NamedTuple):
    """What is heard and what is wanted; row `k` is at sample `k * HOP`."""

    samples: Tensor
    """(clips, n) float32."""
    phones: Tensor
    """(clips, rows) classes."""
    lips: Tensor
    """(clips, rows, 2) gap and rounding, in mm."""


class Batches:
    """Draws clips by their weight and length, on the device that learns."""

    def __init__(self, pack: Pack, seconds: float, clips: int, augment: Augment, generator: torch.Generator) -> None:
        self._device = generator.device
        self._samples = torch.from_numpy(pack.samples).to(self._device)
        self._phones = torch.from_numpy(pack.phones).to(self._device)
        self._lips = torch.from_numpy(pack.lips).to(self._device)
        self._starts = torch.from_numpy(pack.starts).to(self._device)
        lengths = np.diff(pack.starts)
        chances = pack.weights * lengths
        self._chances = torch.from_numpy(np.cumsum(chances / chances.sum())).float().to(self._device)
        self._length, self._clips = int(seconds * RATE_HZ) // HOP * HOP, clips
        self._augment, self._generator = augment, generator

    def draw(self) -> Batch:
        """The next batch."""
        clip = torch.searchsorted(self._chances, self._uniform(self._clips)).clamp(max=len(self._starts) - 2)
        begin, end = self._starts[clip], self._starts[clip + 1]
        low, high = np.log(RATES[0]), np.log(RATES[1])
        rate = torch.exp(low + (high - low) * self._uniform(self._clips))
        slack = (end - begin).float() - self._length / STEP * rate
        early = -EARLY_S * CURVE_HZ
        offset = early + self._uniform(self._clips) * (slack.clamp(min=0) - early)
        samples = self._sound(begin, end, offset, rate)
        points = self._points(begin, end, offset, rate)
        heard = self._uniform(self._clips)[:, None] >= MUTED
        samples = samples * heard
        inside = (points >= begin[:, None]) & (points < end[:, None]) & heard
        points = points.clamp(0, len(self._phones) - 1)
        phones = torch.where(
            inside, self._phones[points].long(), torch.zeros((), dtype=torch.long, device=self._device)
        )
        lips = self._lips[points].float() * inside[..., None]
        return Batch(self._augment(samples), phones, lips)

    def _sound(self, begin: Tensor, end: Tensor, offset: Tensor, rate: Tensor) -> Tensor:
        """(clips, n), read between samples with a cubic."""
        place = (
            offset[:, None].double() * STEP + torch.arange(self._length, device=self._device) * rate[:, None].double()
        )
        whole = place.floor()
        part = (place - whole).float()
        index = begin[:, None] * STEP + whole.long()
        heard = []
        for k in (-1, 0, 1, 2):
            at = index + k
            inside = (at >= begin[:, None] * STEP) & (at < end[:, None] * STEP)
            heard.append(self._samples[at.clamp(0, len(self._samples) - 1)].float() * inside / 32_768)
        a, b, c, d = heard
        return b + 0.5 * part * (c - a + part * (2 * a - 5 * b + 4 * c - d + part * (3 * (b - c) + d - a)))

    def _points(self, begin: Tensor, end: Tensor, offset: Tensor, rate: Tensor) -> Tensor:
        rows = torch.arange(self._length // HOP, device=self._device) * POINTS_PER_HOP + LEAD_POINTS
        return begin[:, None] + (offset[:, None] + rows * rate[:, None]).round().long()

    def _uniform(self, count: int) -> Tensor:
        return torch.rand(count, generator=self._generator, device=self._device)
