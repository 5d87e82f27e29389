"""Pauses that an aligner hid in a neighbour come back; sounds that may be silent keep theirs."""

import numpy as np
import pytest

from assets.lipnet.training.pauses import freed
from assets.lipnet.training.phones import Phone, Samples

RATE_HZ = 16_000


def sound(seconds: float, *heard: tuple[float, float]) -> Samples:
    """Noise in the stretches that are heard."""
    samples = np.zeros(round(seconds * RATE_HZ), np.float32)
    for start_s, end_s in heard:
        part = slice(round(start_s * RATE_HZ), round(end_s * RATE_HZ))
        samples[part] = 0.2 * np.random.default_rng(2).standard_normal(part.stop - part.start)
    return samples


def phones(second: str, ends_s: float = 0.6) -> list[Phone]:
    return [Phone(0.0, 0.2, "AA"), Phone(0.2, ends_s, second), Phone(ends_s, 0.8, "IY")]


def rounded(found: list[Phone]) -> list[tuple[float, float, str]]:
    return [(round(start_s, 3), round(end_s, 3), name) for start_s, end_s, name in found]


def test_a_pause_before_a_vowel_comes_back() -> None:
    assert rounded(freed(phones("AE"), sound(0.8, (0.0, 0.2), (0.45, 0.8)), RATE_HZ)) == [
        (0.0, 0.2, "AA"),
        (0.2, 0.45, "SIL"),
        (0.45, 0.6, "AE"),
        (0.6, 0.8, "IY"),
    ]


def test_a_pause_after_a_vowel_joins_the_silence_that_follows() -> None:
    aligned = [Phone(0.0, 0.5, "AA"), Phone(0.5, 0.8, "SIL")]
    assert rounded(freed(aligned, sound(0.8, (0.0, 0.3)), RATE_HZ)) == [(0.0, 0.3, "AA"), (0.3, 0.8, "SIL")]


@pytest.mark.parametrize("second", ["T", "P", "CH", "SIL"])
def test_a_closure_is_no_pause(second: str) -> None:
    aligned = phones(second)
    assert freed(aligned, sound(0.8, (0.0, 0.2), (0.5, 0.8)), RATE_HZ) == aligned


def test_a_short_quiet_is_left() -> None:
    aligned = phones("AE")
    assert freed(aligned, sound(0.8, (0.0, 0.2), (0.23, 0.8)), RATE_HZ) == aligned


def test_a_phone_all_quiet_is_left_to_be_doubted() -> None:
    aligned = phones("AE")
    assert freed(aligned, sound(0.8, (0.0, 0.2), (0.6, 0.8)), RATE_HZ) == aligned


def test_a_faint_fricative_is_heard() -> None:
    samples = sound(0.8, (0.0, 0.2), (0.6, 0.8)) + 0.01 * sound(0.8, (0.2, 0.6))
    assert freed(phones("TH"), samples, RATE_HZ) == phones("TH")
    assert freed(phones("AE"), samples + 0.5 * sound(0.8, (0.5, 0.6)), RATE_HZ) != phones("AE")
