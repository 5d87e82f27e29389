import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from a2f_live.engine.base import Array
from a2f_live.engine.embedded.memory import MAX_ROWS, Memory
from a2f_live.engine.embedded.tiles import padded

CHANNELS, DILATIONS, TAPS, NOTES = 4, (1, 3, 2), 3, 6


def run(memory: Memory, states: list[Array], inputs: Array) -> tuple[list[Array], list[Array]]:
    """What each block hears, (windows, hops, ...), and the states after; inputs are (blocks, windows, hops, ...)."""
    _, windows, hops, _ = inputs.shape
    rows = padded(windows * hops)
    notes = memory.recall(states).copy()
    heard = []
    for block in range(len(DILATIONS)):
        memory.inputs(block, rows)[: windows * hops] = inputs[block].reshape(-1, CHANNELS)
        heard.append(memory.taps(block, hops, rows)[: windows * hops].reshape(windows, hops, -1).copy())
    return heard, memory.states(notes + 1, hops)


@given(groups=st.lists(st.integers(1, 9), min_size=1, max_size=6), windows=st.integers(1, 12), seed=st.integers(0, 99))
def test_blocks_hear_their_past_however_hops_are_grouped(groups: list[int], windows: int, seed: int) -> None:
    memory = Memory(CHANNELS, DILATIONS, TAPS, NOTES)
    shape = (len(DILATIONS), windows, sum(groups), CHANNELS)
    inputs = np.random.default_rng(seed).standard_normal(shape).astype(np.float32)
    states = [memory.state(np.zeros(NOTES, np.float32))] * windows
    first = 0
    for hops in groups:
        heard, states = run(memory, states, inputs[:, :, first : first + hops])
        for block, dilation in enumerate(DILATIONS):
            for hop in range(hops):
                past = [first + hop - tap * dilation for tap in reversed(range(TAPS))]
                wanted = [inputs[block][:, at] if at >= 0 else np.zeros((windows, CHANNELS)) for at in past]
                assert np.array_equal(heard[block][:, hop], np.concatenate(wanted, axis=1))
        first += hops
    assert np.array_equal(memory.recall(states), np.full((windows, NOTES), len(groups)))


def test_a_state_has_memory_of_its_own_and_stays_as_it_is() -> None:
    memory = Memory(CHANNELS, DILATIONS, TAPS, NOTES)
    state = memory.state(np.arange(NOTES, dtype=np.float32))
    before = state.copy()
    for _ in range(2):
        _, (after,) = run(memory, [state], np.ones((3, 1, 2, CHANNELS), np.float32))
    assert np.array_equal(state, before)
    assert after.base is None or after.base.nbytes == after.nbytes
    assert not np.shares_memory(after, memory.inputs(0, MAX_ROWS))


def test_a_state_can_be_like_another_but_for_its_notes() -> None:
    memory = Memory(CHANNELS, DILATIONS, TAPS, NOTES)
    _, (heard,) = run(memory, [memory.state(np.zeros(NOTES, np.float32))], np.ones((3, 1, 2, CHANNELS), np.float32))
    state = memory.state(np.full(NOTES, 5, np.float32), like=heard)
    assert np.array_equal(memory.past(state), memory.past(heard))
    assert np.array_equal(memory.recall([state]), np.full((1, NOTES), 5))


@pytest.mark.parametrize("hops", [1, 7, 50, MAX_ROWS])
def test_a_pass_of_all_rows_fits(hops: int) -> None:
    memory = Memory(CHANNELS, DILATIONS, TAPS, NOTES)
    windows = MAX_ROWS // hops
    states = [memory.state(np.full(NOTES, number, np.float32)) for number in range(windows)]
    heard, after = run(memory, states, np.ones((3, windows, hops, CHANNELS), np.float32))
    assert len(after) == windows
    assert heard[0][-1, -1].sum() == CHANNELS * min(hops, TAPS)
