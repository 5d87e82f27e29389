"""`a2f-live stream`: a file or standard input goes to a server, and the face is seen."""

import argparse
import asyncio
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO, Final

from a2f_live.audio.files import AudioFile, open_audio
from a2f_live.cli.handover import read_in_thread
from a2f_live.cli.watching import Display, Figures, add_stream_options, by_the_clock, display_for, stream_options, watch
from a2f_live.client import Options
from a2f_live.config import AudioFormat
from a2f_live.errors import A2FError, ConfigError, FileError

MESSAGES_PER_S: Final = 50
FAST_MESSAGES_PER_S: Final = 4
BLOCKS_AHEAD: Final = 50
RAW_ENCODINGS: Final = {"s16le": "pcm_s16le", "f32le": "pcm_f32le", "mulaw": "mulaw", "alaw": "alaw"}


def add_parser(subparsers: Any) -> None:
    """Add the subcommand."""
    parser = subparsers.add_parser(
        "stream",
        description="Streams a file (WAV, FLAC, OGG, MP3) or standard input to a server and shows the mouth live. "
        "The last line gives the figures.",
    )
    parser.set_defaults(run=run)
    add = parser.add_argument
    add("file", metavar="FILE|-", help="audio file, or - for standard input")
    add("--fast", action="store_true", help="as fast as the server can, not in real time")
    add("--raw", metavar="ENCODING:RATE:CHANNELS", help="the audio has no header, for example s16le:16000:1")
    add_stream_options(parser)


def run(arguments: argparse.Namespace) -> int:
    """Stream to the end of the audio."""
    with ExitStack() as resources:
        source = resources.enter_context(Source(arguments.file, arguments.raw))
        options = stream_options(arguments, source.audio, "file" if arguments.fast else "live")
        display = resources.enter_context(display_for(as_json=arguments.json))
        asyncio.run(stream(arguments.url, options, source, display))
    return 0


async def stream(url: str, options: Options, source: "Source", display: Display) -> Figures:
    """Send the source, by the clock unless the pace is that of a file."""
    fast = options["pace"] == "file"
    pcm = read_in_thread(source.blocks(FAST_MESSAGES_PER_S if fast else MESSAGES_PER_S), BLOCKS_AHEAD)
    return await watch(url, options, pcm if fast else by_the_clock(pcm, source.audio), display)


class Source:
    """Audio from a file or from standard input, with or without a header; a context manager that closes it."""

    audio: AudioFormat
    """How the bytes of `blocks` are written."""

    def __init__(self, name: str, raw: str | None) -> None:
        self._resources = ExitStack()
        self._sound: AudioFile | None = None
        self._bytes: BinaryIO | None = None
        if raw is None:
            self._sound = self._resources.enter_context(_open_sound(name))
            self.audio = self._sound.audio
        else:
            self.audio = raw_format(raw)
            self._bytes = _standard_input() if name == "-" else self._resources.enter_context(_open_raw(Path(name)))

    def __enter__(self) -> "Source":
        return self

    def __exit__(self, *exception: object) -> None:
        self._resources.close()

    def blocks(self, blocks_per_s: int) -> Iterator[bytes]:
        """The audio in blocks of equal duration."""
        frames = max(1, self.audio.sample_rate // blocks_per_s)
        if self._sound is not None:
            yield from (block.tobytes() for block in self._sound.blocks(frames))
        elif self._bytes is not None:
            while block := self._bytes.read(frames * self.audio.bytes_per_frame):
                yield block


def raw_format(text: str) -> AudioFormat:
    """The format that ENCODING:RATE:CHANNELS names; rate and channels may be left out. Raises `ConfigError`."""
    parts = text.split(":")
    try:
        encoding, rate, channels = parts + ["16000", "1"][len(parts) - 1 :]
        return AudioFormat(RAW_ENCODINGS[encoding], int(rate), int(channels))
    except (ValueError, KeyError):
        known = ", ".join(RAW_ENCODINGS)
        raise ConfigError(f"--raw {text}: write it like s16le:16000:1, the encoding one of {known}") from None
    except A2FError as error:
        raise ConfigError(f"--raw {text}: {error.message}") from None


def _open_sound(name: str) -> AudioFile:
    if name == "-":
        return open_audio(BytesIO(_standard_input().read()), "standard input")
    return open_audio(Path(name))


def _standard_input() -> BinaryIO:
    if sys.stdin is None:  # it was closed before Python began
        raise FileError("there is no standard input: give the name of a sound file")
    return sys.stdin.buffer


def _open_raw(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except OSError as error:
        raise FileError(
            f"{path} cannot be opened ({(error.strerror or str(error)).lower()}): check the path"
        ) from error
