"""A network that has learned, as the files that are shipped: weights for the engine inside, a graph for others.

python -m assets.lipnet.training.export CHECKPOINT [--key NAME] [--folder PATH]
"""

from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from torch import nn

from a2f_live.engine.embedded.features import HOP_SAMPLES
from a2f_live.engine.embedded.weights import Weights, save
from assets.lipnet.training import articulation
from assets.lipnet.training.cache import whole
from assets.lipnet.training.controls import CONTROLS, PHONE_CLASSES, Array
from assets.lipnet.training.graph import write_graph
from assets.lipnet.training.network import LipNet, Shape
from assets.lipnet.training.settings import RATE_HZ
from assets.lipnet.training.targets import pose_table

MODEL: Final = Path(__file__).parents[1]
"""Where the files are shipped from."""
WEIGHTS: Final = "lipnet.npz"
GRAPH: Final = "lipnet.onnx"


def main(arguments: Sequence[str] | None = None) -> None:
    """Write both files."""
    parser = ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("--key", help="of the network, where the file holds several")
    parser.add_argument("--folder", type=Path, default=MODEL, help="gets the files (%(default)s)")
    options = parser.parse_args(arguments)
    state = torch.load(options.checkpoint, map_location="cpu", weights_only=False)
    export(built(state[options.key] if options.key else state), options.folder)


def built(state: dict[str, Any]) -> LipNet:
    """The averaged network of what `learn.Learner.save` wrote."""
    shape = state["shape"]
    net = LipNet(Shape(**{**shape, "dilations": tuple(shape["dilations"])}))
    net.load_state_dict(state["average"])
    net.eval()
    return net


def export(net: LipNet, folder: Path) -> None:
    """Write the files of `net` into `folder`."""
    weights = weights_of(net)
    with whole(folder / WEIGHTS) as part:
        save(weights, part)
    with whole(folder / GRAPH) as part:
        write_graph(weights, part)


def weights_of(net: LipNet) -> Weights:
    """What the engine needs of it: its norms are part of its convolutions then."""
    entry, entry_bias = folded(net.entry, net.entry_norm)
    blocks = [folded(block.convolution, block.norm) for block in net.blocks]
    return Weights(
        phones=PHONE_CLASSES,
        controls=CONTROLS,
        lookaheads_ms=tuple(hops * HOP_SAMPLES * 1000 // RATE_HZ for hops in net.lookahead_hops),
        dilations=net.shape.dilations,
        entry=entry,
        entry_bias=entry_bias,
        blocks=np.stack([weight for weight, _ in blocks]),
        block_biases=np.stack([bias for _, bias in blocks]),
        hidden=np.stack([matrix(layer) for layer in net.hidden]),
        hidden_biases=np.stack([array(layer.bias) for layer in net.hidden]),
        outputs=np.stack([matrix(layer) for layer in net.phones]) * np.float32(articulation.SHARPNESS),
        output_biases=np.stack([array(layer.bias) for layer in net.phones]) * np.float32(articulation.SHARPNESS),
        poses=pose_table(),
        dominance=articulation.dominance(),
        groups=articulation.groups(),
        smoothing=articulation.smoothing(),
    )


def folded(convolution: nn.Conv1d, norm: nn.BatchNorm1d) -> tuple[Array, Array]:
    """Matrix, (taps * inputs, outputs), and bias of a convolution and the norm after it; the oldest tap comes first."""
    scale = norm.weight / (norm.running_var + norm.eps).sqrt()
    return matrix(convolution) * array(scale), array(norm.bias - norm.running_mean * scale)


def matrix(convolution: nn.Conv1d) -> Array:
    """(taps * inputs, outputs), the oldest tap first."""
    weight = convolution.weight.permute(2, 1, 0)
    return array(weight.reshape(-1, weight.shape[2]))


def array(tensor: torch.Tensor) -> Array:
    """As float32."""
    return np.asarray(tensor.detach().numpy(), np.float32)


if __name__ == "__main__":
    main()
