"""One live stream on the terminal: what `stream` and `mic` share."""

import argparse
import asyncio
import json
import os
import sys
from collections.abc import AsyncIterable, AsyncIterator, Iterator
from contextlib import aclosing, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from time import perf_counter
from typing import Any, Final, Protocol

from rich.live import Live

from a2f_live.cli import profiles, view
from a2f_live.client import Options, connect
from a2f_live.client.aio import DEFAULT_URL
from a2f_live.client.options import frame_rate
from a2f_live.config import AudioFormat
from a2f_live.frames import Frames
from a2f_live.wire.messages import Ready

TOKEN_VARIABLE: Final = "A2F_LIVE_TOKEN"  # noqa: S105
LINES_PER_S: Final = 1
SCREEN_HZ: Final = 30


@dataclass(slots=True)
class Figures:
    """What a stream was worth."""

    frames: int = 0
    seconds: float = 0.0
    """Of audio sent."""
    first_frame_ms: float | None = None
    """From the sending of the first audio to the arrival of the first frame."""
    elapsed_s: float = 0.0
    """From the sending of the first audio to the last frame."""
    dropped: int = 0
    """Frames that came and could not be shown in time."""

    @property
    def real_time_factor(self) -> float | None:
        """Time taken over time of audio; below 1 is faster than real time."""
        return self.elapsed_s / self.seconds if self.seconds else None

    def __str__(self) -> str:
        first = "" if self.first_frame_ms is None else f", the first after {self.first_frame_ms:.0f} ms"
        factor = "" if self.real_time_factor is None else f", real-time factor {self.real_time_factor:.3f}"
        dropped = f", {self.dropped} dropped" if self.dropped else ""
        return f"{self.frames} frames for {self.seconds:.2f} s of audio{first}{factor}{dropped}"


class Display(Protocol):
    """Where the frames are seen."""

    def begin(self, ready: Ready) -> None:
        """The server is there."""

    def show(self, frames: Frames) -> None:
        """Frames have come."""

    def end(self, figures: Figures) -> None:
        """The stream is over."""


