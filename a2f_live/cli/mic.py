"""`a2f-live mic`: the microphone goes to a server, and the face is seen."""

import argparse
import asyncio
import importlib
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from typing import Any, Final

from a2f_live.cli.handover import Handover
from a2f_live.cli.watching import Display, add_stream_options, display_for, stream_options, watch
from a2f_live.client import Options
from a2f_live.config import AudioFormat
from a2f_live.errors import DeviceError

MESSAGES_PER_S: Final = 50
WAITING_BLOCKS: Final = 100
NO_SOUND_SYSTEM: Final = (
    "the microphone needs the package sounddevice and the library PortAudio: "
    "pip install 'a2f-live[mic]', and on Debian or Ubuntu also apt install libportaudio2"
)


def add_parser(subparsers: Any) -> None:
    """Add the subcommand."""
    parser = subparsers.add_parser(
        "mic", description="Streams the microphone to a server and shows the mouth live. Ctrl-C ends it."
    )
    parser.set_defaults(run=run)
    add = parser.add_argument
    add("--list", action="store_true", help="list the microphones and leave")
    add("--device", metavar="NUMBER|NAME", help="microphone, by number or part of its name (default: the system's)")
    add("--seconds", type=float, metavar="S", help="end after so long (default: at Ctrl-C)")
    add_stream_options(parser)


def run(arguments: argparse.Namespace) -> int:
    """List the microphones, or stream one until it is interrupted."""
    sounddevice = sound_system()
    if arguments.list:
        return list_devices(sounddevice)
    device = int(arguments.device) if (arguments.device or "").isdigit() else arguments.device
    audio = device_format(sounddevice, device)
    options = stream_options(arguments, audio)
    with display_for(as_json=arguments.json) as display:
        try:
            asyncio.run(listen(sounddevice, device, arguments.url, options, arguments.seconds, display))
        except KeyboardInterrupt:  # the way to end it
            return 0
    return 0


async def listen(
    sounddevice: Any, device: int | str | None, url: str, options: Options, seconds: float | None, display: Display
) -> None:
    """Stream the microphone for so long, or until cancelled."""
    handover = Handover(WAITING_BLOCKS)
    async with aclosing(recorded(sounddevice, device, options["audio"], handover, seconds)) as pcm:
        await watch(url, options, pcm, display)


async def recorded(
    sounddevice: Any, device: int | str | None, audio: AudioFormat, handover: Handover, seconds: float | None
) -> AsyncGenerator[bytes, None]:
    """Open the microphone, and give what it hears."""
    left = float("inf") if seconds is None else seconds
    with _open(sounddevice, device, audio, callback_into(handover)):
        async for block in handover:
            yield block
            left -= float(audio.seconds(len(block)))
            if left <= 0:
                return


def callback_into(handover: Handover) -> Callable[[Any, int, Any, Any], None]:
    """The audio callback: it copies, hands over, and does nothing else."""

    def callback(data: Any, frames: int, time: Any, status: Any) -> None:
        handover.offer(bytes(data))

    return callback


def sound_system() -> Any:
    """The module sounddevice. Raises `DeviceError` where it or PortAudio is missing."""
    try:
        return importlib.import_module("sounddevice")
    except (ImportError, OSError) as error:
        raise DeviceError(NO_SOUND_SYSTEM) from error


def list_devices(sounddevice: Any) -> int:
    """Print number, name, channels and sample rate of every microphone; the default has a star."""
    devices = [device for device in _query(sounddevice) if device["max_input_channels"]]
    if not devices:
        raise DeviceError("there is no microphone: connect one, or check the sound settings of the system")
    default = sounddevice.default.device[0]
    for device in devices:
        star = "*" if device["index"] == default else " "
        channels, rate_hz = device["max_input_channels"], device["default_samplerate"]
        print(f"{star}{device['index']:>3}  {device['name']}  ({channels} in, {rate_hz:g} Hz)")
    return 0


def device_format(sounddevice: Any, device: int | str | None) -> AudioFormat:
    """One channel at the rate of the device: the server resamples better than most sound systems."""
    try:
        found = sounddevice.query_devices(device, "input")
    except (ValueError, sounddevice.PortAudioError) as error:
        which = "there is no microphone" if device is None else f"there is no microphone {device!r}"
        raise DeviceError(f"{which}: see `a2f-live mic --list`") from error
    return AudioFormat("pcm_s16le", int(found["default_samplerate"]), 1)


def _query(sounddevice: Any) -> list[dict[str, Any]]:
    try:
        return list(sounddevice.query_devices())
    except sounddevice.PortAudioError as error:
        raise DeviceError(f"the sound system does not answer ({error}): check that it runs") from error


def _open(sounddevice: Any, device: int | str | None, audio: AudioFormat, callback: Callable[..., None]) -> Any:
    try:
        return sounddevice.RawInputStream(
            samplerate=audio.sample_rate,
            blocksize=audio.sample_rate // MESSAGES_PER_S,
            device=device,
            channels=audio.channels,
            dtype="int16",
            callback=callback,
        )
    except sounddevice.PortAudioError as error:
        raise DeviceError(f"the microphone cannot be opened ({error}): choose one of `a2f-live mic --list`") from error
