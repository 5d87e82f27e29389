"""`a2f-live headless`: the REST API of Audio2Face's headless mode over an engine of ours."""

import argparse
import asyncio
import os
import re
import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import a2f_live
from a2f_live.cli import profiles, self_test
from a2f_live.cli.listening import listen, open_port, page_url, stop_signals
from a2f_live.cli.rendering import checked
from a2f_live.config import IDLE_MODES
from a2f_live.engine.registry import create, parse_spec
from a2f_live.errors import A2FError, ConfigError
from a2f_live.headless.app import Access, build_app
from a2f_live.headless.folders import Folders
from a2f_live.headless.scene import Cast, Scene
from a2f_live.headless.studio import Studio
from a2f_live.motion.profile import Profile
from a2f_live.observe.logs import configure_logs
from a2f_live.settings import AUTO, PREFIX, decimal, is_loopback, one_of, texts, whole

DEFAULT_PORT: Final = 8011
"""Omniverse's own."""
KIT_ARGUMENT: Final = re.compile(r"--?/(?P<key>[^=\s]+)(?:=(?P<value>.*))?", re.DOTALL)
"""`--/path/of/a/setting=value`, as programs made with Omniverse Kit take them."""
KIT_PORT: Final = "exts/omni.services.transport.server.http/port"
KIT_HOST: Final = "exts/omni.services.transport.server.http/host"
VARIABLES: Final = f"{PREFIX}HEADLESS_"
"""Before the name of a flag, in the environment: for servers that a client starts by itself."""
SCRIPTS: Final = Path(a2f_live.__file__).parent / "headless" / "scripts", Path(__file__).parents[2] / "assets/headless"
"""Where the scripts lie in an installed package, and in a checkout."""


def add_parser(subparsers: Any) -> None:
    """Add the subcommand."""
    parser = subparsers.add_parser(
        "headless",
        description="Answers the REST API of Omniverse Audio2Face's headless mode, so that its clients work unchanged. "
        f"Each option can also be a variable (--engine is {VARIABLES}ENGINE). On an address that is not loopback it "
        "needs --token and --allow-folder.",
    )
    parser.set_defaults(run=run)
    add_flags(parser)
    add = parser.add_argument
    add("--script", action="store_true", help="print the path of the script to be named in A2F_HEADLESS_SCRIPT")
    add("--kit", nargs=argparse.REMAINDER, metavar="ARGUMENT", help="what follows are arguments of Omniverse: the port "
        "and the options above are taken, all others ignored")  # fmt: skip


def add_flags(parser: argparse.ArgumentParser) -> None:
    """Add what decides how the server works."""
    add = parser.add_argument
    add("--host", metavar="HOST", help="address to listen on (default: 127.0.0.1)")
    add("--port", metavar="N", help=f"port to listen on; 0 takes a free one (default: {DEFAULT_PORT})")
    add("--token", action="append", metavar="TOKEN", help="lets a client in, as the password of the URL or as a "
        "bearer; `auto` makes one and prints it; can be repeated")  # fmt: skip
    add("--allow-folder", action="append", metavar="DIR", help="open nothing outside this folder; can be repeated")
    add("--allow-host", action="append", metavar="NAME", help="name by which clients may call the server")
    add("--engine", metavar="SPEC", help="NAME or NAME:OPTION=VALUE,... (default: embedded)")
    add("--profile", metavar="FILE", help="JSON file that fits the motion to a face")
    add("--idle", metavar="MODE", help="blinks and small motion: speech or off (default: off, as Audio2Face)")
    add("--seed", metavar="N", help="of blinks and small motion (default: 0)")
    add("--lead-ms", metavar="MS", help="by how much weights come before the sound; those of Audio2Face 2023 come "
        "about 240 before it (default: 0)")  # fmt: skip
    add("--log-level", metavar="LEVEL", help="least level that is logged (default: info)")


@dataclass(frozen=True, slots=True)
class Options:
    """What the server was told, checked; raises `ConfigError` for what does not go together."""

    host: str = "127.0.0.1"
    port: int = DEFAULT_PORT
    tokens: tuple[str, ...] = ()
    folders: tuple[Path, ...] = ()
    hosts: tuple[str, ...] = ()
    engine: str = "embedded"
    cast: Cast = field(default_factory=Cast)
    log_level: str = "info"

    def __post_init__(self) -> None:
        if is_loopback(self.host):
            return
        if not self.tokens:
            raise ConfigError(f"host {self.host} would let the whole network in: add --token auto, or one of your own")
        if not self.folders:
            raise ConfigError(f"host {self.host} would let clients read and write any file: add --allow-folder")


def run(options: argparse.Namespace) -> int:
    """Serve until a signal ends it."""
    if options.script:
        print(script())
        return 0
    chosen = read_options(vars(options), options.kit or (), os.environ)
    configure_logs(chosen.log_level)
    try:
        asyncio.run(serve(chosen))
    except asyncio.CancelledError:
        raise A2FError("stopped before every request was answered", code="forced") from None
    return 0


