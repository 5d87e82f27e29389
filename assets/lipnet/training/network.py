"""The network while it learns: a causal convolution over hops, with a head for each look-ahead."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from torch import Tensor, nn
from torch.nn.functional import pad, relu

from a2f_live.engine.embedded import features
from assets.lipnet.training.controls import PHONE_CLASSES

LOOKAHEAD_HOPS: Final = (0, 2, 4)
"""How far each head may look ahead: 0, 40 and 80 ms."""


@dataclass(frozen=True, slots=True)
class Shape:
    """Of the network."""

    channels: int = 128
    dilations: tuple[int, ...] = (1, 2, 4, 8, 16, 1, 2, 4)
    taps: int = 2
    dropout: float = 0.15


class Block(nn.Module):
    """Adds to the channels what a few of the hops before make of them."""

    def __init__(self, shape: Shape, dilation: int) -> None:
        super().__init__()
        self.reach = dilation * (shape.taps - 1)
        self.convolution = nn.Conv1d(shape.channels, shape.channels, shape.taps, dilation=dilation, bias=False)
        self.norm = nn.BatchNorm1d(shape.channels)
        self.dropout = nn.Dropout1d(shape.dropout)

    def forward(self, heard: Tensor) -> Tensor:
        """(clips, channels, hops) to the same."""
        added: Tensor = self.dropout(relu(self.norm(self.convolution(pad(heard, (self.reach, 0))))))
        return heard + added


class LipNet(nn.Module):
    """Features to phones, for every look-ahead at once."""

    def __init__(self, shape: Shape, heads: Sequence[int] = LOOKAHEAD_HOPS) -> None:
        super().__init__()
        self.shape, self.lookahead_hops = shape, tuple(heads)
        self.entry = nn.Conv1d(features.FEATURES, shape.channels, 1, bias=False)
        self.entry_norm = nn.BatchNorm1d(shape.channels)
        self.blocks = nn.ModuleList(Block(shape, dilation) for dilation in shape.dilations)
        self.hidden = nn.ModuleList(nn.Conv1d(shape.channels, shape.channels, 1) for _ in heads)
        self.phones = nn.ModuleList(nn.Conv1d(shape.channels, len(PHONE_CLASSES), 1) for _ in heads)

    def forward(self, heard: Tensor) -> list[Tensor]:
        """(clips, steps, FEATURES) to the logits of the phones, (clips, rows, PHONE_CLASSES), for each look-ahead.

        Row `k` of a look-ahead of `h` hops is what is known at step `k + h`, so there are `h` fewer of them.
        """
        trunk = relu(self.entry_norm(self.entry(heard.transpose(1, 2))))
        for block in self.blocks:
            trunk = block(trunk)
        heads = zip(self.hidden, self.phones, self.lookahead_hops, strict=True)
        return [phones(relu(hidden(trunk)))[:, :, hops:].transpose(1, 2) for hidden, phones, hops in heads]
