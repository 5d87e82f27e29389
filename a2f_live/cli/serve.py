"""`a2f-live serve`: puts settings, engines, pools, profiles and the server together and runs them."""

import argparse
import asyncio
import gc
import os
import secrets
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import a2f_live
from a2f_live.cli import profiles, self_test, settings_loader
from a2f_live.cli.listening import listen, open_port, page_url, stop_signals
from a2f_live.cli.nim_clients import nim_clients
from a2f_live.cli.outputs import shown, targets_of
from a2f_live.dispatch.policy import PoolSettings
from a2f_live.dispatch.pool import Pool
from a2f_live.engine.base import Engine
from a2f_live.engine.registry import EngineSpec, create, parse_spec
from a2f_live.errors import A2FError, ConfigError
from a2f_live.motion.profile import Profile
from a2f_live.observe.logs import configure_logs
from a2f_live.server.app import build_app
from a2f_live.server.options import ServerOptions, ServerParts
from a2f_live.settings import AUTO, ServeSettings
from a2f_live.wire.messages import Limits

TOLD: Final[Mapping[str, Mapping[str, str]]] = {
    "a2f3d": {"model_dir": "model_dir"},
    "omniverse": {"first_port": "a2f_port", "instances": "instances", "start_timeout_s": "engine_start_s"},
    "nim": {"url": "nim_url", "function_id": "nim_function_id"},
}
"""By engine: its options that are settings of the server, unless its own text says otherwise."""
MOST_RETRIES: Final = 5
"""Of a window, however many instances there are: one that breaks whoever gets it must not break them all."""
START_GRACE_S: Final = 5.0
"""What an engine gets beyond its own limit to start in, to say itself why it did not."""
YOUNG_OBJECTS: Final = 20_000
"""New objects between two looks for garbage: one batch of a full server makes more than Python's 700, and nearly all of
them are gone by themselves after it."""


def add_parser(subparsers: Any) -> None:
    """Add the subcommand."""
    parser = subparsers.add_parser(
        "serve",
        description="Starts a server. Each setting can also be a variable (--idle-s is A2F_LIVE_IDLE_S) or a key of a "
        f"TOML file (idle_s in {settings_loader.FILE}); flags win over variables, variables over the file.",
    )
    parser.set_defaults(run=run)
    settings_loader.add_flags(parser)


def run(options: argparse.Namespace) -> int:
    """Serve until a signal ends it."""
    settings = settings_loader.load(vars(options), os.environ, Path.cwd())
    configure_logs(settings.log_level, as_json={"auto": None, "json": True, "text": False}[settings.log_format])
    try:
        with asyncio.Runner(loop_factory=loop_factory(settings)) as runner:
            runner.run(serve(settings))
    except asyncio.CancelledError:
        raise A2FError("stopped before every session had finished", code="forced") from None
    return 0


async def serve(settings: ServeSettings) -> None:
    """Start everything, say where it is, and end it in order when a signal comes."""
    tokens, targets = made_tokens(settings), targets_of(settings)
    known = profiles_for(settings)
    with open_port(settings.host, settings.port) as door:
        async with started_pools(settings) as pools, shown(settings, targets) as stage:
            app = build_app(ServerParts(pools, known, options_for(settings, tokens), stage))
            with stop_signals() as stop:
                async with nim_clients(settings, app) as nim, listen(app, door, access_log=settings.access_log):
                    announce(settings, tokens, pools, door.getsockname()[1], nim)
                    settle_memory()
                    await stop.wait()
                    print("stopping: sessions may finish, a second signal ends them at once", flush=True)


@asynccontextmanager
async def started_pools(settings: ServeSettings) -> AsyncIterator[dict[str, Pool]]:
    """The engines that are asked for, each tried and ready; raises `EngineError` if one is not."""
    pools = {
        spec.name: Pool(spec.name, factory(spec), pool_settings_for(settings)) for spec in engine_specs(settings)
    }  # fmt: skip
    async with AsyncExitStack() as stack:
        for pool in pools.values():
            await pool.start()
            stack.push_async_callback(pool.close)
        yield pools


