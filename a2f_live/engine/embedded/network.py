"""The network: a causal convolution over hops that tells how likely each phone is."""

import numpy as np
from numpy.typing import NDArray

from a2f_live.engine.base import Array
from a2f_live.engine.embedded.memory import MAX_ROWS, Memory
from a2f_live.engine.embedded.tiles import filled_up, product
from a2f_live.engine.embedded.weights import Weights


class Network:
    """The weights at work."""

    def __init__(self, weights: Weights) -> None:
        self._weights = weights
        # As large as what it is compared with: for one number numpy takes three times as long.
        self._zeros = np.zeros((MAX_ROWS, weights.channels), np.float32)
        self._hidden_zeros = np.zeros((MAX_ROWS, weights.hidden.shape[2]), np.float32)

    def tell(self, features: Array, hops: int, heads: NDArray[np.intp], memory: Memory) -> Array:
        """(rows, phones) how likely each is, a row a hop, of windows whose states `memory` has just recalled.

        `features` are (rows, FEATURES) in whole tiles, and `heads` (windows,) the look-ahead of each. A row adds up to
        1; those behind the last hop mean nothing.
        """
        return _softmax(self._outputs(self._trunk(features, hops, memory), np.repeat(heads, hops)))

    def _trunk(self, features: Array, hops: int, memory: Memory) -> Array:
        """(rows, channels) that all heads read."""
        weights, rows = self._weights, len(features)
        inputs, zeros = memory.inputs(0, rows), self._zeros[:rows]
        np.add(product(features, weights.entry), weights.entry_bias, out=inputs)
        np.maximum(inputs, zeros, out=inputs)
        for block, (matrix, bias) in enumerate(zip(weights.blocks, weights.block_biases, strict=True)):
            added = product(memory.taps(block, hops, rows), matrix)
            added += bias
            np.maximum(added, zeros, out=added)
            outputs = memory.inputs(block + 1, rows)
            np.add(inputs, added, out=outputs)
            inputs = outputs
        return inputs

    def _outputs(self, trunk: Array, heads: NDArray[np.intp]) -> Array:
        """(rows, phones) logits by the head of each row; those behind the last row that has one mean nothing."""
        asked = set(heads.tolist())
        if len(asked) == 1:
            return self._head(trunk, asked.pop())
        outputs = np.zeros((len(trunk), self._weights.output_biases.shape[1]), np.float32)
        for head in asked:
            rows = np.flatnonzero(heads == head)
            outputs[rows] = self._head(filled_up(trunk[rows]), head)[: len(rows)]
        return outputs

    def _head(self, trunk: Array, head: int) -> Array:
        """(rows, phones) logits."""
        weights = self._weights
        hidden = product(trunk, weights.hidden[head])
        hidden += weights.hidden_biases[head]
        np.maximum(hidden, self._hidden_zeros[: len(hidden)], out=hidden)
        outputs = product(hidden, weights.outputs[head])
        outputs += weights.output_biases[head]
        return outputs


def _softmax(logits: Array) -> Array:
    """Each row as probabilities."""
    raised: Array = np.exp(logits - np.maximum.reduce(logits, axis=1, keepdims=True))
    raised /= np.add.reduce(raised, axis=1, keepdims=True)
    return raised
