"""Scores lip-sync: tracks of ARKit weights against the times of the phones that are said.

Weights are judged by what they do to the lips of a face (`a2f_live/lips.py`). All figures but `aperture_mm` are free of
the gain of a system. `score` is quick enough to be called while a network learns.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from a2f_live.lips import gap_mm as aperture_mm
from a2f_live.lips import rounding_mm
from assets.lipnet.training.phones import Phone
from benchmarks.lips.phonetics import BILABIAL, LABIODENTAL, ROUND, SILENT, SPREAD, VOWEL_OPENNESS, asked
from benchmarks.lips.statistics import auc, spearman

Curve = NDArray[np.float64]
Track = tuple[NDArray[np.floating], NDArray[np.floating]]
"""Times of the frames in seconds, (n,), and their weights, (n, 52), in the order of `arkit.NAMES`."""

RATE_HZ: Final = 100.0
"""Of the grid on which tracks are compared."""
SHORTEST_FRAMES: Final = 4
"""A track of fewer is none."""
SHUT: Final = 0.15
"""Of the clip's 95th percentile: lips closer together than that are taken for closed."""
NEAR_S: Final = 0.04
"""A closure counts if it comes so close to its phone."""
FULL_VOWEL_S: Final = 0.06
"""Only vowels of at least this length must be seen to be open."""
PAUSE_S: Final = 0.3
"""Silences of at least this length must show lips at rest, ..."""
PAUSE_EDGE_S: Final = 0.12
"""... this much after their start and before their end."""
FASTEST_HZ: Final = 12.0
"""Lips that speak hardly move faster: what is above is jitter."""
LARGEST_LAG: Final = 40
"""Steps of the grid by which a face may be early or late."""


@dataclass(frozen=True, slots=True)
class Scores:
    """Of all clips together. A figure that the phones give no occasion for is NaN."""

    clips: int
    absent: int
    """Clips without a track, or with one of fewer than four frames."""
    closure_auc: float
    """P(lips closer together at their closest in P, B, M than on average in a vowel), 0.5 is chance."""
    closure_recall: float
    """Share of P, B, M whose lips come together, to at most 15 % of the clip's 95th percentile within 40 ms."""
    vowel_alive: float
    """Share of vowels of at least 60 ms whose mean aperture stays above that."""
    labiodental: float
    """The AUC of `closure_auc` for F and V."""
    rounding: float
    """AUC of lip rounding: round vowels, W and the hushing sounds over spread vowels and the hissing ones."""
    openness: float
    """Rank correlation of a vowel's mean aperture with its phonetic openness."""
    sync: float
    """Correlation of the aperture with the one that the phones ask for."""
    sync_best: float
    """The same where it is best, within 0.4 s."""
    lag_ms: float
    """Where that is; positive for a face that is late."""
    rest: float
    """Mean aperture in the middle of silences of at least 300 ms over the 95th percentile; 0 is best."""
    jitter: float
    """Share of the aperture's speed (mean square) above 12 Hz; speech of people has 0.05 to 0.15."""
    aperture_mm: float
    """Median over the clips of the 95th percentile of the gap; people reach 10 to 15 mm in lively speech."""

    @property
    def closure(self) -> float:
        """Harmonic mean of `closure_recall` and `vowel_alive`."""
        return 2 * self.closure_recall * self.vowel_alive / max(self.closure_recall + self.vowel_alive, 1e-9)

    @property
    def score(self) -> float:
        """Mean of closure_auc, closure, labiodental, rounding, openness and sync, the last two at least 0."""
        parts = (self.closure_auc, self.closure, self.labiodental, self.rounding)
        return float(np.mean([*parts, _at_least_0(self.openness), _at_least_0(self.sync)]))


def score(tracks: Mapping[str, Track], phones: Mapping[str, Iterable[Phone]]) -> Scores:
    """Score the clips that both have; phones in any order, with or without marks of stress."""
    tally = _Tally()
    absent = 0
    for name, rows in phones.items():
        lips = Lips.of(tracks[name]) if name in tracks else None
        if lips is None:
            absent += 1
        else:
            tally.add(lips, sorted(Phone(start, end, plain(phone)) for start, end, phone in rows))
    return tally.scores(absent)


def plain(name: str) -> str:
    """The name of a phone in capitals, without stress."""
    return name.strip("012").upper()


@dataclass(frozen=True, slots=True, eq=False)
class Lips:
    """How the lips of one clip move, on a grid of 10 ms."""

    grid_s: Curve
    aperture: Curve
    """1 is `widest_mm`."""
    rounding: Curve
    """Mean 0, standard deviation 1."""
    widest_mm: float
    """95th percentile of the gap."""

    @classmethod
    def of(cls, track: Track) -> "Lips | None":
        """None where the track is too short to be one."""
        times_s, weights = np.asarray(track[0], np.float64), track[1]
        if len(times_s) < SHORTEST_FRAMES:
            return None
        grid_s = np.arange(0, times_s[-1], 1 / RATE_HZ)
        gap_mm = np.interp(grid_s, times_s, aperture_mm(weights))
        rounding = np.interp(grid_s, times_s, rounding_mm(weights))
        widest_mm = max(float(np.percentile(gap_mm, 95)), 1e-6)
        rounding = (rounding - rounding.mean()) / max(float(rounding.std()), 1e-6)
        return cls(grid_s, gap_mm / widest_mm, rounding, widest_mm)

    def part(self, start_s: float, end_s: float) -> slice:
        """The steps of the grid within a time, at least one."""
        first = round(start_s * RATE_HZ)
        return slice(max(0, first), max(first + 1, round(end_s * RATE_HZ)))

    def jitter(self) -> float:
        """Share of the speed above 12 Hz; NaN where nothing moves or the clip is too short to tell."""
        speed = np.diff(self.aperture)
        if len(speed) <= 32:
            return float("nan")
        power = np.abs(np.fft.rfft(speed)) ** 2
        hz = np.fft.rfftfreq(len(speed), 1 / RATE_HZ)
        moving = power[1:].sum()
        return float(power[hz > FASTEST_HZ].sum() / moving) if moving > 0 else float("nan")


