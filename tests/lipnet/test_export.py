"""A network that has learned nothing yet, exported: the engine gives what it gives while it learns."""

from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest

from a2f_live import arkit
from a2f_live.engine.embedded import EmbeddedEngine
from a2f_live.engine.embedded.engine import LOOKAHEADS_MS
from a2f_live.engine.embedded.grid import Grid
from a2f_live.engine.embedded.memory import Memory
from a2f_live.engine.embedded.network import Network
from a2f_live.engine.embedded.tiles import filled_up
from a2f_live.engine.embedded.weights import load
from tests.engine.helpers import answer, speechlike

torch = pytest.importorskip("torch", reason="the extra `train` is needed to export")
pytest.importorskip("onnx", reason="the extra `train` is needed to export")

from assets.lipnet.training.articulation import SHARPNESS  # noqa: E402
from assets.lipnet.training.ears import Ears  # noqa: E402
from assets.lipnet.training.export import GRAPH, WEIGHTS, export, main, weights_of  # noqa: E402
from assets.lipnet.training.network import LipNet, Shape  # noqa: E402

SHAPE = Shape(channels=16, dilations=(1, 2, 4))


@pytest.fixture(scope="module")
def net() -> LipNet:
    """With norms that have seen something, or folding them would change nothing."""
    torch.manual_seed(0)
    net = LipNet(SHAPE)
    net.train()
    for _ in range(3):
        net(torch.randn(4, 50, net.entry.in_channels) * 2 + 1)
    net.eval()
    return net


def test_the_network_tells_what_it_told_while_it_learned(net: LipNet) -> None:
    weights = weights_of(net)
    heard = Ears()(torch.from_numpy(speechlike(1, seconds=1)[None]))
    with torch.no_grad():
        wanted = net(heard)
    features, hops = heard[0].numpy(), heard.shape[1]
    for head, lookahead_hops in enumerate(net.lookahead_hops):
        memory = Memory(weights.channels, weights.dilations, weights.taps, 1)
        grid = Grid([hops])
        memory.recall([memory.state(np.zeros(1, np.float32))], grid)
        told = Network(weights).tell(filled_up(features), np.full(grid.padded_rows, head), memory)
        phones = torch.softmax(wanted[head][0] * SHARPNESS, -1).numpy()
        assert np.abs(told[lookahead_hops:hops] - phones).max() < 1e-4


def test_both_files_are_written_and_can_be_used(net: LipNet, tmp_path: Path) -> None:
    export(net, tmp_path)
    engine = EmbeddedEngine(learned=load(tmp_path / WEIGHTS, LOOKAHEADS_MS))
    assert answer(engine, speechlike(2), 40).shape[1] == arkit.COUNT
    assert (tmp_path / GRAPH).stat().st_size > 0


def test_a_checkpoint_becomes_the_files(net: LipNet, tmp_path: Path) -> None:
    torch.save({"best": {"shape": asdict(SHAPE), "average": net.state_dict()}}, tmp_path / "checkpoint.pt")
    main([str(tmp_path / "checkpoint.pt"), "--key", "best", "--folder", str(tmp_path)])
    loaded = load(tmp_path / WEIGHTS, LOOKAHEADS_MS)
    assert np.array_equal(loaded.blocks, weights_of(net).blocks)
