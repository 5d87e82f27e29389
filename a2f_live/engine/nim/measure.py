"""What a NIM turns out to be like when the engine starts: how many frames a second, and how much future it hears."""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, gcd
from typing import Final

import numpy as np

from a2f_live.config import ENGINE_RATE_HZ
from a2f_live.engine.nim.call import UNKNOWN, Call, Pace
from a2f_live.engine.nim.options import LONGEST_LOOKAHEAD_MS
from a2f_live.errors import EngineUnavailable

PROBE_S: Final = 1
STEPS_S: Final = 2
"""Audio of the first clip, and of the one that is given step by step."""
QUIET_S: Final = 0.15
"""A NIM that gives nothing for so long waits for more audio."""
RATES_HZ: Final = (1, 120)

Begin = Callable[[Pace], Call]


@dataclass(frozen=True, slots=True)
class Grid:
    """Hops of a whole number of samples and rows, the shortest there are at a rate."""

    pace: Pace

    @property
    def rows_per_hop(self) -> int:
        """Rows a hop."""
        return self.pace.rate_hz // gcd(self.pace.rate_hz, ENGINE_RATE_HZ)

    @property
    def hop_samples(self) -> int:
        """Samples a hop."""
        return ENGINE_RATE_HZ // gcd(self.pace.rate_hz, ENGINE_RATE_HZ)


def measure_pace(begin: Begin, timeout_s: float) -> Grid:
    """Send a second of silence, and see what comes. Raises `EngineUnavailable`."""
    call = begin(UNKNOWN)
    try:
        call.feed(np.zeros(PROBE_S * ENGINE_RATE_HZ, np.float32), 0, ENGINE_RATE_HZ)
        call.end()
        why = call.wait_over(timeout_s)
    finally:
        call.cancel()
    if len(call.time_codes) < 2:
        raise EngineUnavailable(f"the NIM at {call.target} gave no frames for a second of silence: {why}")
    step_s = call.time_codes[1] - call.time_codes[0]
    low, high = RATES_HZ
    if not 1 / high <= step_s <= 1 / low:
        raise EngineUnavailable(f"the NIM at {call.target} has frames {step_s:g} s apart: that is no frame rate")
    return Grid(Pace(round(1 / step_s), call.time_codes[0]))


def measure_lookahead_ms(begin: Begin, grid: Grid) -> int:
    """Give silence hop by hop, and see how far the frames lag behind it; in whole hops, as windows are cut.

    Raises `EngineFailed` if the call ends, and `EngineUnavailable` for a NIM that wants too much of the future.
    """
    rate = Fraction(grid.pace.rate_hz)
    hop, hop_s = grid.hop_samples, Fraction(grid.hop_samples, ENGINE_RATE_HZ)
    call, silence, worst_s = begin(grid.pace), np.zeros(grid.hop_samples, np.float32), Fraction(0)
    try:
        for step in range(1, ceil(STEPS_S / hop_s) + 1):
            call.feed(silence, (step - 1) * hop, hop)
            heard_s = step * hop_s
            received = call.settle(ceil((heard_s - worst_s) * rate), QUIET_S)
            worst_s = max(worst_s, heard_s - received / rate)
    finally:
        call.cancel()
    lookahead_ms = ceil((hop_s + worst_s) / hop_s) * ceil(hop_s * 1000)
    if lookahead_ms > LONGEST_LOOKAHEAD_MS:
        raise EngineUnavailable(
            f"the NIM at {call.target} gives frames {float(worst_s):.2f} s late: that is not live any more"
        )
    return lookahead_ms
