"""`a2f-live relay`: speech, or frames that are there already, move faces in other programs."""

import argparse
import asyncio
import sys
from collections.abc import AsyncIterable, AsyncIterator, Sequence
from contextlib import AsyncExitStack, ExitStack, aclosing
from fractions import Fraction
from pathlib import Path
from typing import Any, Final, Protocol

from a2f_live.cli import mic
from a2f_live.cli.frame_lines import frames_of_lines, frames_of_track, standard_input_lines
from a2f_live.cli.handover import Handover, read_in_thread
from a2f_live.cli.stream import BLOCKS_AHEAD, MESSAGES_PER_S, Source
from a2f_live.cli.watching import (
    Display,
    Figures,
    add_stream_options,
    by_the_clock,
    display_for,
    stream_options,
    watch,
)
from a2f_live.client import Options
from a2f_live.client.options import frame_rate
from a2f_live.errors import ConfigError
from a2f_live.frames import Frames
from a2f_live.outputs.track import SUFFIXES, read_track
from a2f_live.relay.address import SCHEMES
from a2f_live.relay.building import build
from a2f_live.relay.relay import Relay
from a2f_live.relay.target import Target
from a2f_live.wire.messages import Ready

MICROPHONE: Final = "mic"
FRAME_LINES: Final = "frames:-"
LAST_EASE_S: Final = 1.0
"""The most that the way to rest may take when the relay ends."""


def add_parser(subparsers: Any) -> None:
    """Add the subcommand."""
    examples = ", ".join(scheme.example for scheme in SCHEMES.values())
    parser = subparsers.add_parser(
        "relay",
        description="Sends speech to a server and shows the face in other programs, at a steady rate: the last pose is "
        f"held where frames are missing, then eased to rest. Outputs: {examples}. Ctrl-C ends it.",
    )
    parser.set_defaults(run=run)
    add = parser.add_argument
    add("source", metavar="SOURCE", help=f"audio file, - for audio on standard input, {MICROPHONE} for the microphone; "
        f"or motion that is there already: a CSV or JSON track, or {FRAME_LINES} for the lines of `stream --json` on "
        "standard input")  # fmt: skip
    add("--to", action="append", default=[], metavar="OUTPUT", help="an output, can be repeated")
    add("--delay-ms", type=int, default=20, metavar="MS", help="frames wait so long to be shown, which makes up for a "
        "network that is not even, or for sound that is heard later (default: 20)")  # fmt: skip
    add("--raw", metavar="ENCODING:RATE:CHANNELS", help="the audio has no header, for example s16le:16000:1")
    add("--device", metavar="NUMBER|NAME", help="microphone, by number or part of its name")
    add("--seconds", type=float, metavar="S", help="end the microphone after so long (default: at Ctrl-C)")
    add_stream_options(parser)
    parser.set_defaults(idle="always")


def run(arguments: argparse.Namespace) -> int:
    """Relay to the end of the source."""
    if not arguments.to:
        raise ConfigError("relay needs an output: --to livelink://localhost, see `a2f-live relay --help`")
    rate = frame_rate(arguments.fps)
    targets = [build(text, rate) for text in arguments.to]
    with ExitStack() as resources:
        speech = resources.enter_context(source_of(arguments, targets))
        to_output = any(text.endswith(":-") for text in arguments.to)
        display = Silence() if to_output else resources.enter_context(display_for(as_json=arguments.json))
        try:
            asyncio.run(relay(speech, targets, rate, arguments.delay_ms, display))
        except KeyboardInterrupt:  # the way to end a microphone
            return 0
    return 0


async def relay(
    source: "FrameSource", targets: Sequence[Target], rate: Fraction, delay_ms: int, display: Display
) -> None:
    """Show what the source gives until it ends, and the face at rest; raises what a target failed of."""
    delay_s = Fraction(max(0, delay_ms), 1000)
    async with Relay(targets, rate, delay_s=delay_s, live=source.live) as relay:
        try:
            await source.give(Shown(display, relay))
            await relay.rested()
        except asyncio.CancelledError:
            relay.interrupt()
            async with asyncio.timeout(LAST_EASE_S):
                await relay.rested()
            raise
    if relay.error is not None:
        raise relay.error


