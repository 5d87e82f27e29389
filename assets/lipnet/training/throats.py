"""Other throats: formants moved up or down while the pitch stays, as in shorter and longer vocal tracts.

The bands of the features are warped along the frequency, after Jaitly and Hinton (2013).
"""

from typing import Final

import torch
from torch import Tensor

from a2f_live.engine.embedded.features import BAND_RANGE_HZ, BANDS, FRAMES_PER_HOP, mel

WARPS: Final = (0.9, 1.1)
"""Of the frequency of a formant, against what it is."""


def warped(features: Tensor, warps: Tensor) -> Tensor:
    """(clips, hops, FEATURES) with the bands of each clip warped by its factor, (clips,)."""
    bands, rest = features[..., : FRAMES_PER_HOP * BANDS], features[..., FRAMES_PER_HOP * BANDS :]
    lower, share = places(warps)
    grid = bands.reshape(*bands.shape[:2], FRAMES_PER_HOP, BANDS)
    lower = lower[:, None, None].expand_as(grid)
    below, above = grid.gather(-1, lower), grid.gather(-1, lower + 1)
    moved = below + (above - below) * share[:, None, None]
    return torch.cat((moved.reshape(bands.shape), rest), -1)


def places(warps: Tensor) -> tuple[Tensor, Tensor]:
    """For each clip and band the band below what it becomes, (clips, BANDS), and the share of the one above."""
    low, high = (mel(hz) for hz in BAND_RANGE_HZ)
    step = (high - low) / (BANDS + 1)
    centers = low + step * torch.arange(1, BANDS + 1, device=warps.device)
    hz = 700 * (10 ** (centers / 2595) - 1) / warps[:, None]
    place = ((2595 * torch.log10(1 + hz / 700) - low) / step - 1).clamp(0, BANDS - 1 - 1e-3)
    return place.long(), place - place.floor()
