"""Networks of the published sizes with random weights: what they cost is real, what they say is not."""

from pathlib import Path

import numpy as np

from tests.engine.a2f3d.onnx_file import Graph

WIDTH, HEADS, INNER = 768, 12, 3072
"""Of a layer of wav2vec 2.0, base size."""
CONVOLUTIONS = ((10, 5), (3, 2), (3, 2), (3, 2), (3, 2), (2, 2), (2, 2))
"""Kernel and stride of its ears; 512 channels each."""
EARS = 512
LAYERS, FEATURES, STEPS, FRAMES, RATE_HZ = 12, 256, 2, 60, 16_000
"""Of the diffusion model."""


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

    def recurrence(self, width: int) -> tuple[str, str]:
        """The weights of a gated recurrent unit."""
        inward = self._rng.standard_normal((1, 3 * FEATURES, width), np.float32) * np.float32(width**-0.5)
        return self.constant(inward), self.weight(1, 3 * FEATURES, FEATURES, scale=FEATURES**-0.5)

    def run_recurrence(self, told: str, cell: tuple[str, str], first: str) -> tuple[str, str]:
        """(frames, B, FEATURES) of (frames, B, width), and (1, B, FEATURES) of what is remembered."""
        every, last = self.add_two("GRU", told, *cell, "", "", first, hidden_size=FEATURES)
        return self.add("Squeeze", every, self.ints(1)), last

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


def save_diffusion(path: Path, skin: int, tongue: int, identities: int = 3, emotions: int = 10) -> None:
    """A network as v3.0 has it, as far as NVIDIA's Audio2Face-3D Training Framework tells (networks/diffusion_rnn.py):

    HuBERT base, then for each of two steps an embedding of the noisy face, a GRU of two layers, and the face out of it.
    """
    outputs, graph = skin + tongue + 15 + 4, Wav2Vec()
    heard = graph.ears("window_of_one")
    for _ in range(LAYERS):
        heard = graph.layer(heard, tokens_of(RATE_HZ))
    stretch = np.zeros((FRAMES, tokens_of(RATE_HZ)), np.float32)
    places = np.linspace(0, stretch.shape[1] - 1, FRAMES)
    stretch[np.arange(FRAMES), places.astype(int)] = 1.0
    heard = graph.add("MatMul", graph.constant(stretch), graph.add("MatMul", heard, graph.weight(WIDTH, FEATURES)))
    graph.prepend("Unsqueeze", "window", graph.ints(1), output="window_of_one")

    who = graph.add("Unsqueeze", graph.add("MatMul", "identity", graph.weight(identities, 32)), graph.ints(1))
    felt = graph.add("Pad", graph.add("MatMul", "emotion", graph.weight(emotions, 32)), graph.ints(0, 15, 0, 0, 15, 0))
    given = graph.add("Concat", heard, graph.add("Add", felt, who), axis=2)
    embed, skin_in, skin_out = graph.weight(outputs, 512), graph.weight(512, FEATURES), graph.weight(FEATURES, 512)
    face_out = graph.weight(512, outputs)
    cells = [graph.recurrence(FEATURES + 32 + FEATURES), graph.recurrence(FEATURES)]
    face, latents = _part(graph, "noise", 0), []
    for step in range(STEPS):
        moved = graph.add("MatMul", graph.add("Relu", graph.add("MatMul", face, embed)), skin_in)
        told = graph.add("Transpose", graph.add("Concat", given, moved, axis=2), perm=[1, 0, 2])
        remembered = graph.add("Slice", "input_latents", graph.ints(step), graph.ints(step + 1), graph.ints(0))
        remembered = graph.add("Squeeze", remembered, graph.ints(0))
        for layer, cell in enumerate(cells):
            first = graph.add("Slice", remembered, graph.ints(layer), graph.ints(layer + 1), graph.ints(0))
            told, last = graph.run_recurrence(told, cell, first)
            latents.append(last)
        shown = graph.add("Relu", graph.add("MatMul", graph.add("Transpose", told, perm=[1, 0, 2]), skin_out))
        noise = graph.add("Mul", _part(graph, "noise", step + 1), graph.floats(0.01))
        shown = graph.add("MatMul", shown, face_out)
        face = graph.add("Add", shown, noise, output="prediction" if step == STEPS - 1 else "")
    together = graph.add("Concat", *latents, axis=0)
    graph.add("Reshape", together, graph.ints(STEPS, 2, -1, FEATURES), output="output_latents")
    remembered_shape = (STEPS, 2, "B", FEATURES)
    graph.save(
        path,
        {
            "window": ("B", RATE_HZ),
            "identity": ("B", identities),
            "emotion": ("B", 30, emotions),
            "input_latents": remembered_shape,
            "noise": ("B", STEPS + 1, FRAMES, outputs),
        },
        {"prediction": ("B", FRAMES, outputs), "output_latents": remembered_shape},
    )


def _part(graph: Graph, name: str, number: int) -> str:
    """One of what is stacked along the second axis."""
    part = graph.add("Slice", name, graph.ints(number), graph.ints(number + 1), graph.ints(1))
    return graph.add("Squeeze", part, graph.ints(1))
