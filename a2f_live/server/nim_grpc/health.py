"""The health service of gRPC, `grpc.health.v1.Health`: two messages of one field each, read and written here.

The package that has them holds protobuf below 6, which other packages of ours do not allow.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable
from typing import Any, Final

import grpc

from a2f_live.server.http import reasons_not_ready
from a2f_live.server.state import ServerState

SERVICE: Final = "grpc.health.v1.Health"
SERVING, NOT_SERVING, SERVICE_UNKNOWN = 1, 2, 3
NAME_FIELD: Final = 0x0A
"""Field 1, a string."""
STATUS_FIELD: Final = 0x08
"""Field 1, a number."""
SHORT: Final = 0x80
"""Lengths from here on take more than one byte; no name of a service is so long."""


def read_request(data: bytes) -> str:
    """The name in a `HealthCheckRequest`, empty for the whole server; one that cannot be read is no service."""
    if not data:
        return ""
    if len(data) < 2 or data[0] != NAME_FIELD or data[1] >= SHORT or len(data) != 2 + data[1]:
        return "?"
    return data[2:].decode("utf-8", "replace")


def write_response(status: int) -> bytes:
    """A `HealthCheckResponse`."""
    return bytes((STATUS_FIELD, status))


class Health:
    """Tells whether the server would take a call."""

    def __init__(self, state: ServerState, services: Iterable[str]) -> None:
        self._state = state
        self._services = {"", SERVICE, *services}

    def handler(self) -> grpc.GenericRpcHandler:
        """What a gRPC server is given."""
        codec = {"request_deserializer": read_request, "response_serializer": write_response}
        methods = {
            "Check": grpc.unary_unary_rpc_method_handler(self.check, **codec),
            "Watch": grpc.unary_stream_rpc_method_handler(self.watch, **codec),
        }
        return grpc.method_handlers_generic_handler(SERVICE, methods)

    async def check(self, service: str, context: Any) -> int:
        """Answer once."""
        status = self._status(service)
        if status == SERVICE_UNKNOWN:
            await context.abort(grpc.StatusCode.NOT_FOUND, "there is no such service here")
        return status

    async def watch(self, service: str, context: Any) -> AsyncIterator[int]:
        """Answer now and whenever it changes, until the client has enough."""
        last = None
        while True:
            if (status := self._status(service)) != last:
                last = status
                yield status
            await asyncio.sleep(self._state.options.tick_s)

    def _status(self, service: str) -> int:
        if service not in self._services:
            return SERVICE_UNKNOWN
        return NOT_SERVING if self._state.draining or reasons_not_ready(self._state) else SERVING
