"""Options of the commands that turn files into motion without a server."""

import argparse
import os
from pathlib import Path
from typing import Any, Final

from a2f_live import arkit
from a2f_live.config import FPS_RANGE, IDLE_MODES, StreamConfig
from a2f_live.settings import SETTINGS, Given, Kind, check, fraction, one_of, whole


def _emotion(text: str) -> tuple[str, float]:
    name, _, amount = text.partition("=")
    if name not in arkit.EMOTIONS or not 0.0 <= float(amount) <= 1.0:
        raise ValueError
    return name, float(amount)


EMOTION: Final = Kind(f"NAME=AMOUNT with 0 to 1 and one of {', '.join(arkit.EMOTIONS)}", _emotion)


def add_rendering_options(parser: argparse.ArgumentParser) -> None:
    """Add what decides how a file moves the face."""
    add = parser.add_argument
    add("--fps", default="60", metavar="N", help="frames a second, like 30, 29.97 or 30000/1001 (default: 60)")
    add("--lookahead-ms", default="40", metavar="MS", help="most future audio heard for a frame (default: 40)")
    add("--idle", default="speech", metavar="MODE", help="blinks and small motion: speech or off (default: speech)")
    add("--seed", default="0", metavar="N", help="of blinks and small motion (default: 0)")
    add("--emotion", action="append", default=[], metavar="NAME=AMOUNT", help="an emotion and its strength, like "
        "joy=0.7; can be repeated")  # fmt: skip
    add("--auto-emotion", action="store_true", help="add emotions that the voice sounds like, a heuristic")
    add("--engine", default="embedded", metavar="SPEC", help="NAME or NAME:OPTION=VALUE,... (default: embedded)")
    add_model_option(parser)
    add("--profile", type=Path, metavar="FILE", help="JSON file that fits the motion to a face")


def add_model_option(parser: argparse.ArgumentParser) -> None:
    """Add what names the model of the engine that has one."""
    default = f"default: {SETTINGS['model_dir'].variables[0]}"
    parser.add_argument("--model-dir", metavar="DIR", help=f"{SETTINGS['model_dir'].help} ({default})")


def name_model(options: argparse.Namespace) -> None:
    """Let engines find the model, in this process and in those that it starts."""
    if options.model_dir:
        os.environ[SETTINGS["model_dir"].variables[0]] = options.model_dir


def stream_config(options: argparse.Namespace) -> StreamConfig:
    """Check those options; raises `ConfigError`."""
    return StreamConfig(
        pace="file",
        fps=checked("--fps", fraction(*map(float, FPS_RANGE)), options.fps),
        lookahead_ms=checked("--lookahead-ms", whole(0, 10_000), options.lookahead_ms),
        idle=checked("--idle", one_of(*IDLE_MODES), options.idle),
        seed=checked("--seed", whole(0, 2**32 - 1), options.seed),
        emotions=dict(checked("--emotion", EMOTION, text) for text in options.emotion),
        auto_emotion=options.auto_emotion,
    )


def checked(flag: str, kind: Kind, value: str) -> Any:
    """Read the value of a flag; raises `ConfigError`."""
    return check(kind, Given(value, flag))
