import tracemalloc
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from a2f_live.audio.window import Slice, Windower
from a2f_live.frames import Array
from tests.audio.helpers import cuts, noise, pieces


@dataclass(frozen=True)
class Shape:
    context: int
    hop: int
    lookahead: int

    def windower(self) -> Windower:
        return Windower(self.context, self.hop, self.lookahead)


shapes = st.builds(Shape, st.integers(1, 2_000), st.integers(1, 700), st.integers(0, 1_500))
speech = Shape(context=8_320, hop=640, lookahead=640)


def reference(shape: Shape, utterance: Array, total_hops: int) -> list[Array]:
    """Every window of the whole utterance, written plainly."""
    before, after = shape.context, total_hops * shape.hop + shape.lookahead + shape.context
    padded = np.pad(utterance, (before, after))
    ends = [hop * shape.hop + shape.lookahead + before for hop in range(total_hops)]
    return [padded[end - shape.context : end] for end in ends]


def windows(shape: Shape, taken: Slice) -> list[Array]:
    """The single windows of a slice."""
    assert len(taken.samples) == shape.context + (taken.hops - 1) * shape.hop
    return [taken.samples[hop * shape.hop :][: shape.context] for hop in range(taken.hops)]


def take_all(windower: Windower, max_hops: int) -> list[Slice]:
    slices = []
    while taken := windower.take(max_hops):
        slices.append(taken)
    return slices


@given(shapes, st.integers(0, 6_000), st.integers(0, 40), cuts, st.integers(1, 9), st.integers(1, 4))
def test_windows_of_any_cutting_are_those_of_the_whole(
    shape: Shape, length: int, total_hops: int, lengths: list[int], max_hops: int, take_every: int
) -> None:
    utterance, windower = noise(length), shape.windower()
    slices: list[Slice] = []
    for number, piece in enumerate(pieces(utterance, lengths)):
        windower.push(piece)
        if number % take_every == 0:
            slices += take_all(windower, max_hops)
    ready_without_end = sum(taken.hops for taken in slices) + windower.ready
    windower.finish(total_hops)
    slices += take_all(windower, max_hops)

    given_hops = sum(taken.hops for taken in slices)
    assert given_hops == total_hops or total_hops < given_hops <= ready_without_end
    assert [taken.first_hop for taken in slices] == [sum(t.hops for t in slices[:i]) for i in range(len(slices))]
    heard = [window.tobytes() for taken in slices for window in windows(shape, taken)]
    assert heard == [window.tobytes() for window in reference(shape, utterance, given_hops)]


@given(shapes, cuts)
def test_a_hop_is_ready_as_soon_as_its_look_ahead_is_there(shape: Shape, lengths: list[int]) -> None:
    windower = shape.windower()
    for length in lengths:
        windower.push(noise(length))
        hops = range(windower.received + 1)
        assert windower.ready == sum(windower.received >= k * shape.hop + max(shape.lookahead, 1) for k in hops)
    assert windower.received == sum(lengths)


@pytest.mark.parametrize(
    ("lookahead", "received", "ready"),
    [(0, 0, 0), (0, 1, 1), (0, 640, 1), (0, 641, 2), (640, 639, 0), (640, 640, 1), (640, 1_280, 2)],
)
def test_ready_at_the_edges(lookahead: int, received: int, ready: int) -> None:
    windower = Windower(1_600, 640, lookahead)
    windower.push(noise(received))
    assert windower.ready == ready
    assert (windower.take(9) is not None) == (ready > 0)
    assert windower.ready == 0


def test_an_utterance_without_samples_can_be_worth_hops() -> None:
    windower = speech.windower()
    windower.finish(3)
    taken = windower.take(10)
    assert taken is not None
    assert (taken.first_hop, taken.hops) == (0, 3)
    assert not taken.samples.any()
    assert windower.take(10) is None


@pytest.mark.parametrize("total_hops", [0, 2, 5])
def test_finish_takes_nothing_back(total_hops: int) -> None:
    windower = Windower(100, 10, 0)
    windower.push(noise(45))
    assert windower.take(9) is not None
    windower.finish(total_hops)
    assert windower.ready == 0
    assert windower.take(1) is None


def test_finish_gives_no_more_hops_than_asked_for() -> None:
    windower = Windower(100, 10, 0)
    windower.push(noise(95))
    windower.finish(4)
    taken = windower.take(99)
    assert taken is not None
    assert taken.hops == 4


def test_skipped_hops_are_gone_and_the_next_are_right() -> None:
    utterance, windower = noise(20_000), speech.windower()
    windower.push(utterance[:9_000])
    windower.skip(5)
    windower.push(utterance[9_000:])
    windower.skip(2)
    taken = windower.take(1)
    assert taken is not None
    assert taken.first_hop == 7
    assert taken.samples.tobytes() == reference(speech, utterance, 8)[7].tobytes()
    windower.skip(10_000)
    assert windower.ready == 0
    windower.push(noise(speech.hop))
    assert windower.ready == 1


@pytest.mark.parametrize("max_hops", [0, -1])
def test_nothing_is_taken_where_nothing_is_asked_for(max_hops: int) -> None:
    windower = speech.windower()
    windower.push(noise(5_000))
    assert windower.take(max_hops) is None
    windower.skip(0)
    assert windower.ready > 0


def test_a_slice_is_read_only_and_stays_as_it_is() -> None:
    windower, kept = speech.windower(), []
    for seed in range(300):
        windower.push(noise(320, seed))
        if taken := windower.take(4):
            kept.append((taken.samples, taken.samples.copy()))
    assert len(kept) > 100
    for samples, as_taken in kept:
        assert samples.tobytes() == as_taken.tobytes()
        with pytest.raises(ValueError, match="read-only"):
            samples[0] = 1.0


def test_what_is_pushed_is_copied() -> None:
    windower, samples = Windower(4, 4, 4), np.ones(4, np.float32)
    windower.push(samples)
    samples[:] = 0.0
    taken = windower.take(1)
    assert taken is not None
    assert taken.samples.tolist() == [1.0] * 4


def test_reset_begins_as_new() -> None:
    used, fresh, samples = speech.windower(), speech.windower(), noise(3_000, seed=1)
    used.push(noise(7_777))
    used.take(3)
    used.finish(40)
    used.reset()
    assert (used.received, used.ready) == (0, 0)
    for windower in (used, fresh):
        windower.push(samples)
    first, second = used.take(9), fresh.take(9)
    assert first is not None
    assert second is not None
    assert first[:2] == second[:2]
    assert first.samples.tobytes() == second.samples.tobytes()


def live_kib(seconds: int, take_from_s: int = 0) -> float:
    """Memory that a windower and the last slice of it hold after so many seconds of 20 ms messages."""
    message = noise(320)
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    windower, held = speech.windower(), None
    for number in range(seconds * 50):
        windower.push(message)
        if number >= take_from_s * 50:
            held = windower.take(1_000) or held
    size = (tracemalloc.get_traced_memory()[0] - before) / 1024
    tracemalloc.stop()
    return size


def test_memory_stays_small_however_long_the_stream() -> None:
    assert live_kib(seconds=60) <= 100
    assert live_kib(seconds=120) <= 100


def test_memory_shrinks_after_a_backlog() -> None:
    assert live_kib(seconds=59, take_from_s=60) > 3_000
    assert live_kib(seconds=240, take_from_s=60) <= 100
