"""One utterance under way: its windows out, its results in any order, its rows back in order."""

from collections import deque
from collections.abc import Mapping
from fractions import Fraction
from math import ceil

import numpy as np

from a2f_live import speech
from a2f_live.audio.window import Windower
from a2f_live.engine.base import Array, EngineInfo, Result, Window
from a2f_live.frames import Marker


class Utterance:
    """Keeps the books of one utterance: hops handed out, hops answered, hops given up, markers on the way."""

    def __init__(self, number: int, info: EngineInfo, lookahead_samples: int) -> None:
        self.number = number
        self.windower = Windower(info.context_samples, info.hop_samples, lookahead_samples)
        self.audio_bytes = 0
        self.in_flight = 0
        self.duration_s: Fraction | None = None
        """Exact length, known once the utterance has ended."""
        self.flush_id: int | None = None
        self.opening = b""
        """What the first hop hears: seeds the life of the face."""
        self._rows_per_hop = info.rows_per_hop
        self._context_samples = info.context_samples
        self._lookahead_samples = lookahead_samples
        self.handed_hops = 0
        """Hops that are in a window or given up."""
        self._answered_hops = 0
        self._total_hops: int | None = None
        self._state: object = None
        self._settled: dict[int, tuple[int, Array | None]] = {}
        self._bridge_hops = 0
        self._rest = speech.rest_row(info.channels)
        self._last_rows = self._rest
        self._markers: deque[tuple[int | None, Marker]] = deque()

    @property
    def marked(self) -> bool:
        """Whether a marker is on its way."""
        return bool(self._markers)

    @property
    def answered(self) -> bool:
        """Whether it has ended and every hop of it is answered."""
        return self._total_hops is not None and self._answered_hops >= self._total_hops

    def end(self, flush_id: int | None, duration_s: Fraction, info: EngineInfo) -> None:
        """No audio follows. The last frame may lie between the last row of the audio and the next, so one row more."""
        self.flush_id = flush_id
        self.duration_s = duration_s
        rows = ceil(duration_s * info.row_rate) + 1 if duration_s else 0
        self._total_hops = max(self.handed_hops, ceil(Fraction(rows, info.rows_per_hop)))
        self.windower.finish(self._total_hops)

    def next_window(self, max_hops: int, emotions: Mapping[str, float] | None = None) -> Window | None:
        """The next hops as one window, if any are ready."""
        taken = self.windower.take(max_hops)
        if taken is None:
            return None
        if taken.first_hop == 0:
            self.opening = taken.samples[: self._context_samples].tobytes()
        self.in_flight += 1
        self.handed_hops = taken.first_hop + taken.hops
        last = self.handed_hops == self._total_hops
        return Window(
            self.number,
            taken.first_hop,
            taken.hops,
            taken.samples,
            self._lookahead_samples,
            self._state,
            emotions,
            last,
        )

    def skip(self, hops: int) -> None:
        """Give up the next hops unheard."""
        self.windower.skip(hops)
        self._settled[self.handed_hops] = (hops, None)
        self.handed_hops += hops

    def settle(self, window: Window, result: Result | None) -> None:
        """File the answer to a window, or that there is none."""
        self.in_flight -= 1
        if result is None:
            self._settled[window.first_hop] = (window.hops, None)
        else:
            self._state = result.state
            rows = speech.whole_rows(result.rows, result.prosody, result.visemes)
            self._settled[window.first_hop] = (window.hops, rows)

    def rows_in_order(self) -> list[Array]:
        """Whole rows that no missing hop holds up any more; hops without an answer are bridged in a straight line."""
        ordered: list[Array] = []
        while (found := self._settled.pop(self._answered_hops, None)) is not None:
            hops, rows = found
            self._answered_hops += hops
            if rows is None:
                self._bridge_hops += hops
                continue
            if self._bridge_hops:
                ordered.append(self._bridge(rows[:1]))
            self._last_rows = rows
            ordered.append(rows)
        if self._bridge_hops and self.answered:
            ordered.append(self._bridge(self._rest))
        return ordered

    def mark(self, marker: Marker) -> None:
        """Echo the marker once all that can be heard now is answered; after the end, once the end has been told."""
        hops = None if self._total_hops is not None else self.handed_hops + self.windower.ready
        self._markers.append((hops, marker))

    def due_markers(self) -> list[Marker]:
        """Markers whose audio is answered."""
        due: list[Marker] = []
        while self._markers and (hops := self._markers[0][0]) is not None and hops <= self._answered_hops:
            due.append(self._markers.popleft()[1])
        return due

    def all_markers(self) -> list[Marker]:
        """Every marker left: nothing more will come before them."""
        left = [marker for _, marker in self._markers]
        self._markers.clear()
        return left

    def _bridge(self, target: Array) -> Array:
        n_rows = self._bridge_hops * self._rows_per_hop
        self._bridge_hops = 0
        along = (np.arange(1, n_rows + 1, dtype=np.float32) / np.float32(n_rows + 1))[:, None]
        last = self._last_rows[-1:]
        return last + (target - last) * along
