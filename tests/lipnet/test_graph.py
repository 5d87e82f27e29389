"""The graph for other runtimes, step by step against the engine."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from a2f_live.engine.embedded import EmbeddedEngine
from a2f_live.speech import VISEME_COLUMNS, WEIGHTS_COLUMNS
from tests.engine.helpers import Utterance, whole_answer

onnxruntime = pytest.importorskip("onnxruntime", reason="onnxruntime is needed to run the graph")

ROOT = Path(__file__).parents[2]
GRAPH = ROOT / "assets" / "lipnet" / "lipnet.onnx"
SAMPLE = ROOT / "web_demo" / "sample" / "hello.wav"
LOOKAHEADS_MS = (0, 40, 80)


def test_the_graph_gives_what_the_engine_gives() -> None:
    session = onnxruntime.InferenceSession(GRAPH, providers=["CPUExecutionProvider"])
    samples = np.asarray(soundfile.read(SAMPLE, dtype="float32")[0], np.float32)
    engine = EmbeddedEngine()
    streams = [Utterance(engine.info, samples, lookahead_ms) for lookahead_ms in LOOKAHEADS_MS]
    inputs = {value.name: value for value in session.get_inputs()}
    state = np.zeros((len(streams), inputs["state"].shape[1]), np.float32)
    lookahead = np.arange(len(streams))
    weights, visemes, phones = [], [], []
    for _ in range(streams[0].hops):
        window = np.stack([stream.window(1).samples for stream in streams])
        for stream in streams:
            stream.hop += 1
        shown, seen, told, state = session.run(
            ["weights", "visemes", "phones", "next_state"], {"window": window, "lookahead": lookahead, "state": state}
        )
        weights.append(shown)
        visemes.append(seen)
        phones.append(told)
    for index, stream in enumerate(streams):
        whole = whole_answer(engine, samples, stream.lookahead_ms, [50] * 20)
        assert np.abs(np.array(weights)[:, index] - whole[:, WEIGHTS_COLUMNS]).max() < 1e-3
        assert np.abs(np.array(visemes)[:, index] - whole[:, VISEME_COLUMNS]).max() < 1e-3
    assert np.array(phones).sum(axis=2) == pytest.approx(1, abs=1e-4)


def test_the_graph_is_small() -> None:
    assert GRAPH.stat().st_size < 8e6
