"""Makes the network that ships, from nothing: speech, curves, learning, export, score, card.

    python -m assets.lipnet.training.model [--small] [--folder PATH] [--device cuda]

Every step keeps what it made, so that a run may be stopped at any time and the next one goes on. `make model` installs
what it needs.
"""

import sys
from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Final

from rich.console import Console

from assets.lipnet.training import material
from assets.lipnet.training.corpus import INDEX, Clip, read_index
from assets.lipnet.training.export import MODEL, built, export
from assets.lipnet.training.learn import Course, Learner
from assets.lipnet.training.network import Shape
from assets.lipnet.training.pack import Pack, load, packed
from assets.lipnet.training.settings import Settings, parse
from assets.lipnet.training.trouble import TroubleError

SOURCE_WEIGHTS: Final = {"kokoro": 1.0, "flite": 0.35}
"""How often a second of each source is heard: natural voices teach more."""
SMALL_SHAPE: Final = Shape(channels=32, dilations=(1, 2, 4, 8))
SMALL_COURSE: Final = Course(steps=40, clips=4, seconds=2.0, warm_up=5, noises=20, save_every=20)
CURVE_FILES: Final = ("controls.py", "pack.py", "poses.py", "targets.py")
"""What the curves follow from: where one of these has changed, they are made anew."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Make what the command line asks for."""
    settings = parse(arguments, __doc__)
    try:
        make(settings)
    except TroubleError as error:
        sys.exit(f"model: {error}")
    except KeyboardInterrupt:
        sys.exit("model: stopped; the next run goes on from here")


def make(settings: Settings) -> Path:
    """All steps; gives the folder with the model. A small run leaves the one that ships alone."""
    console = Console(stderr=True)
    material.make(settings)
    console.print("curves: phones become the mouth that says them", highlight=False)
    pack = curves(settings)
    console.print(f"learning: {pack.seconds / 60:.0f} min of speech", highlight=False)
    learned = learn(pack, settings)
    folder = settings.corpus / "model" if settings.small else MODEL
    folder.mkdir(exist_ok=True)
    export(built(learned.state()), folder)
    console.print(f"exported to {folder}; `python -m benchmarks.lips` scores it", highlight=False)
    return folder


def curves(settings: Settings) -> Pack:
    """The pack of all clips that may be learned from, kept in a file."""
    clips = [clip for clip in read_index(settings.corpus) if clip.split == "train"]
    path = settings.corpus / f"pack-{fingerprint(settings, clips)}.npz"
    if not path.exists():
        for old in settings.corpus.glob("pack-*.npz"):
            old.unlink()
        packed([(clip, SOURCE_WEIGHTS[clip.source]) for clip in clips], settings.speech).save(path)
    return load(path)


def fingerprint(settings: Settings, clips: Sequence[Clip]) -> str:
    """Of all that the pack follows from."""
    told = (settings.corpus / INDEX).read_bytes() + str(len(clips)).encode()
    rules = b"".join((Path(__file__).parent / name).read_bytes() for name in CURVE_FILES)
    return sha256(told + rules).hexdigest()[:12]


def learn(pack: Pack, settings: Settings) -> Learner:
    """A network that has gone its whole course; goes on with one that was stopped."""
    shape, course = (SMALL_SHAPE, SMALL_COURSE) if settings.small else (Shape(), Course())
    learner = Learner(pack, shape, replace(course, seed=settings.seed), settings.device)
    told = f"{shape} {course} {len(pack.samples)} {len(pack.starts)}"
    path = settings.corpus / f"learned-{sha256(told.encode()).hexdigest()[:12]}.pt"
    if path.exists():
        learner.resume(path)
    learner.learn(path)
    return learner


if __name__ == "__main__":
    main()
