"""The engine's network as one ONNX graph, for other runtimes: a hop of sound in, weights out, state in and out.

    window (n, 640) float32, lookahead (n,) int64, state (n, S) float32
        -> weights (n, 52), visemes (n, 15), phones (n, 40), next_state (n, S)

Hop `k` of a stream hears the 640 samples that end at `k * 320 + L`, at 16 kHz, with zeros before the first; `lookahead`
is 0, 1 or 2 for an `L` of 0, 640 or 1280 samples (0, 40 and 80 ms), and stays what it is for a stream. A state begins
as zeros. The results are those of the engine, but for rounding; prosody is not among them.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from a2f_live import arkit, speech
from a2f_live.engine.base import Array
from a2f_live.engine.embedded import features
from a2f_live.engine.embedded.engine import EmbeddedEngine
from a2f_live.engine.embedded.mouth import kernels, moved_weights, wanted_table
from a2f_live.engine.embedded.visemes import viseme_map
from a2f_live.engine.embedded.weights import Weights

OPSET: Final = 17
IR_VERSION: Final = 8
"""Of the year 2022: old runtimes read it."""


def write_graph(weights: Weights, path: Path) -> None:
    """Make and check the graph of a network, and write it."""
    model = graph(weights)
    onnx.checker.check_model(model, full_check=True)
    onnx.save_model(model, path)


def graph(weights: Weights) -> onnx.ModelProto:
    """The graph of a network."""
    drawing = Drawing()
    reaches = [dilation * (weights.taps - 1) * weights.channels for dilation in weights.dilations]
    past_wanted = (weights.smoothing.shape[2] - 1) * wanted_table(weights).shape[1]
    past = EmbeddedEngine(learned=weights).first_past
    first = np.concatenate((past, features.first_track(), np.zeros(past_wanted, np.float32)))
    state = drawing.op("Add", "state", first)
    *pasts, tracks, wanted = drawing.split(state, [*reaches, features.TRACK, past_wanted])
    heard, tracks = _ears(drawing, tracks)
    trunk, pasts = _trunk(drawing, weights, heard, pasts)
    phones = _head(drawing, weights, trunk)
    moved, wanted = _mouth(drawing, weights, phones, wanted)
    drawing.op("Identity", phones, out="phones")
    drawing.op("MatMul", phones, viseme_map(weights.phones), out="visemes")
    drawing.op("Min", drawing.op("MatMul", moved, moved_weights(weights.controls)), _number(1), out="weights")
    drawing.op("Sub", drawing.op("Concat", *pasts, tracks, wanted, axis=1), first, out="next_state")
    return drawing.model(len(first), len(weights.phones))


class Drawing:
    """A graph that grows: constants are given as arrays, other values by name."""

    def __init__(self) -> None:
        self._nodes: list[onnx.NodeProto] = []
        self._constants: list[onnx.TensorProto] = []

    def op(self, kind: str, *inputs: Any, out: str = "", **attributes: Any) -> str:
        """The value of one operator."""
        out = out or f"v{len(self._nodes)}"
        self._nodes.append(helper.make_node(kind, [self._name(value) for value in inputs], [out], **attributes))
        return out

    def split(self, value: str, widths: Sequence[int]) -> list[str]:
        """Columns, so many to each."""
        outs = [f"v{len(self._nodes)}_{part}" for part in range(len(widths))]
        sizes = self._name(np.array(widths, np.int64))
        self._nodes.append(helper.make_node("Split", [value, sizes], outs, axis=1))
        return outs

    def columns(self, value: str, start: int, end: int) -> str:
        """Some columns."""
        ends = (np.array([edge], np.int64) for edge in (start, end, 1))
        return self.op("Slice", value, *ends)

    def shaped(self, value: str, *shape: int) -> str:
        """The same numbers in another shape; -1 is whatever is left."""
        return self.op("Reshape", value, np.array(shape, np.int64))

    def model(self, state: int, phones: int) -> onnx.ModelProto:
        """All of it."""
        floats = TensorProto.FLOAT
        inputs = [
            helper.make_tensor_value_info("window", floats, ["n", features.CONTEXT_SAMPLES]),
            helper.make_tensor_value_info("lookahead", TensorProto.INT64, ["n"]),
            helper.make_tensor_value_info("state", floats, ["n", state]),
        ]
        widths = {
            "weights": arkit.COUNT,
            "visemes": len(speech.VISEMES),
            "phones": phones,
            "next_state": state,
        }
        outputs = [helper.make_tensor_value_info(name, floats, ["n", width]) for name, width in widths.items()]
        drawn = helper.make_graph(self._nodes, "lipnet", inputs, outputs, self._constants, doc_string=__doc__)
        opsets = [helper.make_opsetid("", OPSET)]
        return helper.make_model(drawn, opset_imports=opsets, ir_version=IR_VERSION, producer_name="a2f-live")

    def _name(self, value: Any) -> str:
        if isinstance(value, str):
            return value
        name = f"c{len(self._constants)}"
        self._constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name


def _ears(drawing: Drawing, tracks: str) -> tuple[str, str]:
    """(n, FEATURES) and the tracks after."""
    starts = (features.FIRST_NEW, features.FIRST_NEW + features.FRAME_STEP)
    frames = [drawing.columns("window", start, start + features.FRAME_SAMPLES) for start in starts]
    both = drawing.shaped(drawing.op("Concat", *frames, axis=1), -1, features.FRAME_SAMPLES)
    parts = drawing.op("MatMul", both, _transform())
    power = drawing.op("MatMul", drawing.op("Mul", parts, parts), np.tile(features.BANDS_AND_SPEECH, (2, 1)))
    bands, speech_ = drawing.split(power, [features.BANDS, 1])
    total = drawing.op("ReduceSum", drawing.shaped(speech_, -1, 2), np.array([1]), keepdims=1)
    level_db = drawing.op("Max", _decibels(drawing, total), _number(features.QUIETEST_DB))
    loudness = drawing.op("Round", drawing.op("Mul", level_db, _number(features.STEPS_PER_DB)))
    peak_db, floor_db, tracks = _track(drawing, loudness, tracks)
    scale = _number(features.BAND_SCALE_DB)
    bands_db = drawing.shaped(_decibels(drawing, bands), -1, 2 * features.BANDS)
    bands = drawing.op("Div", drawing.op("Sub", bands_db, peak_db), scale)
    bands = drawing.op("Max", bands, _number(features.BAND_LOW))
    peak = drawing.op("Div", drawing.op("Sub", peak_db, _number(features.PEAK_MIDDLE_DB)), scale)
    level_db = drawing.op("Div", loudness, _number(features.STEPS_PER_DB))
    over = drawing.op("Div", drawing.op("Sub", level_db, floor_db), scale)
    return drawing.op("Concat", bands, peak, over, axis=1), tracks


def _number(value: float | np.float32) -> Array:
    return np.array([value], np.float32)


def _transform() -> Array:
    """(FRAME_SAMPLES, 2 * BINS): to the real and imaginary parts of the spectrum of a windowed frame."""
    angles = 2 * np.pi * np.outer(np.arange(features.FRAME_SAMPLES), np.arange(features.BINS)) / features.FRAME_SAMPLES
    parts = np.hstack((np.cos(angles), np.sin(angles))) * features.WINDOW[:, None]
    return np.asarray(parts, np.float32)


def _decibels(drawing: Drawing, energy: str) -> str:
    logarithm = drawing.op("Log", drawing.op("Add", energy, _number(features.TINY)))
    return drawing.op("Mul", logarithm, _number(10 / np.log(10)))


def _track(drawing: Drawing, loudness: str, tracks: str) -> tuple[str, str, str]:
    """Peak and floor in dB and the tracks after, all (n, ...)."""
    peak, floor, recent = drawing.split(tracks, [1, 1, features.SUSTAIN_HOPS - 1])
    recent = drawing.op("Concat", recent, loudness, axis=1)
    sustained = drawing.op("ReduceMin", recent, axes=[1], keepdims=1)
    fallen = drawing.op("Sub", peak, _number(features.PEAK_FALL_STEPS))
    sunk = drawing.op("Sub", floor, _number(features.FLOOR_RISE_STEPS))
    peak, floor = drawing.op("Max", sustained, fallen), drawing.op("Max", drawing.op("Neg", loudness), sunk)
    tracks = drawing.op("Concat", peak, floor, drawing.columns(recent, 1, features.SUSTAIN_HOPS), axis=1)
    per_db = _number(features.STEPS_PER_DB)
    floor_db = drawing.op("Neg", drawing.op("Div", floor, per_db))
    least_db = drawing.op("Add", floor_db, _number(features.PEAK_OVER_FLOOR_DB))
    peak_db = drawing.op("Max", drawing.op("Div", peak, per_db), least_db, _number(features.QUIETEST_PEAK_DB))
    return peak_db, floor_db, tracks


def _trunk(drawing: Drawing, weights: Weights, heard: str, pasts: Sequence[str]) -> tuple[str, list[str]]:
    """(n, channels) that all heads read, and the pasts of the blocks after."""
    width = weights.channels
    inputs = drawing.op("Relu", drawing.op("Gemm", heard, weights.entry, weights.entry_bias))
    after = []
    for block, (past, dilation) in enumerate(zip(pasts, weights.dilations, strict=True)):
        starts = (tap * dilation * width for tap in range(weights.taps - 1))
        taps = [drawing.columns(past, start, start + width) for start in starts]
        end = dilation * (weights.taps - 1) * width
        after.append(drawing.op("Concat", drawing.columns(past, width, end), inputs, axis=1))
        told = drawing.op("Concat", *taps, inputs, axis=1)
        added = drawing.op("Gemm", told, weights.blocks[block], weights.block_biases[block])
        inputs = drawing.op("Add", inputs, drawing.op("Relu", added))
    return inputs, after


def _head(drawing: Drawing, weights: Weights, trunk: str) -> str:
    """(n, phones) how likely each is, by the head of the look-ahead."""
    told = []
    for head in range(len(weights.lookaheads_ms)):
        hidden = drawing.op("Relu", drawing.op("Gemm", trunk, weights.hidden[head], weights.hidden_biases[head]))
        outputs = drawing.op("Gemm", hidden, weights.outputs[head], weights.output_biases[head])
        told.append(drawing.op("Unsqueeze", outputs, np.array([1])))
    every = drawing.op("Concat", *told, axis=1)
    asked = drawing.op("Gather", np.eye(len(told), dtype=np.float32)[..., None], "lookahead")
    outputs = drawing.op("ReduceSum", drawing.op("Mul", every, asked), np.array([1]), keepdims=0)
    return drawing.op("Softmax", outputs, axis=1)


def _mouth(drawing: Drawing, weights: Weights, phones: str, past: str) -> tuple[str, str]:
    """Controls as they are shown, (n, controls), and what was wanted in the last hops after."""
    table = wanted_table(weights)
    taps, width, controls = weights.smoothing.shape[2], table.shape[1], len(weights.controls)
    wanted = drawing.op("Concat", past, drawing.op("MatMul", phones, table), axis=1)
    shares = drawing.op("Gather", kernels(weights)[:, :, 0].swapaxes(0, 1), "lookahead")
    weighed = drawing.op("Mul", drawing.shaped(wanted, -1, taps, width), shares)
    sums = drawing.op("ReduceSum", weighed, np.array([1]), keepdims=0)
    insisted = drawing.op("MatMul", drawing.columns(sums, controls, width), weights.groups)
    shown = drawing.op("Div", drawing.columns(sums, 0, controls), insisted)
    return shown, drawing.columns(wanted, width, taps * width)
