"""What microphones, rooms, telephones and other people do to a voice, for many clips at once."""

from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor

from assets.lipnet.training.settings import RATE_HZ

MU: Final = 255.0
"""Of the telephone's logarithmic code."""
SPEECH_LEVEL_DB: Final = (-48.0, -12.0)
"""Mean square of the speech of a clip, against full scale."""


@dataclass(frozen=True, slots=True)
class Chances:
    """How often each of them is met."""

    clean: float = 0.25
    """Of none of them: the voice alone, at some level."""
    color: float = 0.7
    room: float = 0.4
    narrow: float = 0.12
    dull: float = 0.2
    noise: float = 0.5
    babble: float = 0.4
    telephone_code: float = 0.1
    clipped: float = 0.04


class Augment:
    """Makes other recordings of the same speech; nothing is moved in time."""

    def __init__(self, generator: torch.Generator, noises: Tensor, chances: Chances = Chances()) -> None:
        """`noises` are (n, length) sounds that are no speech, at least as long as the clips, of any level."""
        self._generator, self._noises, self._chances = generator, noises, chances

    def __call__(self, clean: Tensor) -> Tensor:
        """(clips, n) float32 to the same; a clip of zeros becomes noise alone."""
        size = clean.square().mean(1, keepdim=True).sqrt()
        speech = clean / size.clamp(min=1e-4)
        worn = self._filtered(speech)
        worn = worn + self._noise(worn)
        alone = (self._some(self._chances.clean, len(clean))[:, None] > 0) & (size > 1e-4)
        noisy = torch.where(alone, speech, worn)
        wanted_db = self._between(*SPEECH_LEVEL_DB, len(clean))[:, None]
        heard = noisy * 10 ** (wanted_db / 20)
        return self._coded(heard.clamp(-1.0, 1.0))

    def _filtered(self, clean: Tensor) -> Tensor:
        """Through a microphone, a room, a line: one product of spectra."""
        count, length = clean.shape
        size = length + RATE_HZ // 2
        spectrum = torch.fft.rfft(clean, size)
        hz = torch.linspace(0, RATE_HZ / 2, spectrum.shape[1], device=clean.device)
        gain_db = self._color_db(count, hz) + self._edges_db(count, hz)
        spectrum = spectrum * 10 ** (gain_db / 20)
        spectrum = spectrum * torch.fft.rfft(self._rooms(count), size)
        return torch.fft.irfft(spectrum, size)[:, :length]

    def _color_db(self, count: int, hz: Tensor) -> Tensor:
        """A tilt and three wide bumps."""
        octaves = (hz.clamp(min=50) / 1000).log2()
        color = self._between(-2.5, 2.5, count)[:, None] * octaves
        for _ in range(3):
            center, width = self._between(-3.0, 3.0, count)[:, None], self._between(0.4, 1.5, count)[:, None]
            color = color + self._between(-7.0, 7.0, count)[:, None] * torch.exp(-(((octaves - center) / width) ** 2))
        return color * self._some(self._chances.color, count)[:, None]

    def _edges_db(self, count: int, hz: Tensor) -> Tensor:
        """High and low passes of random steepness: small microphones, dull ones, telephone lines."""
        narrow, dull = self._some(self._chances.narrow, count), self._some(self._chances.dull, count)
        low_hz = narrow * self._between(200, 400, count) + (1 - narrow) * self._between(20, 140, count)
        high_hz = torch.where(narrow > 0, self._between(2900, 3900, count), torch.full_like(narrow, 16_000))
        high_hz = torch.where((dull > 0) & (narrow == 0), self._between(3500, 7000, count), high_hz)
        slope = self._between(18, 60, count)[:, None]
        below = (low_hz[:, None] / hz.clamp(min=1)).log2().clamp(min=0)
        above = (hz.clamp(min=1) / high_hz[:, None]).log2().clamp(min=0)
        return -(slope * (below + 2 * above)).clamp(max=80)

    def _rooms(self, count: int) -> Tensor:
        """(count, n) answers of rooms: the direct sound and a decaying noise after it."""
        length = RATE_HZ // 3
        seconds = torch.arange(length, device=self._noises.device) / RATE_HZ
        decay_s = self._between(0.08, 0.6, count)[:, None] / 6.9
        tail = self._gauss(count, length) * torch.exp(-seconds / decay_s) * (seconds > 0.002)
        tail = tail / tail.square().sum(1, keepdim=True).sqrt()
        amount = 10 ** (self._between(-22, -3, count) / 20) * self._some(self._chances.room, count)
        tail = tail * amount[:, None]
        tail[:, 0] = 1.0
        return tail

    def _noise(self, speech: Tensor) -> Tensor:
        count, length = speech.shape
        chosen = torch.randint(len(self._noises), (count,), generator=self._generator, device=speech.device)
        shift = int(torch.randint(length, (1,), generator=self._generator, device=speech.device))
        noise = self._noises[chosen, :length].float().roll(shift, 1)
        hiss = self._hiss(count, length)
        noise = torch.where(self._some(0.5, count)[:, None] > 0, noise, hiss)
        ratio_db = self._between(2, 38, count)
        noise = noise / _size(noise) * (10 ** (-ratio_db / 20) * self._some(self._chances.noise, count))[:, None]
        others = sum(speech.roll(k, 0).roll(int(length * 0.17 * k), 1) for k in (1, 2, 3, 5, 7))
        others_db = self._between(3, 25, count)
        babble = others / _size(others) * (10 ** (-others_db / 20) * self._some(self._chances.babble, count))[:, None]
        floor = hiss / _size(hiss) * 10 ** (self._between(-75, -45, count) / 20)[:, None]
        return noise + babble + floor

    def _hiss(self, count: int, length: int) -> Tensor:
        """Noise whose power falls with a random power of the frequency."""
        spectrum = torch.fft.rfft(self._gauss(count, length))
        hz = torch.linspace(0, RATE_HZ / 2, spectrum.shape[1], device=spectrum.device).clamp(min=30)
        return torch.fft.irfft(spectrum * (hz / 1000) ** (-self._between(0.0, 1.2, count)[:, None]), length)

    def _coded(self, heard: Tensor) -> Tensor:
        """Some of them in the eight bits of a telephone, some driven too hard."""
        hard = self._some(self._chances.clipped, len(heard))[:, None]
        heard = torch.where(hard > 0, (heard * 8).clamp(-0.5, 0.5), heard)
        compressed = heard.sign() * torch.log1p(MU * heard.abs()) / torch.log1p(torch.tensor(MU))
        steps = (compressed * 127).round() / 127
        coded = steps.sign() * ((1 + MU) ** steps.abs() - 1) / MU
        return torch.where(self._some(self._chances.telephone_code, len(heard))[:, None] > 0, coded, heard)

    def _between(self, low: float, high: float, count: int) -> Tensor:
        drawn = torch.rand(count, generator=self._generator, device=self._noises.device)
        return low + (high - low) * drawn

    def _some(self, chance: float, count: int) -> Tensor:
        """1 for some of them, else 0."""
        return (self._between(0, 1, count) < chance).float()

    def _gauss(self, count: int, length: int) -> Tensor:
        return torch.randn(count, length, generator=self._generator, device=self._noises.device)


def _size(sound: Tensor) -> Tensor:
    return sound.square().mean(1, keepdim=True).sqrt().clamp(min=1e-4)
