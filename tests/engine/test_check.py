"""What an engine may answer."""

from dataclasses import replace

import numpy as np
import pytest

from a2f_live.engine.base import Result
from a2f_live.engine.check import check
from a2f_live.errors import EngineFailed, EngineRefused
from tests.dispatch.helpers import result, window

FULL = np.full((2, 52), 0.5, np.float32)


def with_value(value: float) -> Result:
    rows = FULL.copy()
    rows[1, 7] = value
    return Result(rows)


@pytest.mark.parametrize(
    ("answer", "sane"),
    [
        (Result(FULL), True),
        (with_value(-0.4), True),
        (with_value(1.4), True),
        (Result(FULL, visemes=np.zeros((2, 15), np.float32)), True),
        (Result(FULL, visemes=np.full((2, 15), 1.01, np.float32)), True),
        (Result(FULL, prosody=np.full((2, 4), -30, np.float32)), True),
        (Result(FULL, visemes=np.ones((2, 15), np.float32), prosody=np.ones((2, 4), np.float32)), True),
        (with_value(-0.6), False),
        (with_value(1.6), False),
        (with_value(np.nan), False),
        (with_value(np.inf), False),
        (with_value(-np.inf), False),
        (Result(FULL[:1]), False),
        (Result(FULL[:, :51]), False),
        (Result(FULL.astype(np.float64)), False),
        (Result(FULL.tolist()), False),  # type: ignore[arg-type]
        (Result(FULL, visemes=np.zeros((2, 14), np.float32)), False),
        (Result(FULL, visemes=np.zeros((1, 15), np.float32)), False),
        (Result(FULL, visemes=np.full((2, 15), np.nan, np.float32)), False),
        (Result(FULL, visemes=np.full((2, 15), 2.0, np.float32)), False),
        (Result(FULL, prosody=np.zeros((2, 5), np.float32)), False),
        (Result(FULL, prosody=np.zeros((2, 4), np.float64)), False),
        (Result(FULL, prosody=[[0.0] * 4] * 2), False),  # type: ignore[arg-type]
        (Result(FULL, prosody=np.full((2, 4), np.nan, np.float32)), False),
        (Result(FULL, prosody=np.full((2, 4), np.inf, np.float32)), False),
        (Result(FULL, prosody=np.full((2, 4), 1e30, np.float32)), False),
        (None, False),
        ("weights", False),
    ],
)
def test_sane_or_not_beside_a_sane_neighbour(answer: object, sane: bool) -> None:
    neighbour = result(window())
    checked = check([neighbour, answer], [window(0), window(1)], 2, "e")
    assert checked[0] is neighbour
    if sane:
        assert checked[1] is answer
    else:
        assert isinstance(checked[1], EngineFailed)
        assert "nonsense for hop 1 of utterance 1" in checked[1].message


@pytest.mark.parametrize("count", [0, 1, 3])
def test_a_wrong_number_of_results_is_none(count: int) -> None:
    with pytest.raises(EngineFailed, match=f"{count} results for 2 windows"):
        check([result(window())] * count, [window(), window()], 2, "e")


def test_a_window_of_many_hops_has_many_rows() -> None:
    long = window(0, hops=3)
    assert check([result(long)], [long], 2, "e")[0].rows.shape == (6, 52)  # type: ignore[union-attr]
    assert isinstance(check([replace(result(long), rows=FULL)], [long], 2, "e")[0], EngineFailed)


def test_a_refusal_stands_in_the_place_of_its_window() -> None:
    refusal = EngineRefused("full")
    outcomes = check([Result(FULL), Result(FULL[:0], refused=refusal)], [window(0), window(1)], 2, "test")
    assert isinstance(outcomes[0], Result)
    assert outcomes[1] is refusal