async def serve(options: Options) -> None:
    """Start everything, say where it is, and end it in order when a signal comes."""
    with open_port(options.host, options.port) as door:
        studio = Studio(self_test.warm_up(create(parse_spec(options.engine))))
        try:
            scene = Scene(studio, options.cast, Folders.of(options.folders), time.monotonic)
            app = build_app(scene, Access(options.host, options.tokens, options.hosts))
            with stop_signals() as stop:
                async with listen(app, door, access_log=False, end=at_once):
                    announce(options, door.getsockname()[1])
                    await stop.wait()
        finally:
            await studio.close()


async def at_once(app: object) -> None:
    """There is nobody to wait for: what is still asked is answered, or given up after half a second."""


def announce(options: Options, port: int) -> None:
    """Say what runs where."""
    url = page_url(options.host, port)
    print(f"a2f-live {a2f_live.__version__} · headless Audio2Face API at {url} · engine {options.engine}")
    print(f"{url}/docs lists its calls; Ctrl+C stops the server", flush=True)


def read_options(flags: Mapping[str, Any], kit: Sequence[str], environment: Mapping[str, str]) -> Options:
    """Put flags, arguments of Omniverse and the environment together, the first the strongest; raises `ConfigError`."""
    given = {**from_environment(environment), **from_kit(kit), **{k: v for k, v in flags.items() if v is not None}}
    defaults = Options()
    cast = Cast(
        profile=profiles.load(Path(given["profile"])) if "profile" in given else Profile.neutral(),
        idle=checked("--idle", one_of(*IDLE_MODES[:2]), given.get("idle", "off")),
        seed=checked("--seed", whole(0, 2**32 - 1), given.get("seed", "0")),
        lead_s=checked("--lead-ms", decimal(-2000, 2000), given.get("lead_ms", "0")) / 1000,
    )
    return Options(
        host=given.get("host", defaults.host),
        port=checked("--port", whole(0, 65535), given.get("port", str(DEFAULT_PORT))),
        tokens=made_tokens(given.get("token", ())),
        folders=tuple(existing_folder(path) for path in given.get("allow_folder", ())),
        hosts=tuple(given.get("allow_host", ())),
        engine=given.get("engine", defaults.engine),
        cast=cast,
        log_level=checked("--log-level", one_of("debug", "info", "warning", "error"), given.get("log_level", "info")),
    )


def from_environment(environment: Mapping[str, str]) -> dict[str, Any]:
    """Take the options among environment variables; those that can be repeated are divided by the path separator."""
    given: dict[str, Any] = {}
    for action in _flags()._actions:
        text = environment.get(VARIABLES + action.dest.upper())
        if text and action.dest != "help":
            given[action.dest] = text.split(os.pathsep) if action.nargs is None and _repeats(action) else text
    return given


def from_kit(arguments: Sequence[str]) -> dict[str, Any]:
    """Take the port, the host and our own options among the arguments of Omniverse. Raises `ConfigError`."""
    settings = [match for argument in arguments if (match := KIT_ARGUMENT.fullmatch(argument))]
    rest = [argument for argument in arguments if not KIT_ARGUMENT.fullmatch(argument)]
    try:
        ours, _ = _flags().parse_known_args(rest)
    except argparse.ArgumentError as error:
        raise ConfigError(f"{error.argument_name}: {error.message}, write {error.argument_name}=VALUE") from error
    given = {name: value for name, value in vars(ours).items() if value is not None}
    names = {KIT_PORT: "port", KIT_HOST: "host"}
    kit = {names[m["key"]]: m["value"].strip("\"'") for m in settings if m["key"] in names and m["value"]}
    return {**kit, **given}


def made_tokens(tokens: Sequence[str]) -> tuple[str, ...]:
    """Check the tokens, and make a new one in the place of `auto`, which is printed."""
    kind = texts(rf"{AUTO}|[A-Za-z0-9._~\-]{{8,}}", "8 or more letters, digits or . _ ~ -, or `auto`")
    known = checked("--token", kind, tuple(tokens))  # type: ignore[arg-type]
    made = tuple(secrets.token_urlsafe(24) if token == AUTO else token for token in known)
    for token in set(made) - set(known):
        print(f"token for this run: {token}")
    return made


def existing_folder(text: str) -> Path:
    """Check that there is such a folder; raises `ConfigError`."""
    path = Path(text)
    if not path.is_dir():
        raise ConfigError(f"--allow-folder: {text} is no folder, name one that exists")
    return path


def script() -> Path:
    """Where the script is that takes the arguments of Omniverse."""
    name = "a2f_headless.bat" if os.name == "nt" else "a2f_headless.sh"
    for folder in SCRIPTS:
        if (folder / name).is_file():
            return folder / name
    raise A2FError(f"{name} is missing from this installation: install a2f-live again")


def _flags() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False, exit_on_error=False)
    add_flags(parser)
    return parser


def _repeats(action: argparse.Action) -> bool:
    return isinstance(action, argparse._AppendAction)
