"""The network: a causal convolution over hops that tells how likely each phone is."""

import numpy as np

from a2f_live.engine.base import Array
from a2f_live.engine.embedded.grid import Places
from a2f_live.engine.embedded.memory import Memory
from a2f_live.engine.embedded.tiles import MAX_ROWS, filled_up, product
from a2f_live.engine.embedded.weights import Weights


class Network:
    """The weights at work."""

    def __init__(self, weights: Weights) -> None:
        self._weights = weights
        # As large as what it is compared with: for one number numpy takes three times as long.
        self._zeros = np.zeros((MAX_ROWS, weights.channels), np.float32)
        self._hidden_zeros = np.zeros((MAX_ROWS, weights.hidden.shape[2]), np.float32)

    def tell(self, features: Array, heads: Places, memory: Memory) -> Array:
        """How likely each phone is in each hop, (padded_rows, phones); a row adds up to 1.

        It is of the windows whose states `memory` has just recalled. `features` are (padded_rows, FEATURES), `heads`
        (padded_rows,) the look-ahead of each.
        """
        return _softmax(self._logits(self._trunk(features, memory), heads))

    def _trunk(self, features: Array, memory: Memory) -> Array:
        """(padded_rows, channels) that all heads read."""
        weights, zeros = self._weights, self._zeros[: len(features)]
        inputs = memory.inputs(0)
        np.add(product(features, weights.entry), weights.entry_bias, out=inputs)
        np.maximum(inputs, zeros, out=inputs)
        for block, (matrix, bias) in enumerate(zip(weights.blocks, weights.block_biases, strict=True)):
            added = product(memory.taps(block), matrix)
            added += bias
            np.maximum(added, zeros, out=added)
            outputs = memory.inputs(block + 1)
            np.add(inputs, added, out=outputs)
            inputs = outputs
        return inputs

    def _logits(self, trunk: Array, heads: Places) -> Array:
        """(padded_rows, phones) by the head of each row."""
        asked = set(heads.tolist())
        if len(asked) == 1:
            return self._head(trunk, asked.pop())
        logits = np.zeros((len(trunk), len(self._weights.phones)), np.float32)
        for head in asked:
            rows = np.flatnonzero(heads == head)
            logits[rows] = self._head(filled_up(trunk[rows]), head)[: len(rows)]
        return logits

    def _head(self, trunk: Array, head: int) -> Array:
        """(rows, phones) by one head."""
        weights = self._weights
        hidden = product(trunk, weights.hidden[head])
        hidden += weights.hidden_biases[head]
        np.maximum(hidden, self._hidden_zeros[: len(hidden)], out=hidden)
        logits = product(hidden, weights.outputs[head])
        logits += weights.output_biases[head]
        return logits


def _softmax(logits: Array) -> Array:
    """Each row as probabilities."""
    raised: Array = np.exp(logits - np.maximum.reduce(logits, axis=1, keepdims=True))
    raised /= product(raised, np.ones((logits.shape[1], 1), np.float32))
    return raised
