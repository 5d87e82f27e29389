import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from a2f_live.engine.base import Array
from a2f_live.engine.embedded.grid import Grid
from a2f_live.engine.embedded.memory import Memory
from a2f_live.engine.embedded.tiles import MAX_ROWS

CHANNELS, DILATIONS, TAPS, NOTES = 4, (1, 3, 2), 3, 6


def run(
    memory: Memory, states: list[Array], lengths: list[int], inputs: list[Array]
) -> tuple[list[Array], list[Array]]:
    """What each block hears, (rows, ...), and the states after; for each block inputs (rows, CHANNELS)."""
    grid = Grid(lengths)
    notes = memory.recall(states, grid) + 1
    heard = []
    for block, given_ in enumerate(inputs):
        memory.inputs(block)[: grid.rows] = given_
        heard.append(memory.taps(block)[: grid.rows].copy())
    return heard, memory.states(notes)


@given(
    groups=st.lists(st.lists(st.integers(1, 9), min_size=3, max_size=3), min_size=1, max_size=6),
    seed=st.integers(0, 99),
)
def test_blocks_hear_their_past_however_hops_are_grouped(groups: list[list[int]], seed: int) -> None:
    memory = Memory(CHANNELS, DILATIONS, TAPS, NOTES)
    totals = np.sum(groups, axis=0)
    rng = np.random.default_rng(seed)
    streams = [rng.standard_normal((len(DILATIONS), total, CHANNELS)).astype(np.float32) for total in totals]
    states = [memory.state(np.zeros(NOTES, np.float32))] * len(streams)
    first = [0] * len(streams)
    for lengths in groups:
        spans = [range(start, start + length) for start, length in zip(first, lengths, strict=True)]
        given_ = [
            np.concatenate([stream[block][span] for stream, span in zip(streams, spans, strict=True)])
            for block in range(len(DILATIONS))
        ]
        heard, states = run(memory, states, lengths, given_)
        for block, dilation in enumerate(DILATIONS):
            wanted = [
                [
                    stream[block][hop - tap * dilation] if hop >= tap * dilation else np.zeros(CHANNELS)
                    for tap in reversed(range(TAPS))
                ]
                for stream, span in zip(streams, spans, strict=True)
                for hop in span
            ]
            assert np.array_equal(heard[block], np.array(wanted).reshape(len(wanted), -1))
        first = [span.stop for span in spans]
    assert np.array_equal(memory.recall(states, Grid([1] * len(states))), np.full((len(states), NOTES), len(groups)))


def test_a_state_has_memory_of_its_own_and_stays_as_it_is() -> None:
    memory = Memory(CHANNELS, DILATIONS, TAPS, NOTES)
    state = memory.state(np.arange(NOTES, dtype=np.float32))
    before = state.copy()
    for _ in range(2):
        _, (after,) = run(memory, [state], [2], [np.ones((2, CHANNELS), np.float32)] * 3)
    assert np.array_equal(state, before)
    assert after.base is None or after.base.nbytes == after.nbytes
    assert not np.shares_memory(after, memory.inputs(0))


def test_a_state_can_be_like_another_but_for_its_notes() -> None:
    memory = Memory(CHANNELS, DILATIONS, TAPS, NOTES)
    inputs = [np.ones((2, CHANNELS), np.float32)] * 3
    _, (heard,) = run(memory, [memory.state(np.zeros(NOTES, np.float32))], [2], inputs)
    state = memory.state(np.full(NOTES, 5, np.float32), like=heard)
    assert np.array_equal(memory.past(state), memory.past(heard))
    assert np.array_equal(memory.recall([state], Grid([1])), np.full((1, NOTES), 5))


@pytest.mark.parametrize("hops", [1, 7, 50, MAX_ROWS])
def test_a_pass_of_all_rows_fits(hops: int) -> None:
    memory = Memory(CHANNELS, DILATIONS, TAPS, NOTES)
    lengths = [hops] * (MAX_ROWS // hops)
    states = [memory.state(np.full(NOTES, number, np.float32)) for number in range(len(lengths))]
    heard, after = run(memory, states, lengths, [np.ones((sum(lengths), CHANNELS), np.float32)] * 3)
    assert len(after) == len(lengths)
    assert heard[0][-1].sum() == CHANNELS * min(hops, TAPS)
