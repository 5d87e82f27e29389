import json
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from a2f_live import arkit
from a2f_live.errors import RemoteProtocolError
from a2f_live.frames import Cleared, Flushed, Frames
from a2f_live.integrations.telling import (
    FRAMES_A_MESSAGE,
    Paused,
    Played,
    Playing,
    TurnBegan,
    heard,
    told,
    told_frames,
)
from a2f_live.speech import VISEMES

MESSAGES: list[Any] = [
    TurnBegan(3, Fraction(30_000, 1001), arkit.NAMES, "a context", VISEMES),
    TurnBegan(3, Fraction(30), arkit.NAMES),
    Playing(3, 0.2),
    Paused(3, 0.2),
    Played(3, 4.0, interrupted=True),
    Flushed(None, 3, 30, 1.0),
    Cleared(None, 3, 0),
]


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: message.type)
def test_what_is_told_is_heard(message: Any) -> None:
    assert heard(json.loads(json.dumps(told(message)))) == message


@given(st.integers(1, 40), st.integers(0, 9), st.sampled_from([Fraction(30), Fraction(60), Fraction(24_000, 1001)]))
def test_frames_come_in_parts_that_fit_and_make_the_whole(count: int, first: int, fps: Fraction) -> None:
    weights = np.random.default_rng(count).random((count, arkit.COUNT)).astype(np.float32)
    head = weights[:, :3] * 90
    parts = list(told_frames(Frames(7, first, first / fps, fps, weights, head), 3))
    texts = [json.dumps(part, separators=(",", ":")) for part in parts]
    back = [heard(json.loads(text)) for text in texts]
    assert all(isinstance(part, Frames) and part.utterance == 3 and part.count <= FRAMES_A_MESSAGE for part in back)
    assert max(map(len, texts)) < 4096 - 128, "within the envelope of the strictest transport"
    assert np.abs(np.concatenate([part.weights for part in back]) - weights).max() <= 0.0005 + 1e-6  # type: ignore[union-attr]
    times = [part.time_s + k / part.fps for part in back for k in range(part.count)]  # type: ignore[union-attr]
    assert times == [(first + k) / fps for k in range(count)]


@pytest.mark.parametrize(
    "values",
    [
        None,
        [],
        {"type": "playing"},
        {"type": "playing", "utterance": 1, "time": -1},
        {"type": "playing", "utterance": 1, "time": float("nan")},
        {"type": "turn", "utterance": 1, "fps": 30, "names": "jawOpen"},
        {"type": "turn", "utterance": 1, "fps": 30, "names": [1]},
        {"type": "turn", "utterance": 1, "fps": 30, "names": ["a"] * 1001},
        {"type": "frames", "utterance": 1, "index": 0, "count": 1, "time": 0, "weights": [[0.5]]},
    ],
)
def test_what_cannot_be_used_is_refused(values: object) -> None:
    with pytest.raises(RemoteProtocolError):
        heard(values)


@pytest.mark.parametrize("values", [{}, {"type": "other"}, {"type": ["frames"]}, {"type": "hello"}])
def test_what_is_unknown_is_ignored(values: object) -> None:
    assert heard(values) is None
