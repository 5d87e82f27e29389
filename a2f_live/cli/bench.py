"""`a2f-live bench`: many live streams against a server, and how well it held them."""

import argparse
import asyncio
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from fractions import Fraction
from math import isnan
from pathlib import Path
from typing import Any

import numpy as np

from a2f_live.audio.files import open_audio
from a2f_live.audio.resample import Resampler
from a2f_live.client.load import RATE_HZ, LoadPlan, LoadReport, run
from a2f_live.config import FPS_RANGE
from a2f_live.errors import ConfigError
from a2f_live.frames import Array


def add_parser(subparsers: Any) -> None:
    """Add the subcommand."""
    parser = subparsers.add_parser(
        "bench",
        description="Holds many live streams against a server: 20 ms messages by the clock, each from another place in "
        "the audio. The added latency is what comes on top of the look-ahead. The last line is one JSON document. "
        "Run it on another machine, or remember that the load takes a part of this one.",
    )
    parser.set_defaults(run=bench)
    parser.add_argument("--url", default="http://localhost:8000", help="the server (default: %(default)s)")
    parser.add_argument("--streams", type=int, default=100, help="live streams at once (default: %(default)s)")
    parser.add_argument("--seconds", type=float, default=10.0, help="seconds of speech of each (default: %(default)s)")
    parser.add_argument("--fps", type=Fraction, default=Fraction(30), help="frames a second (default: %(default)s)")
    parser.add_argument("--lookahead-ms", type=int, default=40, help="look-ahead (default: %(default)s)")
    parser.add_argument("--engine", help="engine of the server (default: its own)")
    parser.add_argument("--token", help="token of the server")
    parser.add_argument("--audio", type=Path, metavar="FILE", help="what to speak (default: a made-up voice)")
    parser.add_argument("--json", action="store_true", help="print the JSON document alone")


def bench(options: argparse.Namespace) -> int:
    """Put the load on and report; 1 if a stream did not get every frame."""
    report = asyncio.run(run(plan_of(options)))
    if not options.json:
        show(report)
    print(json.dumps(document(report)))
    return 0 if report.held == report.streams else 1


def plan_of(options: argparse.Namespace) -> LoadPlan:
    """What the arguments ask for. Raises `ConfigError`."""
    low, high = FPS_RANGE
    if options.streams < 1 or not 0.1 <= options.seconds <= 3600:
        raise ConfigError("use 1 stream or more, for 0.1 to 3600 seconds")
    if not low <= options.fps <= high:
        raise ConfigError(f"--fps {float(options.fps):g} cannot be used: ask for {low} to {high}")
    url = options.url.replace("ws://", "http://", 1).replace("wss://", "https://", 1).rstrip("/")
    samples = voice(max(10.0, options.seconds)) if options.audio is None else speech_in(options.audio)
    return LoadPlan(
        url=url,
        streams=options.streams,
        seconds=options.seconds,
        fps=options.fps,
        pcm=(samples * 32767).astype("<i2").tobytes(),
        lookahead_ms=options.lookahead_ms,
        engine=options.engine,
        token=options.token,
    )


def voice(seconds: float) -> Array:
    """Something like speech: a buzz of a gliding pitch in syllables, with pauses. (n,) float32 at 16 kHz."""
    time = np.arange(int(seconds * RATE_HZ)) / RATE_HZ
    phase = 2 * np.pi * np.cumsum(120 + 30 * np.sin(time * 2.1)) / RATE_HZ
    buzz = sum(np.sin(phase * k) / k for k in range(1, 25))
    syllables = np.clip(np.sin(2 * np.pi * 4 * time) + 0.3, 0, 1) * (np.sin(2 * np.pi * 0.3 * time) > -0.7)
    samples: Array = (0.2 * buzz * syllables).astype(np.float32)
    return samples


def speech_in(path: Path) -> Array:
    """(n,) float32 mono at 16 kHz from a sound file. Raises `FileError`."""
    with open_audio(path) as audio:
        resampler = Resampler(audio.sample_rate)
        return np.concatenate([resampler.push(np.ascontiguousarray(block.mean(axis=1))) for block in audio.blocks()])


def show(report: LoadReport) -> None:
    """Print the figures for people."""
    rows = (
        ("streams held", f"{report.held} of {report.streams}"),
        ("frames", f"{report.frames}, {report.frames_lost} lost"),
        ("first frame", f"{spread(report.first_frame_ms)} after the audio that it needs was sent"),
        ("added latency", spread(report.latency_ms)),
        ("load behind", f"{spread(report.behind_ms)}: beyond some ms this machine is too slow for the load"),
        ("server CPU", known(report.server_cpu_ms, "ms for a second of one stream")),
        ("server memory", known(report.server_memory_kib, "KiB a stream")),
    )
    for name, value in rows:
        print(f"{name:<14} {value}")
    for problem in report.problems:
        print(f"a2f-live: {problem}", file=sys.stderr)


def spread(percentiles_ms: Sequence[float]) -> str:
    """Percentiles in a line."""
    return " / ".join(f"{value:.1f}" for value in percentiles_ms) + " ms (p50 / p95 / p99)"


def known(value: float, unit: str) -> str:
    """A figure, or that the server does not tell it."""
    return "not told by the server" if isnan(value) else f"{value:.2f} {unit}"


def document(report: LoadReport) -> dict[str, Any]:
    """The report as JSON; what is not known is null."""

    def clean(value: Any) -> Any:
        if isinstance(value, float):
            return None if isnan(value) else round(value, 3)
        return [clean(one) for one in value] if isinstance(value, tuple) else value

    return {name: clean(value) for name, value in asdict(report).items()}
