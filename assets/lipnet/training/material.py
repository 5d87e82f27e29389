"""Makes the speech that the embedded network learns from: sound, phones with their times, and an index.

    python -m assets.lipnet.training.material [--small] [--folder PATH] [--processes N]

It may be stopped at any time, in any way; the next run goes on from there. `make material` installs what it needs.
"""

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Final

from assets.lipnet.training import fetch, plan
from assets.lipnet.training.align import WORST_SCORE, Aligner, placed
from assets.lipnet.training.cache import alone
from assets.lipnet.training.corpus import write_index
from assets.lipnet.training.fill import Begin, Made, Spoken, fill
from assets.lipnet.training.plan import Utterance
from assets.lipnet.training.progress import shown
from assets.lipnet.training.settings import Settings, parse
from assets.lipnet.training.speak_flite import speak
from assets.lipnet.training.speak_kokoro import Kokoro
from assets.lipnet.training.trouble import TroubleError

INDEX_EVERY: Final = 100
"""Clips made between two writings of the index."""


Say = Callable[[Utterance], Spoken]


@dataclass(frozen=True, slots=True)
class Source:
    """Where speech comes from."""

    name: str
    plan: Iterable[Utterance]
    wanted_s: float
    make_speaker: Callable[[], Say]
    """Called once in each process that speaks; picklable, as what it is called with."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Make what the command line asks for."""
    settings = parse(arguments, __doc__)
    try:
        make(settings)
    except TroubleError as error:
        sys.exit(f"material: {error}")
    except KeyboardInterrupt:
        sys.exit("material: stopped; the next run goes on from here")


def make(settings: Settings) -> None:
    """All of the material, or what is still missing of it."""
    fetch.need_tools()
    with alone(settings.corpus):
        made: list[Made] = []
        for source in sources(settings):
            collect(source, settings, made)


def sources(settings: Settings) -> list[Source]:
    """flite first, since it is quick."""
    model = fetch.kokoro(settings.models)
    return [
        Source("flite", plan.flite(settings.seed), settings.flite_s, Flite),
        Source("kokoro", plan.kokoro(settings.seed), settings.kokoro_s, partial(AlignedKokoro, model)),
    ]


def collect(source: Source, settings: Settings, made: list[Made]) -> None:
    """Make a source's clips and add them to `made`; the index is never far behind."""
    with (
        shown(source.name, source.wanted_s / 60) as advance,
        speaking(source.make_speaker, settings.processes) as begin,
    ):
        try:
            for clip in fill(settings.speech, source.plan, source.wanted_s, begin, 2 * settings.processes):
                made.append(clip)
                advance(clip.seconds / 60)
                if clip.fresh and len(made) % INDEX_EVERY == 0:
                    write_index(settings.corpus, made)
        finally:
            write_index(settings.corpus, made)


@contextmanager
def speaking(make_speaker: Callable[[], Say], processes: int) -> Iterator[Begin]:
    """Several processes, each with a speaker of its own."""
    pool = ProcessPoolExecutor(processes, get_context("spawn"), _get_ready, (make_speaker,))
    try:
        yield lambda utterance: pool.submit(_say, utterance).result
    finally:
        pool.shutdown(cancel_futures=True)


_speaker: Say
"""Of this process, if it is one of those that speak."""


def _get_ready(make_speaker: Callable[[], Say]) -> None:
    global _speaker
    _speaker = make_speaker()


def _say(utterance: Utterance) -> Spoken:
    return _speaker(utterance)


class Flite:
    """flite, which tells its phones."""

    def __call__(self, utterance: Utterance) -> Spoken:
        """Speech and its phones."""
        return Spoken(*speak(utterance))


class AlignedKokoro:
    """Kokoro with an aligner behind it."""

    def __init__(self, model: Path) -> None:
        self._kokoro, self._align = Kokoro(model), Aligner()

    def __call__(self, utterance: Utterance) -> Spoken:
        """Speech and its phones, if they can be placed."""
        samples = self._kokoro(utterance)
        aligned = self._align(samples, utterance.text)
        if aligned is None or aligned.score < WORST_SCORE:
            return Spoken(samples, None)
        return Spoken(samples, placed(aligned.phones, samples))


if __name__ == "__main__":
    main()
