"""The frame rate that engines can hold which may be slower than real time."""

from math import floor


def slow_engine_fps(
    fps: float, chunk_duration_s: float, processing_time_s: float, instances: int, min_fps: float, max_fps: float
) -> float:
    """Frames a second that an engine can hold which needs `processing_time_s` for `chunk_duration_s` of audio.

    Half way from `fps` to what is safe, which is 7 frames a second below what the instances manage together.
    """
    alpha = chunk_duration_s / processing_time_s
    safe_fps = max(min_fps, floor(instances * fps * alpha - 7))
    return min(max_fps, (fps + safe_fps) / 2)
