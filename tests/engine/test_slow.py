"""The frame rate of engines that are slower than real time."""

import pytest

from a2f_live.engine.slow import slow_engine_fps


@pytest.mark.parametrize(
    ("fps", "chunk_s", "processing_s", "instances", "limits", "expected"),
    [
        (60, 1.0, 1.0, 1, (15, 60), 56.5),  # alpha 1: safe 53
        (60, 1.0, 2.0, 1, (15, 60), 41.5),  # alpha 0.5: safe 23
        (60, 1.0, 10.0, 1, (15, 60), 37.5),  # safe is never below the minimum
        (30, 1.0, 10.0, 1, (10, 60), 20),
        (30, 1.0, 2.0, 4, (10, 60), 41.5),  # four together: safe 53
        (60, 2.0, 1.0, 4, (10, 60), 60),  # never above the maximum
        (24, 0.5, 0.7, 1, (5, 60), 17),  # 24 * 5/7 - 7 = 10.14, floored
    ],
)
def test_the_rule_for_slow_engines(
    fps: float, chunk_s: float, processing_s: float, instances: int, limits: tuple[int, int], expected: float
) -> None:
    assert slow_engine_fps(fps, chunk_s, processing_s, instances, *limits) == expected
