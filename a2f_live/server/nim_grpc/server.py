"""The gRPC server: its services, its port, and how it ends."""

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Any, Final, NoReturn

import grpc
from nvidia_audio2face_3d import a2x_export_config_pb2 as export
from nvidia_audio2face_3d import a2x_export_config_pb2_grpc as export_services
from nvidia_audio2face_3d import audio2face_pb2_grpc as services

from a2f_live.errors import BadToken, ConfigError, ServerFull
from a2f_live.observe.logs import Figure, log_event
from a2f_live.server.nim_grpc.access import require_token
from a2f_live.server.nim_grpc.configs import config_files
from a2f_live.server.nim_grpc.health import Health
from a2f_live.server.nim_grpc.limits import BYTES_PER_SAMPLE, NimLimits
from a2f_live.server.nim_grpc.stream import NimStream
from a2f_live.server.state import ServerState

log: Final = logging.getLogger(__name__)

CONTROLLER: Final = "nvidia_ace.services.a2f_controller.v1.A2FControllerService"
EXPORT: Final = "nvidia_ace.services.a2x_export_config.v1.A2XExportConfigService"
BESIDE_AUDIO_BYTES: Final = 256 * 1024
"""What a message may hold beside its audio."""
BESIDE_STREAMS: Final = 100
"""Other requests that one connection may have under way."""
IDLE_CONNECTION_MS: Final = 300_000
CODES: Final = {
    "bad_token": grpc.StatusCode.UNAUTHENTICATED,
    "draining": grpc.StatusCode.UNAVAILABLE,
    "server_full": grpc.StatusCode.RESOURCE_EXHAUSTED,
}


HEARD_OUT_S: Final = {"bad_token": 0.25, "draining": 2.0, "server_full": 2.0}
"""A client that is refused while it sends hears of an internal error of its own library instead, so it may finish."""
MOST_HEARD_OUT: Final = 8
"""So many at a time for each reason, since what they send is read for nothing: those beyond are refused at once."""


@dataclass(frozen=True, slots=True)
class NimOptions:
    """How the front door works."""

    host: str = "127.0.0.1"
    port: int = 52_000
    """0 takes a free one."""
    limits: NimLimits = field(default_factory=NimLimits)
    certificate: str = ""
    private_key: str = ""
    """PEM files; with them it speaks TLS."""
    client_certificates: str = ""
    """PEM file of authorities; with it a client has to bring a certificate of one of them."""

    def __post_init__(self) -> None:
        if bool(self.certificate) != bool(self.private_key) or (self.client_certificates and not self.certificate):
            raise ConfigError("TLS for NIM clients needs --nim-certificate and --nim-private-key: give both or none")


class Controller(services.A2FControllerServiceServicer):
    """Answers `ProcessAudioStream` with the default engine and the default profile of the server."""

    def __init__(self, state: ServerState, limits: NimLimits, clock: Callable[[], float] = monotonic) -> None:
        self._state = state
        self._limits = limits
        self._clock = clock
        self._heard_out = Counter[str]()

    async def ProcessAudioStream(self, requests: AsyncIterator[Any], context: Any) -> None:  # noqa: N802
        """Let the client in, and answer its clip."""
        with ExitStack() as place:
            try:
                require_token(context.invocation_metadata(), self._state)
                place.enter_context(self._state.calling(self._limits.streams))
            except (BadToken, ServerFull) as error:
                await self._refuse(error, requests, context)
            await self._answer(requests, context)

    async def _refuse(self, error: BadToken | ServerFull, requests: AsyncIterator[Any], context: Any) -> NoReturn:
        self._state.totals.refused[error.code] += 1
        if self._heard_out[error.code] < MOST_HEARD_OUT:
            await self._hear_out(requests, error.code)
        await context.abort(CODES[error.code], error.message)
        raise error  # never: `abort` raises

    async def _hear_out(self, requests: AsyncIterator[Any], code: str) -> None:
        """Read what a client still has to say, for a moment."""
        self._heard_out[code] += 1
        try:
            async with asyncio.timeout(HEARD_OUT_S[code]):
                async for request in requests:
                    if request.HasField("end_of_audio"):
                        return
        except TimeoutError:
            return
        finally:
            self._heard_out[code] -= 1

    async def _answer(self, requests: AsyncIterator[Any], context: Any) -> None:
        parts, began_s = self._state.parts, self._clock()
        engine, pool = parts.pool(None)
        stream = NimStream(pool, next(iter(parts.profiles.values())), self._limits, self._clock)
        self._state.totals.begun += 1
        try:
            await stream.run(requests, context.write)
        except TimeoutError:
            text = f"the call took longer than {self._limits.processing_s:g} s: begin another one"
            await context.abort(grpc.StatusCode.DEADLINE_EXCEEDED, text)
        except Exception:
            log.exception("a call failed by a mistake of the server")
            await context.abort(grpc.StatusCode.INTERNAL, "the server made a mistake, which it has logged")
        finally:
            self._state.totals.add(stream.tally, stream.seconds)
            log_event(log, logging.INFO, "NIM call ended", _figures(engine, stream, self._clock() - began_s))


