"""`a2f-live convert`: audio files become animation files."""

import argparse
import json
import time
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from a2f_live.cli import profiles
from a2f_live.cli.batch import find
from a2f_live.cli.conversion import Outcome, Recipe, convert_all, jobs_for
from a2f_live.cli.picture import painter
from a2f_live.cli.progress import progress
from a2f_live.cli.rendering import add_rendering_options, checked, name_model, stream_config
from a2f_live.errors import ConfigError
from a2f_live.outputs.files import choose
from a2f_live.plot.phones import read_phones
from a2f_live.settings import whole

EXIT_SOME_FAILED: Final = 1


def add_parser(subparsers: Any) -> None:
    """Add the subcommand."""
    parser = subparsers.add_parser(
        "convert",
        description="Turns audio files into animation files, the same frames as a stream would give. What an earlier "
        "run made is replaced. A file that cannot be converted is named, the others are converted all the same, and "
        "the exit status is 1.",
    )
    parser.set_defaults(run=run)
    add = parser.add_argument
    add("files", nargs="+", type=Path, metavar="FILE", help="audio files (WAV, FLAC, OGG, MP3), or folders of them")
    add("-o", "--output", type=Path, required=True, metavar="DIR", help="folder for what is made")
    add("-r", "--recursive", action="store_true", help="look into folders within folders")
    add("--format", default="csv", metavar="NAMES", help="one or more, divided by commas: csv (columns of Live Link "
        "Face), plain (CSV with seconds), json, bsweight (of Audio2Face) (default: csv)")  # fmt: skip
    add_rendering_options(parser)
    add("--visemes", action="store_true", help="write the 15 visemes too, into json alone")
    add("--plot", action="store_true", help="draw the motion of each file into a PNG too (see `a2f-live plot`)")
    add("--phones", type=Path, metavar="FILE", help="phones for those pictures (see `a2f-live plot`)")
    add("--jobs", metavar="N", help="processes at work (default: what the cores and the files are worth)")
    add("--skip-existing", action="store_true", help="leave alone what an earlier run made")
    add("--quiet", action="store_true", help="show no progress")
    add("--json", action="store_true", help="print the summary as one JSON document")


def run(options: argparse.Namespace) -> int:
    """Convert everything; 1 if a file failed."""
    name_model(options)
    recipe = recipe_from(options)
    sources = find(options.files, recursive=options.recursive)
    jobs = checked("--jobs", whole(1, 1024), options.jobs) if options.jobs else jobs_for(len(sources))
    summary = Summary()
    with progress(len(sources), quiet=options.quiet) as show:
        for outcome in convert_all(recipe, sources, jobs):
            summary.add(outcome)
            show(outcome)
    print(json.dumps(summary.document()) if options.json else summary)
    return EXIT_SOME_FAILED if summary.failed else 0


def recipe_from(options: argparse.Namespace) -> Recipe:
    """Check what was asked for; raises `ConfigError`."""
    formats = choose(options.format)
    if options.visemes and "json" not in formats:
        raise ConfigError("--visemes: only json has room for them, add --format json")
    if options.phones and not options.plot:
        raise ConfigError("--phones: they are for pictures, add --plot")
    if options.plot:
        painter("chart")
    return Recipe(
        folder=options.output,
        formats=formats,
        engine=options.engine,
        config=replace(stream_config(options), visemes=options.visemes),
        profile=profiles.load(options.profile).to_map() if options.profile else {},
        skip_existing=options.skip_existing,
        plot=options.plot,
        phones=read_phones(options.phones) if options.phones else None,
    )


@dataclass(slots=True)
class Summary:
    """What came out of a conversion."""

    files: int = 0
    failed: list[str] = field(default_factory=list)
    seconds: float = 0.0
    """Of audio converted."""
    started: float = field(default_factory=time.perf_counter)

    def add(self, outcome: Outcome) -> None:
        """Count one more."""
        self.files += 1
        self.seconds += outcome.seconds
        if outcome.error:
            self.failed.append(str(outcome.path))

    def document(self) -> dict[str, object]:
        """The figures, for programs."""
        took_s = time.perf_counter() - self.started
        return {
            "files": self.files,
            "failed": self.failed,
            "audio_s": round(self.seconds, 3),
            "wall_s": round(took_s, 3),
            "times_real_time": round(self.seconds / took_s, 1),
        }

    def __str__(self) -> str:
        took_s = time.perf_counter() - self.started
        speed = f"{self.seconds / took_s:.0f} x real time"
        converted = f"{self.files - len(self.failed)} of {self.files} files converted"
        return f"{converted}: {self.seconds:.1f} s of audio in {took_s:.1f} s ({speed})"
