"""The engine's hearing once more, for many clips at once and with gradients off: torch in place of numpy."""

import torch
from torch import Tensor
from torch.nn.functional import pad

from a2f_live.engine.embedded import features


class Ears(torch.nn.Module):
    """Features of whole clips, the same as `features.listen` gives window by window, but for rounding."""

    window: Tensor
    filters: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("window", torch.from_numpy(features.WINDOW.copy()))
        self.register_buffer("filters", torch.from_numpy(features.FILTERS.copy()))

    @torch.no_grad()
    def forward(self, samples: Tensor) -> Tensor:
        """(clips, n) at 16 kHz to (clips, n // HOP + 1, FEATURES): step `j` has heard all before sample `j * HOP`."""
        frames = pad(samples, (features.FRAME_SAMPLES + features.FRAME_STEP, 0)).unfold(
            1, features.FRAME_SAMPLES, features.FRAME_STEP
        )
        steps = frames.shape[1] // features.FRAMES_PER_HOP
        frames = frames[:, : steps * features.FRAMES_PER_HOP] * self.window
        power = torch.fft.rfft(frames).abs().square()
        loud = power[..., features.SPEECH_BINS].sum(-1).reshape(len(samples), steps, -1).sum(-1)
        level_db = decibels(loud * features.MEAN_SCALE).clamp(min=float(features.QUIETEST_DB))
        peak_db, floor_db = track(level_db)
        bands = decibels(power @ self.filters).reshape(len(samples), steps, -1)
        bands = (bands - peak_db[..., None]) / float(features.BAND_SCALE_DB)
        rest = torch.stack(((peak_db + 30) / 16, (level_db - floor_db) / 16), -1)
        return torch.cat((bands.clamp(min=float(features.BAND_LOW)), rest), -1)


def decibels(energy: Tensor) -> Tensor:
    """Of a sine at full scale: 0."""
    return (energy + 1e-10).log10() * 10


def track(level_db: Tensor) -> tuple[Tensor, Tensor]:
    """Peak and floor at each step, (clips, steps) each."""
    per_db = float(features.STEPS_PER_DB)
    steps = torch.arange(1, level_db.shape[1] + 1, device=level_db.device, dtype=level_db.dtype)
    fall, rise = steps * features.PEAK_FALL_STEPS / per_db, steps * features.FLOOR_RISE_STEPS / per_db
    sustain = features.SUSTAIN_HOPS
    before = pad(level_db, (sustain - 1, 0), value=float(features.QUIETEST_DB))
    sustained = before.unfold(1, sustain, 1).amin(-1)
    peak = torch.cummax(sustained + fall, 1).values.clamp(min=features.PEAK_START_DB) - fall
    floor = torch.cummin(level_db - rise, 1).values.clamp(max=features.FLOOR_START_DB) + rise
    peak = torch.maximum(peak, floor + float(features.PEAK_OVER_FLOOR_DB)).clamp(min=float(features.QUIETEST_PEAK_DB))
    return peak, floor
