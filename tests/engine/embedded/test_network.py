import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from a2f_live.engine.base import Array
from a2f_live.engine.embedded.features import FEATURES
from a2f_live.engine.embedded.grid import Grid
from a2f_live.engine.embedded.memory import Memory
from a2f_live.engine.embedded.network import Network
from a2f_live.engine.embedded.tiles import filled_up
from a2f_live.engine.embedded.weights import Weights
from tests.engine.embedded.helpers import small_weights


def plainly(weights: Weights, heard: Array, head: int) -> Array:
    """Phones of (hops, FEATURES) from the start of a stream, as the definition says."""
    hops = len(heard)
    inputs = np.maximum(heard @ weights.entry + weights.entry_bias, 0)
    for matrix, bias, dilation in zip(weights.blocks, weights.block_biases, weights.dilations, strict=True):
        reach = dilation * (weights.taps - 1)
        before = np.concatenate((np.zeros((reach, weights.channels)), inputs))
        taps = np.hstack([before[tap * dilation :][:hops] for tap in range(weights.taps)])
        inputs = inputs + np.maximum(taps @ matrix + bias, 0)
    hidden = np.maximum(inputs @ weights.hidden[head] + weights.hidden_biases[head], 0)
    outputs = hidden @ weights.outputs[head] + weights.output_biases[head]
    phones: Array = np.exp(outputs)
    phones /= phones.sum(1, keepdims=True)
    return phones


def streamed(weights: Weights, heard: Array, heads: list[int], groups: list[int]) -> Array:
    """The same for several streams at once, (streams, hops, FEATURES), in windows of so many hops."""
    network, memory = Network(weights), Memory(weights.channels, weights.dilations, weights.taps, 1)
    states = [memory.state(np.zeros(1, np.float32))] * len(heard)
    phones = []
    first = 0
    for hops in groups:
        grid = Grid([hops] * len(heard))
        notes = memory.recall(states, grid)
        part = heard[:, first : first + hops].reshape(-1, FEATURES)
        told = network.tell(filled_up(part), np.array(heads).take(grid.window_of), memory)
        phones.append(grid.table(told))
        states = memory.states(notes)
        first += hops
    return np.concatenate(phones, axis=1)


@given(
    groups=st.lists(st.integers(1, 12), min_size=1, max_size=5),
    heads=st.lists(st.integers(0, 2), min_size=1, max_size=9),
    seed=st.integers(0, 99),
)
def test_streams_with_different_heads_give_what_the_definition_says(
    groups: list[int], heads: list[int], seed: int
) -> None:
    weights = small_weights(seed)
    heard = np.random.default_rng(seed).standard_normal((len(heads), sum(groups), FEATURES)).astype(np.float32)
    phones = streamed(weights, heard, heads, groups)
    for stream, head in enumerate(heads):
        assert np.allclose(phones[stream], plainly(weights, heard[stream].astype(np.float64), head), atol=1e-4)


def test_logits_of_any_size_make_probabilities() -> None:
    weights = small_weights()
    weights.output_biases[:] = np.array([500, -500, 0])
    phones = streamed(weights, np.zeros((1, 1, FEATURES), np.float32), [0], [1])
    assert phones[0, 0].tolist() == [1, 0, 0]