def engine_specs(settings: ServeSettings) -> list[EngineSpec]:
    """Read what engines are asked for; raises `ConfigError` or `EngineUnavailable`."""
    specs = [parse_spec(text) for text in settings.engines]
    names = [spec.name for spec in specs]
    for name in names:
        if names.count(name) > 1:
            raise ConfigError(f"engine {name} is asked for twice: clients choose by name, so name each once")
    return [told(replace(spec, isolated=spec.isolated or settings.isolate), settings) for spec in specs]


def told(spec: EngineSpec, settings: ServeSettings) -> EngineSpec:
    """Tell an engine the settings of the server that are its options too."""
    known = {option: getattr(settings, name) for option, name in TOLD.get(spec.name, {}).items()}
    said = {option: "+".join(value) if isinstance(value, tuple) else value for option, value in known.items()}
    return replace(spec, options={**{option: value for option, value in said.items() if value != ""}, **spec.options})


def factory(spec: EngineSpec) -> Callable[[], Engine]:
    """Give what makes one instance, warmed up."""

    def make() -> Engine:
        engine = create(spec)
        try:
            return self_test.warm_up(engine)
        except BaseException:
            engine.close()
            raise

    return make


def pool_settings_for(settings: ServeSettings) -> PoolSettings:
    """How each pool works."""
    return PoolSettings(
        instances=settings.instances,
        max_sessions=settings.sessions_per_instance * settings.instances or settings.max_sessions,
        window_deadline_s=settings.window_deadline_ms / 1000,
        start_limit_s=settings.engine_start_s + START_GRACE_S,
        # A window may meet every instance that has just gone bad before it meets a good one.
        retries=min(max(PoolSettings().retries, settings.instances), MOST_RETRIES),
    )


def options_for(settings: ServeSettings, tokens: tuple[str, ...]) -> ServerOptions:
    """How the server works."""
    return ServerOptions(
        host=settings.host,
        tokens=tokens,
        origins=settings.origins,
        hosts=settings.hosts,
        max_sessions=settings.max_sessions,
        limits=Limits(
            message_bytes=settings.message_kib * 1024,
            burst_s=settings.burst_s,
            rate=settings.rate,
            idle_s=settings.idle_s,
            resume_s=settings.resume_s,
        ),
        first_message_s=settings.first_message_s,
        drain_s=settings.drain_s,
    )


def profiles_for(settings: ServeSettings) -> dict[str, Profile]:
    """The profiles by name, the default first."""
    known = {"neutral": Profile.neutral()} | (profiles.load_all(Path(settings.profiles)) if settings.profiles else {})
    return {"default": known["default"], **known} if "default" in known else known


def made_tokens(settings: ServeSettings) -> tuple[str, ...]:
    """The tokens, with a new one in the place of `auto`."""
    return tuple(secrets.token_urlsafe(24) if token == AUTO else token for token in settings.tokens)


def announce(
    settings: ServeSettings, tokens: Sequence[str], pools: Mapping[str, Pool], port: int, nim: str | None = None
) -> None:
    """Say what runs where, and how to see it."""
    url = page_url(settings.host, port)
    engines = [f"engine {name} (look-ahead {_listed(pool.info.lookaheads_ms)} ms)" for name, pool in pools.items()]
    print(" · ".join((f"a2f-live {a2f_live.__version__}", url, *engines)))
    if nim is not None:
        print(f"clients of the Audio2Face-3D NIM find it at {nim}")
    if settings.outputs:
        print(f"the newest session that speaks is shown at {', '.join(settings.outputs)}")
    made = set(tokens) - set(settings.tokens)
    for token in made:
        print(f"token for this run: {token}")
    query = f"/?token={next(iter(made), 'YOUR-TOKEN')}" if tokens else ""
    print(f"open {url}{query} in a browser to see a face; Ctrl+C stops the server", flush=True)


def settle_memory() -> None:
    """Take what will live as long as the server out of the garbage collector's way: its pauses are heard as jitter."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS, 20, 20)


def loop_factory(settings: ServeSettings) -> Callable[[], asyncio.AbstractEventLoop] | None:
    """Give what makes the event loop; None for Python's own."""
    if not settings.uvloop:
        return None
    try:
        import uvloop
    except ImportError:  # there is none for Windows
        return None
    return uvloop.new_event_loop


def _listed(values: Sequence[object]) -> str:
    return ", ".join(map(str, values))
