"""The port for clients of the Audio2Face-3D NIM beside the one of the server."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

from a2f_live.cli.listening import open_port
from a2f_live.errors import ConfigError
from a2f_live.server.nim_grpc.limits import NimLimits
from a2f_live.server.state import STATE
from a2f_live.settings import ServeSettings


@asynccontextmanager
async def nim_clients(settings: ServeSettings, app: web.Application) -> AsyncIterator[str | None]:
    """Let clients of the Audio2Face-3D NIM in, where a port is set for them, and give the address."""
    if not settings.nim_port:
        yield None
        return
    try:
        from a2f_live.server.nim_grpc.server import NimOptions, nim_door
    except ModuleNotFoundError as error:
        raise ConfigError(
            f"--nim-port needs the module {error.name!r}: install it with pip install 'a2f-live[nim]'"
        ) from error
    options = NimOptions(
        host=settings.host,
        port=settings.nim_port,
        limits=NimLimits(streams=settings.nim_streams),
        certificate=settings.nim_certificate,
        private_key=settings.nim_private_key,
        client_certificates=settings.nim_client_authority,
    )
    open_port(settings.host, settings.nim_port, "--nim-port").close()  # what is wrong with it, gRPC does not say
    async with nim_door(app[STATE], options) as port:
        yield f"{settings.host}:{port}"
