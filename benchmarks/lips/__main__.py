"""How well the lips of an engine follow the speech of people, and how still they are otherwise.

    python -m benchmarks.lips [--sets voices,prompts] [--lookahead 0,40,80] [--engine embedded]
    python -m benchmarks.lips --sets voices --export DIR        # wavs, for another system to hear
    python -m benchmarks.lips --sets voices --tracks DIR        # what that system made of them

Recordings come from packages that anyone can install, the first time they are needed (250 MB; the times of their
phones are then found in minutes), and are kept in the user's cache. This needs the extra `lips`, apt, flite and
espeak-ng, as on Debian and Ubuntu. The last line is one JSON document.
"""

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path

import soundfile

from a2f_live.audio.pcm import PcmDecoder
from a2f_live.engine.base import Engine
from a2f_live.engine.registry import create, parse_spec
from a2f_live.errors import A2FError
from assets.lipnet.training.trouble import TroubleError
from benchmarks.lips.heard import LANGUAGES, NAMES, HeardSet, Library
from benchmarks.lips.report import CLOSURE_COLUMNS, COLUMNS, NOISE_COLUMNS, Table, document, row, shown
from benchmarks.lips.score import Track, score
from benchmarks.lips.sets import default_cache
from benchmarks.lips.stillness import stillness, widest_mm
from benchmarks.lips.tracks import read_tracks, rendered

Tracker = Callable[[str, HeardSet], Mapping[str, Track]]
"""Makes or finds the tracks of a set, by its name and what is heard."""
Trackers = Mapping[str, Tracker]
"""By the label of their row."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and report."""
    options = parse(arguments)
    library = Library(options.cache, partial(print, file=sys.stderr, flush=True), options.speech)
    try:
        if options.export:
            for name in options.sets:
                export(library.heard(name), options.export / name)
        else:
            report(library, trackers(options), options.sets)
    except (TroubleError, A2FError) as error:
        sys.exit(str(error))
    except ModuleNotFoundError as error:
        sys.exit(f"The module {error.name} is missing: pip install '.[lips]' in the checkout brings it.")


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """What was asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    add("--sets", type=_names, default=NAMES, metavar="NAMES", help=f"of {','.join(NAMES)} (default: all)")
    add("--lookahead", type=_numbers, default=(0, 40, 80), metavar="MS", help="a row each (default: 0,40,80)")
    add("--engine", default="embedded", metavar="SPEC", help="NAME or NAME:OPTION=VALUE,... (default: embedded)")
    add("--tracks", type=Path, metavar="DIR", help="judge DIR/SET/CLIP.csv or DIR/CLIP.csv: time_s, ARKit names")
    add("--lead", type=float, default=0.0, metavar="S", help="seconds to add to the times of those tracks")
    add("--speech", type=Path, metavar="DIR", help="wav/ and phones.tsv to take in the place of the prompts")
    add("--export", type=Path, metavar="DIR", help="write the sounds of the sets there, measure nothing")
    add("--cache", type=Path, default=default_cache(), metavar="DIR", help="keeps what is fetched (%(default)s)")
    return parser.parse_args(arguments)


def trackers(options: argparse.Namespace) -> Trackers:
    """An engine at each look-ahead, or the files of another system."""
    if options.tracks:
        folder, lead_s = options.tracks, options.lead
        return {"tracks": lambda name, heard: read_tracks([folder / name, folder], heard.sounds, lead_s)}
    engine = create(parse_spec(options.engine))
    return {f"{lookahead_ms} ms": _by_engine(engine, lookahead_ms) for lookahead_ms in options.lookahead}


def report(library: Library, make: Trackers, sets: Sequence[str]) -> None:
    """Print a table a set, and all figures as JSON."""
    tables: dict[str, Table] = {}
    for name in sets:
        tables[name] = _still(library, make) if name == "noises" else _scored(name, library.heard(name), make)
        columns = NOISE_COLUMNS if name == "noises" else CLOSURE_COLUMNS if name in LANGUAGES else COLUMNS
        print(shown(name, columns, tables[name]), flush=True)
    print(document(tables))


def _scored(name: str, heard: HeardSet, make: Trackers) -> Table:
    return {label: row(score(tracker(name, heard), heard.phones)) for label, tracker in make.items()}


def _still(library: Library, make: Trackers) -> Table:
    """A row for each sound that is no speech; how wide the mouth is in speech is taken from some prompts."""
    noises, speech = library.heard("noises"), library.heard("prompts").few()
    wide_mm = {label: widest_mm(tracker("prompts", speech).values()) for label, tracker in make.items()}
    tracks = {label: tracker("noises", noises) for label, tracker in make.items()}
    return {
        f"{name}, {label}": asdict(stillness(tracks[label][name], wide_mm[label]))
        for name in noises.sounds
        for label in make
        if name in tracks[label]
    }


def export(heard: HeardSet, folder: Path) -> None:
    """Write the sounds of a set as wavs, as they are heard."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, sound in heard.sounds.items():
        made = sound()
        path = (folder / name).with_suffix(".wav")
        soundfile.write(path, PcmDecoder(made.audio).push(made.pcm), made.audio.sample_rate, subtype="PCM_16")


def _by_engine(engine: Engine, lookahead_ms: int) -> Tracker:
    return lambda _, heard: {name: rendered(engine, sound(), lookahead_ms) for name, sound in heard.sounds.items()}


def _names(text: str) -> tuple[str, ...]:
    names = tuple(text.split(","))
    for name in names:
        if name not in NAMES:
            raise argparse.ArgumentTypeError(f"{name!r} is no set: use some of {','.join(NAMES)}")
    return names


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(map(int, text.split(",")))


if __name__ == "__main__":
    main()
