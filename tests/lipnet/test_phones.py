"""Phones: filled without gaps, written and read alike, and doubted where the sound speaks against them."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.lipnet.training.phones import Phone, Samples, fault, from_tsv, tidied, to_tsv

RATE_HZ = 16_000
WORD = [Phone(0.2, 0.3, "M"), Phone(0.3, 0.45, "AA"), Phone(0.45, 0.5, "P")]


def sounding(phones: list[Phone], seconds: float, loud: float = 0.2) -> Samples:
    """Noise where phones are, next to nothing elsewhere."""
    noise = np.random.default_rng(1).standard_normal(int(seconds * RATE_HZ)).astype(np.float32)
    level = np.full(len(noise), 1e-4, np.float32)
    for start_s, end_s, name in phones:
        if name != "SIL":
            level[int(start_s * RATE_HZ) : int(end_s * RATE_HZ)] = loud
    return noise * level


def test_gaps_and_ends_become_silence() -> None:
    tidy = tidied(WORD, 0.01, 0.7)
    assert [phone.name for phone in tidy] == ["SIL", "M", "AA", "P", "SIL"]
    assert [phone.end_s for phone in tidy] == pytest.approx([0.21, 0.31, 0.46, 0.51, 0.7])
    assert [phone.start_s for phone in tidy] == pytest.approx([0.0, 0.21, 0.31, 0.46, 0.51])


@given(
    lengths_ms=st.lists(st.integers(10, 300), min_size=1, max_size=12),
    names=st.lists(st.sampled_from(["SIL", "AA", "P", "M"]), min_size=12, max_size=12),
    shift_ms=st.integers(-40, 40),
)
def test_phones_never_overlap_and_fill_the_clip(lengths_ms: list[int], names: list[str], shift_ms: int) -> None:
    ends_s = np.cumsum([0, *lengths_ms]) / 1000
    phones = [Phone(a, b, name) for (a, b), name in zip(pairwise(ends_s.tolist()), names, strict=False)]
    tidy = tidied(phones, shift_ms / 1000, float(ends_s[-1]))
    if tidy:
        assert tidy[0].start_s == 0
        assert tidy[-1].end_s == pytest.approx(ends_s[-1])
    assert all(a.end_s == b.start_s for a, b in pairwise(tidy))
    assert all(phone.end_s > phone.start_s for phone in tidy)
    assert not [1 for a, b in pairwise(tidy) if a.name == b.name == "SIL"]


def test_what_is_written_is_read() -> None:
    tidy = tidied(WORD, 0.0, 0.7)
    written = to_tsv("a/b.flac", tidy)
    assert written.splitlines()[:2] == ["file\tstart\tend\tphone", "a/b.flac\t0.000\t0.200\tSIL"]
    assert from_tsv(written) == tidy


def test_a_good_clip_has_no_fault() -> None:
    tidy = tidied(WORD, 0.0, 0.7)
    assert fault(tidy, sounding(tidy, 0.7), RATE_HZ) is None


@pytest.mark.parametrize(
    ("phones", "said", "reason"),
    [
        ([], WORD, "no phones"),
        ([Phone(0.2, 0.3, "XX")], WORD, "unknown phones XX"),
        ([Phone(0.2, 0.49, "M"), Phone(0.49, 0.5, "AA")], WORD, None),
        ([Phone(0.0, 0.4, "M"), Phone(0.4, 0.7, "AA")], WORD, "2.9 phones a second"),
        ([Phone(0.0, 0.02, "M"), Phone(0.02, 0.05, "AA")], WORD, "40.0 phones a second"),
        (
            [*WORD, Phone(0.5, 0.9, "P"), *[Phone(0.9 + i / 20, 0.95 + i / 20, "AA") for i in range(9)]],
            [],
            "P of 0.40 s",
        ),
        ([Phone(0.2, 0.3, "M"), Phone(0.3, 0.4, "S")], WORD, "no vowels"),
        ([*WORD, Phone(0.55, 0.65, "AA")], WORD, "vowels in silence"),
        (WORD, [*WORD, Phone(0.5, 0.7, "AA")], "speech in a silence"),
    ],
)
def test_a_fault_is_told(phones: list[Phone], said: list[Phone], reason: str | None) -> None:
    seconds = max([0.7, *(phone.end_s for phone in phones)])
    assert fault(tidied(phones, 0.0, seconds), sounding(said, seconds), RATE_HZ) == reason