class FrameSource(Protocol):
    """Where frames come from; a context manager."""

    live: bool
    """Whether they come as they are spoken, and not ahead of it."""

    async def give(self, shown: Display) -> None:
        """Give all frames to a display."""
        ...

    def __enter__(self) -> "FrameSource": ...

    def __exit__(self, *exception: object) -> None: ...


class Speech:
    """Audio of a file, of standard input or of the microphone, made to frames by a server."""

    live = True

    def __init__(self, arguments: argparse.Namespace, targets: Sequence[Target]) -> None:
        self._arguments = arguments
        self._more = Options(
            head=any(target.wants.head for target in targets), visemes=any(target.wants.visemes for target in targets)
        )
        self._resources = ExitStack()
        self._source: Source | None = None
        if arguments.source == MICROPHONE:
            self._sounddevice = mic.sound_system()
            device = arguments.device or ""
            self._device = int(device) if device.isdigit() else device or None
            self._audio = mic.device_format(self._sounddevice, self._device)
        else:
            self._source = self._resources.enter_context(Source(arguments.source, arguments.raw))
            self._audio = self._source.audio

    async def give(self, shown: Display) -> None:
        """Stream to the end."""
        options = Options(**stream_options(self._arguments, self._audio), **self._more)
        async with AsyncExitStack() as stack:
            await watch(self._arguments.url, options, await self._pcm(stack), shown)

    async def _pcm(self, stack: AsyncExitStack) -> AsyncIterable[bytes]:
        if self._source is not None:
            blocks = read_in_thread(self._source.blocks(MESSAGES_PER_S), BLOCKS_AHEAD)
            return by_the_clock(blocks, self._audio)
        handover = Handover(mic.WAITING_BLOCKS)
        recorded = mic.recorded(self._sounddevice, self._device, self._audio, handover, self._arguments.seconds)
        return await stack.enter_async_context(aclosing(recorded))

    def __enter__(self) -> "Speech":
        return self

    def __exit__(self, *exception: object) -> None:
        self._resources.close()


class Motion:
    """Frames that are there already: a track in a file, or lines on standard input."""

    live = False

    def __init__(self, frames: AsyncIterator[Frames]) -> None:
        self._frames = frames

    async def give(self, shown: Display) -> None:
        """Give the frames as they come."""
        async for frames in self._frames:
            shown.show(frames)

    def __enter__(self) -> "Motion":
        return self

    def __exit__(self, *exception: object) -> None:
        """Nothing is held."""


def source_of(arguments: argparse.Namespace, targets: Sequence[Target]) -> FrameSource:
    """Open the source. Raises `FileError`, `DeviceError` or `ConfigError`."""
    if arguments.source == FRAME_LINES:
        return Motion(frames_of_lines(standard_input_lines()))
    if Path(arguments.source).suffix.lower() in SUFFIXES and arguments.raw is None:
        return Motion(frames_of_track(read_track(Path(arguments.source))))
    return Speech(arguments, targets)


class Shown:
    """Frames go to a display, and to the relay."""

    def __init__(self, display: Display, relay: Relay) -> None:
        self._display, self._relay = display, relay

    def begin(self, ready: Ready) -> None:
        """The server is there."""
        self._display.begin(ready)

    def show(self, frames: Frames) -> None:
        """Frames have come."""
        self._relay.hear(frames)
        self._display.show(frames)

    def end(self, figures: Figures) -> None:
        """The stream is over."""
        self._display.end(figures)


class Silence:
    """Standard output is for an output: nothing else is said there."""

    def begin(self, ready: Ready) -> None:
        """Say nothing."""

    def show(self, frames: Frames) -> None:
        """Show nothing."""

    def end(self, figures: Figures) -> None:
        """Tell the figures on standard error."""
        print(figures, file=sys.stderr, flush=True)
