"""`a2f-live plot`: the motion of a clip as a picture, to look at it."""

import argparse
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from a2f_live.audio.files import open_audio
from a2f_live.cli import profiles
from a2f_live.cli.picture import Listener, painter, pcm_blocks, read_sound
from a2f_live.cli.rendering import add_rendering_options, checked, name_model, stream_config
from a2f_live.engine.registry import create, parse_spec
from a2f_live.errors import ConfigError, FileError
from a2f_live.motion.profile import Profile
from a2f_live.offline import render
from a2f_live.outputs.track import SUFFIXES, Track, read_track
from a2f_live.plot.face import VIEWS
from a2f_live.plot.phones import read_phones
from a2f_live.plot.subject import Subject
from a2f_live.settings import Kind, decimal, one_of, whole

LONGEST_S: Final = 1e6


def add_parser(subparsers: Any) -> None:
    """Add the subcommand."""
    parser = subparsers.add_parser(
        "plot",
        description="Draws the motion of a clip into a PNG: curves over the speech, or a strip of drawn faces. FILE is "
        "audio, which the engine turns into motion, or a track as CSV or JSON, such as `a2f-live convert` writes.",
    )
    parser.set_defaults(run=run)
    add = parser.add_argument
    add("file", nargs="?", type=Path, metavar="FILE", help="audio (WAV, FLAC, OGG, MP3), or a track (CSV, JSON)")
    add("-o", "--output", type=Path, metavar="PNG", help="picture to write (default: named like FILE, in this folder)")
    add("--audio", type=Path, metavar="FILE", help="sound of a track")
    add("--phones", type=Path, metavar="FILE", help="phones to draw: a table with the columns file, start, end and "
        "phone, a Praat TextGrid, or a folder of those")  # fmt: skip
    add("--from", dest="start_s", metavar="S", help="begin at this second")
    add("--to", dest="end_s", metavar="S", help="end at this second")
    add("--row-s", metavar="S", help="seconds in a row of the chart (default: about 6)")
    add("--strip", action="store_true", help="draw faces instead of curves")
    add("--every-ms", default="80", metavar="MS", help="from one face of a strip to the next (default: 80)")
    add("--columns", default="12", metavar="N", help="faces in a row (default: 12)")
    add("--view", default="face", metavar="PART", help="what a strip shows: face or mouth (default: face)")
    add("--shapes", action="store_true", help="draw the face with each of the 52 weights at 1; takes no FILE")
    add_rendering_options(parser)


def run(options: argparse.Namespace) -> int:
    """Draw one picture, and print its path."""
    if options.shapes == bool(options.file):
        raise ConfigError("plot: name one FILE to draw, or ask for --shapes")
    strip, chart = painter("strip"), painter("chart")
    layout = strip.Layout(
        every_ms=checked("--every-ms", decimal(1, 60_000), options.every_ms),
        columns=checked("--columns", whole(1, 40), options.columns),
        view=checked("--view", one_of(*VIEWS), options.view),
    )
    row_s = _optional("--row-s", decimal(0.1, LONGEST_S), options.row_s)
    if options.shapes:
        canvas = strip.draw_shapes(layout)
    elif options.strip:
        canvas = strip.draw_strip(subject_of(options), layout)
    else:
        canvas = chart.draw_chart(subject_of(options), row_s)
    path = options.output or default_output(options)
    canvas.save(path)
    print(path)
    return 0


def default_output(options: argparse.Namespace) -> Path:
    """Name a picture that is given no name; another for a strip, so that both can be had."""
    if options.shapes:
        return Path("shapes.png")
    return Path(f"{options.file.stem}{'_strip' if options.strip else ''}.png")


def subject_of(options: argparse.Namespace) -> Subject:
    """Gather what is drawn; raises `ConfigError` and `FileError`."""
    start_s, end_s = (
        _optional(flag, decimal(0, LONGEST_S), value)
        for flag, value in (("--from", options.start_s), ("--to", options.end_s))
    )
    whole_clip = _of_track(options) if options.file.suffix.lower() in SUFFIXES else _of_audio(options)
    if options.phones:
        whole_clip = replace(whole_clip, phones=_phones(options))
    return whole_clip.part(start_s, end_s)


def _of_track(options: argparse.Namespace) -> Subject:
    sound = read_sound(options.audio) if options.audio else None
    return Subject.whole(options.file.name, read_track(options.file), sound)


def _of_audio(options: argparse.Namespace) -> Subject:
    if options.audio:
        raise ConfigError(f"--audio: {options.file} is audio itself, name a track (CSV, JSON) or leave --audio out")
    profile = profiles.load(options.profile) if options.profile else Profile()
    name_model(options)
    engine = create(parse_spec(options.engine))
    try:
        visemes = "visemes" in engine.info.channels
        with open_audio(options.file) as sound:
            config = replace(stream_config(options), audio=sound.audio, head=True, visemes=visemes)
            listener = Listener(sound.audio)
            track = Track.of(render(engine, config, profile, listener.listening(pcm_blocks(sound))))
    finally:
        engine.close()
    return Subject.whole(options.file.name, track, listener.sound())


def _phones(options: argparse.Namespace) -> Any:
    clip = options.audio or options.file
    phones = read_phones(options.phones).of(clip.name)
    if not phones:
        raise FileError(f"{options.phones} holds no phones of {clip.name}: name another file")
    return phones


def _optional(flag: str, kind: Kind, value: str | None) -> Any:
    return None if value is None else checked(flag, kind, value)
