"""How much material, from which seed, in which folder."""

import os
from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

RATE_HZ: Final = 16_000
"""Of all material, as of the network."""
SEED: Final = 20_261
"""Sentences, voices, mixes and speeds follow from it."""


def default_folder() -> Path:
    """Where everything made is kept: `A2F_LIVE_LIPNET`, else beneath the user's cache."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return Path(os.environ.get("A2F_LIVE_LIPNET") or cache / "a2f-live" / "lipnet")


def cores() -> int:
    """Processor cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@dataclass(frozen=True, slots=True)
class Settings:
    """Of one run."""

    folder: Path
    kokoro_s: float
    """Seconds of Kokoro's speech asked for."""
    flite_s: float
    """Seconds of flite's speech asked for."""
    processes: int = 1
    """That speak at once; each needs 0.7 GiB."""
    small: bool = False
    device: str = "cpu"
    """That learns, by torch's name."""
    seed: int = SEED

    @property
    def models(self) -> Path:
        """What was fetched."""
        return self.folder / "models"

    @property
    def corpus(self) -> Path:
        """What was made: `speech/`, `index.tsv`."""
        return self.folder / ("small" if self.small else "full")

    @property
    def speech(self) -> Path:
        """Sound and phones of every utterance."""
        return self.corpus / "speech"


def parse(arguments: Sequence[str] | None, description: str) -> Settings:
    """Settings from a command line."""
    parser = ArgumentParser(description=description, formatter_class=RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, default=default_folder(), help="keeps everything made (%(default)s)")
    parser.add_argument("--kokoro-hours", type=float, default=5.0, help="of Kokoro's speech (%(default)s)")
    parser.add_argument("--flite-hours", type=float, default=0.4, help="of flite's speech (%(default)s)")
    parser.add_argument("--processes", type=int, default=cores(), help="that speak at once (%(default)s)")
    parser.add_argument("--device", default="cpu", help="that learns, by torch's name (%(default)s)")
    parser.add_argument("--small", action="store_true", help="one minute in all, to see that everything works")
    return from_options(parser.parse_args(arguments))


def from_options(options: Namespace) -> Settings:
    """Settings from parsed options."""
    hour_s = 3600.0
    return Settings(
        folder=options.folder.expanduser().absolute(),
        kokoro_s=30.0 if options.small else options.kokoro_hours * hour_s,
        flite_s=30.0 if options.small else options.flite_hours * hour_s,
        processes=options.processes,
        small=options.small,
        device=options.device,
    )
