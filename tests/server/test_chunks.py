"""However the frames come, the chunks are the same: seamless, complete, each of its span."""

from fractions import Fraction
from math import ceil
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from a2f_live.frames import Frames
from a2f_live.server.chunks import Chunks

RATES = st.sampled_from([Fraction(1), Fraction(30), Fraction(60), Fraction(30_000, 1001), Fraction(120)])
SPANS = st.sampled_from([Fraction(1, 4), Fraction(7, 10), Fraction(1), Fraction(3)])


@given(RATES, SPANS, st.integers(1, 80_000), st.lists(st.integers(1, 50), min_size=1))
def test_any_cutting_gives_seamless_chunks(fps: Fraction, chunk_s: Fraction, samples: int, cuts: list[int]) -> None:
    seconds = Fraction(samples, 16_000)
    total = ceil(seconds * fps)
    rows = np.repeat(np.arange(total, dtype=np.float32)[:, None], 52, axis=1)
    chunks, index = Chunks(fps, chunk_s), 0
    documents: list[dict[str, Any]] = []
    while index < total:
        count = min(cuts[index % len(cuts)], total - index)
        documents += chunks.push(Frames(0, index, index / fps, fps, rows[index : index + count]))
        index += count
    documents += chunks.finish(seconds)
    assert [document["chunk_id"] for document in documents] == list(range(ceil(seconds / chunk_s)))
    assert [row[0] for document in documents for row in document["result"]["weightMat"]] == list(range(total))
    for number, document in enumerate(documents):
        assert document["start"] == float(number * chunk_s)
        assert document["end"] == float(min((number + 1) * chunk_s, seconds))
        frames = [row[0] for row in document["result"]["weightMat"]]
        assert document["result"]["numFrames"] == len(frames)
        assert all(number * chunk_s <= Fraction(frame) / fps < (number + 1) * chunk_s for frame in map(int, frames))
