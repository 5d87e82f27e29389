"""Networks of the published sizes with random weights: what they cost is real, what they say is not."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tests.engine.a2f3d.onnx_file import Graph

WIDTH, HEADS, INNER = 768, 12, 3072
"""Of a layer of wav2vec 2.0, base size."""
CONVOLUTIONS = ((10, 5), (3, 2), (3, 2), (3, 2), (3, 2), (2, 2), (2, 2))
"""Kernel and stride of its ears; 512 channels each."""
EARS = 512


class Wav2Vec(Graph):
    """The parts that the published networks are made of."""

    def __init__(self, seed: int = 0) -> None:
        super().__init__()
        self._rng = np.random.default_rng(seed)

    def weight(self, *shape: int, scale: float | None = None) -> str:
        """Random numbers, small enough that signals keep their size."""
        drawn = self._rng.standard_normal(shape, np.float32)
        return self.constant(drawn * np.float32(scale if scale is not None else shape[0] ** -0.5))

    def gelu(self, x: str) -> str:
        """As exporters of opset 17 and older write it."""
        erf = self.add("Erf", self.add("Div", x, self.floats(2**0.5)))
        return self.add("Mul", self.add("Mul", x, self.floats(0.5)), self.add("Add", erf, self.floats(1.0)))

    def normed(self, x: str, width: int) -> str:
        """Layer normalisation."""
        ones = self.constant(np.ones(width, np.float32))
        return self.add("LayerNormalization", x, ones, self.weight(width, scale=0.1), axis=-1)

    def ears(self, x: str) -> str:
        """(B, 1, samples) to (B, tokens, WIDTH)."""
        channels = 1
        for number, (kernel, stride) in enumerate(CONVOLUTIONS):
            filters = self.weight(EARS, channels, kernel, scale=(channels * kernel) ** -0.5)
            x = self.add("Conv", x, filters, kernel_shape=[kernel], strides=[stride])
            if number == 0:
                gain = self.constant(np.ones(EARS, np.float32))
                x = self.add("InstanceNormalization", x, gain, self.weight(EARS, scale=0.1))
            x, channels = self.gelu(x), EARS
        x = self.normed(self.add("Transpose", x, perm=[0, 2, 1]), EARS)
        x = self.add("MatMul", x, self.weight(EARS, WIDTH))
        turned = self.add("Transpose", x, perm=[0, 2, 1])
        filters = self.weight(WIDTH, WIDTH // 16, 128, scale=0.01)
        where = self.add("Conv", turned, filters, kernel_shape=[128], pads=[64, 63], group=16)
        where = self.add("Transpose", self.gelu(where), perm=[0, 2, 1])
        return self.normed(self.add("Add", x, where), WIDTH)

    def layer(self, x: str, tokens: int) -> str:
        """One layer of attention."""
        heads, whole = self.ints(0, tokens, HEADS, WIDTH // HEADS), self.ints(0, tokens, WIDTH)
        query, key, value = (
            self.add("Reshape", self.add("MatMul", x, self.weight(WIDTH, WIDTH)), heads) for _ in range(3)
        )
        query, value = (self.add("Transpose", each, perm=[0, 2, 1, 3]) for each in (query, value))
        scores = self.add("MatMul", query, self.add("Transpose", key, perm=[0, 2, 3, 1]))
        shares = self.add("Softmax", self.add("Mul", scores, self.floats((WIDTH // HEADS) ** -0.5)), axis=-1)
        mixed = self.add("Transpose", self.add("MatMul", shares, value), perm=[0, 2, 1, 3])
        mixed = self.add("MatMul", self.add("Reshape", mixed, whole), self.weight(WIDTH, WIDTH))
        x = self.normed(self.add("Add", x, mixed), WIDTH)
        inner = self.gelu(self.add("MatMul", x, self.weight(WIDTH, INNER)))
        return self.normed(self.add("Add", x, self.add("MatMul", inner, self.weight(INNER, WIDTH))), WIDTH)


def tokens_of(samples: int) -> int:
    """What the ears make of so many samples."""
    for kernel, stride in CONVOLUTIONS:
        samples = (samples - kernel) // stride + 1
    return samples


def save_regression(path: Path, layers: int, outputs: int, samples: int = 8320, emotions: int = 26) -> None:
    """A network as v2.3 has it: 1 layer for Mark, 4 for Claire and James."""
    graph = Wav2Vec()
    x = graph.ears("input")
    for _ in range(layers):
        x = graph.layer(x, tokens_of(samples))
    x = graph.add("Concat", graph.add("ReduceMean", x, axes=[1], keepdims=1), "emotion", axis=2)
    x = graph.gelu(graph.add("MatMul", x, graph.weight(WIDTH + emotions, 512)))
    graph.add("MatMul", x, graph.weight(512, outputs), output="result")
    inputs = {"input": ("B", 1, samples), "emotion": ("B", 1, emotions)}
    graph.save(path, inputs, {"result": ("B", 1, outputs)})


def random_shapes(count: int, vertices: int, seed: int) -> NDArray[np.float32]:
    """(count, vertices, 3): movements as large as those of a head of 45 units."""
    drawn = np.random.default_rng(seed).standard_normal((count, vertices, 3), np.float32)
    drawn *= np.float32(0.02)
    return drawn