class Exporter(export_services.A2XExportConfigServiceServicer):
    """Answers `GetConfigs`."""

    def __init__(self, state: ServerState, options: NimOptions) -> None:
        self._state = state
        self._options = options

    async def GetConfigs(self, request: Any, context: Any) -> AsyncIterator[Any]:  # noqa: N802
        """One message a file."""
        try:
            require_token(context.invocation_metadata(), self._state)
        except BadToken as error:
            await context.abort(CODES[error.code], error.message)
        engine, _ = self._state.parts.pool(None)
        kind = "json" if request.config_type == export.ConfigsTypeRequest.JSON else "yaml"
        url = f"{self._options.host}:{self._options.port}"
        for name, content in config_files(self._options.limits, url, engine, kind).items():
            yield export.A2XConfig(name=name, content=content)


def _figures(engine: str, stream: NimStream, took_s: float) -> dict[str, Figure]:
    return {
        "engine": engine,
        "audio_s": round(stream.seconds, 3),
        "frames": stream.tally.frames,
        "duration_s": round(took_s, 3),
    }


@asynccontextmanager
async def nim_door(state: ServerState, options: NimOptions) -> AsyncIterator[int]:
    """Serve, and give the port; at the end calls have the time of `drain_s`. Raises `ConfigError`."""
    limits = options.limits
    message_bytes = int(limits.message_s * limits.max_rate_hz) * BYTES_PER_SAMPLE + BESIDE_AUDIO_BYTES
    server = grpc.aio.server(
        options=[
            ("grpc.so_reuseport", 0),  # a port that is taken is an error, not to be shared
            ("grpc.max_receive_message_length", message_bytes),
            ("grpc.max_concurrent_streams", limits.streams + BESIDE_STREAMS),
            ("grpc.max_connection_idle_ms", IDLE_CONNECTION_MS),
        ],
    )
    _add_services(server, state, options)
    port = _open(server, options)
    await server.start()
    try:
        yield port
    except BaseException:
        await server.stop(0)
        raise
    await server.stop(state.options.drain_s)


def _add_services(server: Any, state: ServerState, options: NimOptions) -> None:
    add_controller: Any = services.add_A2FControllerServiceServicer_to_server
    add_exporter: Any = export_services.add_A2XExportConfigServiceServicer_to_server
    add_controller(Controller(state, options.limits), server)
    add_exporter(Exporter(state, options), server)
    server.add_generic_rpc_handlers((Health(state, (CONTROLLER, EXPORT)).handler(),))


def _open(server: Any, options: NimOptions) -> int:
    host = options.host if ":" not in options.host or options.host.startswith("[") else f"[{options.host}]"
    address = f"{host}:{options.port}"
    try:
        if options.certificate:
            port = server.add_secure_port(address, _credentials(options))
        else:
            port = server.add_insecure_port(address)
    except RuntimeError as error:
        raise ConfigError(
            f"it cannot listen for NIM clients on {address}: choose another port with --nim-port"
        ) from error
    return int(port)


def _credentials(options: NimOptions) -> grpc.ServerCredentials:
    key, chain = _read(options.private_key), _read(options.certificate)
    root = _read(options.client_certificates) if options.client_certificates else None
    return grpc.ssl_server_credentials(((key, chain),), root, require_client_auth=root is not None)


def _read(path: str) -> bytes:
    try:
        return Path(path).expanduser().read_bytes()
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise ConfigError(f"the certificate file {path} cannot be read: {why}") from error
