"""Makes the speech that the embedded network learns from: sound, phones with their times, and an index.

    python -m assets.lipnet.training.material [--small] [--folder PATH] [--threads N]

It may be stopped at any time, in any way; the next run goes on from there. `make material` installs what it needs.
"""

import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from assets.lipnet.training import fetch, plan
from assets.lipnet.training.align import WORST_SCORE, Aligner, placed
from assets.lipnet.training.cache import alone
from assets.lipnet.training.corpus import write_index
from assets.lipnet.training.fill import Made, Spoken, fill
from assets.lipnet.training.plan import Utterance
from assets.lipnet.training.progress import shown
from assets.lipnet.training.settings import Settings, parse
from assets.lipnet.training.speak_flite import speak
from assets.lipnet.training.speak_kokoro import Kokoro
from assets.lipnet.training.trouble import TroubleError

INDEX_EVERY: Final = 100
"""Clips made between two writings of the index."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where speech comes from."""

    name: str
    plan: Iterable[Utterance]
    wanted_s: float
    say: Callable[[Utterance], Spoken]


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
    return [
        Source("flite", plan.flite(settings.seed), settings.flite_s, lambda utterance: Spoken(*speak(utterance))),
        Source("kokoro", plan.kokoro(settings.seed), settings.kokoro_s, kokoro_aligned(settings)),
    ]


def collect(source: Source, settings: Settings, made: list[Made]) -> None:
    """Make a source's clips and add them to `made`; the index is never far behind."""
    with shown(source.name, source.wanted_s) as advance:
        try:
            for clip in fill(settings.speech, source.plan, source.wanted_s, source.say):
                made.append(clip)
                advance(clip.seconds)
                if clip.fresh and len(made) % INDEX_EVERY == 0:
                    write_index(settings.corpus, made)
        finally:
            write_index(settings.corpus, made)


def kokoro_aligned(settings: Settings) -> Callable[[Utterance], Spoken]:
    """Kokoro with an aligner behind it."""
    kokoro = Kokoro(fetch.kokoro(settings.models), settings.threads)
    align = Aligner()

    def say(utterance: Utterance) -> Spoken:
        samples = kokoro(utterance)
        aligned = align(samples, utterance.text)
        if aligned is None or aligned.score < WORST_SCORE:
            return Spoken(samples, None)
        return Spoken(samples, placed(aligned.phones, samples))

    return say


if __name__ == "__main__":
    main()
