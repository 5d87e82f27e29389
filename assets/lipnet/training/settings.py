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


@dataclass(frozen=True, slots=True)
class Settings:
    """Of one run."""

    folder: Path
    kokoro_s: float
    """Seconds of Kokoro's speech asked for."""
    flite_s: float
    """Seconds of flite's speech asked for."""
    threads: int = 1
    """Processor cores that Kokoro may use."""
    small: bool = False
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
    parser.add_argument("--kokoro-hours", type=float, default=3.0, help="of Kokoro's speech (%(default)s)")
    parser.add_argument("--flite-hours", type=float, default=1.0, help="of flite's speech (%(default)s)")
    parser.add_argument("--threads", type=int, default=1, help="cores that Kokoro may use (%(default)s)")
    parser.add_argument("--small", action="store_true", help="one minute in all, to see that everything works")
    return from_options(parser.parse_args(arguments))


def from_options(options: Namespace) -> Settings:
    """Settings from parsed options."""
    hour_s = 3600.0
    return Settings(
        folder=options.folder.expanduser().absolute(),
        kokoro_s=30.0 if options.small else options.kokoro_hours * hour_s,
        flite_s=30.0 if options.small else options.flite_hours * hour_s,
        threads=options.threads,
        small=options.small,
    )
