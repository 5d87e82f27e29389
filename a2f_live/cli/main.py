"""The command `a2f-live`: finds the subcommand, runs it, and turns whatever goes wrong into one sentence."""

import argparse
import importlib
import os
import sys
import traceback
from collections.abc import Mapping, Sequence
from typing import Any, Final, NoReturn

import a2f_live
from a2f_live.errors import A2FError, ConfigError

COMMANDS: Final[Mapping[str, str]] = {
    "serve": "start a server",
    "stream": "stream a file or standard input to a server and watch the face",
    "mic": "stream the microphone to a server and watch the face",
    "relay": "show the face in other programs, like Unreal or VSeeFace",
    "convert": "turn audio files into animation files",
    "plot": "draw the motion of a clip into a picture",
    "bench": "measure a server with many live streams",
    "headless": "stand in for Audio2Face: its REST API over any engine",
    "doctor": "say what is installed, what can run, and what is missing",
}
"""Subcommand to one line about it; each is the module of `a2f_live.cli` of that name."""

EXIT_USAGE: Final = 2
EXIT_BUG: Final = 70
EXIT_SYSTEM: Final = 74
EXIT_INTERRUPTED: Final = 130
EXIT_BROKEN_PIPE: Final = 141


class Parser(argparse.ArgumentParser):
    """A parser that says what is wrong in one sentence."""

    def __init__(self, **options: Any) -> None:
        super().__init__(allow_abbrev=False, **options)

    def error(self, message: str) -> NoReturn:
        """Raise it."""
        raise ConfigError(f"{message}; see `{self.prog} --help`")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and give its exit status."""
    replace_closed_output()
    try:
        try:
            return run(sys.argv[1:] if arguments is None else arguments)
        finally:
            sys.stdout.flush()  # after help too, which leaves by SystemExit: a reader that went away is noticed here
    except A2FError as error:
        return fail(error.message, error.exit_status)
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # so that the flush at exit is quiet too
        return EXIT_BROKEN_PIPE
    except OSError as error:  # a full disk, say
        return fail(f"the system refused: {describe(error)}: look at disk space and permissions", EXIT_SYSTEM)
    except Exception as error:  # the last line of defence: a user never sees a traceback unasked
        return fail(f"a fault of a2f-live itself, {describe(error)}: please report it with A2F_LIVE_DEBUG=1", EXIT_BUG)


def replace_closed_output() -> None:
    """Let a command that was started without standard output or error write to nowhere: Python has None for them."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w"))  # noqa: SIM115 - stays open until the end


def run(arguments: Sequence[str]) -> int:
    """Parse the arguments and do what they ask for."""
    parser = build_parser(command_in(arguments))
    parsed = parser.parse_args(arguments)
    if not hasattr(parsed, "run"):
        parser.print_help()
        return EXIT_USAGE
    return int(parsed.run(parsed) or 0)


def build_parser(command: str | None) -> Parser:
    """Make the parser; only the module of the command that is asked for is imported, so that help comes at once."""
    parser = Parser(prog="a2f-live", description=f"{a2f_live.__doc__} See also `a2f-live COMMAND --help`.")
    parser.add_argument("--version", action="version", version=f"a2f-live {a2f_live.__version__}")
    subparsers = parser.add_subparsers(title="commands", metavar="COMMAND", parser_class=Parser)
    for name, summary in COMMANDS.items():
        if name == command:
            importlib.import_module(f"a2f_live.cli.{name}").add_parser(subparsers)
        else:
            subparsers.add_parser(name, help=summary)
    return parser


def command_in(arguments: Sequence[str]) -> str | None:
    """Find the subcommand."""
    first = next((argument for argument in arguments if not argument.startswith("-")), None)
    return first if first in COMMANDS else None


def fail(message: str, status: int) -> int:
    """Say what is wrong on standard error; give the exit status."""
    if os.environ.get("A2F_LIVE_DEBUG"):
        traceback.print_exc()
    print(f"a2f-live: {message}", file=sys.stderr)
    return status


def describe(error: Exception) -> str:
    """Name an unexpected error in one line."""
    return " ".join(f"{type(error).__name__}: {error}".split())