def add_stream_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of every live stream."""
    add = parser.add_argument
    add("--url", default=DEFAULT_URL, help="address of the server (default: %(default)s)")
    add("--token", default=os.environ.get(TOKEN_VARIABLE), help=f"where the server asks for one ({TOKEN_VARIABLE})")
    add("--fps", default="60", metavar="N", help="frames a second, like 30, 29.97 or 30000/1001 (default: 60)")
    add("--lookahead-ms", type=int, default=40, metavar="MS", help="most future audio heard for a frame (default: 40)")
    add("--idle", default="speech", metavar="MODE", help="blinks and small motion: off, speech or always")
    add("--engine", metavar="NAME", help="engine of the server (default: its own)")
    add("--profile", metavar="FILE|NAME", help="JSON file that fits the motion to a face, or a profile of the server")
    add("--json", action="store_true", help="print one JSON line a frame, and the figures as the last")


def stream_options(arguments: argparse.Namespace, audio: AudioFormat, pace: str = "live") -> Options:
    """What to ask the server for."""
    options = Options(
        audio=audio,
        pace=pace,
        fps=frame_rate(arguments.fps),
        lookahead_ms=arguments.lookahead_ms,
        idle=arguments.idle,
        on_warning=lambda notice: print(f"a2f-live: {notice.message}", file=sys.stderr),
    )
    if arguments.token:
        options["token"] = arguments.token
    if arguments.engine:
        options["engine"] = arguments.engine
    if arguments.profile:
        options["profile"] = _profile(arguments.profile)
    return options


def _profile(name: str) -> str | dict[str, Any]:
    if name.endswith(".json") or Path(name).exists():
        return profiles.load(Path(name)).to_map()
    return name


async def watch(url: str, options: Options, pcm: AsyncIterable[bytes], display: Display) -> Figures:
    """Stream the audio and show the frames; the figures are shown however it ends."""
    figures, audio = Figures(), options["audio"]
    started_s = perf_counter()

    async def counted() -> AsyncIterator[bytes]:
        nonlocal started_s
        started_s = 0.0
        async for block in pcm:
            started_s = started_s or perf_counter()
            figures.seconds += float(audio.seconds(len(block)))
            yield block

    async with connect(url, **options) as face:
        display.begin(face.ready)
        try:
            async with aclosing(face.stream(counted())) as blocks:
                async for frames in blocks:
                    figures.elapsed_s = perf_counter() - started_s
                    if figures.first_frame_ms is None and not frames.idle:
                        figures.first_frame_ms = figures.elapsed_s * 1000
                    figures.frames += frames.count
                    display.show(frames)
        finally:
            figures.dropped = face.dropped
            display.end(figures)
    return figures


@contextmanager
def display_for(*, as_json: bool) -> Iterator[Display]:
    """Give the display that standard output is made for."""
    if as_json:
        yield JsonLines()
    elif sys.stdout.isatty():
        with _screen() as screen:
            yield screen
    else:
        yield Lines()


class JsonLines:
    """One JSON document a line: `ready`, every frame, and the figures."""

    def begin(self, ready: Ready) -> None:
        """Print the names once."""
        self._print({"type": "ready", "engine": ready.engine, "fps": float(ready.config.fps), "names": ready.names})

    def show(self, frames: Frames) -> None:
        """Print every frame."""
        for i, row in enumerate(frames.weights):
            time_s = round(float(frames.time_s + i / frames.fps), 6)
            place = {"utterance": frames.utterance, "index": frames.index + i, "time": time_s}
            self._print({"type": "frame", **place, "weights": [round(float(weight), 5) for weight in row]})

    def end(self, figures: Figures) -> None:
        """Print the figures."""
        self._print({"type": "figures", **asdict(figures), "real_time_factor": figures.real_time_factor})

    def _print(self, document: dict[str, Any]) -> None:
        print(json.dumps(document), flush=True)


class Lines:
    """One plain line for each second of the audio."""

    def __init__(self) -> None:
        self._next_s = 0.0

    def begin(self, ready: Ready) -> None:
        """Say who answers."""
        print(_greeting(ready), flush=True)

    def show(self, frames: Frames) -> None:
        """Print the newest frame, once a second."""
        if frames.index == 0:
            self._next_s = 0.0
        if frames.time >= self._next_s:
            self._next_s = frames.time + 1 / LINES_PER_S
            print(view.line(frames.weights[0], f"{frames.time:6.2f} s"), flush=True)

    def end(self, figures: Figures) -> None:
        """Print the figures."""
        print(figures, flush=True)


class Screen:
    """The face, drawn anew for the newest frame."""

    def __init__(self, live: Live) -> None:
        self._live = live
        self._greeting = ""
        self._drawn_s = 0.0

    def begin(self, ready: Ready) -> None:
        """Say who answers."""
        self._greeting = _greeting(ready)
        self._live.update(self._greeting, refresh=True)

    def show(self, frames: Frames) -> None:
        """Draw the newest frame, no oftener than a screen can show."""
        now_s = perf_counter()
        if now_s - self._drawn_s >= 1 / SCREEN_HZ:
            self._drawn_s = now_s
            last_s = float(frames.time_s + (frames.count - 1) / frames.fps)
            self._live.update(view.face(frames.weights[-1], f"{self._greeting}, {last_s:.2f} s"), refresh=True)

    def end(self, figures: Figures) -> None:
        """Let the last face stand, and print the figures below it."""
        self._live.stop()
        self._live.console.print(str(figures), soft_wrap=True, highlight=False)


def _greeting(ready: Ready) -> str:
    return f"{ready.engine}, {float(ready.config.fps):g} frames a second, look-ahead {ready.lookahead_ms} ms"


@contextmanager
def _screen() -> Iterator[Screen]:
    with Live(auto_refresh=False, transient=False) as live:
        yield Screen(live)


async def by_the_clock(blocks: AsyncIterable[bytes], audio: AudioFormat) -> AsyncIterator[bytes]:
    """Give each block when its audio would have been spoken."""
    loop = asyncio.get_running_loop()
    due_s = loop.time()
    async for block in blocks:
        due_s += float(audio.seconds(len(block)))
        await asyncio.sleep(due_s - loop.time())
        yield block