@dataclass(slots=True)
class _Tally:
    """What has been seen at the phones of all clips."""

    bilabial: list[float] = field(default_factory=list)
    labiodental: list[float] = field(default_factory=list)
    vowel: list[float] = field(default_factory=list)
    vowel_openness: list[float] = field(default_factory=list)
    round: list[float] = field(default_factory=list)
    spread: list[float] = field(default_factory=list)
    reached: list[bool] = field(default_factory=list)
    alive: list[bool] = field(default_factory=list)
    rest: list[float] = field(default_factory=list)
    jitter: list[float] = field(default_factory=list)
    widest_mm: list[float] = field(default_factory=list)
    pairs: list[tuple[Curve, Curve]] = field(default_factory=list)
    """Asked and shown aperture of each clip, less their means."""

    def add(self, lips: Lips, phones: Sequence[Phone]) -> None:
        """Look at every phone of a clip."""
        for phone in phones:
            if round(phone.start_s * RATE_HZ) < len(lips.grid_s):
                self._look_at(lips, phone)
        self.jitter.append(lips.jitter())
        self.widest_mm.append(lips.widest_mm)
        wanted = asked(phones, lips.grid_s, RATE_HZ)
        self.pairs.append((wanted - wanted.mean(), lips.aperture - lips.aperture.mean()))

    def _look_at(self, lips: Lips, phone: Phone) -> None:
        start_s, end_s, name = phone
        part = lips.part(start_s, end_s)
        gap = lips.aperture[part]
        if name in BILABIAL:
            self.bilabial.append(gap.min())
            self.reached.append(lips.aperture[lips.part(start_s - NEAR_S, end_s + NEAR_S)].min() <= SHUT)
        elif name in LABIODENTAL:
            self.labiodental.append(gap.min())
        elif name in VOWEL_OPENNESS:
            self.vowel.append(gap.mean())
            self.vowel_openness.append(VOWEL_OPENNESS[name])
            if end_s - start_s >= FULL_VOWEL_S:
                self.alive.append(gap.mean() > SHUT)
        elif name in SILENT and end_s - start_s >= PAUSE_S:
            inner = lips.aperture[lips.part(start_s + PAUSE_EDGE_S, end_s - PAUSE_EDGE_S)]
            self.rest.extend([inner.mean()] if len(inner) else [])
        if name in ROUND:
            self.round.append(lips.rounding[part].mean())
        elif name in SPREAD:
            self.spread.append(lips.rounding[part].mean())

    def scores(self, absent: int) -> Scores:
        """The figures."""
        syncs = [_correlation(_shifted(self.pairs, lag)) for lag in range(-LARGEST_LAG, LARGEST_LAG + 1)]
        best = int(np.argmax(syncs))
        return Scores(
            clips=len(self.pairs),
            absent=absent,
            closure_auc=auc(self.bilabial, self.vowel),
            closure_recall=_share(self.reached),
            vowel_alive=_share(self.alive),
            labiodental=auc(self.labiodental, self.vowel),
            rounding=auc(self.spread, self.round),
            openness=spearman(self.vowel, self.vowel_openness),
            sync=syncs[LARGEST_LAG],
            sync_best=syncs[best],
            lag_ms=(best - LARGEST_LAG) * 1000 / RATE_HZ,
            rest=_mean(self.rest),
            jitter=_mean(self.jitter),
            aperture_mm=float(np.median(self.widest_mm)) if self.widest_mm else float("nan"),
        )


def _shifted(pairs: Iterable[tuple[Curve, Curve]], lag: int) -> Iterator[tuple[Curve, Curve]]:
    """Each pair with its second curve so many steps earlier, and nothing that has no partner then."""
    early, late = max(0, -lag), max(0, lag)
    for one, other in pairs:
        yield one[early : len(one) - late], other[late : len(other) - early]


def _correlation(pairs: Iterable[tuple[Curve, Curve]]) -> float:
    """Of all curves together, as if they were one; 0 where nothing moves."""
    products = np.zeros(3)
    for one, other in pairs:
        products += one @ other, one @ one, other @ other
    return float(products[0] / max(np.sqrt(products[1] * products[2]), 1e-12))


def _share(seen: Sequence[bool]) -> float:
    return float(np.mean(seen)) if seen else float("nan")


def _mean(values: Sequence[float]) -> float:
    known = [value for value in values if not np.isnan(value)]
    return float(np.mean(known)) if known else float("nan")


def _at_least_0(value: float) -> float:
    return max(0.0, value) if not np.isnan(value) else value
